"""What is sent to do harm: in logs, mails, bodies, members and circles."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Dataset, Domain
from core.logs import JsonFormatter
from permissions.models import AccessRequest, AuditEntry, OptOutRule, RuleException, Team, User
from tests.api.conftest import JSON, program
from tests.cast import signed_in
from tests.factories import DomainFactory, RuleFactory
from tests.permissions.rules.drafts import REASON, soon

pytestmark = pytest.mark.django_db
BREAKS = 'eve\r\n{"level": "INFO", "message": "root signed in"}\r\nX-Injected: yes'


def test_no_log_line_is_broken_in_two(client: Client, alice: User, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        client.post("/accounts/login/", {"login": BREAKS, "password": BREAKS}, headers={"X-Request-ID": BREAKS})
        client.get("/datasets/%0d%0aX-Injected:%20yes/", headers={"User-Agent": BREAKS})
        client.get("/api/v1/me", headers={"Authorization": f"Bearer {BREAKS}"})
    lines = [JsonFormatter().format(record) for record in caplog.records]
    assert len(lines) >= 2
    assert [line for line in lines if "\n" in line or "\r" in line] == []
    assert all(isinstance(json.loads(line), dict) for line in lines)


def test_no_entry_of_the_record_is_broken_in_two(client: Client, alice: User, root: User) -> None:
    client.post("/accounts/login/", {"login": BREAKS, "password": "wrong"})
    assert AuditEntry.objects.filter(action="sign_in.failed").exists()
    told: Any = signed_in(root).get("/permissions/audit/export/?format=jsonl")
    lines = b"".join(told.streaming_content).decode().splitlines()
    assert [line for line in lines if not line.startswith("{") or not json.loads(line)] == []


def test_a_name_breaks_no_header_of_a_mail_and_runs_in_none(client: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(
        first_name="Eve\r\nBcc: all@example.org", last_name="<script>alert(1)</script>"
    )
    client.post("/accounts/password/reset/", {"email": alice.email}, headers={"X-Forwarded-Host": "evil.example"})
    (sent,) = mail.outbox
    assert sent.recipients() == [alice.email]
    assert "\n" not in sent.subject
    assert "evil.example" not in sent.body
    assert all("<script>" not in str(content) for content, kind in getattr(sent, "alternatives", ()))


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "evil.example:80", "testserver@evil.example"]
)
def test_a_made_up_host_gets_no_mail_sent(host: str, client: Client, alice: User) -> None:
    answer = client.post("/accounts/password/reset/", {"email": alice.email}, headers={"Host": host})
    assert answer.status_code == 400
    assert mail.outbox == []


@pytest.mark.parametrize(
    "sent", [{"login": "x" * 6_000_000, "password": "x"}, {f"field{n}": "x" for n in range(5_000)}]
)
def test_a_body_that_is_too_large_is_refused_before_anything_is_done(
    sent: dict[str, str], client: Client, alice: User
) -> None:
    assert client.post("/accounts/login/", sent).status_code in {400, 413}


def test_somebody_in_five_hundred_teams_costs_as_much_as_anybody(customers: Dataset, bob: User, alice: User) -> None:
    """And a rule on any one of them holds."""

    def asked() -> int:
        client = signed_in(bob)
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            for path in (f"/datasets/{customers.pk}/", "/permissions/explain/", "/permissions/rules/", "/people/bob/"):
                client.get(path)
        return len(queries)

    few = asked()
    teams = Team.objects.bulk_create(Team(slug=f"t{n}", name=f"Team {n}") for n in range(500))
    bob.teams.set(teams)
    assert asked() - few <= 2
    RuleFactory.create(label="source:crm", level="discover", teams=[teams[499]])
    assert signed_in(bob).get(f"/datasets/{customers.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "more"),
    [
        ("requests", {"purpose": "To reconcile last quarter.", "days": 3}, {"state": "approved"}),
        ("requests", {"purpose": "To reconcile last quarter.", "days": 3}, {"asker": "alice"}),
        ("exceptions", {"purpose": "To reconcile last quarter."}, {"approved_by": "root"}),
        ("exceptions", {"purpose": "To reconcile last quarter."}, {"starts_at": "2020-01-01T00:00:00Z"}),
        ("rules", {"label": "source:crm", "level": "read", "everyone": True, "reason": REASON}, {"by_grant_of": None}),
        ("rules", {"label": "source:crm", "level": "read", "everyone": True, "reason": REASON}, {"covered": True}),
        ("rules", {"label": "source:crm", "level": "read", "everyone": True, "reason": REASON}, {"id": 7}),
    ],
)
def test_what_nobody_may_set_is_refused_by_its_name(
    path: str, body: dict[str, Any], more: dict[str, Any], customers: Dataset, alice: User, bob: User, root: User
) -> None:
    rule = RuleFactory.create(label="source:crm", level="read", people=[bob], owner=alice)
    whole: dict[str, dict[str, Any]] = {
        "requests": {"thing": f"dataset:{customers.pk}"},
        "exceptions": {"rule": rule.pk, "person": "bob", "until": soon(3).isoformat()},
        "rules": {"review_on": soon().isoformat()},
    }
    sender = program(bob if path == "requests" else root, "read", "write")
    answer = sender.post(ADDRESSES[path], body | whole[path] | more, content_type=JSON)
    assert answer.status_code == 400, answer.content
    assert f"#/{next(iter(more))}" in [error["pointer"] for error in answer.json()["errors"]]
    assert (AccessRequest.objects.count(), RuleException.objects.count(), OptOutRule.objects.count()) == (0, 0, 1)


ADDRESSES = {"requests": "/api/v1/access-requests", "exceptions": "/api/v1/exceptions", "rules": "/api/v1/rules"}


def test_forms_set_nothing_but_what_they_show(customers: Dataset, alice: User, bob: User) -> None:
    RuleFactory.create(label="source:crm", level="read", people=[bob], owner=alice)
    sent = {"purpose": "To reconcile last quarter.", "duration": "7", "state": "approved", "asker": alice.pk}
    signed_in(bob).post(f"/permissions/requests/new/?thing=dataset:{customers.pk}", sent)
    made = AccessRequest.objects.get()
    assert (made.asker, made.state) == (bob, "open")


def test_domains_in_a_circle_end(customers: Dataset, root: User, django_assert_max_num_queries: Any) -> None:
    """No form makes one; where the database was given one, pages still answer."""
    first = DomainFactory.create(slug="first")
    second = DomainFactory.create(slug="second", parent=first)
    Domain.objects.filter(pk=first.pk).update(parent=second)
    Dataset.objects.filter(pk=customers.pk).update(domain=first)
    client = signed_in(root)
    with django_assert_max_num_queries(80):
        for path in (f"/datasets/{customers.pk}/", "/domains/first/", f"/permissions/grants/domain/{first.pk}/"):
            assert client.get(path).status_code == 200, path


def test_no_form_makes_a_circle_of_domains(root: User) -> None:
    first = DomainFactory.create(slug="first")
    second = DomainFactory.create(slug="second", parent=first)
    first.parent = second
    with pytest.raises(Exception, match="circle"):
        first.full_clean()
