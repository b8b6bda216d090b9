"""What is wrong with Northbeam's subscriptions is found where they are counted, and nothing else is."""

import sqlite3
from datetime import UTC, date, datetime

import pytest

from definitions.counted import counted_for
from definitions.measuring import measure_source
from demo.northbeam import customers, flaws, subscriptions
from demo.northbeam.world import SEED
from demo.people import settle_people
from demo.states import SUBSCRIPTION_FIELDS, describe_workflow
from tests.factories import DatasetFactory, FieldFactory, SourceFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


@pytest.fixture
def platform(tmp_path, settings):
    """The two tables as the platform holds them, in a file."""
    settings.HARVEST_BRAKES = settings.HARVEST_BRAKES | {"file_roots": (str(tmp_path),)}
    lives = subscriptions.live(customers.open_accounts(TODAY, SEED), TODAY, SEED)
    agreed = subscriptions.subscription_rows(lives, TODAY, SEED)
    rows = flaws.leave_while_paused(flaws.pause_without_a_log(agreed))
    events = flaws.back_to_trial(subscriptions.subscription_events(lives))
    file = tmp_path / "platform.sqlite3"
    with sqlite3.connect(file) as connection:
        connection.execute("create table subscription (subscription_id integer primary key, status, cancel_reason)")
        connection.executemany(
            "insert into subscription values (?, ?, ?)", [(r.subscription_id, r.status, r.cancel_reason) for r in rows]
        )
        connection.execute("create table subscription_event (subscription_id integer, to_status, occurred_at)")
        connection.executemany(
            "insert into subscription_event values (?, ?, ?)",
            [(e.subscription_id, e.to_status, e.occurred_at.strftime("%Y-%m-%d %H:%M:%S")) for e in events],
        )
    connection.close()
    source = SourceFactory.create(name="Platform", kind="sqlalchemy", config={"url": f"sqlite:///{file}"})
    for key, fields in SUBSCRIPTION_FIELDS.items():
        dataset = DatasetFactory.create(source=source, path=key.rpartition(".")[2], key=key)
        for position, (name, kind) in enumerate(fields.items(), 1):
            FieldFactory.create(dataset=dataset, name=name, type=kind, native_type=kind, position=position)
    return source


def test_every_planted_flaw_is_found_and_nothing_else(platform):
    workflow = describe_workflow(settle_people())
    assert workflow is not None
    measure_source(platform, datetime(2026, 11, 20, 6, tzinfo=UTC))

    [counted] = counted_for(UserFactory.create(), workflow)

    assert {line.name: line.difference.value for line in counted.unbalanced} == {
        "Active subscription": -flaws.UNLOGGED_PAUSES,
        "Paused subscription": flaws.UNLOGGED_PAUSES,
        "Cancelled subscription": flaws.LEAVING_WHILE_PAUSED,
    }
    assert [(move.before, move.after, move.rows.value, len(move.days)) for move in counted.forbidden] == [
        ("Active subscription", "Subscription on trial", 1, 1)
    ]
    assert [(names, rows.value) for names, rows in counted.overlaps] == [
        ("Paused subscription and Cancelled subscription", flaws.LEAVING_WHILE_PAUSED)
    ]
    assert (counted.measure.none, counted.measure.undecided, counted.oddities) == (0, 0, [])
    assert not any(line.unknown or line.broken for line in counted.states)
