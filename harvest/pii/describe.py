"""The rules as the table of docs/personal-data.md; ``python -m harvest.pii.describe`` prints it."""

from __future__ import annotations

from collections.abc import Iterator

from harvest.pii.model import Rule
from harvest.pii.rules import RULES

HEADER = (
    "| rule | recognises | classification | a name such as | name alone | with values | values alone | only where |",
    "|---|---|---|---|---|---|---|---|",
)


def rule_rows() -> Iterator[str]:
    """Yield one row of Markdown for each rule."""
    return (_row(rule) for rule in RULES)


def _row(rule: Rule) -> str:
    cells = (
        f"`{rule.id}`", rule.label, f"`{rule.classification}`", _examples(rule), _sure(rule.name_only),
        _sure(rule.both) + (f" from {rule.share:.0%}" if rule.values else ""),
        _sure(rule.values_only) + (f" from {rule.share_alone:.0%} of {rule.values_needed}" if rule.values_only else ""),
        "the table is about people" if rule.needs_person else "",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _examples(rule: Rule) -> str:
    return ", ".join(phrases.split(",")[0] for phrases in list(rule.names.values())[:3])


def _sure(confidence: float) -> str:
    return f"{confidence:.2f}" if confidence else "no"


if __name__ == "__main__":
    print(*HEADER, *rule_rows(), sep="\n")
