"""The tour on a Northbeam of six tables: what it shows to whom, where it leads, what it remembers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from catalog.models import Dataset, Source
from core.names import split_path
from core.navigation import visible_items
from demo.palette import stops as palette_stops
from demo.presence import KEY, is_here
from demo.registering import SOURCES
from demo.stops import SLUGS, STOPS
from demo.written import WRITTEN
from harvest.models import Run
from permissions.demo import TEAM
from permissions.models import User
from tests.cast import signed_in
from tests.factories import (
    ContainerFactory,
    DatasetFactory,
    FieldFactory,
    RoleFactory,
    RuleFactory,
    SourceFactory,
    TeamFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

TOUR = "/tour/"
KEYS = sorted({key for stop in STOPS for key in stop.keys})


@pytest.fixture
def amara(db: None) -> User:
    return UserFactory.create(username="amara.okafor", first_name="Amara", last_name="Okafor")


@pytest.fixture
def lena(db: None) -> User:
    return UserFactory.create(username="lena.fischer", first_name="Lena", last_name="Fischer")


@pytest.fixture
def northbeam(amara: User, lena: User, settings: Settings) -> Iterator[dict[str, Dataset]]:
    """The datasets of the stops by key, certified by Amara, after the second act; one click makes you anybody."""
    settings.CONCORD_DEMO = True
    cache.delete(KEY)
    TeamFactory.create(slug=TEAM, name="Northbeam", members=[amara, lena, UserFactory.create(username="elin.strand")])
    made = {key: _dataset(key, amara) for key in KEYS}
    FieldFactory.create(dataset=made["crm.lead"], name="email", classified=["pii"])
    platform = Source.objects.get(slug="platform")
    Run.objects.create(source=platform, state="succeeded", changed=3, created_at=datetime(2026, 11, 1, tzinfo=UTC))
    Run.objects.create(source=platform, state="succeeded")
    yield made
    cache.delete(KEY)


def _dataset(key: str, owner: User) -> Dataset:
    slug, *folders, name = split_path(key)
    source = Source.objects.filter(slug=slug).first() or SourceFactory.create(slug=slug, owner=owner)
    container = source.containers.filter(name=folders[0]).first() if folders else None
    if folders and container is None:
        container = ContainerFactory.create(source=source, name=folders[0])
    title = WRITTEN[key].title
    return DatasetFactory.create(source=source, container=container, name=name, title=title, certified_by=owner)


def tour(client: Client) -> str:
    response = client.get(TOUR)
    assert response.status_code == 200
    return response.content.decode()


def test_there_is_no_tour_where_northbeam_is_not(as_alice: Client, customers: Dataset) -> None:
    assert as_alice.get(TOUR).status_code == 404
    assert as_alice.get("/tour/stops/ask/").status_code == 404
    assert as_alice.get("/tour/hint/").content == b""


def test_the_navigation_offers_the_tour_only_where_there_is_one(amara: User, northbeam: dict[str, Dataset]) -> None:
    assert "Tour" in [item.title for item in visible_items(amara)]
    Dataset.objects.all().delete()
    cache.delete(KEY)
    assert "Tour" not in [item.title for item in visible_items(amara)]


def test_the_navigation_asks_the_catalog_once_in_a_while(
    amara: User, northbeam: dict[str, Dataset], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    visible_items(amara)
    with django_assert_num_queries(0):
        visible_items(amara)


def test_a_real_company_with_the_same_source_names_is_not_northbeam(alice: User) -> None:
    for slug in SOURCES:
        DatasetFactory.create(source=SourceFactory.create(slug=slug, owner=alice), certified_by=alice)
    assert not is_here()


def test_seven_stops_take_ten_minutes_and_name_datasets_that_people_wrote_about() -> None:
    assert len(STOPS) == 7
    assert sum(stop.minutes for stop in STOPS) == 10
    assert set(KEYS) <= set(WRITTEN)


def test_every_stop_leads_to_its_real_page(amara: User, northbeam: dict[str, Dataset]) -> None:
    client = signed_in(amara)
    c360, account = northbeam["warehouse.mart.customer_360"].pk, northbeam["platform.account.account"].pk
    run = Run.objects.get(changed=3)
    expected = {
        "ask": "/search/?q=active+customer",
        "judge": f"/datasets/{c360}/",
        "values": f"/datasets/{northbeam['crm.lead'].pk}/sample/",
        "door": f"/datasets/{northbeam['warehouse.people_ops.salary'].pk}/",
        "origin": f"/datasets/{c360}/lineage/",
        "changes": f"/datasets/{account}/history/",
        "sources": f"/runs/{run.pk}/",
    }
    assert {slug: client.get(f"/tour/stops/{slug}/")["Location"] for slug in SLUGS} == expected


def test_a_stop_that_one_has_opened_is_ticked(amara: User, northbeam: dict[str, Dataset]) -> None:
    client = signed_in(amara)
    assert "0 of 7 stops seen" in tour(client)
    client.get("/tour/stops/ask/")
    html = tour(client)
    assert "1 of 7 stops seen" in html
    assert 'Ask a question<span class="visually-hidden">, seen</span>' in html


def test_progress_survives_becoming_somebody_else(amara: User, northbeam: dict[str, Dataset]) -> None:
    client = signed_in(amara)
    client.get("/tour/stops/ask/")
    answer = client.post("/demo/sign-in/", {"username": "lena.fischer", "next": "/tour/stops/door/"}, follow=True)
    assert answer.redirect_chain[-1][0] == northbeam["warehouse.people_ops.salary"].get_absolute_url()
    html = tour(client)
    assert "Lena Fischer" in html
    assert "2 of 7 stops seen" in html


def test_what_the_cookie_says_is_not_believed(amara: User, northbeam: dict[str, Dataset]) -> None:
    client = signed_in(amara)
    client.cookies["concord_tour"] = "ask.<b>.nonsense"
    html = tour(client)
    assert "1 of 7 stops seen" in html
    assert "nonsense" not in html


def test_who_has_been_round_is_told_so_and_may_start_over(amara: User, northbeam: dict[str, Dataset]) -> None:
    client = signed_in(amara)
    for slug in SLUGS:
        client.get(f"/tour/stops/{slug}/")
    assert "You have been round" in tour(client)
    assert client.get("/tour/hint/").content == b""
    client.post("/tour/again/")
    assert "0 of 7 stops seen" in tour(client)


def test_a_dataset_one_may_not_know_of_is_not_named_at_its_stop(amara: User, northbeam: dict[str, Dataset]) -> None:
    for key in KEYS:
        RuleFactory.create(label=f"dataset:{key}", level="discover", people=[amara], owner=amara)
    client = signed_in(amara)
    html = tour(client)
    shown = [part for one in northbeam.values() for part in (one.key, one.title or one.name, one.get_absolute_url())]
    assert not [part for part in shown if part in html]
    assert html.count("There is nothing for you to open here") == len(STOPS)
    assert not [stop.look for stop in STOPS if stop.look in html]
    assert {client.get(f"/tour/stops/{slug}/").status_code for slug in SLUGS} == {404}


def test_one_hidden_answer_hides_the_whole_disagreement(amara: User, northbeam: dict[str, Dataset]) -> None:
    key = "warehouse.mart.product_active_customer"
    RuleFactory.create(label=f"dataset:{key}", level="discover", people=[amara], owner=amara)
    html = tour(signed_in(amara))
    assert "two answers that disagree" not in html
    assert "active customer" not in html.casefold()


def test_the_closed_door_says_to_whom_it_is_closed(amara: User, lena: User, northbeam: dict[str, Dataset]) -> None:
    RuleFactory.create(label="dataset:warehouse.people_ops.salary", level="read", people=[amara], owner=lena)
    assert "Closed to you" in tour(signed_in(amara))
    html = tour(signed_in(lena))
    assert "Closed to you" not in html
    assert "Open to you" in html


def test_a_stop_that_a_rule_closes_says_so_and_tells_nothing_of_it(amara: User, northbeam: dict[str, Dataset]) -> None:
    RuleFactory.create(label="dataset:warehouse.mart.customer_360", level="read", people=[amara], owner=amara)
    html = tour(signed_in(amara))
    assert html.count("A rule keeps what this stop shows from you") == 2
    assert "sql-title" not in html


def test_the_stop_of_values_counts_the_columns_masked_for_the_viewer(
    amara: User, lena: User, northbeam: dict[str, Dataset]
) -> None:
    RuleFactory.create(label="class:pii", level="sample", people=[amara], owner=lena)
    assert "1 column masked for you" in tour(signed_in(amara))
    assert "Nothing masked for you" in tour(signed_in(lena))


def test_before_the_second_act_there_is_no_change_to_show(amara: User, northbeam: dict[str, Dataset]) -> None:
    Run.objects.all().delete()
    html = tour(signed_in(amara))
    assert "0 of 5 stops seen" in html
    assert "Release 5.4" not in html


def test_where_nobody_may_switch_people_are_only_named(
    amara: User, northbeam: dict[str, Dataset], settings: Settings
) -> None:
    settings.CONCORD_DEMO = False
    html = tour(signed_in(amara))
    assert reverse("permissions:demo_sign_in") not in html
    assert "Elin Strand" in html


def test_only_who_may_connect_sources_is_offered_it(amara: User, northbeam: dict[str, Dataset]) -> None:
    assert "Connect your own" not in tour(signed_in(amara))
    administrator = RoleFactory.create().person
    assert administrator is not None
    assert "Connect your own" in tour(signed_in(administrator))


def test_the_hint_goes_when_it_is_closed(amara: User, northbeam: dict[str, Dataset]) -> None:
    client = signed_in(amara)
    assert "Northbeam is invented." in client.get("/tour/hint/").content.decode()
    client.get("/tour/stops/ask/")
    assert "1 of 7 stops seen" in client.get("/tour/hint/").content.decode()
    answer = client.post("/tour/hint/hide/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert client.get("/tour/hint/").content == b""
    assert "1 of 7 stops seen" in tour(client)


def test_the_first_page_asks_for_the_hint(amara: User, northbeam: dict[str, Dataset]) -> None:
    assert 'hx-get="/tour/hint/"' in signed_in(amara).get("/").content.decode()


def test_stops_are_found_in_the_palette_by_their_titles(amara: User, northbeam: dict[str, Dataset]) -> None:
    assert [item.url for item in palette_stops(amara, "closed door")] == ["/tour/#door"]
    assert len(list(palette_stops(amara, "tour"))) == len(STOPS)
    assert not list(palette_stops(amara, ""))


def test_the_tour_asks_few_questions(
    amara: User,
    lena: User,
    northbeam: dict[str, Dataset],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    RuleFactory.create(label="class:pii", level="sample", people=[amara], owner=lena)
    RuleFactory.create(label="dataset:warehouse.people_ops.salary", level="read", people=[amara], owner=lena)
    client = signed_in(amara)
    with django_assert_max_num_queries(12):
        client.get(TOUR)
    with django_assert_max_num_queries(4):
        client.get("/tour/hint/")
