"""What feedback says of datasets wherever they are named: that they have a problem, or something upstream has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from catalog.remarks import Remark
from feedback.known import known_problems

if TYPE_CHECKING:
    from collections.abc import Collection

    from feedback.known import Known
    from permissions.models import User

HIDDEN = "It is being worked on upstream, where something is closed to you."


def remarks(viewer: User, datasets: Collection[int]) -> dict[int, Remark]:
    """An open problem of the dataset itself, else a known one upstream, else what its steward announces now."""
    known = known_problems(viewer, datasets)
    said = {pk: " ".join(announcement.text for announcement in one.announced) for pk, one in known.items()}
    return {pk: _remark(pk, one)._replace(callout=said[pk]) for pk, one in known.items()}


def _remark(pk: int, known: Known) -> Remark:
    url = reverse("feedback:dataset", args=[pk])
    if known.own:
        first = known.own[0]
        more = f" and {len(known.own) - 1} more" if len(known.own) > 1 else ""
        return Remark("problem", f"{first.title}: {first.stands.words}{more}", url)
    if known.upstream:
        first = known.upstream[0]
        where = first.dataset.title or first.dataset.name
        return Remark("problem_upstream", f"{where}: {first.title}, {first.stands.words}", url)
    return (
        Remark("problem_upstream", HIDDEN, url) if known.closed else Remark("announced", known.announced[0].text, url)
    )


REMARKERS = (remarks,)
