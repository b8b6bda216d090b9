"""Tables hold exactly what their reader may know of, and tell nothing else by any cell."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from catalog.closed import closed_fields_of
from catalog.models import Dataset, Field
from core.tabular.collections import collections
from core.tabular.writing import FORMATS
from permissions.models import User
from tests.factories import ExceptionFactory, FieldFactory, RuleFactory, TagFactory
from tests.security.world import MARKER, World, mark

pytestmark = pytest.mark.django_db(transaction=True)


def table(name: str, person: User, form: str = "jsonl") -> list[dict[str, Any]]:
    file = io.BytesIO()
    FORMATS[form].write(collections()[name], User.objects.get(pk=person.pk), {}, file)
    return [json.loads(line) for line in file.getvalue().splitlines()] if form == "jsonl" else [{"": file.getvalue()}]


def column(name: str, cell: str, person: User) -> set[str]:
    return {row[cell] for row in table(name, person)}


def test_no_table_holds_anything_that_is_closed(world: World) -> None:
    shown = {(name, form): str(table(name, world.charlie, form)) for name in collections() for form in ("csv", "jsonl")}
    assert {key: set(MARKER.findall(text)) for key, text in shown.items() if MARKER.search(text)} == {}


def test_the_markers_are_there_for_who_may_read(world: World) -> None:
    marked = {name for name in collections() if MARKER.search(str(table(name, world.alice)))}
    assert marked == {"datasets", "fields", "sources", "domains", "products", "lineage", "rules"}


def test_datasets_are_those_one_may_know_of(world: World) -> None:
    known = Dataset.objects.visible_to(world.charlie).present()
    assert column("datasets", "dataset", world.charlie) == set(known.values_list("key", flat=True))
    assert column("datasets", "dataset", world.alice) == set(Dataset.objects.present().values_list("key", flat=True))


def test_of_a_dataset_that_is_closed_only_its_name_is_told(world: World) -> None:
    row = next(one for one in table("datasets", world.charlie) if one["dataset"] == "crm.public.known")
    told = {name for name, value in row.items() if value not in (None, [])}
    assert told == {"dataset", "kind", "source", "container", "restricted", "address"}


def test_fields_are_those_that_the_page_opens(world: World) -> None:
    expected = set()
    for dataset in Dataset.objects.readable_by(world.charlie).present():
        closed = closed_fields_of(world.charlie, dataset)
        expected |= {
            (dataset.key, field.path)
            for field in Field.objects.filter(dataset=dataset).readable_by(world.charlie).present()
            if not closed.closes(field.path)
        }
    assert {(row["dataset"], row["field"]) for row in table("fields", world.charlie)} == expected
    assert ("crm.public.customers", "box") not in expected
    assert ("crm.public.customers", "total") in expected


def test_a_name_that_a_closed_field_had_before_stays_closed(world: World) -> None:
    FieldFactory.create(dataset=world.customers, name=mark("former"), position=20)
    assert mark("former") not in column("fields", "field", world.charlie)


def test_a_tag_that_only_hidden_datasets_carry_is_as_hidden(world: World, charlie: User) -> None:
    TagFactory.create(slug="unused")
    RuleFactory.create(label="source:crm", level="discover", people=[charlie], owner=world.alice)
    world.customers.tags.add(TagFactory.create(slug="merger"))
    assert column("tags", "tag", charlie) == {"unused"}
    assert column("tags", "tag", world.alice) == {"unused", "merger", "hush"}


def test_a_classification_is_hidden_with_the_wider_one(world: World, charlie: User) -> None:
    FieldFactory.create(dataset=world.customers, name="terms", classified=["deal.terms"], position=21)
    assert column("classifications", "classification", charlie) == {"pay", "who"}
    assert column("classifications", "classification", world.alice) == {"deal", "deal.terms", "pay", "who"}


def test_rules_say_whom_they_stop_only_to_who_may_know(world: World) -> None:
    assert {tuple(row["people"] or ()) for row in table("rules", world.charlie)} == {()}
    assert all("charlie" in row["people"] for row in table("rules", world.alice))


def test_exceptions_and_requests_are_those_that_concern_one(world: World, bob: User) -> None:
    rule = RuleFactory.create(label="class:who", level="sample", people=[bob, world.charlie], owner=world.alice)
    ExceptionFactory.create(rule=rule, person=bob, approved_by=world.alice)
    assert (len(table("exceptions", bob)), len(table("exceptions", world.charlie))) == (1, 0)
    assert len(table("exceptions", world.alice)) == 1
