"""What permissions cost: `python -m benchmarks.permissions --server postgresql://postgres@127.0.0.1 --size 1000000`.

In a database of its own it makes a catalog of `--size` datasets with three edges of lineage each, 10,000 people in 200
teams and 2,000 opt-out rules with exceptions, and then runs the queries of a list, a page, lineage, search and facets
in turn for two people: one whom no rule stops, which is the same query without the predicate, and one in many teams,
whom a tenth of the rules stop. Reading the rules is part of every query. Milliseconds of CPU of this process and of its
PostgreSQL backend; the middle of the rounds. Then it writes a rule that closes a tenth of the catalog, and asks at
once. Exits 1 when a target is missed.
With `--keep` a folder's index and its database stay, and a second run only asks.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import NamedTuple

from benchmarks.lineage_graph import EDGES
from benchmarks.search_speed import administer, cpu_ms, environment

PEOPLE, TEAMS, RULES, EXCEPTIONS = 10_000, 200, 2_000, 500
ROUNDS, LEAST, LONGEST = 30, 5, 20_000.0  # rounds, and of dear ones at least; milliseconds in all
SAVING = 1.0  # seconds that writing a rule may take
DATABASE = "bench_permissions"
_NODES = """
    INSERT INTO lineage_node (id, dataset_id, labels, namespace, name, key, first_seen_at)
    SELECT row_number() OVER (ORDER BY id), id, '{}', '', '', '', now() FROM catalog_dataset
