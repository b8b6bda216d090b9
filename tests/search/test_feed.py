"""The index follows what is committed, and survives what machines do."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from catalog.models import Dataset
from catalog.search import conf
from catalog.search.feed import Session, _commit, catch_up
from catalog.search.follower import Follower
from catalog.search.query import search
from catalog.search.reader import open_index, read_snapshot, reader
from catalog.search.store import Busy, Store
from permissions.models import User
from tests.factories import DatasetFactory, SourceFactory
from tests.searching import Find

pytestmark = pytest.mark.django_db(transaction=True)


def test_only_what_changed_is_read_again(alice: User, find: Find) -> None:
    changed = DatasetFactory.create(name="orders")
    DatasetFactory.create(name="refunds")
    assert catch_up() == 2
    assert catch_up() == 0
    changed.title = "Sales"
    changed.save()
    assert catch_up() == 1
    assert find(alice, "sales") == ["orders"]


def test_a_deleted_dataset_leaves_the_index(alice: User, find: Find) -> None:
    dataset = DatasetFactory.create(name="orders")
    find(alice, "orders")
    dataset.delete()
    catch_up()
    assert search(alice, "orders").total == 0


def test_a_transaction_that_commits_late_is_not_skipped(alice: User, find: Find) -> None:
    """It holds an earlier number than one that was followed already, and touches the same dataset and another."""
    first, second = DatasetFactory.create(name="first"), DatasetFactory.create(name="second")
    catch_up()
    late = connection.copy()
    try:
        late.set_autocommit(False)
        with late.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
            Dataset.objects.filter(pk=first.pk).update(title="early")
            assert find(alice, "early") == ["first"]
            cursor.execute("UPDATE catalog_dataset SET title = 'late' WHERE id = ANY(%s)", [[first.pk, second.pk]])
            assert find(alice, "late") == []
            assert find(alice, "early") == ["first"], "an open transaction must not hold back what others commit"
        late.commit()
        assert sorted(find(alice, "late")) == ["first", "second"]
        assert find(alice, "early") == []
    finally:
        late.close()


def test_an_index_of_another_database_is_rebuilt(alice: User, find: Find, store: Store) -> None:
    DatasetFactory.create(name="orders")
    catch_up()
    folder = store.current()
    _pretend(store, database="another")
    assert search(alice, "orders").state == "building"
    assert find(alice, "orders") == ["orders"]
    assert store.current() != folder


def _pretend(store: Store, **changes: Any) -> None:
    """Make the index say that it holds another moment."""
    folder = store.current()
    assert folder is not None
    index = open_index(folder)
    _commit(index.writer(15_000_000, 1), replace(read_snapshot(index, folder).position, **changes))


def test_a_restored_database_whose_transactions_went_back_is_rebuilt(alice: User, find: Find, store: Store) -> None:
    DatasetFactory.create(name="orders")
    catch_up()
    _pretend(store, before=2**60)
    assert search(alice, "orders").state == "building"
    assert find(alice, "orders") == ["orders"]


@pytest.mark.parametrize("damage", ["truncate", "remove", "garble", "no words", "other words"])
def test_a_damaged_index_is_rebuilt(damage: str, alice: User, find: Find, store: Store) -> None:
    DatasetFactory.create(name="orders")
    catch_up()
    folder = store.current()
    assert folder is not None
    for file in folder.iterdir():
        if damage == "remove" and file.suffix == ".idx":
            file.unlink()
        elif damage == "truncate" and file.suffix == ".term":
            file.write_bytes(b"")
        elif damage == "garble" and file.name == "meta.json":
            file.write_text("{")
        elif damage == "no words" and file.name == "vocabulary.json":
            file.unlink()
        elif damage == "other words" and file.name == "vocabulary.json":
            file.write_text('{"x": 1}')
    conf._analyzer_of.cache_clear()
    assert search(alice, "orders").state == "building"
    assert find(alice, "orders") == ["orders"]


def test_an_index_that_vanished_is_rebuilt(alice: User, find: Find, store: Store) -> None:
    DatasetFactory.create(name="orders")
    assert find(alice, "orders") == ["orders"]
    shutil.rmtree(store.folder)
    assert search(alice, "orders").state == "building"
    assert find(alice, "orders") == ["orders"]


def test_a_killed_writer_leaves_nothing_behind(alice: User, find: Find, store: Store) -> None:
    """It held the lock and had written without committing."""
    DatasetFactory.create(name="orders")
    assert find(alice, "orders") == ["orders"]
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(store.folder / f"writer-{store.fingerprint}.lock"), str(store.current())],
        stdout=subprocess.PIPE,
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"writing\n"
    with pytest.raises(Busy):
        catch_up()
    assert search(alice, "orders").total == 1
    writer.kill()
    writer.communicate()
    DatasetFactory.create(name="orders_new")
    assert set(find(alice, "orders")) == {"orders", "orders_new"}


_WRITER = """
import fcntl, sys, time, tantivy
lock = open(sys.argv[1], "w")
fcntl.flock(lock, fcntl.LOCK_EX)
index = tantivy.Index.open(sys.argv[2])
writer = index.writer(15_000_000, 1)
for number in range(1000):
    writer.add_document(tantivy.Document.from_dict({"exact": "orders", "type": "dataset"}))
