"""Writing facts: one thing or many, checked alike, all or nothing, with nothing lost."""

import pytest
from django.db import connection

from catalog.curation.conflicts import version_of
from catalog.curation.kinds import KINDS, editable_facts
from catalog.curation.outcome import Conflict, Refused
from catalog.curation.services import edit, edit_many
from catalog.models import Change, Dataset, DatasetGrant, Domain, Edit, Field
from catalog.models.tracked import TRACKED
from tests.factories import (
    ClassificationFactory,
    DatasetFactory,
    DomainFactory,
    FieldFactory,
    RuleFactory,
    TagFactory,
    UserFactory,
)


def changes(edit_id):
    return [(one.fact, one.before, one.after) for one in Change.objects.filter(edit=edit_id).order_by("fact", "pk")]


def test_an_edit_is_written_and_kept(alice, customers):
    outcome = edit(
        actor=alice, thing=customers, changes={"title": " Our  customers ", "grain": "a person"}, why="asked"
    )
    customers.refresh_from_db()
    assert (customers.title, customers.grain) == ("Our customers", "a person")
    assert changes(outcome.edit) == [("grain", "", "a person"), ("title", "", "Our customers")]
    kept = Edit.objects.get()
    assert (kept.actor, kept.why, kept.origin) == (alice, "asked", "page")


def test_what_is_so_already_leaves_no_trace(alice, customers):
    edit(actor=alice, thing=customers, changes={"title": "Customers"})
    outcome = edit(actor=alice, thing=customers, changes={"title": "Customers"})
    assert (outcome.edit, outcome.changed) == (None, 0)
    assert Edit.objects.count() == 1


def test_a_description_names_its_writer_and_the_words_it_stands_over(alice, customers):
    Dataset.objects.filter(pk=customers.pk).update(harvested_description="cust tbl")
    edit(actor=alice, thing=customers, changes={"description": "Everybody who ever bought."})
    customers.refresh_from_db()
    assert customers.described_by == alice
    assert list(customers.kept_over) == ["description"]
    edit(actor=alice, thing=customers, changes={"description": ""})
    customers.refresh_from_db()
    assert customers.described_by is None


def test_people_domains_and_tags_are_named(alice, customers):
    bob, sales = UserFactory.create(username="bob"), DomainFactory.create(slug="sales")
    gold, old = TagFactory.create(slug="gold"), TagFactory.create(slug="old")
    edit(actor=alice, thing=customers, changes={"steward": "bob", "domain": "sales", "tags": "gold, old"})
    outcome = edit(actor=alice, thing=customers, changes={"-tags": ["old"]})
    customers.refresh_from_db()
    assert (customers.steward, customers.domain) == (bob, sales)
    assert set(customers.tags.all()) == {gold}
    assert changes(outcome.edit) == [("tags", {"id": old.pk}, None)]
    assert {"domain:sales", "tag:gold"} <= set(customers.labels)
    assert "tag:old" not in customers.labels


