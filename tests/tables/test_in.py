"""Tables brought back: what is looked at is what is done, all of it or nothing, as one edit."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Change, Dataset, Edit, Field, FieldClassification
from catalog.tabular.importing import NotTaken
from core.tabular.writing import FORMATS
from permissions.models import AuditEntry, User
from tests.examples import examples
from tests.factories import DatasetFactory, DomainFactory, RuleFactory, UserFactory
from tests.tables.conftest import brought, taken

pytestmark = pytest.mark.django_db

EDITABLE = ("datasets", "fields", "domains", "products", "tags", "classifications")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", EDITABLE)
def test_what_comes_back_unchanged_changes_nothing_for_whoever_took_it(
    name: str, form: str, shelf: Dataset, charlie: User
) -> None:
    plan = brought(charlie, name, taken(charlie, name, form), form)
    assert (plan.changed, plan.refused, plan.edit) == (0, 0, None)
    assert not Edit.objects.exists()


@examples(12)
@given(
    text=st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cn")) | st.sampled_from("=+-@'\"\n\t,;"), max_size=40
    )
)
def test_any_text_goes_out_and_comes_back(text: str, shelf: Dataset, alice: User) -> None:
    Dataset.objects.filter(pk=shelf.pk).update(human_description=text)
    for form in FORMATS:
        assert brought(alice, "datasets", taken(alice, "datasets", form), form).changed == 0, form


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_cells_are_written_as_one_edit(form: str, shelf: Dataset, alice: User) -> None:
    rows = {
        "csv": "dataset,description,tags,domain,links\ncrm.public.customers,Who buys.,gold,sales,A <https://a.example>\n",
        "jsonl": '{"dataset": "crm.public.customers", "description": "Who buys.", "tags": ["gold"], "domain": "sales",'
        ' "links": "A <https://a.example>"}\n',
    }
    plan = brought(alice, "datasets", rows[form], form, why="The yearly look.")
    shelf.refresh_from_db()
    assert (shelf.human_description, shelf.domain and shelf.domain.slug) == ("Who buys.", "sales")
    assert shelf.links == [["A", "https://a.example"]]
    assert {"tag:gold", "domain:sales"} <= set(shelf.labels)
    assert plan.edit
    assert (plan.edit.origin, plan.edit.why, plan.edit.actor) == ("import", "The yearly look.", alice)
    assert set(Change.objects.filter(edit=plan.edit).values_list("fact", flat=True)) == {
        "description", "tags", "domain", "links",
    }  # fmt: skip
    assert AuditEntry.objects.filter(action="metadata.edited", actor_name="alice").exists()


def test_a_second_time_changes_nothing(shelf: Dataset, alice: User) -> None:
    raw = "dataset,title\ncrm.public.customers,Customers\n"
    assert [brought(alice, "datasets", raw).changed for _ in range(2)] == [1, 0]


def test_a_dry_run_tells_what_an_import_does_and_changes_nothing(shelf: Dataset, alice: User) -> None:
    raw = (
        "dataset,field,description,type\ncrm.public.customers,id,The number.,text\ncrm.public.customers,name,,string\n"
    )
    looked = brought(alice, "fields", raw, dry=True)
    assert (looked.rows, looked.changed, looked.unchanged, looked.refused) == (2, 1, 1, 0)
    assert [tuple(one) for one in looked.differences] == [
        (2, "crm.public.customers · id", "description", "", "The number.")
    ]
    assert looked.ignored == ("type",)
    assert (looked.edit, Edit.objects.count(), Change.objects.exclude(edit=None).count()) == (None, 0, 0)
    done = brought(alice, "fields", raw, agreed=looked.digest)
    assert (done.changed, done.digest) == (1, looked.digest)
    assert Field.objects.get(path="id").human_description == "The number."


def test_nothing_is_done_that_was_not_agreed_to(shelf: Dataset, alice: User) -> None:
    raw = "dataset,title\ncrm.public.customers,Mine\n"
    looked = brought(alice, "datasets", raw, dry=True)
    brought(alice, "datasets", "dataset,title\ncrm.public.customers,Theirs\n")
    with pytest.raises(NotTaken, match="not what you agreed to"):
        brought(alice, "datasets", raw, agreed=looked.digest)
    assert Dataset.objects.get(pk=shelf.pk).title == "Theirs"


def test_one_row_that_is_refused_refuses_all(shelf: Dataset, alice: User) -> None:
    raw = "dataset,title,lifecycle\ncrm.public.customers,Mine,finished\nmet.weather,Ours,active\nno.such,x,active\n"
    assert refusals(alice, "datasets", raw) == {
        (2, "lifecycle", "Choose one of draft, active, deprecated, archived."),
        (3, "", "You may not curate this dataset."),
        (4, "", "There is no such dataset."),
    }
    assert Dataset.objects.get(pk=shelf.pk).title == "-Customers"


def test_what_one_may_not_know_of_is_refused_as_what_is_absent(shelf: Dataset, alice: User, charlie: User) -> None:
    DatasetFactory.create(name="secret", source__slug="vault", key="vault.secret", steward=charlie, columns=["id"])
    RuleFactory.create(label="source:vault", level="discover", people=[charlie], owner=alice)
    for name, row in (("datasets", "{}.secret"), ("fields", "{}.secret,id")):
        heading = "dataset,description" if name == "datasets" else "dataset,field,description"
        hidden, absent = (
            refusals(charlie, name, f"{heading}\n{row.format(source)},Told.\n") for source in ("vault", "never")
        )
        assert hidden == absent != set()


def test_a_field_in_a_closed_one_is_refused_as_absent(shelf: Dataset, alice: User, bob: User) -> None:
    RuleFactory.create(label="class:pii", level="read", people=[alice], owner=bob)
    raw = "dataset,field,description\ncrm.public.customers,{},Told.\n"
    assert refusals(alice, "fields", raw.format("phone")) == refusals(alice, "fields", raw.format("never"))


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("owner", "nobody", "There is no person “nobody”."),
        ("steward", "closed", "There is no person “closed”."),
        ("domain", "merger", "There is no domain “merger”."),
        ("domain", "never", "There is no domain “never”."),
        ("tags", "gold silver", "There is no tag “silver”."),
        ("successor", "no.such", "There is no dataset “no.such”."),
        ("successor", "crm.public.customers", "A dataset cannot be its own successor."),
        ("title", "x" * 201, "At most 200 characters; this has 201."),
        ("links", "javascript:alert(1)", "“javascript:alert(1)” is no address of the web."),
        ("description", "", "The source says this. Write another text instead."),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_reason(
    column: str, value: str, reason: str, shelf: Dataset, alice: User, bob: User
) -> None:
    UserFactory.create(username="closed", is_active=False)
    DomainFactory.create(slug="merger")
    RuleFactory.create(label="domain:merger", level="discover", people=[alice], owner=bob)
    found = refusals(alice, "datasets", as_csv(["dataset", column], ["crm.public.customers", value]))
    assert {told for _, _, told in found} == {reason}


def test_a_row_twice_is_refused_both_times(shelf: Dataset, alice: User) -> None:
    raw = "dataset,title\ncrm.public.customers,A\ncrm.public.customers,A\n"
    assert {line for line, _, _ in refusals(alice, "datasets", raw)} == {2, 3}


def test_classifications_of_fields_are_those_that_people_confirm(shelf: Dataset, alice: User) -> None:
    phone, name = Field.objects.get(path="phone"), Field.objects.get(path="name")
    suggestion = FieldClassification.objects.create(
        field=name, classification=phone.classifications.get(), state="suggested"
    )
    raw = "dataset,field,classifications\ncrm.public.customers,phone,\ncrm.public.customers,name,pii\n"
    brought(alice, "fields", raw)
    suggestion.refresh_from_db()
    assert suggestion.state == "confirmed"
    assert FieldClassification.objects.get(field=phone).state == "rejected"


def test_words_that_everybody_uses_are_the_councils_to_change(shelf: Dataset, alice: User, root: User) -> None:
    raw = "tag,name\ngold,Golden\n"
    assert {told for _, _, told in refusals(alice, "tags", raw)} == {"You may not curate this tag."}
    assert brought(root, "tags", raw).changed == 1


def refusals(person: User, name: str, raw: str) -> set[tuple[Any, ...]]:
    looked = brought(person, name, raw, dry=True)
    with pytest.raises(NotTaken) as refused:
        brought(person, name, raw)
    assert looked.refusals == refused.value.plan.refusals
    assert not Edit.objects.exists()
    return set(map(tuple, looked.refusals))


def as_csv(*rows: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
