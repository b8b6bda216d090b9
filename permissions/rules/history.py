"""What changed from one version of a rule to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from permissions.models import OptOutRule, RuleVersion

WORDS = {
    "label": "Closes", "level": "Level", "mask": "Shown instead", "everyone": "Everyone", "people": "People",
    "teams": "Teams", "except_people": "But not", "except_teams": "Nor the teams", "reason": "Reason",
    "legal_basis": "Legal basis", "owner": "Owner", "starts_at": "From", "review_on": "Review",
    "at_review": "At review", "withdrawn_at": "Withdrawn",
}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One part that says something else."""

    part: str
    before: str
    after: str


@dataclass(frozen=True)
class Step:
    """A version, and what it changed; nothing for the first."""

    version: RuleVersion
    differences: tuple[Difference, ...]


def steps_of(rule: OptOutRule) -> list[Step]:
    """Return the versions of a rule, the latest first."""
    versions = list(rule.versions.select_related("author").order_by("-number"))
    before = [*(one.content for one in versions[1:]), None][: len(versions)]
    return [
        Step(version, tuple(differences(old, version.content)) if old is not None else ())
        for version, old in zip(versions, before, strict=True)
    ]


def differences(before: dict[str, Any], after: dict[str, Any], parts: Iterable[str] = WORDS) -> Iterator[Difference]:
    """The parts that differ, in words."""
    for part in parts:
        old, new = before.get(part), after.get(part)
        if old != new:
            yield Difference(WORDS[part], _told(old), _told(new))


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nobody"
    return str(value) if value else "nothing"
