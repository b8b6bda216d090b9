"""Who may write the index of a machine."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import tantivy

from catalog.search.schema import schema
from catalog.search.store import Busy, Store

HOLD = """
import sys
from pathlib import Path
import tantivy
from catalog.search.schema import schema
from catalog.search.store import Store

store = Store(Path(sys.argv[1]), "1")
with store.lock():
    writer = tantivy.Index(schema(), path=str(store.folder / "index")).writer(15_000_000, 1)
    print("writing", flush=True)
    sys.stdin.read()
"""


def test_a_killed_writer_leaves_nothing_locked(tmp_path: Path) -> None:
    store = Store(tmp_path, "1")
    (tmp_path / "index").mkdir()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "writing\n"
        with pytest.raises(Busy), store.lock():
            pass
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.communicate()
    with store.lock():
        tantivy.Index(schema(), path=str(tmp_path / "index")).writer(15_000_000, 1)


def test_what_was_left_half_built_is_removed(tmp_path: Path) -> None:
    store = Store(tmp_path, "1")
    kept, left = store.fresh(), store.fresh()
    store.swap(kept)
    assert kept.exists()
    assert not left.exists()


def test_an_index_of_another_release_is_left_to_it_for_a_while(tmp_path: Path) -> None:
    old, new = Store(tmp_path, "1-english"), Store(tmp_path, "2-english")
    folder = old.fresh()
    tantivy.Index(schema(), path=str(folder))
    old.swap(folder)
    new.swap(new.fresh())
    assert old.current() == folder
    assert folder.exists()
    assert new.current() != folder
