"""What ends a command early."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """The command cannot go on; `str()` says why and what to do."""


class Answered(Refused):
    """The server refused; `body` is its problem details."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__("\n".join([str(body.get("detail") or f"The server answered {status}."), *_rules(body)]))
        self.status = status
        self.body = body


def _rules(body: dict[str, Any]) -> list[str]:
    """Whom to ask about what is closed."""
    return [
        f"Ask {rule['owner']['name']}, who owns the rule; it is looked at again on {rule['review_on']}."
        for rule in body.get("rules", [])
    ]