@pytest.mark.parametrize(
    ("fact", "value", "words"),
    [
        ("steward", "nobody", "no person"),
        ("lifecycle", "lost", "Choose one of"),
        ("retire_on", "soon", "Give a date"),
        ("links", "Docs <javascript:alert(1)>", "no address"),
        ("title", "x" * 201, "At most 200"),
        ("title", "a\0b", "control characters"),
        ("steward", False, "Give text"),
        ("domain", 7, "Give text"),
        ("tags", True, "Give a list"),
        ("tags", [["gold"]], "Give text"),
        ("classifications", {"pii": 1}, "Give a list"),
        ("record_key", False, "Give a list"),
        ("links", False, "Give a list"),
        ("links", [1], "Give pairs"),
        ("retire_on", False, "Give text"),
        ("lifecycle", 0, "Give text"),
        ("colour", "red", "no such fact"),
        ("certified_at", "2026-01-01", "no such fact"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(alice, customers, fact, value, words):
    with pytest.raises(Refused, match=words):
        edit(actor=alice, thing=customers, changes={"grain": "a person", fact: value})
    customers.refresh_from_db()
    assert customers.grain == ""
    assert not Change.objects.exists()


def test_who_may_not_curate_may_not_write(bob, customers):
    with pytest.raises(Refused, match="may not curate"):
        edit(actor=bob, thing=customers, changes={"title": "Mine"})


def test_a_hidden_dataset_is_refused_as_one_that_is_not_there(charlie, customers, hidden_from_charlie):
    reasons = []
    for pk in (customers.pk, 987_654_321, None):
        with pytest.raises(Refused) as refused:
            edit_many(actor=charlie, kind="dataset", rows=[(pk, {"title": "Seen"})])
        reasons.append([one.reason for one in refused.value.refusals][:1])
    assert reasons[0] == reasons[1] == reasons[2]


def test_a_curator_does_not_make_themselves_the_owner(bob, customers):
    DatasetGrant.objects.create(thing=customers, duty="curate", person=bob)
    edit(actor=bob, thing=customers, changes={"title": "Customers"})
    for fact, value in (("owner", "bob"), ("steward", "bob"), ("domain", "")):
        with pytest.raises(Refused, match="may not appoint"):
            edit(actor=bob, thing=customers, changes={fact: value})
    assert "owner" not in [fact.name for fact in editable_facts(bob, customers)]


def test_nobody_opens_for_themselves_what_a_rule_closes(alice, customers):
    ClassificationFactory.create(slug="pii")
    edit(actor=alice, thing=customers, changes={"classifications": ["pii"]})
    RuleFactory.create(label="class:pii", level="sample", people=[alice])
    alice = type(alice).objects.get(pk=alice.pk)
    with pytest.raises(Refused, match="A rule closes this to you"):
        edit(actor=alice, thing=customers, changes={"classifications": []})
    assert customers.classifications.count() == 1


def test_in_a_wiki_anybody_writes_words_and_only_stewards_marks(bob, customers):
    customers.domain = DomainFactory.create(openness=Domain.Openness.WIKI)
    customers.save()
    TagFactory.create(slug="gold")
    edit(actor=bob, thing=customers, changes={"description": "People who bought."})
    with pytest.raises(Refused, match="may not curate"):
        edit(actor=bob, thing=customers, changes={"tags": ["gold"]})


def test_two_editors_of_one_fact_clash_and_of_two_do_not(alice, customers):
    read = version_of(KINDS["dataset"], customers.pk)
    edit(actor=alice, thing=customers, changes={"title": "First"}, base=read)
    edit(actor=alice, thing=customers, changes={"grain": "a person"}, base=read)
    with pytest.raises(Conflict) as conflict:
        edit(actor=alice, thing=customers, changes={"title": "Second"}, base=read)
    (clash,) = conflict.value.clashes
    assert (clash.fact, clash.before, clash.theirs, clash.mine, clash.by) == ("title", "", "First", "Second", alice)
    edit(actor=alice, thing=customers, changes={"title": "First"}, base=read)  # the same words clash with nothing


def test_many_rows_are_one_edit_whatever_their_number(alice, crm):
    dataset = DatasetFactory.create(source=crm, owner=alice)
    fields = Field.objects.bulk_create(
        Field(dataset=dataset, path=f"f{n}", name=f"f{n}", position=n, native_type="text", type="string", nullable=True)
        for n in range(1_200)
    )
    rows = ((one.pk, {"description": f"Field {one.position}"}) for one in fields)
    outcome = edit_many(actor=alice, kind="field", rows=rows, why="spreadsheet")
    assert (outcome.rows, outcome.changed) == (1_200, 1_200)
    assert Change.objects.filter(edit=outcome.edit, dataset_id=dataset.pk).count() == 1_200
    again = edit_many(
        actor=alice, kind="field", rows=[(one.pk, {"description": f"Field {one.position}"}) for one in fields]
    )
    assert (again.edit, again.changed, again.unchanged) == (None, 0, 1_200)


def test_one_wrong_row_refuses_all_and_says_which(alice, customers):
    first, second, _ = customers.fields.all()
    with pytest.raises(Refused) as refused:
        edit_many(
            actor=alice,
            kind="field",
            rows=[(first.pk, {"description": "Id"}), (second.pk, {"description": 3}), (first.pk, {"description": ""})],
        )
    assert [(one.place, one.fact) for one in refused.value.refusals] == [(2, ""), (1, "description")]
    assert not Field.objects.exclude(human_description="").exists()


def test_a_set_of_a_field_holds_what_people_confirmed(alice, customers):
    field = FieldFactory.create(dataset=customers, classified=["pii"])
    ClassificationFactory.create(slug="secret")
    edit(actor=alice, thing=field, changes={"classifications": ["secret"]})
    states = dict(field.classified.values_list("classification__slug", "state"))
    assert states == {"pii": "rejected", "secret": "confirmed"}
    field.refresh_from_db()
    assert field.labels == ["class:secret"]


def test_bulk_statements_are_in_history_and_harvested_columns_are_not(customers):
    Dataset.objects.filter(pk=customers.pk).update(title="By hand", harvested_description="From the source")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_field SET human_description = 'x' WHERE dataset_id = %s", [customers.pk])
    assert [(one.kind, one.fact, one.edit) for one in Change.objects.order_by("kind", "pk")] == [
        ("dataset", "title", None),
        *[("field", "description", None)] * 3,
    ]


def test_what_was_written_outlives_the_dataset(alice, customers):
    edit(actor=alice, thing=customers, changes={"title": "Customers", "description": "All of them"})
    key = customers.key
    customers.delete()
    gone = Change.objects.filter(name=key, after__isnull=True)
    assert {(one.fact, one.before) for one in gone} >= {("title", "Customers"), ("description", "All of them")}
    assert all("source:crm" in one.labels for one in gone)


def test_every_fact_is_tracked():
    for kind in KINDS.values():
        assert {name for name, fact in kind.facts.items() if not fact.members} == set(TRACKED[kind.name])
