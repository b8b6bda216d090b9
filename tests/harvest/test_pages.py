"""Who may open which page of sources and runs, and what they cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from catalog.models import Dataset, Source, SourceGrant
from core.palette import find as palette
from harvest.models import RenameGuess, Run
from permissions.models import Duty, User
from tests.cast import signed_in
from tests.counting import queries
from tests.factories import DatasetFactory, RuleFactory, UserFactory
from tests.harvest.pages import change, engineer, harvest, make_file, register

READ = {"stranger": 302, "outsider": 404, "reader": 200, "owner": 200, "grantee": 200, "engineer": 200}
MANAGE = {"stranger": 302, "outsider": 404, "reader": 403, "owner": 200, "grantee": 200, "engineer": 200}
ACT = MANAGE | {"owner": 302, "grantee": 302, "engineer": 302}
REGISTER = {"stranger": 302, "outsider": 403, "reader": 403, "owner": 403, "grantee": 403, "engineer": 200}
ANYBODY = dict.fromkeys(READ, 200) | {"stranger": 302}
GET = {
    "sources": ANYBODY,
    "source": READ,
    "run": READ,
    "source_edit": MANAGE,
    "source_schedule": MANAGE,
    "source_retire": MANAGE,
    "cron": ANYBODY,
    "source_new": REGISTER,
}
POST = {
    "source_harvest": ACT,
    "source_restore": ACT,
    "source_discard": ACT,
    "source_retire": ACT,
    "source_preview": MANAGE,
    "run_cancel": ACT,
    "run_confirm": ACT,
    "rename_accept": ACT,
    "rename_reject": ACT,
    "source_new_forget": REGISTER | {"engineer": 302},
}


@pytest.fixture
def file(tmp_path: Path, settings: Any) -> Path:
    settings.HARVEST_BRAKES = settings.HARVEST_BRAKES | {"file_roots": (str(tmp_path),)}
    return make_file(tmp_path)


@pytest.fixture
def source(alice: User, file: Path) -> Source:
    """Alice's, harvested twice, with a rename that waits for a decision."""
    source = register(file, alice, cron="0 3 * * *")
    harvest(source)
    change(file, "alter table orders_old rename to orders; alter table contacts drop column city")
    harvest(source)
    return source


@pytest.fixture
def people(alice: User, source: Source) -> dict[str, Client]:
    outsider, grantee = UserFactory.create(username="olga"), UserFactory.create(username="greg")
    RuleFactory.create(label=f"source:{source.slug}", level="discover", owner=alice, people=[outsider])
    SourceGrant.objects.create(thing=source, duty=Duty.MANAGE_SOURCE, person=grantee)
    everyone = {
        "outsider": outsider,
        "reader": UserFactory.create(username="rita"),
        "owner": alice,
        "grantee": grantee,
        "engineer": engineer("sam"),
    }
    return {"stranger": Client()} | {role: signed_in(person) for role, person in everyone.items()}


def address(name: str, source: Source) -> str:
    if name.startswith("rename"):
        return reverse(f"harvest:{name}", args=[RenameGuess.objects.get().pk])
    if name.startswith("run"):
        return reverse(f"harvest:{name}", args=[Run.objects.filter(source=source).earliest("pk").pk])
    plain = name in {"sources", "cron"} or name.startswith("source_new")
    return reverse(f"harvest:{name}", args=[] if plain else [source.slug])


def test_pages_open_for_those_who_may(source: Source, people: dict[str, Client]) -> None:
    found = {
        name: {role: client.get(address(name, source)).status_code for role, client in people.items()} for name in GET
    }

    assert found == GET


def test_actions_are_for_those_who_may(source: Source, people: dict[str, Client]) -> None:
    found = {name: {role: acted(name, source, client) for role, client in people.items()} for name in POST}

    assert found == POST


def acted(name: str, source: Source, client: Client) -> int:
    """The answer to an action, which is undone so that the next may try it too."""
    with transaction.atomic():
        status = client.post(address(name, source)).status_code
        transaction.set_rollback(True)
    return status


def test_an_outsider_sees_nothing_of_a_hidden_source(source: Source, people: dict[str, Client]) -> None:
    shown = people["outsider"].get(reverse("harvest:sources")).content.decode()

    assert source.name not in shown
    assert "crm.db" not in shown


def test_a_reader_is_told_whom_to_ask(source: Source, people: dict[str, Client]) -> None:
    shown = people["reader"].post(address("source_harvest", source)).content.decode()

    assert "Ask Alice Archer, who owns it," in shown


def test_a_source_that_may_not_be_read_shows_only_its_name(alice: User, source: Source) -> None:
    bob = UserFactory.create(username="bob")
    RuleFactory.create(label=f"source:{source.slug}", level="read", owner=alice, people=[bob])

    client = signed_in(bob)
    shown = client.get(reverse("harvest:sources")).content.decode()

    assert source.name in shown
    assert "crm.db" not in shown
    assert client.get(source.get_absolute_url()).status_code == 403
    assert client.get(address("run", source)).status_code == 403


