"""What feedback costs at size: `python -m benchmarks.feedback --tickets 1000000`.

In a database of its own (embedded, or in `--server`) it makes tickets, five comments each, over a tenth as many
datasets with three edges of lineage each, clocks and notices, and asks for whole pages through the site's own stack, in
turn for somebody whom no rule stops: the board of the busiest dataset, lists, a ticket, the inbox, the figures, and the
badges of twenty datasets as a page of search shows them. Milliseconds of CPU of this process and of its PostgreSQL
backend, the middle of the rounds, beside the floor: the bare query of the rows that the page shows. Then 1,000 results
of one failed pipeline. Exits 1 when a page takes more than 100 ms.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

from benchmarks.lineage_graph import EDGES
from benchmarks.search_speed import administer, cpu_ms, environment

MOST = 100.0  # ms
ROUNDS = 15
COMMENTS = 5
DATABASE = "bench_feedback"
PEOPLE = 1_000
_NODES = """
    INSERT INTO lineage_node (id, dataset_id, labels, namespace, name, key, first_seen_at)
    SELECT row_number() OVER (ORDER BY id), id, '{}', '', '', '', now() FROM catalog_dataset
"""
_TICKETS = """
    SELECT setseed(0.5);
    INSERT INTO feedback_ticket (dataset_id, kind, severity, title, body, expected, impact, evidence, row_key, state,
        state_since, priority, reporter_id, assignee_id, votes, created_at, updated_at, first_answer_at, fixed_at, key,
        times, reopened)
    SELECT d.id, (ARRAY['wrong','missing','stale','question'])[1 + n % 4],
        (ARRAY['blocker','major','minor'])[1 + n % 3],
        'Values of column ' || n % 997 || ' are not what they should be', 'Since Monday.', '', '', '', NULL,
        s.state, at, 1 + n % 4, 3 + n % {people}, 3 + (n * 7) % {people}, n % 5, at, at + interval '3 days',
        at + interval '1 day',
        CASE WHEN s.state IN ('fixed', 'confirmed') THEN at + interval '2 days' END, '', 1, n % 9 / 8
    FROM (SELECT n, now() - make_interval(hours => (random() * 26000)::int) AS at,
            1 + floor(power(random(), 3) * {datasets})::bigint AS place FROM generate_series(1, {size}) n) AS made
    JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM catalog_dataset) d USING (place)
    CROSS JOIN LATERAL (SELECT CASE WHEN n % 50 = 0 THEN 'new' WHEN n % 50 = 1 THEN 'triaged' WHEN n % 50 = 2
        THEN 'in_progress' WHEN n % 50 = 3 THEN 'fixed' WHEN n % 10 = 4 THEN 'declined' ELSE 'confirmed' END AS state) s
"""
_BESIDE = """
    INSERT INTO feedback_comment (ticket_id, author_id, body, created_at)
    SELECT t.id, 3 + (t.id * c) % {people}, 'We look at **it**, since ' || c || '.',
        t.created_at + make_interval(hours => c)
    FROM feedback_ticket t CROSS JOIN generate_series(1, {comments}) c;
    INSERT INTO feedback_event (ticket_id, at, what, before, after, words)
    SELECT id, created_at, 'reported', '', '', '' FROM feedback_ticket;
    INSERT INTO feedback_clock (ticket_id, goal, promised, spent, started_at, stopped_at, due_at)
    SELECT id, 'fix', 144000, 3600, created_at, fixed_at,
        CASE WHEN fixed_at IS NULL AND state NOT IN ('declined') THEN created_at + interval '9 days' END
    FROM feedback_ticket;
    INSERT INTO notifications_notice (person_id, kind, title, detail, url, subject, subject_id, created_at, key)
    SELECT assignee_id, 'ticket_changed', title, '', '/feedback/' || id || '/', 'ticket', id, updated_at, ''
    FROM feedback_ticket
