"""What dbt's producer says that is not so, put right by what the same event proves.

Seen with openlineage-dbt 1.54: the job of one model is called three ways, by how dbt was started; each statement of a
model is a job of its own without data; tests write to a schema of failures that does not exist; and the column lineage
names common table expressions as datasets, leaves seeds out, and misreads unions. Models are therefore known by dbt's
own name, and `lineage.openlineage.statements` reads their SQL again.
"""

from __future__ import annotations

import re
from dataclasses import replace

from lineage.openlineage.events import DatasetSaid, Event
from lineage.openlineage.facets import JobName, dbt_node, job_type

STATEMENT = re.compile(r"\.sql\.\d+$")
AUDIT = "dbt_test__audit"


def is_dbt(event: Event) -> bool:
    return "dbt_node" in event.job_facets or "/integration/dbt" in event.producer


def corrected(event: Event) -> Event | None:
    """Return what a dbt event means; None for a part of a model's run that says nothing by itself."""
    if event.job is None or not is_dbt(event):
        return event
    if STATEMENT.search(event.job.name) and not event.datasets:
        return None
    outputs = tuple(said for said in event.outputs if not _is_failures(said))
    return replace(event, job=_job(event, event.job), outputs=outputs)


def _job(event: Event, job: JobName) -> JobName:
    """The job by dbt's name of its node, the same however dbt was started; tests of a model are a job beside it."""
    node = dbt_node(event.job_facets.get("dbt_node", {}))
    if not node or node == job.name:
        return job
    _, _, kind = job_type(event.job_facets.get("jobType", {}))
    is_test = kind == "TEST" and not node.startswith("test.")
    return JobName(job.namespace, f"{node}.test" if is_test else node)


def _is_failures(said: DatasetSaid) -> bool:
    """Whether it is where a test would store the rows that fail."""
    return any(part.endswith(AUDIT) for part in said.name.name.split(".")[:-1])
