"""What no figure for everybody may count."""

from permissions.levels import Level
from permissions.models import OptOutRule


def hiding_labels() -> list[str]:
    """The labels, in order, by which a rule in force hides something from somebody: one query."""
    rules = OptOutRule.objects.in_force().filter(level=Level.DISCOVER).order_by("label")
    return list(rules.values_list("label", flat=True).distinct())
