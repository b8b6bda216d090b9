"""A stream harvested into the catalog: in motion, remembered, and without noise where only counts differ."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import uuid4

import pytest
import redis

from catalog.models import Dataset, Source
from harvest.engine import execute
from harvest.models import Memory, Run
from tests.factories import SourceFactory

pytestmark = pytest.mark.django_db(transaction=True)
DATABASE = 9


@pytest.fixture
def stream() -> Iterator[tuple[redis.Redis, str]]:
    client, name = redis.Redis(db=DATABASE), f"concord-test-{uuid4().hex[:8]}"
    try:
        client.ping()
    except redis.ConnectionError:
        pytest.skip("no Redis answers on this machine")
    yield client, name
    client.delete(name)
    client.close()


def source(name: str) -> Source:
    config = {"host": "127.0.0.1", "port": 6379, "database": DATABASE}
    return SourceFactory.create(slug="events", kind="redis", config=config, include=[name])


def harvest(one: Source) -> Run:
    one.refresh_from_db()
    run = Run.objects.create(source=one)
    execute(run)
    run.refresh_from_db()
    assert run.state == Run.State.SUCCEEDED, run.message
    return run


def test_a_stream_is_in_motion_and_has_no_sample_of_values(stream: tuple[redis.Redis, str]) -> None:
    client, name = stream
    client.xadd(name, {"data": json.dumps({"id": 1, "email": "a@example.com"})})
    run = harvest(source(name))
    found = Dataset.objects.get(name=name)
    assert (found.kind, found.motion, found.delivery, found.row_estimate) == ("stream", "in_motion", "streaming", 1)
    assert list(found.fields.order_by("position").values_list("path", flat=True)) == ["data", "data.id", "data.email"]
    assert not hasattr(found, "sample")
    assert (run.problem_count, run.source.version.startswith("Redis ")) == (0, True)


def test_more_messages_of_the_same_form_are_no_change(stream: tuple[redis.Redis, str]) -> None:
    client, name = stream
    client.xadd(name, {"id": "1"})
    one = source(name)
    harvest(one)
    client.xadd(name, {"id": "2"})
    assert harvest(one).changed == 0
    found = Dataset.objects.get(name=name)
    assert (found.row_estimate, (found.details or {})["observed"]["messages looked at"]) == (2, 2)


def test_a_field_that_a_sample_lacks_is_not_gone(stream: tuple[redis.Redis, str]) -> None:
    client, name = stream
    one = source(name)
    client.xadd(name, {"id": "1", "note": "rare"})
    harvest(one)
    client.xtrim(name, maxlen=0)
    client.xadd(name, {"id": "2"})
    harvest(one)
    fields = Dataset.objects.get(name=name).fields.filter(archived_at=None)
    assert set(fields.values_list("path", "nullable")) == {("id", False), ("note", True)}
    assert "rare" not in str(list(Memory.objects.values_list("value", flat=True)))
