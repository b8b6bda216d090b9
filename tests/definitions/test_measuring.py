"""What a harvest counts, what it finds wrong, and that one failure spoils nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from catalog.models import Field
from definitions.measuring import measure_source, note_unreachable
from definitions.models import Attempt, Count, Measure, Move, Unproven
from notifications.models import Notice
from tests.definitions.factories import DefinitionFactory
from tests.definitions.stage import Stage
from tests.factories import RoleFactory, UserFactory

pytestmark = pytest.mark.django_db
FIRST = datetime(2026, 11, 10, 12, tzinfo=UTC)
SECOND = FIRST + timedelta(days=1)


@pytest.fixture
def stage(tmp_path, settings):
    settings.HARVEST_BRAKES = settings.HARVEST_BRAKES | {"file_roots": (str(tmp_path),)}
    return Stage(tmp_path)


def _counts(measure):
    return {count.name.split()[0]: count.inside for count in measure.counts.all()}


def test_one_measure_counts_states_gaps_and_overlaps(stage):
    stage.add((1, "trial", "1"), (2, "active", "x"), (3, "active", "5"), (4, "gone", "2"), (5, None, None))
    stage.workflow(logged=False, criteria={"cancelled": "CAST(paid AS INTEGER) > 3"})

    assert measure_source(stage.source, FIRST) == 1
    measure = Measure.objects.get()

    assert _counts(measure) == {"trial": 1, "active": 2, "cancelled": 1}
    assert (measure.rows, measure.several, measure.none, measure.undecided) == (5, 1, 1, 1)
    assert measure.overlaps == [[["active subscription", "cancelled subscription"], 1]]
    cancelled = measure.counts.get(name="cancelled subscription")
    assert (cancelled.unknown, cancelled.broken) == (1, 1)
    assert (measure.keys_missing, measure.keys_shared) == (0, 0)


def test_a_log_explains_the_stocks_or_tells_what_is_missing(stage):
    stage.workflow()
    stage.add((1, "active", None), (2, "trial", None))
    stage.enter(
        (1, "trial", "2026-11-01 10:00:00"), (1, "active", "2026-11-09 10:00:00"), (2, "trial", "2026-11-02 10:00:00")
    )
    measure_source(stage.source, FIRST)
    stage.execute("update subscription set status = 'cancelled' where id = 1")  # and nobody writes it down
    stage.execute("update subscription set status = 'active' where id = 2")
    stage.add((3, "active", None))
    stage.enter(
        (2, "active", "2026-11-10 20:00:00"), (2, "active", "2026-11-10 20:00:00"),
        (3, "active", "2026-11-11 09:00:00"),  # nobody begins as active
        (4, "trial", "2027-01-01 00:00:00"), (None, "trial", "2026-11-10 20:00:00"),
        (5, "trial", "2026-11-05 00:00:00"),  # and this one comes late
    )  # fmt: skip
    measure_source(stage.source, SECOND)

    first, second = Measure.objects.order_by("at")
    differences = [{c.name.split()[0]: c.difference for c in one.counts.all()} for one in (first, second)]
    assert differences[0] == {"trial": 0, "active": 0, "cancelled": 0}
    assert differences[1] == {"trial": 0, "active": -1, "cancelled": 1}
    assert (second.duplicates, second.ahead, second.incomplete, second.late) == (1, 1, 1, 1)
    moves = {
        (m.from_name.split()[0] if m.from_name else "", m.to_name.split()[0], str(m.day)): m.forbidden
        for m in second.moves.all()
    }
    assert moves == {("trial", "active", "2026-11-10"): False, ("", "active", "2026-11-11"): True}


def test_without_a_log_keys_tell_the_moves(stage):
    stage.workflow(logged=False)
    stage.add((1, "trial", None), (2, "active", None), (3, "cancelled", None))
    measure_source(stage.source, FIRST)
    stage.execute("update subscription set status = 'active' where id = 3")  # from the end back
    stage.execute("delete from subscription where id = 2")
    measure_source(stage.source, SECOND)

    second = Measure.objects.get(at=SECOND)
    found = {(move.from_name.split()[0], move.to_name): (move.rows, move.forbidden) for move in second.moves.all()}
    assert found == {("cancelled", "active subscription"): (1, True), ("active", ""): (1, True)}
    assert all(count.difference == 0 for count in second.counts.all())
    assert not Move.objects.filter(measure__at=FIRST).exists()


def test_a_source_that_is_down_leaves_the_last_measure_stale(stage):
    stage.workflow()
    stage.add((1, "trial", None))
    measure_source(stage.source, FIRST)
    stage.file.rename(stage.file.with_suffix(".away"))

    assert measure_source(stage.source, SECOND) == 0
    assert Measure.objects.count() == 1
    assert Attempt.objects.get(dataset=stage.subscription).problem

    stage.file.with_suffix(".away").rename(stage.file)
    measure_source(stage.source, SECOND)
    assert Attempt.objects.get(dataset=stage.subscription).problem == ""
    note_unreachable(stage.source, "It is down.")
    assert Attempt.objects.get(dataset=stage.subscription).problem == "It is down."


def test_a_field_that_vanished_makes_a_definition_unproven_and_tells_who_answers(stage):
    steward, member = UserFactory.create(), UserFactory.create()
    RoleFactory.create(person=member, role="council")
    stage.workflow(logged=False)
    paid = DefinitionFactory.create(
        name="Paying", criterion="paid IS NOT NULL", steward=steward, bindings=[{"dataset": stage.subscription}]
    )
    Field.objects.filter(dataset=stage.subscription, path="paid").update(archived_at=FIRST)

    measure_source(stage.source, SECOND)
    measure_source(stage.source, SECOND + timedelta(days=1))

    doubt = Unproven.objects.get(definition=paid)
    assert "no field paid" in doubt.reason
    assert sorted(Notice.objects.values_list("person", flat=True)) == sorted([steward.pk, member.pk])
    assert Measure.objects.count() == 2, "the others are counted all the same"

    Field.objects.filter(dataset=stage.subscription, path="paid").update(archived_at=None)
    measure_source(stage.source, SECOND + timedelta(days=2))
    doubt.refresh_from_db()
    assert doubt.settled_at is not None
    assert Count.objects.get(name="Paying").inside == 0


def test_a_draft_is_not_measured(stage):
    DefinitionFactory.create(
        name="Idea", criterion="status = 'trial'", status="draft", bindings=[{"dataset": stage.subscription}]
    )

    assert measure_source(stage.source, FIRST) == 0
    assert not Count.objects.exists()
