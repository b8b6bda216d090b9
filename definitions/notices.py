"""Definitions and proposals that notices may be about, and to whom they are open now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from definitions.models import Definition, Proposal
from definitions.telling import ABOUT_DEFINITION, ABOUT_PROPOSAL
from notifications.subjects import Subject

if TYPE_CHECKING:
    from collections.abc import Collection

    from permissions.models import User


def definitions(person: User, ids: Collection[int]) -> set[int]:
    """Definitions that the person may read."""
    return set(Definition.objects.readable_by(person).filter(pk__in=ids).values_list("pk", flat=True))


def proposals(person: User, ids: Collection[int]) -> set[int]:
    """Proposals that the person may read."""
    return set(Proposal.objects.readable_by(person).filter(pk__in=ids).values_list("pk", flat=True))


SUBJECTS = (Subject(ABOUT_DEFINITION, definitions), Subject(ABOUT_PROPOSAL, proposals))