"""


class Line(NamedTuple):
    """One kind of query; milliseconds of CPU."""

    kind: str
    free: float
    stopped: float
    most: float  # times the free one

    @property
    def ratio(self) -> float:
        return self.stopped / self.free

    @property
    def missed(self) -> bool:
        return self.ratio > self.most


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", default="postgresql://postgres@127.0.0.1")
    parser.add_argument("--size", type=int, default=100_000, help="datasets: 100,000")
    parser.add_argument("--keep", type=Path, help="a folder for an index that stays for the next run")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    server = options.server.rstrip("/")
    if options.inside:
        return measure(options.size)
    if options.keep:
        return _run_kept(server, options.size, options.keep)
    _anew(server, DATABASE)
    try:
        with tempfile.TemporaryDirectory(prefix="permissions-") as data:
            return _inside(f"{server}/{DATABASE}", data, options.size)
    finally:
        administer(server, f'DROP DATABASE IF EXISTS "{DATABASE}"')


def _run_kept(server: str, size: int, folder: Path) -> int:
    name, data = f"{DATABASE}_kept_{size}", folder / str(size)
    if not data.is_dir():
        _anew(server, name)
        data.mkdir(parents=True)
    return _inside(f"{server}/{name}", str(data), size)


def _anew(server: str, name: str) -> None:
    administer(server, f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')


def _inside(database: str, data: str, size: int) -> int:
    command = [sys.executable, "-m", "benchmarks.permissions", "--inside", "--size", str(size)]
    return subprocess.run(command, env=environment(database, data), check=False).returncode


def measure(size: int) -> int:
    """Fill and index what is not yet there, and ask, in this process; returns 1 when a target is missed."""
    import django  # settings are known only in this process

    django.setup()
    from django.core.management import call_command

    from benchmarks import search_asking, search_catalog
    from catalog.search.feed import catch_up
    from lineage.models import Node
    from permissions.models import Team

    call_command("migrate", verbosity=0, skip_checks=True)
    started = perf_counter()
    if not search_catalog.filled(size):
        search_catalog.fill(size)
    if not Node.objects.exists():
        _lineage(size)
    if not Team.objects.exists():
        _people_and_rules()
    print(f"filled in {perf_counter() - started:.0f} s", flush=True)
    if not search_asking.built():
        catch_up(rebuild=True)
    lines = list(_lines(size))
    _print(size, lines)
    seconds, at_once = _new_rule()
    print(f"written in {seconds:.2f} s (target {SAVING}), {'' if at_once else 'NOT '}true for the next question")
    return int(any(line.missed for line in lines) or seconds > SAVING or not at_once)


def _lineage(size: int) -> None:
    """Three edges a dataset, with a power law."""
    from benchmarks.search_catalog import bulk

    with bulk("lineage_node", "lineage_edge") as cursor:
        cursor.execute(_NODES)
        cursor.execute(EDGES.format(size=size))


def _people_and_rules() -> None:
    """Everybody is in two teams, and `stopped` in twenty, a tenth of all; each rule stops one team."""
    from django.utils import timezone

    from permissions.models import OptOutRule, RuleException, Team, User

    random = Random(7)
    owner = User.objects.get(username="free")
    OptOutRule.objects.all().delete()
    people = User.objects.bulk_create([User(username=f"p{n}", password="!") for n in range(PEOPLE)], 2_000)
    teams = Team.objects.bulk_create([Team(slug=f"t{n}", name=f"Team {n}") for n in range(TEAMS)])
    stopped = User.objects.get(username="stopped")
    members = Team.members.through
    members.objects.bulk_create(
        [members(team=team, user=one) for one in people for team in random.sample(teams, 2)]
        + [members(team=team, user=stopped) for team in teams[:20]],
        5_000,
    )
    common = {"owner": owner, "reason": "Made up for measuring.", "review_on": "2099-01-01"}
    rules = OptOutRule.objects.bulk_create(
        [OptOutRule(label=label, level=level, **common) for label, level in _labels(random)], 1_000
    )
    named = OptOutRule.teams.through
    named.objects.bulk_create([named(optoutrule=rule, team=teams[n % TEAMS]) for n, rule in enumerate(rules)], 1_000)
    until = timezone.now() + timedelta(days=365)
    RuleException.objects.bulk_create(
        [
            RuleException(
                rule=rule, team=teams[(n + 1) % 20], label=f"domain:d{n % 20}", purpose="Measuring.", approved_by=owner,
                until=until,
            )
            for n, rule in enumerate(rules[:EXCEPTIONS])
        ]
    )  # fmt: skip


def _labels(random: Random) -> Iterator[tuple[str, str]]:
    """What rules name: mostly single datasets and containers, now and then a source or a class."""
    for n in range(RULES):
        level = random.choice(("discover", "read", "sample"))
        if n % 50 == 0:
            yield "class:pii.contact", "sample"
        elif n % 3 == 0:
            container = random.randrange(500)
            yield f"path:s{container % 50}/schema_{container}", level
        else:
            yield f"dataset:s{random.randrange(50)}.nowhere_{n}", level


def _lines(size: int) -> Iterator[Line]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    for kind, (ask, most) in _questions(size).items():
        taken: dict[str, list[float]] = {"free": [], "stopped": []}
        for turn in range(-3, ROUNDS):
            if turn >= LEAST and sum(map(sum, taken.values())) > LONGEST:
                break
            for username, times in taken.items():
                started = cpu_ms(backend)
                ask(username, turn)
                if turn >= 0:
                    times.append(cpu_ms(backend) - started)
        yield Line(kind, median(taken["free"]), median(taken["stopped"]), most)


def _questions(size: int) -> dict[str, tuple[Callable[[str, int], object], float]]:
    """Each kind of question with how much dearer it may become; a new user object each time, as for each request."""
    from benchmarks.search_catalog import VOCABULARY
    from catalog.models import Dataset, Field
    from catalog.search.query import search
    from core.paging import keyset_page
    from lineage.cards import cards_of
    from lineage.closures import Bounds, Direction, edges_among, walk
    from permissions.models import User

    first = Dataset.objects.order_by("pk").values_list("pk", flat=True)[0]

    def person(username: str) -> User:
        return User.objects.get(username=username)

    def listed(username: str, turn: int) -> object:
        rows = Dataset.objects.visible_to(person(username)).with_context()
        return keyset_page(rows, order=("pk",), cursor=None, size=50)

    def filtered(username: str, turn: int) -> object:
        rows = Dataset.objects.visible_to(person(username)).with_context().filter(source__slug=f"s{turn % 50}")
        return keyset_page(rows, order=("pk",), cursor=None, size=50)

    def detail(username: str, turn: int) -> object:
        viewer = person(username)
        pks = [first + (turn * 997) % size]
        dataset = Dataset.objects.visible_to(viewer).with_context().filter(pk__in=pks).first()
        return dataset, list(Field.objects.visible_to(viewer).filter(dataset__in=pks))

    def drawn(username: str, turn: int) -> object:
        viewer = person(username)
        nodes = walk(viewer, [2 + turn * 31 % (size // 500)], Direction.DOWN, Bounds(nodes=300)).rings
        return cards_of(viewer, nodes), edges_among(nodes)

    def found(username: str, turn: int) -> object:
        return search(person(username), " ".join(VOCABULARY[20 + turn % 40 :: 40][:3]))

    def facets(username: str, turn: int) -> object:
        return search(person(username), VOCABULARY[turn % 12], facets=True)

    return {
        "list, first page": (listed, 1.2),
        "list of one source": (filtered, 1.2),
        "dataset with its fields": (detail, 1.2),
        "lineage, 300 nodes": (drawn, 1.2),
        "search, three words": (found, 1.6),
        "search with facets": (facets, 1.6),
    }


def _new_rule() -> tuple[float, bool]:
    """Close a tenth to one person; returns the seconds it took, and whether the next questions knew."""
    from datetime import UTC, datetime

    from catalog.models import Dataset
    from catalog.search.query import search
    from permissions.models import User
    from permissions.rules.draft import RuleDraft, Whom
    from permissions.rules.services import withdraw_rule, write_rule

    owner = User.objects.get(username="free")

    def seen() -> tuple[int, int | None]:
        reader = User.objects.get(username="p1")
        return Dataset.objects.visible_to(reader).count(), search(reader, "").total

    draft = RuleDraft(
        label="tag:tenth", level="discover", whom=Whom(people=[User.objects.get(username="p1")]), owner=owner,
        reason="Made up for measuring how fast it holds.",
        review_on=(datetime.now(UTC) + timedelta(days=90)).date(),
    )  # fmt: skip
    tenth = Dataset.objects.visible_to(User.objects.get(username="p1")).filter(labels__contains=["tag:tenth"]).count()
    before = seen()
    started = perf_counter()
    rule = write_rule(actor=owner, draft=draft)
    seconds = perf_counter() - started
    after = seen()
    withdraw_rule(actor=owner, rule=rule)
    print(f"a rule that closes {tenth:,} more: listed and found before {before}, and after {after}")
    return seconds, tenth > 0 and after == tuple(count - tenth for count in before if count)


def _print(size: int, lines: list[Line]) -> None:
    print(f"\n{size:,} datasets, {RULES:,} rules, {PEOPLE:,} people, {TEAMS} teams; CPU ms")
    print(f"{'':26}{'nothing closed':>16}{'stopped':>10}{'ratio':>8}{'target':>8}")
    for line in lines:
        mark = "  missed" if line.missed else ""
        print(f"{line.kind:26}{line.free:16.2f}{line.stopped:10.2f}{line.ratio:8.2f}{line.most:8.1f}{mark}")


if __name__ == "__main__":
    sys.exit(main())
