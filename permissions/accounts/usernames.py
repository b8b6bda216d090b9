"""Usernames for people whose account is made for them."""

import re

from permissions.models import User

NOT_IN_NAMES = re.compile(r"[^a-z0-9._-]+")
LONGEST_NAME = 100


def free_username(wish: str) -> str:
    """Return a username that nobody has, as near as may be to what is wished."""
    stem = NOT_IN_NAMES.sub("-", wish.lower()).strip("-.")[:LONGEST_NAME] or "person"
    taken = {
        name.lower() for name in User.objects.filter(username__istartswith=stem).values_list("username", flat=True)
    }
    names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)
