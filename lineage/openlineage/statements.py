"""Where fields come from by the SQL that an event carries, where its producer is known to misread it.

dbt's and Airflow's producers read SQL with a parser that takes common table expressions for datasets, loses inputs
behind them, and names outputs of unions wrongly. Other producers, Spark among them, ask the engine's own plan, and are
taken at their word.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from lineage.openlineage.facets import DatasetName, FieldSource, job_type, sql
from lineage.openlineage.lattice import State
from lineage.openlineage.merging import facets_of, outputs_of
from lineage.sql import Lineage, lineage

READ_AGAIN = frozenset({"DBT", "AIRFLOW"})
LONGEST = 200_000  # characters of SQL that are read while an event is worked


class Reread(NamedTuple):
    """What the SQL of a job reads for the one dataset that it writes; `is_all`: the job reads nothing besides."""

    output: DatasetName
    inputs: tuple[DatasetName, ...]
    columns: tuple[FieldSource, ...]
    code: str
    is_all: bool

    def keeps(self, named: DatasetName) -> bool:
        """Whether a dataset that the event names is read. An Airflow task may name more than its SQL shows, by its
        inlets; but what the SQL calls as a function is none."""
        function = re.escape(named.name.rpartition(".")[2])
        return not self.is_all and not re.search(rf"\b{function}\s*\(", self.code, re.IGNORECASE)


def reread(job: State) -> Reread | None:
    """Return what the job's SQL says, or None where its producer knows better or the SQL does not tell."""
    facets, outputs = facets_of(job), outputs_of(job)
    _, integration, _ = job_type(facets.get("jobType", {}))
    code, dialect = sql(facets.get("sql", {}))
    if integration not in READ_AGAIN or len(outputs) != 1 or not 0 < len(code) <= LONGEST:
        return None
    (output,) = outputs
    database, schema = _around(output)
    found = lineage(code, dialect or dialect_of(output.namespace), default_db=database, default_schema=schema)
    if found.problems or not (found.writes or found.columns) or not _is_about(found, output):
        return None
    inputs = tuple(_named(output, name) for name in found.reads)
    return Reread(output, inputs, tuple(_columns(found, output)), code, integration == "DBT")


def _around(name: DatasetName) -> tuple[str | None, str | None]:
    """The database and the schema in which a bare name of the statement lies."""
    parts = name.name.split(".")
    return (parts[-3] if len(parts) > 2 else None), (parts[-2] if len(parts) > 1 else None)


def dialect_of(namespace: str) -> str | None:
    """The dialect that a namespace speaks, as ``postgres://…`` says."""
    scheme = namespace.partition("://")[0].partition(":")[0].lower()
    return {"awsathena": "athena", "sqlserver": "tsql", "mssql": "tsql", "unitycatalog": "databricks"}.get(
        scheme, scheme
    )


def _is_about(found: Lineage, output: DatasetName) -> bool:
    """Whether the statement is a query, or writes just what the job writes."""
    return all(_same(written, output.name) for written in found.writes)


def _same(one: str, other: str) -> bool:
    ends = [name.lower().replace('"', "").split(".") for name in (one, other)]
    shared = min(map(len, ends))
    return ends[0][-shared:] == ends[1][-shared:]


def _named(output: DatasetName, table: str) -> DatasetName:
    return DatasetName(output.namespace, table)


def _columns(found: Lineage, output: DatasetName) -> list[FieldSource]:
    direct = [
        FieldSource(column.name, _named(output, source.table), source.column, True, source.step.value)
        for column in found.columns
        if column.name and (column.table is None or _same(column.table, output.name))
        for source in column.sources
        if source.table
    ]
    used = [
        FieldSource("", _named(output, use.table), use.column, False, use.influence.value)
        for statement in found.statements[-1:]
        for use in statement.uses
        if use.table and use.table in found.reads
    ]
    return list(dict.fromkeys([*direct, *used]))
