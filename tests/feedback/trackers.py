"""A server on this machine that speaks as Jira Cloud (REST v3) and GitHub Issues document it, and refuses all else."""

from __future__ import annotations

import json
import re
import threading
from base64 import b64encode
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

JIRA = f"Basic {b64encode(b'bot@example.org:secret').decode()}"
GITHUB = "Bearer secret"
STATUSES = {"11": ("To Do", "new"), "21": ("In Progress", "indeterminate"), "31": ("Done", "done")}


class Issue:
    """What a tracker knows of one; `stand` is open, working, done or declined."""

    def __init__(self, title: str, body: Any, labels: list[str]) -> None:
        self.title, self.body, self.labels, self.stand = title, body, labels, "open"
        self.comments: list[tuple[str, str, Any]] = []
        self.touch()

    def touch(self) -> None:
        self.changed = datetime.now(UTC)


class Trackers(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.issues: dict[str, Issue] = {}
        self.asked: list[str] = []
        self.down = False
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def only(self) -> Issue:
        (issue,) = self.issues.values()
        return issue

    def set(self, issue: Issue, stand: str) -> None:
        """Somebody there moves it."""
        issue.stand = stand
        issue.touch()

    def say(self, issue: Issue, author: str, body: Any) -> None:
        """Somebody there says something."""
        issue.comments.append((str(900 + len(issue.comments)), author, body))
        issue.touch()


class Handler(BaseHTTPRequestHandler):
    server: Trackers

    def log_message(self, *_: object) -> None: ...

    def do_GET(self) -> None:
        self.answer("GET")

    def do_POST(self) -> None:
        self.answer("POST")

    def do_PATCH(self) -> None:
        self.answer("PATCH")

    def answer(self, method: str) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        self.server.asked.append(f"{method} {path}")
        status, told = (503, {}) if self.server.down else self.route(method, path, query, body)
        data = b"" if told is None else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def route(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        github = path.startswith("/repos/acme/data/")
        if self.headers.get("Authorization") != (GITHUB if github else JIRA):
            return 401, {"message": "Bad credentials"}
        part = path.removeprefix("/repos/acme/data/issues" if github else "/rest/api/3")
        found = self.github(method, part, query, body) if github else self.jira(method, part, query, body)
        return found or (404, {"message": f"Not Found: {method} {path}"})

    def github(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any] | None:
        issues = self.server.issues
        if method == "POST" and not path:
            number = str(len(issues) + 1)
            issues[number] = Issue(body["title"], body["body"], body["labels"])
            return 201, self.as_github(number)
        if method == "GET" and not path:
            since = datetime.fromisoformat(query["since"][0])
            rows = [self.as_github(key) for key, one in issues.items() if one.changed >= since]
            return 200, rows if query["page"] == ["1"] else []
        match = re.fullmatch(r"/(\d+)(/comments|/labels)?", path)
        if not match or match[1] not in issues:
            return None
        issue, rest = issues[match[1]], match[2]
        if method == "PATCH" and not rest:
            closed = {"completed": "done", "not_planned": "declined"}
            self.server.set(issue, closed[body["state_reason"]] if body["state"] == "closed" else "open")
            return 200, self.as_github(match[1])
        if method == "POST" and rest == "/labels":
            self.server.set(issue, "working" if "in progress" in body["labels"] else issue.stand)
            return 200, []
        if rest == "/comments" and method == "POST":
            self.server.say(issue, "bot", body["body"])
            return 201, {"id": int(issue.comments[-1][0])}
        if rest == "/comments":
            return 200, [{"id": int(key), "user": {"login": who}, "body": text} for key, who, text in issue.comments]
        return None

    def as_github(self, number: str) -> dict[str, Any]:
        one = self.server.issues[number]
        reasons = {"done": "completed", "declined": "not_planned"}
        return {
            "number": int(number), "html_url": f"https://github.com/acme/data/issues/{number}", "title": one.title,
            "state": "closed" if one.stand in reasons else "open", "state_reason": reasons.get(one.stand),
            "labels": [{"name": "in progress"}] if one.stand == "working" else [],
            "updated_at": one.changed.isoformat(),
        }  # fmt: skip

    def jira(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any] | None:
        issues = self.server.issues
        if (method, path) == ("POST", "/issue"):
            fields = body["fields"]
            assert fields["description"]["type"] == "doc"
            key = f"{fields['project']['key']}-{len(issues) + 1}"
            issues[key] = Issue(fields["summary"], fields["description"], fields["labels"])
            return 201, {"id": "1", "key": key}
        if (method, path) == ("GET", "/search/jql"):
            assert 'project = "DATA"' in query["jql"][0]
            return 200, {"issues": [self.as_jira(key) for key in issues], "isLast": True}
        match = re.fullmatch(r"/issue/([A-Z]+-\d+)(/transitions|/comment)?", path)
        if not match or match[1] not in issues:
            return None
        issue, rest = issues[match[1]], match[2]
        if rest == "/transitions" and method == "GET":
            return 200, {"transitions": [
                {"id": pk, "name": name, "to": {"name": name, "statusCategory": {"key": category}}}
                for pk, (name, category) in STATUSES.items()
            ]}  # fmt: skip
        if rest == "/transitions":
            stands = {"11": "open", "21": "working", "31": "done"}
            self.server.set(issue, stands[body["transition"]["id"]])
            return 204, None
        if rest == "/comment" and method == "POST":
            self.server.say(issue, "Bot", body["body"])
            return 201, {"id": issue.comments[-1][0]}
        if rest == "/comment":
            rows = [{"id": key, "author": {"displayName": who}, "body": text} for key, who, text in issue.comments]
            return 200, {"comments": rows}
        return 200, self.as_jira(match[1])

    def as_jira(self, key: str) -> dict[str, Any]:
        one = self.server.issues[key]
        category = {"open": "new", "working": "indeterminate"}.get(one.stand, "done")
        resolution = {"done": {"name": "Done"}, "declined": {"name": "Won't Do"}}.get(one.stand)
        changed = one.changed.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
        status = {"name": category, "statusCategory": {"key": category}}
        return {"id": "1", "key": key, "fields": {"status": status, "resolution": resolution, "updated": changed}}
