"""What an entry holds, where it comes from, and that it stands exactly when it should."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.utils.functional import SimpleLazyObject

from catalog.models import Dataset
from core.origin import HEADER, OriginMiddleware, origin
from permissions.audit import note, record
from permissions.audit.actions import ACTIONS, labels
from permissions.audit.digests import content, holds
from permissions.audit.middleware import AuditMiddleware
from permissions.audit.months import make_months_ahead
from permissions.models import AuditEntry, User

pytestmark = pytest.mark.django_db


def only_entry(action: str) -> AuditEntry:
    return AuditEntry.objects.get(action=action)


def answered(view: Callable[[], HttpResponse], **headers: Any) -> HttpResponse:
    """What `view` answers inside the two middlewares that entries need."""
    request = RequestFactory().get("/", **headers)
    return OriginMiddleware(AuditMiddleware(lambda _: view()))(request)


def denied() -> HttpResponse:
    note("read.denied", actor=None)
    return HttpResponse()


def test_an_entry_says_who_did_what_to_what(alice: User, customers: Dataset) -> None:
    record(
        "rule.changed", actor=alice, thing=customers, before={"level": "read"}, after={"level": "sample"}, note="Why"
    )
    found = only_entry("rule.changed")
    assert (found.actor_id, found.actor_name) == (alice.pk, "alice")
    assert (found.thing_kind, found.thing_id, found.thing_name) == (
        "catalog.dataset", str(customers.pk), str(customers),
    )  # fmt: skip
    assert (found.before, found.after, found.note) == ({"level": "read"}, {"level": "sample"}, "Why")
    assert (found.sequence, found.hash) == (None, "")


def test_an_unknown_action_is_a_mistake_of_the_caller(alice: User) -> None:
    with pytest.raises(LookupError, match=r"rule\.painted"):
        record("rule.painted", actor=alice)


def test_every_action_has_a_label_of_its_own() -> None:
    assert len(set(labels().values())) == len(labels()) >= len(ACTIONS)


def test_what_the_database_gives_back_is_what_was_signed(alice: User) -> None:
    odd = {
        "number": 1.10, "decimal": Decimal("1.50"), "day": date(2026, 1, 2), "nul": "a\0b", "broken": "\ud800",
        "set": {"b", "a"}, "deep": [{"b": 1, "a": [None, True, 10**30]}], "long": "x" * 20_000, "many": range(2_000),
        "person": SimpleLazyObject(lambda: alice), "odd key \0": "ü 🦀",
    }  # fmt: skip
    record("rule.changed", actor=None, after=odd, note="\0")
    found = only_entry("rule.changed")
    assert holds(found.digest, content(found))
    assert found.after is not None
    assert found.after["set"] == ["a", "b"]
    assert found.after["person"] == f"Alice Archer (permissions.user {alice.pk})"
    assert found.after["long"].endswith("… (10,000 characters more)")
    assert found.after["many"][-1] == "… (1,000 more)"


@pytest.mark.parametrize("address", ["10.1.2.3", "2001:0db8:0:0::1", "::ffff:10.1.2.3"])
def test_addresses_come_back_as_they_were_signed(address: str) -> None:
    answered(denied, REMOTE_ADDR=address)
    found = only_entry("read.denied")
    assert holds(found.digest, content(found))


def test_an_entry_goes_with_the_transaction_it_tells_of(alice: User) -> None:
    with transaction.atomic():
        record("rule.created", actor=alice)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.filter(action="rule.created").exists()


def test_a_refusal_stays_on_record_although_its_transaction_does_not(alice: User) -> None:
    def view() -> HttpResponse:
        try:
            with transaction.atomic():
                note("read.denied", actor=alice, thing="crm")
                raise Http404
        except Http404:
            return HttpResponse(status=404)

    assert answered(view).status_code == 404
    assert only_entry("read.denied").thing_name == "crm"


def test_an_answer_that_cannot_be_recorded_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr("permissions.audit.middleware.write", refuse)
    with pytest.raises(IntegrityError):
        answered(denied)


@pytest.mark.parametrize(
    ("proxies", "headers", "address"),
    [
        (0, {"HTTP_X_FORWARDED_FOR": "6.6.6.6"}, "10.0.0.9"),
        (1, {"HTTP_X_FORWARDED_FOR": "6.6.6.6, 8.8.8.8"}, "8.8.8.8"),
        (2, {"HTTP_X_FORWARDED_FOR": "6.6.6.6, 7.7.7.7, 8.8.8.8"}, "7.7.7.7"),
        (2, {"HTTP_X_FORWARDED_FOR": "8.8.8.8"}, "8.8.8.8"),
        (1, {"HTTP_X_FORWARDED_FOR": "6.6.6.6, [2001:db8::1]:4711"}, "2001:db8::1"),
        (1, {"HTTP_X_FORWARDED_FOR": "8.8.8.8:99"}, "8.8.8.8"),
        (1, {"HTTP_X_FORWARDED_FOR": "<script>"}, "10.0.0.9"),
        (1, {}, "10.0.0.9"),
        (0, {"REMOTE_ADDR": ""}, None),
    ],
)  # fmt: skip
def test_a_client_cannot_make_up_its_address(
    settings: Any, proxies: int, headers: dict[str, str], address: str | None
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    answered(denied, **{"REMOTE_ADDR": "10.0.0.9"} | headers)
    assert only_entry("read.denied").address == address


@pytest.mark.parametrize("sane", ["deploy-4711.a_b", "0af7651916cd43dd8448eb211c80319c"])
def test_a_sane_request_id_is_kept_and_returned(sane: str) -> None:
    response = answered(denied, HTTP_X_REQUEST_ID=sane)
    assert only_entry("read.denied").request_id == response[HEADER] == sane


@pytest.mark.parametrize("odd", ["", "short", "x" * 65, 'a"b\nlog injection', "<script>alert(1)</script>"])
def test_any_other_request_id_is_replaced(odd: str) -> None:
    response = answered(denied, HTTP_X_REQUEST_ID=odd)
    assert only_entry("read.denied").request_id == response[HEADER] != odd
    assert len(response[HEADER]) == 32


def test_nothing_of_a_request_is_left_for_the_next_one() -> None:
    answered(HttpResponse, REMOTE_ADDR="10.0.0.9")
    assert origin() == ("", None)


def test_every_answer_carries_its_request_id(as_alice: Client) -> None:
    assert len(as_alice.get("/")[HEADER]) == 32


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE permissions_auditentry SET note = 'nothing happened'",
        "UPDATE permissions_auditentry SET sequence = 1, hash = 'x', note = 'nothing happened'",
        "DELETE FROM permissions_auditentry",
    ],
)
def test_the_database_refuses_to_change_an_entry(alice: User, statement: str) -> None:
    record("rule.created", actor=alice)
    with pytest.raises(IntegrityError, match="never changed or removed"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_entry_is_sealed_only_once(alice: User) -> None:
    record("rule.created", actor=alice)
    AuditEntry.objects.update(sequence=1, hash="x")
    with pytest.raises(IntegrityError, match="never changed or removed"):
        AuditEntry.objects.update(sequence=2, hash="y")


@pytest.mark.parametrize("table", ["permissions_auditentry", "permissions_auditentry_{:%Y_%m}"])
def test_the_database_refuses_to_empty_the_record(table: str) -> None:
    name = table.format(date.today())  # noqa: DTZ011
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER audit_keep_all")
        with pytest.raises(IntegrityError, match="never changed or removed"):
            cursor.execute(f"TRUNCATE {name}")


def test_months_are_made_ahead_once() -> None:
    make_months_ahead()
    assert make_months_ahead() == 0
