"""Jira Cloud, by its REST API version 3 (developer.atlassian.com/cloud/jira/platform/rest/v3). Pure Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from feedback.sync.adapter import Call, Draft, Remote, Said, Stand, TrackerError

OURS: Final = "concord"
PAGE: Final = 100
MOST_PAGES: Final = 20
FIELDS: Final = "status,resolution,updated"
DECLINED: Final = frozenset({"won't do", "won't fix", "declined", "duplicate", "cannot reproduce"})
CATEGORIES: Final = {Stand.OPEN: "new", Stand.WORKING: "indeterminate", Stand.DONE: "done", Stand.DECLINED: "done"}


class Jira:
    """`project` is a project's key, as ``DATA``; `site` is where people open its issues."""

    def __init__(self, call: Call, project: str, site: str) -> None:
        self._call, self._project, self._site = call, project, site.rstrip("/")

    def create(self, draft: Draft) -> Remote:
        fields = {
            "project": {"key": self._project}, "issuetype": {"name": "Task"}, "summary": draft.title[:255],
            "description": document(draft.body), "labels": [OURS, *draft.labels],
        }  # fmt: skip
        key = self._call("POST", "/rest/api/3/issue", {"fields": fields})["key"]
        return self._remote(self._call("GET", f"/rest/api/3/issue/{quote(key, safe='')}?fields={FIELDS}"))

    def move(self, key: str, to: Stand) -> None:
        """By whichever transition of its workflow leads to a status of that category."""
        path = f"/rest/api/3/issue/{quote(key, safe='')}/transitions"
        ways = self._call("GET", path)["transitions"]
        for way in ways:
            if way["to"]["statusCategory"]["key"] == CATEGORIES[to]:
                self._call("POST", path, {"transition": {"id": way["id"]}})
                return
        raise TrackerError(f"No transition of {key} leads to “{to.value}”.")

    def changed_since(self, moment: datetime) -> Sequence[Remote]:
        """JQL knows minutes of the account's own time zone, so it is asked for a day more and sorted out here."""
        day = (moment.astimezone(UTC) - timedelta(days=1)).strftime("%Y-%m-%d")
        jql = f'project = "{_quoted(self._project)}" AND labels = {OURS} AND updated >= "{day}" ORDER BY updated ASC'
        return [one for one in self._search(jql) if one.changed_at >= moment]

    def _search(self, jql: str) -> Iterator[Remote]:
        token = ""
        for _ in range(MOST_PAGES):
            asked = {"jql": jql, "fields": FIELDS, "maxResults": PAGE} | ({"nextPageToken": token} if token else {})
            page = self._call("GET", f"/rest/api/3/search/jql?{urlencode(asked)}")
            yield from map(self._remote, page["issues"])
            token = page.get("nextPageToken", "")
            if not token:
                return

    def comments(self, key: str) -> Sequence[Said]:
        page = self._call("GET", f"/rest/api/3/issue/{quote(key, safe='')}/comment?maxResults={PAGE}")
        return [
            Said(row["id"], (row.get("author") or {}).get("displayName", ""), text_of(row["body"]).strip())
            for row in page["comments"]
        ]

    def say(self, key: str, body: str) -> str:
        path = f"/rest/api/3/issue/{quote(key, safe='')}/comment"
        return str(self._call("POST", path, {"body": document(body)})["id"])

    def _remote(self, row: dict[str, Any]) -> Remote:
        fields = row["fields"]
        category = fields["status"]["statusCategory"]["key"]
        stand = {"new": Stand.OPEN, "indeterminate": Stand.WORKING}.get(category, Stand.DONE)
        if stand is Stand.DONE and ((fields.get("resolution") or {}).get("name", "").lower() in DECLINED):
            stand = Stand.DECLINED
        return Remote(row["key"], f"{self._site}/browse/{row['key']}", stand, datetime.fromisoformat(fields["updated"]))


def document(text: str) -> dict[str, Any]:
    """Text as Atlassian's document format: a paragraph for each."""
    paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
    content = [{"type": "paragraph", "content": [{"type": "text", "text": part}]} for part in paragraphs]
    return {"type": "doc", "version": 1, "content": content}


def text_of(node: Any) -> str:
    """The text of a document, a paragraph a line."""
    if not isinstance(node, dict):
        return ""
    inside = "".join(text_of(one) for one in node.get("content", ()))
    end = "\n" if node.get("type") in ("paragraph", "heading", "listItem") else ""
    return str(node.get("text", "")) + inside + end


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
