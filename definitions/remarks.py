"""What people say about proposals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction

from definitions.models import Remark
from definitions.telling import tell_proposer

if TYPE_CHECKING:
    from definitions.models import Proposal
    from permissions.models import User


@transaction.atomic
def remark(*, actor: User, proposal: Proposal, body: str, part: str = "", paragraph: int | None = None) -> Remark:
    """Say something about a proposal, or a paragraph of its text; who made it is told. Raises `ValidationError`."""
    if not body.strip():
        raise ValidationError({"body": "Say something."})
    made = Remark.objects.create(
        proposal=proposal, version=proposal.version, part=part, body=body.strip(), author=actor,
        paragraph=paragraph if part == Remark.Part.STATEMENT else None,
    )  # fmt: skip
    tell_proposer(proposal, actor, f"{actor} says something", body)
    return made