print("writing", flush=True)
time.sleep(60)
"""


def test_two_machines_each_follow_with_an_index_of_their_own(
    alice: User, find: Find, settings: Settings, tmp_path: Path
) -> None:
    DatasetFactory.create(name="orders")
    assert find(alice, "orders") == ["orders"]
    first = settings.CONCORD_SEARCH_DIR
    settings.CONCORD_SEARCH_DIR = tmp_path / "another machine"
    assert search(alice, "orders").state == "building"
    Dataset.objects.update(title="Sales")
    assert find(alice, "sales") == ["orders"]
    settings.CONCORD_SEARCH_DIR = first
    assert search(alice, "sales").hits == (), "it has not followed yet, and leaves out what changed"
    assert find(alice, "sales") == ["orders"]


def test_words_are_counted_again_when_a_catalog_has_grown(alice: User, find: Find, store: Store) -> None:
    """An index is first built while the catalog is empty, and knows none of its words then."""
    catch_up()
    before = store.current()
    source = SourceFactory.create()
    Dataset.objects.bulk_create(
        Dataset(source=source, name=name, path=name, key=name, kind="table")
        for name in (*(f"zorb_part_{number}" for number in range(250)), "zorbpart")
    )
    find(alice)
    assert search(alice, "zorb").total == 251
    assert store.current() != before


def test_a_rebuild_that_fails_leaves_the_old_index_in_use(
    alice: User, find: Find, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    DatasetFactory.create(name="orders")
    find(alice, "orders")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("catalog.search.feed._add", full)
    with pytest.raises(OSError, match="No space"):
        catch_up(rebuild=True)
    assert search(alice, "orders").total == 1
    assert [folder.name for folder in store.folder.glob("index-*")] == [store.current().name]  # type: ignore[union-attr]


def test_one_writes_at_a_time(find: Find, store: Store) -> None:
    with Session.begin(store), pytest.raises(Busy):
        catch_up()
    catch_up()


def test_readers_see_a_new_index_when_it_is_swapped(alice: User, find: Find, store: Store) -> None:
    DatasetFactory.create(name="orders")
    find(alice, "orders")
    before = store.current()
    catch_up(rebuild=True)
    assert store.current() != before
    assert not before.exists()  # type: ignore[union-attr]
    assert search(alice, "orders").total == 1


def test_following_inside_a_transaction_is_refused(find: Find) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="outside of a transaction"):
        catch_up()


def test_the_follower_indexes_what_others_commit(alice: User, find: Find, store: Store) -> None:
    DatasetFactory.create(name="orders")
    follower = _Watched(store)
    follower.start()
    try:
        assert follower.turned.wait(30)
        assert search(alice, "orders").total == 1
        follower.turned.clear()
        Dataset.objects.update(title="Sales")
        assert _eventually(lambda: search(alice, "sales").total == 1)
    finally:
        follower.stop()
    catch_up()


def test_the_follower_goes_on_after_an_error(
    alice: User, find: Find, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    DatasetFactory.create(name="orders")
    failures = iter([OSError(28, "No space left on device")])
    follow = Session.follow

    def failing_once(self: Session) -> int:
        for failure in failures:
            raise failure
        return follow(self)

    monkeypatch.setattr(Session, "follow", failing_once)
    follower = _Watched(store)
    follower.start()
    try:
        assert _eventually(lambda: search(alice, "orders").total == 1)
    finally:
        follower.stop()
    assert "No space left on device" in caplog.text


class _Watched(Follower):
    """A follower that says when it has looked."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, poll=0.02)
        self.turned = Event()

    def _turn(self) -> float:
        wait = super()._turn()
        self.turned.set()
        return wait


def _eventually(condition: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        Event().wait(0.02)
    return False


def test_a_reader_does_not_open_the_index_again_when_nothing_changed(find: Find, search_dir: Path) -> None:
    catch_up()
    assert reader().snapshot() is reader().snapshot()
