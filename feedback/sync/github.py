"""GitHub Issues, by its REST API of 2022-11-28 (docs.github.com/rest/issues). Pure Python."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from feedback.sync.adapter import Call, Draft, Remote, Said, Stand

PAGE: Final = 100
MOST_PAGES: Final = 20
WORKING: Final = "in progress"  # a label: issues are open or closed, and nothing between
OURS: Final = "concord"


class GitHub:
    """`project` is ``owner/repository``."""

    def __init__(self, call: Call, project: str) -> None:
        owner, _, name = project.partition("/")
        self._call, self._repo = call, f"/repos/{quote(owner, safe='')}/{quote(name, safe='')}"

    def create(self, draft: Draft) -> Remote:
        body = {"title": draft.title, "body": draft.body, "labels": [OURS, *draft.labels]}
        return _remote(self._call("POST", f"{self._repo}/issues", body))

    def move(self, key: str, to: Stand) -> None:
        closed = {Stand.DONE: "completed", Stand.DECLINED: "not_planned"}.get(to)
        state = {"state": "closed", "state_reason": closed} if closed else {"state": "open"}
        self._call("PATCH", f"{self._repo}/issues/{int(key)}", state)
        if to is Stand.WORKING:
            self._call("POST", f"{self._repo}/issues/{int(key)}/labels", {"labels": [WORKING]})

    def changed_since(self, moment: datetime) -> Sequence[Remote]:
        since = quote(moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), safe="")
        found: list[Remote] = []
        for page in range(1, MOST_PAGES + 1):
            asked = f"?state=all&labels={OURS}&sort=updated&direction=asc&since={since}&per_page={PAGE}&page={page}"
            rows = self._call("GET", f"{self._repo}/issues{asked}")
            found += [_remote(row) for row in rows if "pull_request" not in row]
            if len(rows) < PAGE:
                break
        return found

    def comments(self, key: str) -> Sequence[Said]:
        rows = self._call("GET", f"{self._repo}/issues/{int(key)}/comments?per_page={PAGE}")
        return [Said(str(row["id"]), (row.get("user") or {}).get("login", ""), row.get("body") or "") for row in rows]

    def say(self, key: str, body: str) -> str:
        return str(self._call("POST", f"{self._repo}/issues/{int(key)}/comments", {"body": body})["id"])


def _remote(row: dict[str, Any]) -> Remote:
    stand = Stand.OPEN
    if row["state"] == "closed":
        stand = Stand.DECLINED if row.get("state_reason") in ("not_planned", "duplicate") else Stand.DONE
    elif any(label.get("name") == WORKING for label in row.get("labels", ())):
        stand = Stand.WORKING
    return Remote(str(row["number"]), row["html_url"], stand, datetime.fromisoformat(row["updated_at"]))
