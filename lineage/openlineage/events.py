"""One event as it was sent becomes what it says; only what names nothing at all is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from lineage.openlineage.bodies import spelling
from lineage.openlineage.facets import UNDERSTOOD, DatasetName, Facet, JobName, job_named, named
from lineage.openlineage.reading import Notes, cleaned, identifier, mapping, moment, text

AHEAD = timedelta(hours=1)  # a clock that far in front is wrong
MOST_DATASETS = 10_000  # read, and as many written, in one event
LONGEST_FACET = 5_000_000  # characters of one that is understood
LONGEST_UNKNOWN = 65_536
SPEC = re.compile(r"/(\d+)-(\d+)-(\d+)/OpenLineage\.json")


class Refused(Exception):
    """The event says nothing that could be kept; `errors` are JSON pointers with what is wrong there."""

    def __init__(self, *errors: Wrong) -> None:
        super().__init__("; ".join(f"{place}: {why}" if place else why for place, why in errors))
        self.errors = errors


class Wrong(NamedTuple):
    pointer: str
    why: str


class Kind(StrEnum):
    """Which of the spec's events it is."""

    RUN = "run"
    JOB = "job"
    DATASET = "dataset"


class Type(StrEnum):
    """What a run event tells of its run."""

    START = "START"
    RUNNING = "RUNNING"
    COMPLETE = "COMPLETE"
    ABORT = "ABORT"
    FAIL = "FAIL"
    OTHER = "OTHER"


ENDS = (Type.COMPLETE, Type.ABORT, Type.FAIL)


@dataclass(frozen=True, slots=True)
class DatasetSaid:
    """A dataset with its facets, and those about this reading or writing of it."""

    name: DatasetName
    facets: dict[str, Facet] = field(default_factory=dict)
    own: dict[str, Facet] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """What one event says; `notes` are what could not be taken as it was sent."""

    kind: Kind
    time: datetime
    type: Type
    producer: str
    job: JobName | None
    run_id: UUID | None
    run_facets: dict[str, Facet]
    job_facets: dict[str, Facet]
    inputs: tuple[DatasetSaid, ...]
    outputs: tuple[DatasetSaid, ...]
    notes: tuple[str, ...]

    @property
    def subject(self) -> tuple[str, str]:
        """What it is about: its job, or the dataset of a dataset event."""
        return self.job or self.outputs[0].name

    @property
    def datasets(self) -> tuple[DatasetSaid, ...]:
        return (*self.inputs, *self.outputs)


def read_event(payload: Any, received: datetime) -> Event:
    """Return what an event says; `received` is when it came. Raises `Refused`."""
    if isinstance(payload, list):
        raise Refused(Wrong("", "This is a list. Send lists to /api/v1/lineage/batch, and one event here."))
    if not isinstance(payload, dict):
        raise Refused(Wrong("", "An event is a JSON object."))
    notes = Notes()
    kind = _kind(payload, notes)
    time = _time(payload, received, notes)
    if kind is Kind.DATASET:
        return _dataset_event(payload, time, notes)
    return _job_event(payload, kind, time, notes)


def _kind(payload: Facet, notes: Notes) -> Kind:
    """By what it holds, as the spec has it; its schemaURL may say otherwise."""
    _check_version(payload, notes)
    if payload.get("run") is not None:
        return Kind.RUN
    if payload.get("job") is None and payload.get("dataset") is not None:
        return Kind.DATASET
    if payload.get("job") is None:
        raise Refused(Wrong("/job", "An event names a job, with its run or without, or a dataset."))
    if payload.get("eventType") is not None:
        notes.add("/run", "there is none, so this is taken for an event of the job and not of a run")
    return Kind.JOB


def _check_version(payload: Facet, notes: Notes) -> None:
    said = payload.get("schemaURL")
    if payload.get("producer") is None:
        notes.add("/producer", "it is missing; nobody will know who sent this")
    version = SPEC.search(said) if isinstance(said, str) else None
    if said is None:
        notes.add("/schemaURL", "it is missing; the event is read as of version 2-0-2")
    elif version is None or version[1] not in {"1", "2"}:
        notes.add("/schemaURL", "it names no version known here; the event is read as of version 2-0-2")


def _time(payload: Facet, received: datetime, notes: Notes) -> datetime:
    said = payload.get("eventTime")
    time = moment(said)
    if time is None:
        raise Refused(Wrong("/eventTime", "Give a time of ISO 8601, as 2026-11-20T04:12:28.714Z."))
    if len(str(said)) <= len("2026-11-20"):
        notes.add("/eventTime", "it is a day; its beginning is taken, of UTC")
    if time > received + AHEAD:
        notes.add("/eventTime", "it lies in the future; the time at which the event came is taken instead")
        return received
    return time


