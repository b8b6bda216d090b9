"""People, teams and rules in the administration. Rules are withdrawn and stay on record; nobody deletes one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db import transaction
from django.utils import timezone

from permissions.audit import record
from permissions.audit.admin import Recorded
from permissions.audit.reads import person
from permissions.models import OptOutRule, RuleException, Team, User

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

# What allauth keeps holds secrets, and is changed by its own pages and our commands only.
for foreign in (Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken):
    if admin.site.is_registered(foreign):
        admin.site.unregister(foreign)

RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


@admin.register(User)
class PersonAdmin(Recorded, UserAdmin):  # type: ignore[type-arg]
    list_display = ("username", "first_name", "last_name", "title", "is_staff", "is_active")
    fieldsets = (
        *(UserAdmin.fieldsets or ()),
        ("Concord", {"fields": ("title", "theme", "time_zone")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Rights are given by administrators: nobody else raises themselves or others."""
        return () if request.user.is_superuser else RIGHTS

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Who could set an administrator's password or address could become one."""
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_touch(request, obj)


def _may_touch(request: HttpRequest, person: User | None) -> bool:
    return bool(request.user.is_superuser) or person is None or not person.is_superuser


@admin.register(Team)
class TeamAdmin(Recorded):
    list_display = ("name", "slug", "managed_by")
    list_filter = ("managed_by",)
    search_fields = ("name", "slug")
    filter_horizontal = ("members",)
    prepopulated_fields: ClassVar[dict[str, Any]] = {"slug": ("name",)}

    def has_delete_permission(self, request: HttpRequest, obj: Team | None = None) -> bool:
        """What rules name stays: without its team a rule would stop nobody. Empty it instead."""
        return False


class OnRecord(Recorded):
    """Ends by being withdrawn, never by being deleted."""

    actions = ("withdraw",)
    readonly_fields = ("withdrawn_at",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description="Withdraw, from now on", permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            held = list(queryset.select_for_update(of=("self",)).filter(withdrawn_at=None))
            queryset.filter(pk__in=[one.pk for one in held]).update(withdrawn_at=timezone.now())
            for one in held:
                record("exception.withdrawn", actor=person(request.user), thing=one)
        messages.success(request, f"{len(held)} withdrawn.")


class ExceptionInline(admin.TabularInline):  # type: ignore[type-arg]
    model = RuleException
    extra = 0
    can_delete = False
    max_num = 0
    raw_id_fields = ("person", "approved_by")
    readonly_fields = ("withdrawn_at",)


@admin.register(OptOutRule)
class RuleAdmin(OnRecord):
    """To look at: rules are written, changed and withdrawn on their own pages, where each step becomes a version."""

    list_display = ("label", "level", "reason", "owner", "review_on", "at_review", "withdrawn_at")
    list_filter = ("level", "at_review", "withdrawn_at")
    list_select_related = ("owner",)
    search_fields = ("label", "reason")
    filter_horizontal = ("people", "teams", "except_people", "except_teams")
    raw_id_fields = ("owner",)
    inlines = (ExceptionInline,)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(RuleException)
class ExceptionAdmin(OnRecord):
    list_display = ("rule", "person", "team", "label", "until", "approved_by", "withdrawn_at")
    list_filter = ("withdrawn_at",)
    list_select_related = ("rule", "person", "team", "approved_by")
    raw_id_fields = ("rule", "person", "approved_by")
