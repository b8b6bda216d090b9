"""People and the teams they are in."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.apps import apps
from django.contrib.auth import get_backends
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models, transaction
from django.db.models.functions import Lower
from django.urls import reverse

if TYPE_CHECKING:
    from permissions.models.staff import StaffMode


class UserManager(DjangoUserManager["User"]):
    """Usernames are found whatever their case: ``Ada`` signs in as ``ada``."""

    def create_user(self, username: str, email: str | None = None, password: str | None = None, **more: Any) -> "User":
        """Make an account without any right."""
        return self._create_user(username, email, password, **more)  # type: ignore[no-any-return, attr-defined]

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **more: Any
    ) -> "User":
        """Make an administrator: ``manage.py createsuperuser`` calls this."""
        with transaction.atomic():
            person = self.create_user(username, email, password, **more)
            apps.get_model("permissions", "RoleGrant")._default_manager.create(role="administrator", person=person)
        return person

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(AbstractUser):
    """A person who signs in; `username` is their handle in mentions and addresses.

    A service account is a program's: it never signs in, has tokens only, and `answered_by` answers for it.

    Nobody is a superuser for good: Django's two flags are not columns here, and hold in staff mode only.
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

    staff_mode: "StaffMode | None" = None  # of the request that this object was made for

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
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def get_absolute_url(self) -> str:
        return reverse("permissions:person", args=[self.username])

    @property
    def is_superuser(self) -> bool:  # type: ignore[override]
        """Whether this request is made in staff mode, which its middleware knows."""
        return self.staff_mode is not None and self.staff_mode.in_force

    is_staff = is_superuser

    @property
    def administers(self) -> bool:
        """Whether they have the role of an administrator; for templates, and the lower rooms."""
        from permissions.roles import is_administrator  # noqa: PLC0415  # which reads this model

        return is_administrator(self)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Whether they may do `perm`; to a thing, only while no rule closes it to them, in staff mode as well."""
        return (
            super().has_perm(perm)
            if obj is None
            else any(backend.has_perm(self, perm, obj) for backend in get_backends() if hasattr(backend, "has_perm"))
        )


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
    managers = models.ManyToManyField(User, related_name="managed_teams", blank=True)

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

    def get_absolute_url(self) -> str:
        return reverse("permissions:team", args=[self.slug])
