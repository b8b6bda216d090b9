"""Writing that is known to change something."""

from typing import Any

from catalog.curation.services import edit, edit_many
from catalog.models import Edit


def wrote(**given: Any) -> Edit:
    """The edit that writes facts of one thing."""
    made = edit(**given).edit
    assert made is not None
    return made


def wrote_many(**given: Any) -> Edit:
    """The edit that writes facts of many things."""
    made = edit_many(**given).edit
    assert made is not None
    return made
