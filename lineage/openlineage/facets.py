"""The facets that are understood, each read from what was sent; whatever does not fit is passed over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from lineage.openlineage.reading import identifier, mapping, moment, number, objects, text

Facet = dict[str, Any]

MOST_FIELDS = 20_000
MOST_ITEMS = 1_000
DEEPEST = 30  # of fields in fields


class DatasetName(NamedTuple):
    """What a dataset is called where the event comes from."""

    namespace: str
    name: str


class JobName(NamedTuple):
    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class FieldSaid:
    """A field of a schema facet; `path` joins nested names by dots."""

    path: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class FieldSource:
    """A field that `target` comes from; `target` is empty where the whole dataset depends on it.

    `direct` fields are part of the value; others decide which rows there are. `step` is the spec's word in lower case.
    """

    target: str
    dataset: DatasetName
    field: str
    direct: bool
    step: str


@dataclass(frozen=True, slots=True)
class Assertion:
    """What one test of a dataset found."""

    name: str
    column: str
    success: bool
    severity: str
    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class Parent:
    """The run that started this one, and the one that all began with."""

    run_id: str
    job: JobName | None
    root_run_id: str
    root_job: JobName | None


def named(value: Any) -> DatasetName | None:
    """The dataset that an object names."""
    pair = _pair(value)
    return DatasetName(*pair) if pair else None


def job_named(value: Any) -> JobName | None:
    pair = _pair(value)
    return JobName(*pair) if pair else None


def _pair(value: Any) -> tuple[str, str] | None:
    given = mapping(value)
    namespace, name = identifier(given.get("namespace")), identifier(given.get("name"))
    return (namespace, name) if namespace and name else None


def schema(facet: Facet) -> tuple[FieldSaid, ...]:
    """Fields in their order, those of structs after the struct."""
    return tuple(_fields(facet.get("fields"), "", 0))[:MOST_FIELDS]


def _fields(value: Any, prefix: str, depth: int) -> Iterator[FieldSaid]:
    if depth > DEEPEST:
        return
    for one in objects(value, MOST_FIELDS):
        if name := identifier(one.get("name")):
            path = f"{prefix}{name}"
            yield FieldSaid(path, text(one.get("type"), 2_000), text(one.get("description")))
            yield from _fields(one.get("fields"), f"{path}.", depth + 1)


def column_lineage(facet: Facet) -> tuple[FieldSource, ...]:
    """Every field that some field, or the dataset as a whole, comes from, each way once."""
    found = dict.fromkeys(
        source
        for target, said in list(mapping(facet.get("fields")).items())[:MOST_FIELDS]
        if isinstance(said, dict) and (name := identifier(target))
        for one in objects(said.get("inputFields"), MOST_ITEMS)
        for source in _sources(name, one, said)
    )
    whole = (source for one in objects(facet.get("dataset"), MOST_FIELDS) for source in _sources("", one, {}))
    return tuple(dict.fromkeys([*found, *whole]))


def _sources(target: str, one: Facet, said: Facet) -> Iterator[FieldSource]:
    dataset, column = named(one), identifier(one.get("field"))
    if dataset is None or column is None:
        return
    steps = list(objects(one.get("transformations"), 20))
    for step in steps:
        direct = text(step.get("type")).upper() != "INDIRECT"
        yield FieldSource(target, dataset, column, direct, text(step.get("subtype"), 40).lower())
    if not steps:  # before version 1-2-0 the kind stood beside the list, or nowhere
        yield FieldSource(target, dataset, column, bool(target), text(said.get("transformationType"), 40).lower())


def sql(facet: Facet) -> tuple[str, str]:
    """The statement and its dialect."""
    return text(facet.get("query"), 1_000_000), text(facet.get("dialect"), 40)


def source_code(facet: Facet) -> tuple[str, str]:
    """The code and its language."""
    return text(facet.get("sourceCode"), 1_000_000), text(facet.get("language"), 40)


def location(facet: Facet) -> str:
    """Where the code is kept."""
    return text(facet.get("url"), 2_000)


def data_source(facet: Facet) -> tuple[str, str]:
    """The name and address of the system that holds a dataset."""
    return text(facet.get("name"), 2_000), text(facet.get("uri"), 2_000)


def owners(facet: Facet) -> tuple[tuple[str, str], ...]:
    """Names as they were sent, as ``team:finance``, each with what it does."""
    pairs = ((identifier(one.get("name")), text(one.get("type"), 200)) for one in objects(facet.get("owners"), 100))
    return tuple((name, kind) for name, kind in pairs if name)


def documentation(facet: Facet) -> str:
    return text(facet.get("description"))


def lifecycle(facet: Facet) -> tuple[str, DatasetName | None]:
    """What happened to the dataset, as RENAME, and what it was called before."""
    return text(facet.get("lifecycleStateChange"), 40).upper(), named(facet.get("previousIdentifier"))


def symlinks(facet: Facet) -> tuple[DatasetName, ...]:
    """What else the dataset is called."""
    return tuple(name for one in objects(facet.get("identifiers"), 100) if (name := named(one)))


def quality_metrics(facet: Facet) -> dict[str, Any]:
    """Counts of the dataset and, under ``columns``, of its fields; numbers alone."""
    columns = list(mapping(facet.get("columnMetrics")).items())[:MOST_FIELDS]
    told = {name: counts for column, said in columns if (name := identifier(column)) and (counts := _counts(said))}
    return _counts(facet) | ({"columns": told} if told else {})


COUNTS = ("rowCount", "bytes", "fileCount", "nullCount", "distinctCount", "sum", "count", "min", "max", "size")


def _counts(said: Any) -> dict[str, Any]:
    given = mapping(said)
    found: dict[str, Any] = {name: value for name in COUNTS if (value := number(given.get(name))) is not None}
    quantiles = {
        text(key, 20): value for key, value in mapping(given.get("quantiles")).items() if number(value) is not None
    }
    return found | ({"quantiles": quantiles} if quantiles else {})


def statistics(facet: Facet) -> dict[str, Any]:
    """Rows, bytes and files that a run read or wrote; may be empty."""
    return _counts(facet)


def assertions(facet: Facet) -> tuple[Assertion, ...]:
    """Tests of a dataset, each once: producers repeat them under `facets` and `inputFacets`."""
    return tuple(dict.fromkeys(_assertion(one) for one in objects(facet.get("assertions"), MOST_ITEMS)))


def _assertion(one: Facet) -> Assertion:
    kind = text(one.get("assertion"), 500)
    return Assertion(
        text(one.get("name"), 500) or kind, text(one.get("column"), 500), one.get("success") is True,
        text(one.get("severity"), 40), text(one.get("expected"), 500), text(one.get("actual"), 500),
    )  # fmt: skip


def parent(facet: Facet) -> Parent | None:
    """Who started the run; None where no run is named."""
    run = identifier(mapping(facet.get("run")).get("runId"))
    root = mapping(facet.get("root"))
    if run is None:
        return None
    root_run = identifier(mapping(root.get("run")).get("runId"))
    return Parent(run, job_named(facet.get("job")), root_run or "", job_named(root.get("job")))


def error(facet: Facet) -> str:
    """What went wrong, in the words of the engine."""
    return text(facet.get("message"), 10_000)


def engine(facet: Facet) -> str:
    """What ran it, as ``dbt 1.11.16``."""
    return f"{text(facet.get('name'), 200)} {text(facet.get('version'), 200)}".strip()


def job_type(facet: Facet) -> tuple[str, str, str]:
    """BATCH, STREAMING or SERVICE; the integration, as AIRFLOW; and its word for the job, as TASK."""
    names = ("processingType", "integration", "jobType")
    processing, integration, kind = (text(facet.get(name), 40).upper() for name in names)
    return processing, integration, kind


def nominal_time(facet: Facet) -> tuple[datetime | None, datetime | None]:
    """When the run was meant to begin and end."""
    return moment(facet.get("nominalStartTime")), moment(facet.get("nominalEndTime"))


def dbt_node(facet: Facet) -> str:
    """dbt's own name of the node, as ``model.shop.orders``."""
    return identifier(facet.get("unique_id")) or ""


UNDERSTOOD = frozenset({
    "schema", "columnLineage", "sql", "sourceCode", "sourceCodeLocation", "dataSource", "ownership", "documentation",
    "lifecycleStateChange", "symlinks", "dataQualityMetrics", "dataQualityAssertions", "inputStatistics",
    "outputStatistics", "parent", "errorMessage", "processing_engine", "jobType", "nominalTime", "dbt_node",
})  # fmt: skip
