"""What the record adds to a read, and how fast it is sealed and verified.

python -m benchmarks.audit [--reads 500] [--entries 20000]

Works in the database of the settings, in entries of its own that it leaves there: nothing removes an entry. The ways
are timed in turns, beside the smallest question that one can ask the database, so that a busy machine slows all alike.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator

import django
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from permissions.audit.context import Situation, situation  # noqa: E402
from permissions.audit.reads import note_values  # noqa: E402
from permissions.audit.recording import entry, note, write  # noqa: E402
from permissions.audit.sealing import seal  # noqa: E402
from permissions.audit.verifying import Verifier  # noqa: E402
from permissions.models import User  # noqa: E402

TARGET = 1.0  # milliseconds


def main() -> None:
    options = _options()
    person = User.objects.first()
    if person is None:
        raise SystemExit("Make a user first, for example by the demo.")
    _reads(person, options.reads)
    _chain(options.entries)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--reads", type=int, default=500)
    parser.add_argument("--entries", type=int, default=20_000)
    return parser.parse_args()


def _reads(person: User, times: int) -> None:
    """What is added to a read that no rule names, and to one that is recorded."""
    ways: dict[str, Callable[[], None]] = {
        "the smallest question to the database": _nothing,
        "asking whether any rule names it": lambda: note_values(person, person, ["none:of", "these:labels"]),
        "and writing the entry": lambda: note("sample.read", actor=person, thing=person, after={"fields": ["a", "b"]}),
        "a change, in its transaction": lambda: write([entry("rule.changed", actor=person, after={"a": 1})]),
    }
    print(f"{'milliseconds':40} {'median':>8} {'p95':>8} {'CPU':>8}   target {TARGET}")
    for way in ways.values():
        _inside_a_request(way)
    taken: dict[str, list[float]] = {name: [] for name in ways}
    cpu = dict.fromkeys(ways, 0.0)
    for _ in range(times):
        for name, way in ways.items():
            began, used = time.perf_counter(), time.process_time()
            _inside_a_request(way)
            taken[name].append((time.perf_counter() - began) * 1000)
            cpu[name] += (time.process_time() - used) * 1000
    for name, each in taken.items():
        p95 = sorted(each)[int(times * 0.95)]
        print(f"{name:40} {statistics.median(each):8.3f} {p95:8.3f} {cpu[name] / times:8.3f}")


def _nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _inside_a_request(way: Callable[[], None]) -> None:
    """As the middleware does it."""
    at_hand = Situation()
    token = situation.set(at_hand)
    way()
    if at_hand.noted:
        write(at_hand.noted, wait=False)
    situation.reset(token)


def _chain(count: int) -> None:
    seal()
    for size in _parts(count):
        write([entry("rule.changed", actor=None, thing="benchmark", after={"n": n}) for n in range(size)])
    began = time.perf_counter()
    sealed = seal()
    print(f"sealed {sealed:,} entries at {sealed / (time.perf_counter() - began):,.0f} a second")
    began, verifier = time.perf_counter(), Verifier()
    wrong = sum(1 for _ in verifier.findings())
    seconds = time.perf_counter() - began
    print(f"verified {verifier.checked:,} entries at {verifier.checked / seconds:,.0f} a second; {wrong} findings")


def _parts(count: int) -> Iterator[int]:
    for start in range(0, count, 2_000):
        yield min(2_000, count - start)


if __name__ == "__main__":
    main()
