"""The people of the made-up company, whom anyone may sign in as where the demo is on."""

from django.conf import settings
from django.db.models import QuerySet

from permissions.models import User
from permissions.roles import administrators

TEAM = "northbeam-demo"


def demo_people() -> QuerySet[User]:
    """Nobody where the demo is off; never an administrator."""
    if not settings.CONCORD_DEMO:
        return User.objects.none()
    people = User.objects.filter(teams__slug=TEAM, is_active=True).exclude(pk__in=administrators().values("pk"))
    return people.order_by("first_name", "last_name", "pk")
