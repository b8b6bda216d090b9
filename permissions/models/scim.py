"""What an identity provider says of a person, besides what the person's account holds."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower


class ScimAccount(models.Model):
    """A person whose account follows an identity provider, under the provider's own name for them."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="scim")
    user_name = models.CharField(max_length=255)
    external_id = models.CharField(max_length=255, blank=True)
    emails = models.JSONField(default=list)
    says_active = models.BooleanField(default=True, help_text="Whether the provider says anything of its being active.")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True, help_text="The provider forgot them; the account is kept.")

    class Meta:
        constraints = [models.UniqueConstraint(Lower("user_name"), name="scim_user_name_any_case")]

    def __str__(self) -> str:
        return self.user_name
