"""What feedback says of datasets wherever they are named: that they have a problem, or something upstream has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from catalog.remarks import Remark
from feedback.around import announced_on
from feedback.known import known_problems

if TYPE_CHECKING:
    from collections.abc import Collection

    from feedback.known import Known
    from permissions.models import User

HIDDEN = "It is being worked on upstream, where something is closed to you."


def problems(viewer: User, datasets: Collection[int]) -> dict[int, Remark]:
    """An open problem of the dataset itself, else a known one upstream."""
    return {pk: _remark(pk, known) for pk, known in known_problems(viewer, datasets).items()}


def _remark(pk: int, known: Known) -> Remark:
    url = reverse("feedback:dataset", args=[pk])
    if known.own:
        first = known.own[0]
        more = f" and {len(known.own) - 1} more" if len(known.own) > 1 else ""
        return Remark("problem", f"{first.title}: {first.stands.words}{more}", url)
    if not known.upstream:
        return Remark("problem_upstream", HIDDEN, url)
    first = known.upstream[0]
    where = first.dataset.title or first.dataset.name
    return Remark("problem_upstream", f"{where}: {first.title}, {first.stands.words}", url)


def announcements(viewer: User, datasets: Collection[int]) -> dict[int, Remark]:
    """What stewards announce now."""
    return {
        pk: Remark(
            "announced", told[0].text, reverse("feedback:dataset", args=[pk]), " ".join(one.text for one in told)
        )
        for pk, told in announced_on(datasets).items()
    }


REMARKERS = (announcements, problems)
