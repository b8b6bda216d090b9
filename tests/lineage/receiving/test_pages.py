"""Received events, as administrators see them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from lineage.models import ReceivedEvent
from lineage.receiving.accepting import Sender, accept_events, refuse_body
from lineage.receiving.working import work
from permissions.models import AuditEntry, User
from tests.api.conftest import every, program, read
from tests.factories import RoleFactory
from tests.lineage.openlineage.making import RUN, dataset, run_event

pytestmark = pytest.mark.django_db
PAGE = "/lineage/events/"


@pytest.fixture
def boss(alice: User) -> User:
    RoleFactory.create(role="administrator", person=alice)
    return alice


@pytest.fixture
def came(alice: User) -> list[ReceivedEvent]:
    """One that is understood, one with notes, one that was refused."""
    facets = {"schema": {"fields": [{"name": "total"}]}, "mine": {"a": 1}}
    good = run_event(outputs=[dataset("shop.mart.revenue", facets=facets)])
    accept_events(payloads=[good, run_event("DONE", job="hourly")], sender=Sender(alice, "airflow"))
    refuse_body(body=b"{<script>", why="The body is not JSON.", sender=Sender(alice, "airflow"))
    work(60)
    return list(ReceivedEvent.objects.order_by("pk"))


def test_others_may_not_look(as_bob: Client, came: list[ReceivedEvent]) -> None:
    for path in (PAGE, f"{PAGE}{came[0].pk}/"):
        assert as_bob.get(path).status_code == 403
    assert as_bob.post(f"{PAGE}{came[0].pk}/again/").status_code == 403


def test_the_page_tells_what_came_and_what_became_of_it(
    boss: User, as_alice: Client, came: list[ReceivedEvent]
) -> None:
    text = as_alice.get(PAGE).content.decode()

    for words in ("nightly", "hourly", "Understood", "With notes", "Refused", "The body is not JSON.", "airflow"):
        assert words in text


@pytest.mark.parametrize(
    ("query", "shown"),
    [("q=hour", {"hourly"}), ("state=refused", {""}), ("kind=run", {"nightly", "hourly"}), ("q=none", set())],
)
def test_filters(boss: User, as_alice: Client, came: list[ReceivedEvent], query: str, shown: set[str]) -> None:
    listing = as_alice.get(f"{PAGE}?{query}").context["listing"]

    assert {event.name for event in listing.items} == shown


def test_an_unknown_filter_is_said(boss: User, as_alice: Client) -> None:
    assert as_alice.get(f"{PAGE}?state=lost").status_code == 422


def test_one_event_shows_its_facets_and_what_came(boss: User, as_alice: Client, came: list[ReceivedEvent]) -> None:
    answer = as_alice.get(f"{PAGE}{came[0].pk}/")
    seen = answer.context["seen"]

    assert [(facet.name, facet.understood) for facet in seen.facets] == [("mine", False), ("schema", True)]
    assert str(seen.run.run_id) == RUN
    assert "shop.mart.revenue" in answer.content.decode()


def test_what_is_no_json_is_shown_as_text(boss: User, as_alice: Client, came: list[ReceivedEvent]) -> None:
    text = as_alice.get(f"{PAGE}{came[2].pk}/").content.decode()

    assert "{&lt;script&gt;" in text


def test_what_failed_is_worked_again(boss: User, as_alice: Client, came: list[ReceivedEvent]) -> None:
    ReceivedEvent.objects.filter(pk=came[0].pk).update(state="failed")
    as_alice.post(f"{PAGE}{came[0].pk}/again/")

    came[0].refresh_from_db()
    assert came[0].state == "understood"
    assert AuditEntry.objects.filter(action="lineage.event_reworked").count() == 1


def test_what_did_not_fail_is_left_alone(boss: User, as_alice: Client, came: list[ReceivedEvent]) -> None:
    as_alice.post(f"{PAGE}{came[0].pk}/again/")

    assert not AuditEntry.objects.filter(action="lineage.event_reworked").exists()


def test_the_list_over_rest(boss: User, came: list[ReceivedEvent]) -> None:
    items = every(program(boss), "lineage/events", limit=1)

    assert [item["id"] for item in items] == [event.pk for event in reversed(came)]
    assert items[-1]["sender"]["username"] == "alice"
    one: dict[str, Any] = read(program(boss), f"lineage/events/{came[0].pk}")
    assert {(facet["name"], facet["understood"]) for facet in one["facets"]} == {("mine", False), ("schema", True)}
    assert '"eventType": "COMPLETE"' in one["text"]


def test_the_list_over_rest_is_for_administrators(bob: User, came: list[ReceivedEvent]) -> None:
    read(program(bob), "lineage/events", 403)
    read(program(bob), f"lineage/events/{came[0].pk}", 403)


def test_a_page_of_events_takes_few_queries(
    boss: User, as_alice: Client, came: list[ReceivedEvent], django_assert_max_num_queries: Any
) -> None:
    as_alice.get(PAGE)
    with django_assert_max_num_queries(20):
        as_alice.get(PAGE)