"""


class Line(NamedTuple):
    """One page; milliseconds of CPU."""

    page: str
    floor: float
    took: float

    @property
    def missed(self) -> bool:
        return self.took > MOST


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", help="of its own, as postgresql://postgres@127.0.0.1; embedded without")
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        return measure(options.tickets)
    command = [sys.executable, "-m", "benchmarks.feedback", "--inside", "--tickets", str(options.tickets)]
    with tempfile.TemporaryDirectory(prefix="feedback-") as data:
        if not options.server:
            alone = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "CONCORD_DATA_DIR": data}
            return subprocess.run(command, env=alone, check=False).returncode
        server = options.server.rstrip("/")
        administer(server, f'DROP DATABASE IF EXISTS "{DATABASE}"', f'CREATE DATABASE "{DATABASE}"')
        try:
            return subprocess.run(command, env=environment(f"{server}/{DATABASE}", data), check=False).returncode
        finally:
            administer(server, f'DROP DATABASE IF EXISTS "{DATABASE}"')


def measure(size: int) -> int:
    """Fill, and ask, in this process; returns 1 when a target is missed."""
    import django  # settings are known only in this process

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, skip_checks=True)
    started = perf_counter()
    _fill(size)
    print(f"{size:,} tickets, {size * COMMENTS:,} comments, {size // 10:,} datasets: {perf_counter() - started:.0f} s")
    lines = list(_lines())
    print(f"{'CPU ms, median':34}{'bare query':>12}{'page':>10}{'target':>9}")
    for line in lines:
        print(f"{line.page:34}{line.floor:12.1f}{line.took:10.1f}{MOST:9.0f}{'  missed' if line.missed else ''}")
    _pipeline()
    return int(any(line.missed for line in lines))


def _fill(size: int) -> None:
    from benchmarks import search_catalog
    from benchmarks.search_catalog import bulk
    from permissions.models import User

    datasets = size // 10
    search_catalog.fill(datasets)
    User.objects.bulk_create(User(username=f"p{n}", password="!") for n in range(PEOPLE + 3))
    with bulk("lineage_node", "lineage_edge") as cursor:
        cursor.execute(_NODES)
        cursor.execute(EDGES.format(size=datasets))
    values = {"size": size, "datasets": datasets, "people": PEOPLE, "comments": COMMENTS}
    beside = ("feedback_comment", "feedback_event", "feedback_clock", "notifications_notice")
    with bulk("feedback_ticket", *beside) as cursor:
        cursor.execute(_TICKETS.format(**values))
        cursor.execute(_BESIDE.format(**values))


def _lines() -> Iterator[Line]:
    from django.db.models import Count
    from django.test import Client

    from catalog.models import Dataset
    from catalog.remarks import remarks_on
    from feedback.models import Ticket
    from permissions.models import User

    busiest = Ticket.objects.order_by().values_list("dataset").annotate(n=Count("pk")).order_by("-n")[0][0]
    ticket = Ticket.objects.filter(dataset=busiest).unresolved().first()
    assert ticket is not None
    assert ticket.assignee_id is not None
    viewer = User.objects.get(pk=ticket.assignee_id)
    client = Client(HTTP_HOST="localhost", SERVER_NAME="localhost")
    client.force_login(viewer)
    twenty = list(Dataset.objects.with_context().order_by("-popularity", "pk")[:20])

    def page(address: str) -> Callable[[], Any]:
        def ask() -> None:
            answer = client.get(address)
            assert answer.status_code == 200, (address, answer.status_code, answer.get("Location"))

        return ask

    mine = "SELECT * FROM feedback_ticket WHERE assignee_id = %s ORDER BY updated_at DESC, id DESC LIMIT 51"
    of_dataset = "SELECT state, count(*) FROM feedback_ticket WHERE dataset_id = %s GROUP BY state"
    notices = "SELECT * FROM notifications_notice WHERE person_id = %s ORDER BY created_at DESC, id DESC LIMIT 51"
    everything = "SELECT * FROM feedback_ticket ORDER BY updated_at DESC, id DESC LIMIT 51"
    said = "SELECT * FROM feedback_comment WHERE ticket_id = %s"
    by_domain = (
        "SELECT assignee_id, count(*) FROM feedback_ticket WHERE created_at > now() - interval '90 days' GROUP BY 1"
    )
    yield _line("board of the busiest dataset", page(f"/datasets/{busiest}/feedback/"), of_dataset, busiest)
    yield _line("board of a domain", page("/domains/d3/feedback/"), of_dataset, busiest)
    yield _line("what waits for me", page("/feedback/queue/"), mine, viewer.pk)
    yield _line("my tickets", page("/feedback/"), mine, viewer.pk)
    yield _line("all tickets", page("/feedback/?whose=all"), everything)
    yield _line("a ticket", page(ticket.get_absolute_url()), said, ticket.pk)
    yield _line("inbox", page("/inbox/"), notices, viewer.pk)
    yield _line("badges of 20 datasets", lambda: remarks_on(viewer, twenty), of_dataset, busiest)
    for by in ("domain", "source", "steward"):
        yield _line(f"figures by {by}", page(f"/feedback/figures/?by={by}"), by_domain)


def _line(name: str, ask: Callable[[], Any], floor: str, *values: Any) -> Line:
    from django.db import connection

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(floor, values)
            cursor.fetchall()

    return Line(name, _middle(bare), _middle(ask))


def _middle(do: Callable[[], Any]) -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    do()
    times = []
    for _ in range(ROUNDS):
        before = cpu_ms(backend)
        do()
        times.append(cpu_ms(backend) - before)
    return median(times)


def _pipeline() -> None:
    """One failed test told a thousand times."""
    from catalog.models import Dataset
    from feedback.results import Result, take_result
    from notifications.models import Notice
    from permissions.models import User

    actor, dataset = User.objects.get(username="free"), Dataset.objects.with_context().order_by("pk")[0]
    Dataset.objects.filter(pk=dataset.pk).update(owner=User.objects.get(username="other"))
    dataset.refresh_from_db()
    before, started = Notice.objects.count(), perf_counter()
    taken = [
        take_result(actor=actor, result=Result(dataset=dataset, key="not_null", passed=False, title="It fails"))
        for _ in range(1_000)
    ]
    tickets, notices = {one.ticket for one in taken}, Notice.objects.count() - before
    print(f"1,000 reports of one pipeline: {len(tickets)} ticket, {notices} notice, {perf_counter() - started:.1f} s")


if __name__ == "__main__":
    sys.exit(main())
