"""Rules fill gaps as their author, and never speak over a person."""

import pytest
from django.urls import reverse

from catalog.curation.filling import fill_gaps, make_rule, preview_rule, run_rule, switch_rule
from catalog.curation.outcome import Refused
from catalog.curation.provenance import marks
from catalog.curation.services import edit
from catalog.curation.undo import undo_edit
from catalog.models import Change, Edit, FieldClassification, MetadataRule
from tests.factories import ClassificationFactory, DatasetFactory, DomainFactory, FieldFactory, TagFactory


@pytest.fixture
def rule(alice, customers):
    """Everything in the CRM is sales', and gold."""
    DomainFactory.create(slug="sales")
    TagFactory.create(slug="gold")
    given = {"domain": "sales", "tags": "gold"}
    return make_rule(actor=alice, name="CRM is sales'", pattern="crm.*", field_pattern="", given=given)


def test_a_rule_fills_gaps_and_says_that_it_did(rule, customers):
    other = DatasetFactory.create(name="elsewhere")
    outcome = run_rule(rule=rule)
    customers.refresh_from_db()
    other.refresh_from_db()
    assert (customers.domain.slug, customers.tags.get().slug, other.domain) == ("sales", "gold", None)
    assert marks(customers)["domain"].origin == "rule"
    assert {"domain:sales", "tag:gold"} <= set(customers.labels)
    assert run_rule(rule=rule).changed == 0
    assert outcome.changed == 1


def test_it_says_nothing_where_a_person_spoke_or_took_away(rule, alice, customers):
    edit(actor=alice, thing=customers, changes={"domain": "sales", "tags": "gold"})
    edit(actor=alice, thing=customers, changes={"domain": "", "tags": ""})
    assert run_rule(rule=rule).changed == 0


def test_a_look_writes_nothing(rule, customers):
    preview = preview_rule(rule=rule)
    customers.refresh_from_db()
    assert (preview.things, customers.domain) == (1, None)
    assert {one.after for one in preview.examples} == {"Sales", "gold"}
    assert not Edit.objects.exists()


def test_a_run_is_undone_and_does_not_come_back(rule, alice, customers):
    run_rule(rule=rule)
    undo_edit(actor=alice, edit=Edit.objects.latest("pk"))
    customers.refresh_from_db()
    assert (customers.domain, customers.tags.count()) == (None, 0)
    assert run_rule(rule=rule).changed == 0


def test_it_acts_as_its_author_and_no_further(charlie, alice, customers):
    rule = make_rule(actor=charlie, name="Mine", pattern="*", field_pattern="", given={"stage": "capture"})
    assert run_rule(rule=rule).changed == 0
    assert not Change.objects.exists()


def test_fields_are_classified_by_their_names(alice, customers):
    ClassificationFactory.create(slug="pii")
    FieldFactory.create(dataset=customers, name="work_email")
    rule = make_rule(
        actor=alice, name="E-mail", pattern="crm.*", field_pattern="*_email", given={"classifications": "pii"}
    )
    assert run_rule(rule=rule).changed == 1
    found = FieldClassification.objects.get()
    assert (found.field.name, found.state, found.origin) == ("work_email", "confirmed", "rule")
    assert found.field.labels == ["class:pii"]


def test_rules_that_are_on_run_after_a_harvest(rule, alice, crm, customers):
    switch_rule(actor=alice, rule=rule, on=False)
    assert fill_gaps(crm) == 0
    switch_rule(actor=alice, rule=rule, on=True)
    assert fill_gaps(customers.source) == 1


def test_what_does_not_fit_is_refused(alice):
    with pytest.raises(Refused, match="no domain"):
        make_rule(actor=alice, name="x", pattern="crm.*", field_pattern="", given={"domain": "nowhere"})
    with pytest.raises(Refused, match="at least one fact"):
        make_rule(actor=alice, name="x", pattern="crm.*", field_pattern="", given={"domain": ""})


def test_the_pages_write_look_run_and_hide(as_alice, as_charlie, alice, customers):
    DomainFactory.create(slug="sales")
    url = reverse("catalog:metadata_rules")
    assert as_alice.post(url, {"name": "CRM", "pattern": "crm.*", "domain": "nowhere"}).status_code == 422
    made = as_alice.post(url, {"name": "CRM is sales'", "pattern": "crm.*", "domain": "sales"})
    rule = MetadataRule.objects.get()
    assert made.url == rule.get_absolute_url()
    assert "It would speak of" in as_alice.get(made.url).content.decode()
    as_alice.post(made.url, {"choice": "run"})
    customers.refresh_from_db()
    assert customers.domain.slug == "sales"
    assert as_charlie.get(made.url).status_code == 404
    assert "CRM is sales" not in as_charlie.get(url).content.decode()