def test_counts_are_of_what_one_may_know(alice: User, source: Source) -> None:
    bob = UserFactory.create(username="bob")
    RuleFactory.create(label=f"dataset:{source.slug}.notes", level="discover", owner=alice, people=[bob])

    def counted(client: Client) -> int:
        return client.get(reverse("harvest:sources")).context["lines"][0].datasets  # type: ignore[no-any-return]

    assert (counted(signed_in(alice)), counted(signed_in(bob))) == (3, 2)


def test_who_is_kept_from_a_part_sees_no_totals_and_no_problems(alice: User, source: Source) -> None:
    bob = UserFactory.create(username="bob")
    RuleFactory.create(label=f"dataset:{source.slug}.notes", level="discover", owner=alice, people=[bob])

    response = signed_in(bob).get(address("run", source))

    assert response.context["counters"] is None
    assert "Some of this source is kept from you" in response.content.decode()
    assert "notes" not in response.content.decode()


def test_schema_changes_of_closed_columns_are_not_told(alice: User, source: Source) -> None:
    bob = UserFactory.create(username="bob")
    RuleFactory.create(label=f"dataset:{source.slug}.contacts", level="read", owner=alice, people=[bob])
    run = Run.objects.filter(source=source).latest("pk")

    seen_by_alice = signed_in(alice).get(run.get_absolute_url()).content.decode()
    seen_by_bob = signed_in(bob).get(run.get_absolute_url()).content.decode()

    assert "<code>city</code> was removed" in seen_by_alice
    assert "city" not in seen_by_bob


def test_problems_are_not_quoted_to_who_may_not_read_everything(alice: User, source: Source) -> None:
    bob = UserFactory.create(username="bob")
    RuleFactory.create(label=f"dataset:{source.slug}.contacts", level="read", owner=alice, people=[bob])
    run = Run.objects.filter(source=source).latest("pk")
    run.problems.create(object="contacts", message="The column city is odd.", phase="read")
    Run.objects.update(problem_count=1)

    told = {person: signed_in(person).get(run.get_absolute_url()).content.decode() for person in (alice, bob)}

    assert "The column city is odd." in told[alice]
    assert "The column city is odd." not in told[bob]
    assert "is not listed" in told[bob]


def test_a_source_named_new_does_not_hide_behind_the_wizard(alice: User, file: Path) -> None:
    assert register(file, alice, name="New").slug == "new-source"


def test_a_connector_that_is_gone_does_not_break_the_pages(alice: User, crm: Source) -> None:
    client = signed_in(alice)

    assert client.get(reverse("harvest:sources")).status_code == 200
    assert client.get(crm.get_absolute_url()).status_code == 200
    assert "no connector of the kind" in client.get(reverse("harvest:source_edit", args=["crm"])).content.decode()


def test_an_empty_list_teaches_and_offers_the_next_step(alice: User) -> None:
    offered = reverse("harvest:source_new")

    assert offered in signed_in(engineer()).get(reverse("harvest:sources")).content.decode()
    assert offered not in signed_in(alice).get(reverse("harvest:sources")).content.decode()


@pytest.mark.parametrize(("name", "budget"), [("sources", 14), ("source", 21), ("run", 15), ("source_edit", 12)])
def test_a_page_costs_as_many_queries_whatever_there_is(
    name: str, budget: int, source: Source, people: dict[str, Client], file: Path
) -> None:
    for number in range(5):
        harvest(register(file, source.owner, name=f"Another {number}"))
        DatasetFactory.create(source=source)
    client = people["owner"]
    RuleFactory.create(label="dataset:elsewhere", level="discover", people=[source.owner], owner=source.owner)
    client.get("/sources/")

    asked = queries(client, address(name, source))

    assert len(asked) <= budget, "\n".join(asked)


def test_the_palette_offers_sources_and_harvesting_to_those_who_may(source: Source, alice: User) -> None:
    reader = UserFactory.create(username="rita")

    def offered(person: User, query: str) -> set[str]:
        return {item.title for group in palette(person, query) for item in group.items if group.kind != "Dataset"}

    assert {"CRM file", "Harvest CRM file"} <= offered(alice, "harvest crm") | offered(alice, "crm")
    assert "Harvest CRM file" not in offered(reader, "harvest crm")
    assert "Connect a source" in offered(engineer(), "connect")
    assert "Connect a source" not in offered(reader, "connect")


def test_retired_sources_stand_apart(source: Source, people: dict[str, Client]) -> None:
    people["owner"].post(address("source_retire", source))

    assert people["owner"].get("/sources/").context["lines"] == []
    assert [line.source for line in people["owner"].get("/sources/?retired=1").context["lines"]] == [source]
    assert not Dataset.objects.present().filter(source=source).exists()
