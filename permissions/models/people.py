"""People and the teams they are in."""

from typing import Any, ClassVar

from django.apps import apps
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models, transaction
from django.db.models.functions import Lower
from django.urls import reverse


class UserManager(DjangoUserManager["User"]):
    """Usernames are found whatever their case: ``Ada`` signs in as ``ada``."""

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **more: Any
    ) -> "User":
        """Make an administrator: ``manage.py createsuperuser`` calls this."""
        with transaction.atomic():
            person = super().create_superuser(username, email, password, **more)
            apps.get_model("permissions", "RoleGrant")._default_manager.create(role="administrator", person=person)
        return person

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(AbstractUser):
    """A person who signs in; `username` is their handle in mentions and addresses.

    A service account is a program's: it never signs in, has tokens only, and `answered_by` answers for it.
    """

    class Theme(models.TextChoices):
        SYSTEM = "system", "As the system"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    title = models.CharField("job title", max_length=120, blank=True)
    theme = models.CharField(max_length=6, choices=Theme, default=Theme.SYSTEM)
    time_zone = models.CharField(max_length=64, default="UTC")
    is_service = models.BooleanField("service account", default=False, editable=False)
    answered_by = models.ForeignKey(
        "self", models.PROTECT, related_name="service_accounts", null=True, blank=True, editable=False
    )

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_username_any_case"),
            models.UniqueConstraint(Lower("email"), name="user_email_any_case", condition=~models.Q(email="")),
            models.CheckConstraint(
                condition=models.Q(is_service=True, answered_by__isnull=False)
                | models.Q(is_service=False, answered_by=None),
                name="user_service_is_answered_for",
                violation_error_message="A service account, and nothing else, has somebody who answers for it.",
            ),
            models.CheckConstraint(
                condition=models.Q(is_service=False) | models.Q(is_superuser=False, is_staff=False),
                name="user_service_administers_nothing",
                violation_error_message="A service account cannot be an administrator.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def get_absolute_url(self) -> str:
        return reverse("permissions:person", args=[self.username])


class Team(models.Model):
    """A group of people that rules and stewardship may name.

    One that is managed elsewhere follows what is said there: `external_id` is its name or number there.
    """

    LONGEST_EXTERNAL = 255

    class Manager(models.TextChoices):
        HERE = "", "people here"
        PROVIDER = "provider", "the groups of the sign-in provider"
        SCIM = "scim", "SCIM"

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120, unique=True)
    managed_by = models.CharField(max_length=8, choices=Manager, default=Manager.HERE, blank=True)
    external_id = models.CharField(max_length=LONGEST_EXTERNAL, blank=True)
    members = models.ManyToManyField(User, related_name="teams", blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["managed_by", "external_id"],
                name="team_once_for_a_group",
                condition=~models.Q(external_id=""),
                violation_error_message="Another team follows this group.",
            )
        ]

    def __str__(self) -> str:
        return self.name
