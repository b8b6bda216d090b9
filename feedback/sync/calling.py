"""Requests to trackers: only to places that webhooks may reach, within a time, and never telling what is secret."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final

from feedback.models import Tracker
from feedback.sync.adapter import Adapter, TrackerError
from feedback.sync.github import GitHub
from feedback.sync.jira import Jira
from notifications.webhooks.posting import send

if TYPE_CHECKING:
    from feedback.sync.adapter import Call

MOST_READ: Final = 4_000_000  # bytes of an answer


def adapter_of(tracker: Tracker) -> Adapter:
    """What speaks to the tracker in its own way."""
    call = _calls(tracker)
    if tracker.kind == Tracker.Kind.JIRA:
        return Jira(call, tracker.project, tracker.address)
    return GitHub(call, tracker.project)


def _calls(tracker: Tracker) -> Call:
    base, headers = tracker.address.rstrip("/"), {"Accept": "application/json", **_proof(tracker)}

    def call(method: str, path: str, body: Any = None) -> Any:
        data = b"" if body is None else json.dumps(body).encode()
        answer = send(method, f"{base}{path}", data, headers, most_read=MOST_READ)
        if not answer.arrived:
            raise TrackerError(f"It answered {answer.status}." if answer.status else answer.text)
        try:
            return json.loads(answer.text) if answer.text.strip() else None
        except ValueError as error:
            raise TrackerError("Its answer is no JSON.") from error

    return call


def _proof(tracker: Tracker) -> dict[str, str]:
    secrets = tracker.secrets
    if tracker.kind == Tracker.Kind.JIRA:
        pair = b64encode(f"{secrets['account']}:{secrets['token']}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}
    return {"Authorization": f"Bearer {secrets['token']}", "X-GitHub-Api-Version": "2022-11-28"}
