"""Taking back a change, an edit, what a person wrote; and what was said of a thing before."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.curation.as_of import as_of
from catalog.curation.history import feed, moments, shown, visible_edit
from catalog.curation.outcome import Refused
from catalog.curation.provenance import marks
from catalog.curation.services import edit, keep_mine
from catalog.curation.undo import take_back, undo_change, undo_edit, undo_person
from catalog.models import Change, Dataset, DatasetGrant, Edit, FieldClassification, Tag
from permissions.models import User
from tests.curation.writing import wrote, wrote_many
from tests.factories import ClassificationFactory, DomainFactory, FieldFactory, RoleFactory, RuleFactory, TagFactory


def test_an_edit_is_undone_and_that_too(alice, customers):
    TagFactory.create(slug="gold")
    first = wrote(actor=alice, thing=customers, changes={"title": "Customers", "tags": ["gold"]})
    undone = undo_edit(actor=alice, edit=first)
    customers.refresh_from_db()
    assert (customers.title, customers.tags.count(), undone.facts) == ("", 0, 2)
    assert Edit.objects.latest("pk").undoes == first
    assert "tag:gold" not in customers.labels
    undo_edit(actor=alice, edit=Edit.objects.latest("pk"))
    customers.refresh_from_db()
    assert (customers.title, customers.tags.get().slug) == ("Customers", "gold")


def test_what_others_wrote_since_stays(alice, bob, customers):
    DatasetGrant.objects.create(thing=customers, duty="curate", person=bob)
    first = wrote(actor=alice, thing=customers, changes={"title": "Alice's", "grain": "a person"})
    edit(actor=bob, thing=customers, changes={"title": "Bob's"})
    undone = undo_edit(actor=alice, edit=first)
    customers.refresh_from_db()
    assert (customers.title, customers.grain) == ("Bob's", "")
    assert (undone.facts, undone.changed_since) == (1, 1)
    undo_edit(actor=alice, edit=first, over=True)
    customers.refresh_from_db()
    assert customers.title == ""


def test_one_change_of_an_edit_is_undone_alone(alice, customers):
    edit(actor=alice, thing=customers, changes={"title": "Customers", "grain": "a person"})
    undo_change(actor=alice, change=Change.objects.get(fact="grain"))
    customers.refresh_from_db()
    assert (customers.title, customers.grain) == ("Customers", "")


def test_an_import_is_undone_as_one_and_a_look_writes_nothing(alice, customers):
    fields = list(customers.fields.all())
    done = wrote_many(actor=alice, kind="field", rows=[(one.pk, {"description": one.path}) for one in fields])
    looked = undo_edit(actor=alice, edit=done, dry=True)
    assert (looked.facts, Edit.objects.count()) == (3, 1)
    undo_edit(actor=alice, edit=done)
    assert set(customers.fields.values_list("human_description", flat=True)) == {""}


def test_the_last_hour_of_a_person_is_undone(alice, bob, customers):
    DatasetGrant.objects.create(thing=customers, duty="curate", person=bob)
    edit(actor=bob, thing=customers, changes={"title": "Yesterday's"})
    Edit.objects.update(at=timezone.now() - timedelta(days=1))
    edit(actor=bob, thing=customers, changes={"title": "Now"})
    edit(actor=bob, thing=customers, changes={"title": "Now or never"})
    undone = undo_person(actor=alice, person=bob, since=timezone.now() - timedelta(hours=1))
    customers.refresh_from_db()
    assert (customers.title, undone.facts) == ("Yesterday's", 1)


def test_nobody_undoes_what_they_may_not_write(alice, charlie, customers):
    done = wrote(actor=alice, thing=customers, changes={"title": "Customers"})
    undone = undo_edit(actor=charlie, edit=done)
    customers.refresh_from_db()
    assert (customers.title, undone.edit, undone.not_yours) == ("Customers", None, 1)


def test_undoing_counts_nothing_that_is_hidden(alice, charlie, customers, hidden_from_charlie):
    done = wrote(actor=alice, thing=customers, changes={"title": "Customers"})
    undone = undo_edit(actor=charlie, edit=done)
    assert (undone.edit, undone.facts, undone.changed_since, undone.not_yours) == (None, 0, 0, 0)


def test_undoing_opens_nothing_to_whom_a_rule_closes_it(alice, customers):
    ClassificationFactory.create(slug="pii")
    done = wrote(actor=alice, thing=customers, changes={"classifications": ["pii"]})
    RuleFactory.create(label="class:pii", level="sample", people=[alice])
    with pytest.raises(Refused):
        undo_edit(actor=User.objects.get(pk=alice.pk), edit=done)
    assert customers.classifications.count() == 1


def test_a_decision_on_a_suggestion_is_undone_to_the_suggestion(alice, customers):
    field, pii = FieldFactory.create(dataset=customers), ClassificationFactory.create(slug="pii")
    FieldClassification.objects.create(field=field, classification=pii)
    done = wrote(actor=alice, thing=field, changes={"-classifications": ["pii"]})
    assert FieldClassification.objects.get().state == "rejected"
    undo_edit(actor=alice, edit=done)
    assert FieldClassification.objects.get().state == "suggested"


def test_a_deleted_tag_comes_back_with_what_carried_it(alice, customers):
    TagFactory.create(slug="gold")
    edit(actor=alice, thing=customers, changes={"tags": ["gold"]})
    Tag.objects.get(slug="gold").delete()
    RoleFactory.create(person=alice, role="council")
    alice = User.objects.get(pk=alice.pk)
    take_back(actor=alice, changes=Change.objects.filter(edit=None, after__isnull=True))
    assert customers.tags.get().slug == "gold"


def test_metadata_as_of_a_time(alice, customers):
    gold, _ = TagFactory.create(slug="gold"), DomainFactory.create(slug="sales")
    edit(actor=alice, thing=customers, changes={"title": "First", "tags": ["gold"]})
    Change.objects.update(at=timezone.now() - timedelta(days=2))
    edit(actor=alice, thing=customers, changes={"title": "Second", "tags": [], "domain": "sales"})
    customers.refresh_from_db()
    then, before = (as_of(customers, timezone.now() - timedelta(days=days)) for days in (1, 3))
    assert (then["title"], then["tags"], then["domain"]) == ("First", [gold.pk], None)
    assert (before["title"], before["tags"]) == ("", [])


def test_history_tells_only_what_its_reader_may_know(alice, bob, customers):
    """Of a hidden domain not even that it was there."""
    secret = DomainFactory.create(slug="merger", name="Merger")
    done = wrote(actor=alice, thing=customers, changes={"title": "Customers", "description": "All"})
    customers.domain = secret
    customers.save()
    RuleFactory.create(label="domain:merger", level="discover", people=[bob])
    changes = list(Change.objects.filter(dataset_id=customers.pk).select_related("edit__actor").order_by("pk"))
    assert {one.change.fact for one in shown(alice, changes)} == {"title", "description", "domain"}
    assert {one.change.fact for one in shown(User.objects.get(pk=bob.pk), changes)} == {"title", "description"}
    assert [moment.by for moment in moments(shown(alice, changes))] == [alice, None]
    assert len(feed(alice, [done])) == 1


def test_an_edit_of_what_is_hidden_is_not_there(alice, charlie, customers, hidden_from_charlie):
    done = wrote(actor=alice, thing=customers, changes={"title": "Customers"})
    assert visible_edit(alice, done.pk) == done
    assert visible_edit(charlie, done.pk) is None
    customers.delete()  # its words are as hidden as it was
    assert visible_edit(charlie, done.pk) is None
    assert feed(charlie, [done]) == []


def test_marks_tell_who_says_what_and_offer_what_the_source_says_since(alice, customers):
    Dataset.objects.filter(pk=customers.pk).update(harvested_description="cust tbl")
    customers.refresh_from_db()
    assert marks(customers)["description"].origin == "harvest"
    edit(actor=alice, thing=customers, changes={"description": "Everybody who bought."})
    customers.refresh_from_db()
    mine = marks(customers)["description"]
    assert (mine.origin, mine.by, mine.offered) == ("human", alice, "")
    Dataset.objects.filter(pk=customers.pk).update(harvested_description="Customers since 2019")
    customers.refresh_from_db()
    assert marks(customers)["description"].offered == "Customers since 2019"
    keep_mine(actor=alice, thing=customers, fact="description")
    customers.refresh_from_db()
    assert marks(customers)["description"].offered == ""
