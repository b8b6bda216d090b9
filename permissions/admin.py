"""Accounts in the administration. Teams, roles, grants and rules have pages of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group

from permissions.audit.admin import Recorded
from permissions.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest

# What allauth keeps holds secrets, and is changed by its own pages and our commands only; teams are what people are in.
for foreign in (Authenticator, EmailAddress, Group, SocialAccount, SocialApp, SocialToken):
    if admin.site.is_registered(foreign):
        admin.site.unregister(foreign)


@admin.register(User)
class PersonAdmin(Recorded, UserAdmin):  # type: ignore[type-arg]
    """An account is closed on its person's page, and never removed: the record names it."""

    list_display = ("username", "first_name", "last_name", "title", "is_active")
    list_filter = ("is_active",)
    filter_horizontal = ()
    readonly_fields = ("is_active", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "is_active")}),
        ("Person", {"fields": ("first_name", "last_name", "email", "title", "theme", "time_zone")}),
        ("Times", {"fields": ("last_login", "date_joined")}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False
