"""The pages of workflows and of what was counted: what they say, and to whom they say nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from definitions.measuring import measure_source
from definitions.models import Binding, Conflict, State, Transition, Workflow
from tests.definitions.factories import DefinitionFactory
from tests.definitions.stage import Stage
from tests.factories import RoleFactory, RuleFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)


@pytest.fixture
def stage(tmp_path, settings):
    settings.HARVEST_BRAKES = settings.HARVEST_BRAKES | {"file_roots": (str(tmp_path),)}
    return Stage(tmp_path)


@pytest.fixture
def counted(stage):
    """A workflow that was counted twice: one forbidden move, one row that nobody wrote down."""
    stage.workflow()
    stage.add(*((number, "trial", "1") for number in range(20)), (100, "active", "x"))
    stage.enter(*((number, "trial", "2026-11-01 10:00:00") for number in range(20)))
    measure_source(stage.source, NOW)
    stage.enter((100, "active", "2026-11-10 20:00:00"))
    stage.execute("update subscription set status = 'cancelled' where id = 3")
    measure_source(stage.source, NOW + timedelta(days=1))
    return stage


def _client(person=None):
    client = Client()
    client.force_login(person or UserFactory.create())
    return client


def _closed(person, dataset, level):
    RuleFactory.create(label=f"dataset:{dataset.key}", level=level, people=[person])


def _page(client, name="states:workflow", *args):
    return client.get(reverse(name, args=args or ["subscription"])).content.decode()


def test_a_workflow_is_a_picture_and_tables_that_say_what_does_not_add_up(counted):
    page = _page(_client())

    assert '<svg class="flow__svg"' in page
    assert "Does not add up" in page
    assert "Forbidden" in page
    assert "on 2026-11-10" in page
    assert "Trial subscription" not in page
    assert "trial subscription to active subscription" in page


def test_small_counts_are_not_told_to_who_may_not_sample(counted):
    person = UserFactory.create()
    _closed(person, counted.subscription, "sample")

    page = _page(_client(person))

    assert "&lt; 5" in page
    assert 'class="sparkline"' not in page
    assert ">19<" in page


def test_counts_of_a_closed_dataset_are_not_told(counted):
    person = UserFactory.create()
    _closed(person, counted.subscription, "read")

    page, one = _page(_client(person)), _page(_client(person), "states:measured", "trial-subscription")

    assert counted.subscription.key not in page + one
    assert "Nothing that you may see is counted yet" in page


def test_the_council_writes_a_workflow_and_others_do_not(stage):
    member = UserFactory.create()
    RoleFactory.create(person=member, role="council")
    made = [DefinitionFactory.create(name=name, kind="state") for name in ("Open", "Closed")]
    lines = {
        "name": "Order", "entity": "order", "key_fields": "id, line", "exclusive": "on",
        "states-TOTAL_FORMS": "3", "states-INITIAL_FORMS": "0", "steps-TOTAL_FORMS": "2", "steps-INITIAL_FORMS": "0",
        "states-0-definition": made[0].pk, "states-0-kind": "initial",
        "states-1-definition": made[1].pk, "states-1-kind": "final", "states-2-kind": "intermediate",
        "steps-0-before": made[0].pk, "steps-0-after": made[1].pk, "steps-0-transformation": "deterministic",
        "steps-1-transformation": "deterministic",
    }  # fmt: skip

    assert _client().post(reverse("states:workflow_new"), lines).status_code == 403
    assert _client(member).post(reverse("states:workflow_new"), lines | {"name": ""}).status_code == 422
    answer = _client(member).post(reverse("states:workflow_new"), lines)

    workflow = Workflow.objects.get(slug="order")
    assert answer.url == workflow.get_absolute_url()
    assert (workflow.key_fields, workflow.exhaustive) == (["id", "line"], False)
    assert list(State.objects.values_list("definition__name", "kind")) == [("Open", "initial"), ("Closed", "final")]
    assert Transition.objects.filter(from_state__definition=made[0], to_state__definition=made[1]).count() == 1
    assert "Order" in _page(_client(member), "states:workflow_edit", "order")


def test_a_criterion_is_tried_in_the_source(counted):
    given = {"dataset": counted.subscription.key, "criterion": "CAST(paid AS INTEGER) = 1", "key": "id"}

    page = _client().post(reverse("states:try"), given).content.decode()
    wrong = _client().post(reverse("states:try"), given | {"criterion": "pg_sleep(9)"}).content.decode()
    hidden = UserFactory.create()
    _closed(hidden, counted.subscription, "discover")
    absent = _client(hidden).post(reverse("states:try"), given).content.decode()

    assert "<strong>20</strong> of 21 rows" in page
    assert "Cannot be evaluated for</dt><dd>1" in page
    assert "pg_sleep is not allowed" in wrong
    assert "There is no dataset of this name" in absent


def test_two_systems_are_compared_entity_by_entity(tmp_path, settings):
    settings.HARVEST_BRAKES = settings.HARVEST_BRAKES | {"file_roots": (str(tmp_path),)}
    one, other = Stage(tmp_path), Stage(tmp_path, "finance")
    one.add(*((number, "active", None) for number in range(10)))
    other.add(*((number, "active", None) for number in range(2, 15)))
    bindings = [{"dataset": each.subscription, "key_fields": ["id"]} for each in (one, other)]
    DefinitionFactory.create(name="Active", criterion="status = 'active'", bindings=bindings)
    measure_source(one.source, NOW)

    page = _page(_client(), "states:measured", "active")
    address = reverse(
        "states:disagreeing", args=["active", *Binding.objects.order_by("pk").values_list("pk", flat=True)]
    )
    assert address in page
    rows = _client().get(address).content.decode()
    closed = UserFactory.create()
    _closed(closed, other.subscription, "sample")

    assert "<strong>8</strong> entities in both" in page
    assert "<td>14</td>" in rows
    assert _client(closed).get(address).status_code == 404
    assert "<strong>&lt; 5</strong> only in" in _page(_client(closed), "states:measured", "active")


def test_conflicts_are_found_and_settled(stage):
    stage.add(*((number, "active", "yes") for number in range(30)))
    bound = [{"dataset": stage.subscription}]
    one = DefinitionFactory.create(name="Active customer", criterion="status = 'active'", bindings=bound)
    DefinitionFactory.create(name="Customers, active", criterion="status IN ('active', 'trial')", bindings=bound)
    DefinitionFactory.create(name="Live subscription", criterion="NOT (status <> 'active')", bindings=bound)
    DefinitionFactory.create(name="Payer", criterion="paid = 'yes' AND status <> 'gone'", bindings=bound)
    measure_source(stage.source, NOW)

    pairs = {(one.kind, one.one.name, one.other.name) for one in Conflict.objects.filter(settled_at=None)}
    assert ("similar_name", "Active customer", "Customers, active") in pairs
    assert ("equivalent", "Active customer", "Live subscription") in pairs
    assert ("same_rows", "Active customer", "Payer") in pairs
    assert "Live subscription" in _page(_client(), "states:measured", one.slug)

    stage.execute("update subscription set paid = 'no' where id = 1")
    measure_source(stage.source, NOW + timedelta(days=1))
    still = set(Conflict.objects.filter(settled_at=None).values_list("kind", "other__name"))
    assert ("same_rows", "Payer") not in still
    assert ("equivalent", "Live subscription") in still
