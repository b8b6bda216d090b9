"""OpenLineage events: how many a second are accepted and worked, and how long a POST takes.

python -m benchmarks.openlineage [--events 2000] [--clients 4] [--repeats 5]

Works in the database of the settings, in jobs of its own that it removes again. Events go through the whole request,
the middleware and the token included, by Django's own handler: what a web server and a network add is not in the
numbers. They are those of a warehouse: jobs that run again and again, two events a run, three datasets with a schema
each. Each repeat is timed beside the floor, a bare INSERT of rows of the same size in a transaction each, so that a
busy machine slows both alike. Exits 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import django
from django.db import connection, transaction

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from lineage.api import openlineage  # noqa: E402
from lineage.models import Job, Node, ReceivedEvent, Reported  # noqa: E402
from lineage.receiving.working import work  # noqa: E402
from permissions.models import User  # noqa: E402
from permissions.tokens.services import create_token, revoke_token  # noqa: E402

NAMESPACE = "benchmark"
JOBS, COLUMNS = 100, 30
P95, ACCEPTED, WORKED = 100.0, 150.0, 100.0  # milliseconds; events a CPU second
TABLE = "CREATE TEMPORARY TABLE floor (id bigserial PRIMARY KEY, digest bytea UNIQUE, body bytea)"


def main() -> None:
    options = _options()
    openlineage.poke = lambda: None  # type: ignore[attr-defined] # what is received waits until it is timed
    settings.ALLOWED_HOSTS = ["*"]
    settings.SECURE_SSL_REDIRECT = False
    person, _ = User.objects.get_or_create(username="benchmark-openlineage")
    token = create_token(actor=None, owner=person, name="benchmark", scopes=["lineage"], days=1)
    try:
        rounds = [_round(token.secret, options.events, options.clients, at) for at in range(options.repeats)]
    finally:
        revoke_token(actor=None, token=token.token)
        _clear()
    sys.exit(_report(rounds, options))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--events", type=int, default=2_000, help="in each repeat")
    parser.add_argument("--clients", type=int, default=4, help="that post at once")
    parser.add_argument("--repeats", type=int, default=5)
    return parser.parse_args()


def _events(count: int, number: int) -> list[bytes]:
    began = datetime.now(UTC) - timedelta(days=1) + timedelta(hours=number)
    return [
        json.dumps(_event(run, kind, began)).encode() for run in range(count // 2) for kind in ("START", "COMPLETE")
    ]


def _event(run: int, kind: str, began: datetime) -> dict[str, Any]:
    job = run % JOBS
    at = began + timedelta(seconds=run, milliseconds=1 if kind == "START" else 900)
    return {
        "eventType": kind, "eventTime": at.isoformat(), "producer": "https://example.org/warehouse",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": _run_id(began, run)}, "job": {"namespace": NAMESPACE, "name": f"job_{job}"},
        "inputs": [_dataset(f"shop.raw.t{job}"), _dataset(f"shop.raw.t{job + 1}")],
        "outputs": [_dataset(f"shop.mart.t{job}")],
    }  # fmt: skip


def _run_id(began: datetime, run: int) -> str:
    return f"{int(began.timestamp()):08x}-0000-7000-8000-{run:012x}"


def _dataset(name: str) -> dict[str, Any]:
    fields = [{"name": f"column_{at}", "type": "numeric(12,2)"} for at in range(COLUMNS)]
    return {"namespace": "benchmark://warehouse", "name": name, "facets": {"schema": {"fields": fields}}}


def _round(secret: str, count: int, clients: int, number: int) -> dict[str, Any]:
    bodies = _events(count, number)
    floor = _floor(bodies)
    began, used = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(clients) as pool:
        posts = [
            took for part in pool.map(lambda at: _post(secret, bodies[at::clients]), range(clients)) for took in part
        ]
    accepted, accept_cpu = time.perf_counter() - began, time.process_time() - used
    began, cpu = time.perf_counter(), time.process_time()
    while work(600):
        pass
    worked, cpu = time.perf_counter() - began, time.process_time() - cpu
    waiting = ReceivedEvent.objects.filter(namespace=NAMESPACE).exclude(state="understood").count()
    if waiting:
        raise SystemExit(f"{waiting} events were not understood")
    return {
        "floor": floor,
        "accepted": accepted,
        "worked": worked,
        "cpu": cpu,
        "accept_cpu": accept_cpu,
        "posts": posts,
        "size": len(bodies[0]),
    }


def _post(secret: str, bodies: list[bytes]) -> list[float]:
    client, took = Client(headers={"Authorization": f"Bearer {secret}"}), []
    for body in bodies:
        began = time.perf_counter()
        answer = client.post("/api/v1/lineage", body, content_type="application/json")
        took.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 201:
            raise SystemExit(f"answered {answer.status_code}: {answer.content[:500]!r}")
    connection.close()
    return took


def _floor(bodies: list[bytes]) -> float:
    """Seconds of the bare INSERTs."""
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        began = time.perf_counter()
        for body in bodies:
            with transaction.atomic():
                cursor.execute(
                    "INSERT INTO floor (digest, body) VALUES (%s, %s)", [uuid4().bytes, zlib.compress(body, 1)]
                )
        took = time.perf_counter() - began
        cursor.execute("DROP TABLE floor")
    return took


def _report(rounds: list[dict[str, Any]], options: argparse.Namespace) -> int:
    def middle(name: str) -> float:
        return float(statistics.median(one[name] for one in rounds))

    posts = sorted(took for one in rounds for took in one["posts"])
    p95, taken, worked = posts[int(len(posts) * 0.95)], middle("accept_cpu"), middle("cpu")
    floor, accepted, done = (options.events / middle(name) for name in ("floor", "accepted", "worked"))
    taken, worked, size = options.events / taken, options.events / worked, rounds[0]["size"]
    print(f"{options.events} events of {size:,} bytes, {options.clients} clients, median of {options.repeats}")
    print(f"{'bare INSERTs (floor)':24} {floor:7.0f} a second")
    print(f"{'accepted':24} {accepted:7.0f} a second {taken:7.0f} a CPU second, target {ACCEPTED:.0f}")
    print(f"{'worked, one process':24} {done:7.0f} a second {worked:7.0f} a CPU second, target {WORKED:.0f}")
    print(f"{'POST':24} {statistics.median(posts):7.1f} ms median {p95:5.1f} ms p95, target {P95:.0f}")
    return int(p95 > P95 or taken < ACCEPTED or worked < WORKED)


def _clear() -> None:
    ReceivedEvent.objects.filter(namespace=NAMESPACE).delete()
    Reported.objects.filter(namespace__in=[NAMESPACE, "benchmark://warehouse"]).delete()
    Reported.objects.filter(kind="run", state__contains=f'[\\"{NAMESPACE}\\"').delete()
    Job.objects.filter(namespace=NAMESPACE).delete()
    Node.objects.filter(namespace="benchmark://warehouse").delete()


if __name__ == "__main__":
    main()
