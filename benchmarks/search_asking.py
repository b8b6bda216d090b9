"""The questions of `search_speed`, asked of the engine alone and of Concord."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from time import process_time, thread_time

from django.db import connection

from benchmarks.search_catalog import VOCABULARY
from benchmarks.search_speed import FACETS_P95, SEARCH_P95, SUGGEST_P95, Line, timed
from catalog.search import conf
from catalog.search.clauses import question_query
from catalog.search.feed import catch_up
from catalog.search.query import search, unknown_words
from catalog.search.reader import NoIndex, reader
from catalog.search.schema import FACETS
from catalog.search.scope import Scope
from catalog.search.suggest import suggest
from permissions.denials import Denials
from permissions.models import User

_LETTERS = str.maketrans("0123456789", "bcdfghjklm")
_COMMON, _MIDDLING = VOCABULARY[:12], VOCABULARY[20:]


def built() -> bool:
    """Whether there is an index already."""
    try:
        return reader().snapshot().searcher.num_docs > 0
    except NoIndex:
        return False


def build(size: int) -> float:
    """Build the index; returns datasets a second of CPU time of the busier side: the thread that reads and prepares,
    or the engine's threads beside it. On two free cores that is how long it takes."""
    process, thread = process_time(), thread_time()
    done = catch_up(rebuild=True)
    if done != size:
        raise SystemExit(f"{done} datasets were indexed, {size} were made")
    own = thread_time() - thread
    return done / max(own, process_time() - process - own)


def questions(size: int, seed: int) -> dict[str, Callable[[], str]]:
    """Return a maker of questions for each kind."""
    random = Random(seed)
    return {
        "rare": lambda: str(random.randrange(size // 5)).translate(_LETTERS) + "qx",
        "three words": lambda: " ".join(random.choices(_MIDDLING, k=3)),
        "broad": lambda: random.choice(_COMMON),
        "typo": lambda: _mistyped(random.choice([word for word in _MIDDLING if len(word) > 5]), random),
        "prefix": lambda: random.choice(_MIDDLING)[:4],
        "facets": lambda: random.choice(_COMMON),
    }


def _mistyped(word: str, random: Random) -> str:
    at = random.randrange(1, len(word) - 2)
    return word[:at] + "q" + word[at + 1 :]


def lines(size: int, asked: int) -> Iterator[Line]:
    """Yield what each kind takes; new user objects each time, for a request reads its rules once."""
    backend = _backend()
    for kind, ask in questions(size, 1).items():
        targets = {"prefix": SUGGEST_P95, "facets": FACETS_P95}
        runs: list[Callable[[str], object]] = [
            _engine(kind),
            partial(_concord, kind, "free"),
            partial(_concord, kind, "stopped"),
        ]
        for run in runs:
            run(ask())
        floor, free, stopped = timed(runs, [ask() for _ in range(asked)], backend)
        yield Line(kind, floor, free, stopped, targets.get(kind, SEARCH_P95), size)


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _concord(kind: str, username: str, text: str) -> object:
    viewer = User.objects.get(username=username)
    return suggest(viewer, text) if kind == "prefix" else search(viewer, text, facets=kind == "facets")


def _engine(kind: str) -> Callable[[str], object]:
    snapshot = reader().snapshot()
    scope = Scope(Denials(), snapshot.label_sets)

    def ask(text: str) -> object:
        question = conf.analyzer().question(text)
        near = unknown_words(question, scope, snapshot) if kind in ("typo", "prefix") else ()
        query = question_query(question, near, scope, snapshot.searcher)
        counted = snapshot.searcher.aggregate(query, _asked()) if kind == "facets" else None
        return snapshot.searcher.search(query, 20, weight_by_field="weight"), counted

    return ask


def _asked() -> dict[str, object]:
    return {name: {"terms": {"field": name, "size": 50}} for name in FACETS}
