"""Northbeam's nightly jobs, told as its scheduler would tell them: by OpenLineage events of the last two weeks.

They agree with the data: last night the sessions of the app could not be loaded, so what is made of them is late.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from demo.northbeam.landing import FROM_PLATFORM, LATE_TABLE
from demo.northbeam.scripts import scripts
from lineage.models import Job
from lineage.receiving.accepting import Sender, accept_events
from lineage.receiving.working import work

if TYPE_CHECKING:
    from collections.abc import Iterator

NIGHTS = 14
BEGIN = timedelta(hours=3, minutes=12)  # after midnight UTC
NAMESPACE = "airflow.northbeam"
PRODUCER = "https://github.com/apache/airflow/tree/providers-openlineage/2.20.3"
EVENT = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
FACET = "https://openlineage.io/spec/facets/1-0-0/{}.json"
TABLE = re.compile(r"\b(?:FROM|JOIN)\s+([a-z_]{3,}\.[a-z_]+)")  # an alias is shorter
INTO = re.compile(r"INSERT INTO (core\.[a-z_]+)")
MESSAGE = "psycopg2.errors.QueryCanceled: canceling statement due to statement timeout"
SECONDS = 240  # that the events may take to be worked

Event = dict[str, Any]


def settle_pipelines() -> int:
    """Tell of the jobs where nothing is told; returns how many there are."""
    if not Job.objects.filter(namespace=NAMESPACE).exists():
        accept_events(payloads=_events(timezone.now()), sender=Sender(None, "airflow"))
        work(SECONDS)
    return Job.objects.filter(namespace=NAMESPACE).count()


def _events(now: datetime) -> Iterator[Event]:
    last = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if now < last + BEGIN + timedelta(hours=1):
        last -= timedelta(days=1)
    loads = [_load(table, query) for table, query in FROM_PLATFORM.items()]
    models = list(_models())
    stopped = {LATE_TABLE} | {model["outputs"][0]["name"] for model in models if _reads_sessions(model)}
    for night in range(NIGHTS):
        midnight = last - timedelta(days=night)
        for place, job in enumerate([*loads, *models]):
            made = job["outputs"][0]["name"]
            if night or made not in stopped:
                yield from _run(job, midnight, place, "COMPLETE")
            elif made == LATE_TABLE:
                yield from _run(job, midnight, place, "FAIL")


def _reads_sessions(model: Event) -> bool:
    return any(one["name"] == "staging.stg_session" for one in model["inputs"])


def _load(table: str, query: str) -> Event:
    inputs = [{"namespace": "platform", "name": name} for name in dict.fromkeys(TABLE.findall(query))]
    return _job(
        f"landing.{table.partition('.')[2]}", inputs, table, " ".join(query.format(until="today").split()), "PYTHON"
    )


def _models() -> Iterator[Event]:
    """The statements of the nightly script that fill the core, in its order."""
    (path,) = (path for path in scripts("warehouse_models") if path.stem.endswith("core_load"))
    for statement in path.read_text().split(";"):
        if into := INTO.search(statement):
            reads = dict.fromkeys(name for name in TABLE.findall(statement) if name != into[1])
            inputs = [{"namespace": "warehouse", "name": name} for name in reads]
            yield _job(f"core_load.{into[1].partition('.')[2]}", inputs, into[1], statement.strip(), "AIRFLOW")


def _job(name: str, inputs: list[Event], output: str, sql: str, integration: str) -> Event:
    kind = {"processingType": "BATCH", "integration": integration, "jobType": "TASK"}
    facets = {
        "sql": {"query": sql, "dialect": "postgres"} | _facet("SQLJobFacet"),
        "jobType": kind | _facet("JobTypeJobFacet"),
        "ownership": {"owners": [{"name": "Data platform", "type": "team"}]} | _facet("OwnershipJobFacet"),
    }  # fmt: skip
    job = {"namespace": NAMESPACE, "name": f"nightly_warehouse.{name}", "facets": facets}
    return {"job": job, "inputs": inputs, "outputs": [{"namespace": "warehouse", "name": output}]}


def _facet(name: str) -> Event:
    return {"_producer": PRODUCER, "_schemaURL": FACET.format(name)}


def _run(job: Event, midnight: datetime, place: int, ending: str) -> Iterator[Event]:
    """The two events of one run; every night somewhat longer, for there is more each night."""
    begun = midnight + BEGIN + timedelta(minutes=2 * place)
    age = (timezone.now() - midnight).days
    took = timedelta(seconds=(40 + 13 * (place % 7)) * (1 - age / 60) + (begun.day * 7 + place) % 9)
    run: Event = {"runId": str(uuid5(NAMESPACE_URL, f"{job['job']['name']} {begun:%Y-%m-%d}"))}
    nominal = {"nominalStartTime": f"{midnight.isoformat()}"} | _facet("NominalTimeRunFacet")
    error = {"message": MESSAGE, "programmingLanguage": "python"} | _facet("ErrorMessageRunFacet")
    for kind, moment in (("START", begun), (ending, begun + took)):
        facets = {"nominalTime": nominal} | ({"errorMessage": error} if kind == "FAIL" else {})
        yield {
            **job, "eventType": kind, "eventTime": moment.isoformat(), "producer": PRODUCER, "schemaURL": EVENT,
            "run": run | {"facets": facets},
        }  # fmt: skip
