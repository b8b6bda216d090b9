"""Finding people by what they are called."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from permissions.models import User

FEWEST_LETTERS = 2
MOST_WORDS = 8  # nobody is called by more


def people_called(text: str) -> QuerySet[User]:
    """Return active people whose name, handle or job title holds every word of `text`: people before programs, by name.

    One letter names nobody.
    """
    words = text.replace("\0", "").split()
    if len(text.strip()) < FEWEST_LETTERS or len(words) > MOST_WORDS:
        return User.objects.none()
    found = User.objects.filter(is_active=True)
    for word in words:
        named = (Q(**{f"{name}__icontains": word}) for name in ("first_name", "last_name", "username", "title"))
        found = found.filter(Q.create(list(named), connector=Q.OR))
    return found.order_by("is_service", "first_name", "last_name", "pk")