def _dataset_event(payload: Facet, time: datetime, notes: Notes) -> Event:
    dataset = _dataset(payload["dataset"], "/dataset", "", notes)
    if dataset is None:
        raise Refused(Wrong("/dataset", "Give its namespace and its name, as texts of at most 2,000 characters."))
    return Event(
        Kind.DATASET, time, Type.OTHER, text(payload.get("producer"), 2_000), None, None, {}, {}, (), (dataset,),
        tuple(notes.told()),
    )  # fmt: skip


def _job_event(payload: Facet, kind: Kind, time: datetime, notes: Notes) -> Event:
    job = job_named(payload.get("job"))
    if job is None:
        raise Refused(Wrong("/job", "Give its namespace and its name, as texts of at most 2,000 characters."))
    run_id = _run_id(payload, job, notes) if kind is Kind.RUN else None
    told = {
        "run_facets": _facets(mapping(payload.get("run")).get("facets"), "/run/facets", notes),
        "job_facets": _facets(payload["job"].get("facets"), "/job/facets", notes),
        "inputs": tuple(_datasets(payload.get("inputs"), "/inputs", "inputFacets", notes)),
        "outputs": tuple(_datasets(payload.get("outputs"), "/outputs", "outputFacets", notes)),
    }
    return Event(
        kind=kind, time=time, type=_type(payload, notes), producer=text(payload.get("producer"), 2_000), job=job,
        run_id=run_id, **told, notes=tuple(notes.told()),  # type: ignore[arg-type]
    )  # fmt: skip


def run_key(said: str, job: JobName) -> UUID:
    """The run's id; one that is no UUID is only told apart within its job, and gets a UUID that says so."""
    try:
        return UUID(said)
    except ValueError:
        return uuid5(NAMESPACE_URL, spelling(["openlineage", *job, said]))


def _run_id(payload: Facet, job: JobName, notes: Notes) -> UUID:
    said = identifier(mapping(payload["run"]).get("runId"))
    if said is None:
        raise Refused(Wrong("/run/runId", "Give the id of the run, a UUID."))
    key = run_key(said, job)
    if key.version == 5 and said.lower() != str(key):
        notes.add("/run/runId", "it is no UUID; it is taken for a run of this job alone")
    return key


def _type(payload: Facet, notes: Notes) -> Type:
    said = payload.get("eventType")
    try:
        return Type(str(said).upper()) if said is not None else Type.OTHER
    except ValueError:
        notes.add("/eventType", f"there is no {text(str(said), 40)!r}; it is taken for OTHER")
        return Type.OTHER


def _datasets(value: Any, where: str, own: str, notes: Notes) -> Iterator[DatasetSaid]:
    if value is None:
        return
    if not isinstance(value, list):
        notes.add(where, "it is no list and is left out")
        return
    if len(value) > MOST_DATASETS:
        notes.add(where, f"of {len(value):,} datasets the first {MOST_DATASETS:,} are taken")
    for at, one in enumerate(value[:MOST_DATASETS]):
        if (found := _dataset(one, f"{where}/{at}", own, notes)) is not None:
            yield found


def _dataset(value: Any, where: str, own: str, notes: Notes) -> DatasetSaid | None:
    name = named(value)
    if name is None:
        notes.add(where, "a dataset needs a namespace and a name, as texts of at most 2,000 characters; it is left out")
        return None
    facets = _facets(value.get("facets"), f"{where}/facets", notes)
    return DatasetSaid(name, facets, _facets(value.get(own), f"{where}/{own}", notes) if own else {})


def _facets(value: Any, where: str, notes: Notes) -> dict[str, Facet]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        notes.add(where, "it is no object and is left out")
        return {}
    named_facets = ((text(key, 200), given) for key, given in value.items())
    read_facets = ((name, _facet(name, given, where, notes)) for name, given in named_facets)
    return {name: facet for name, facet in read_facets if facet is not None}


def _facet(name: str, given: Any, where: str, notes: Notes) -> Facet | None:
    if given is None:
        return None
    if not isinstance(given, dict):
        notes.add(f"{where}/{name}", "a facet is an object; it is left out")
        return None
    most = LONGEST_FACET if name in UNDERSTOOD else LONGEST_UNKNOWN
    if len(spelling(given)) > most:
        notes.add(f"{where}/{name}", f"it is longer than {most:,} characters; it stays in the event as it came alone")
        return None
    return dict(cleaned(given))
