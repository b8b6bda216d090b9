"""What events say, as states that merge: one of each run, one of each job, one of each dataset.

A run's events add up: one names what it reads, another what it writes. What a job reads and writes is what its runs
did. The states are plain JSON (`lineage.openlineage.lattice`), so that they are kept as they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import reduce
from itertools import product
from typing import NamedTuple
from uuid import UUID

from lineage.openlineage.bodies import spelling
from lineage.openlineage.events import ENDS, DatasetSaid, Event, Kind, Type
from lineage.openlineage.facets import DatasetName, Facet, JobName
from lineage.openlineage.lattice import State, join, register, span, stamp, value_of

GONE_AFTER = timedelta(days=7)  # that a job went on without an edge, and it is taken to hold no more
MOST_PAIRS = 20_000  # edges of one run; what reads and writes more has them by its fields alone


class Key(NamedTuple):
    """Which state it is: of a run by its id, of a job or dataset by namespace and name."""

    kind: Kind
    namespace: str
    name: str


def states_of(event: Event) -> dict[Key, State]:
    """Return what one event adds to each state."""
    found: dict[Key, State] = {}
    for said in event.datasets:
        key = Key(Kind.DATASET, *said.name)
        found[key] = join(found.get(key), {"seen": span(event.time), "facets": _registers(event.time, _lasting(said))})
    if event.job is not None:
        found[Key(Kind.JOB, *event.job)] = _job_state(event)
        if event.run_id is not None:
            found[run_key_of(event.run_id)] = _run_state(event, event.job)
    return found


def merged(states: dict[Key, State], events: Iterable[Event]) -> dict[Key, State]:
    """Return the states with what the events add to them; what runs did is carried to their jobs."""
    known = dict(states)
    for event in events:
        for key, state in states_of(event).items():
            known[key] = join(known.get(key), state)
        if event.run_id is not None and event.job is not None:
            job = Key(Kind.JOB, *event.job)
            known[job] = join(known[job], carried(known[run_key_of(event.run_id)], event.job))
    return known


def _registers(time: datetime, facets: dict[str, Facet]) -> State:
    return {name: register(time, _worth(facet)) for name, facet in facets.items()}


def _worth(facet: Facet) -> Facet | None:
    """A facet without who made it; None once it is deleted."""
    if facet.get("_deleted") is True:
        return None
    return {key: value for key, value in facet.items() if key not in ("_producer", "_schemaURL", "_deleted")}


def _lasting(said: DatasetSaid) -> dict[str, Facet]:
    """Facets of the dataset itself; where its fields come from is its job's to say."""
    return {name: facet for name, facet in said.facets.items() if name != "columnLineage"}


def _job_state(event: Event) -> State:
    state: State = {
        "seen": span(event.time),
        "producer": register(event.time, event.producer),
        "facets": _registers(event.time, event.job_facets),
    }
    if event.run_id is None:  # a run's pairs are known once all of its events are, see `carried`
        state |= {"edges": _edges(event), "ended": span(event.time), **_columns_member(event)}
        state |= {"writes": {key_of(said.name): span(event.time) for said in event.outputs}}
    return state


def _run_state(event: Event, job: JobName) -> State:
    """What the event says of its run, under the job that says so: two jobs may claim one run, and stay apart."""
    told = {
        "seen": span(event.time),
        "types": {event.type.value: span(event.time)},
        "facets": _registers(event.time, event.run_facets),
        "inputs": _sides(event, event.inputs),
        "outputs": _sides(event, event.outputs),
        **_columns_member(event),
    }
    return {key_of(job): told}


def _sides(event: Event, datasets: tuple[DatasetSaid, ...]) -> State:
    found: State = {}
    for said in datasets:
        key = key_of(said.name)
        found[key] = join(found.get(key), {"seen": span(event.time), "facets": _registers(event.time, said.own)})
    return found


def _columns_member(event: Event) -> State:
    """Where fields come from, under the dataset they are in."""
    found = {
        key_of(said.name): register(event.time, _worth(said.facets["columnLineage"]))
        for said in event.outputs
        if "columnLineage" in said.facets
    }
    return {"columns": found} if found else {}


def _edges(event: Event) -> State:
    pairs = _pairs([key_of(said.name) for said in event.inputs], [key_of(said.name) for said in event.outputs])
    return {pair: span(event.time) for pair in pairs}


def _pairs(inputs: list[str], outputs: list[str]) -> Iterator[str]:
    if len(inputs) * len(outputs) > MOST_PAIRS:
        return
    for upstream, downstream in product(inputs, outputs):
        if upstream != downstream:
            yield f"[{upstream},{downstream}]"


def carried(states: State, job: JobName) -> State:
    """Return what a run tells of one job: everything it read flowed into everything it wrote."""
    run = states[key_of(job)]
    inputs, outputs = run.get("inputs", {}), run.get("outputs", {})
    seen = [side["seen"] for side in (*inputs.values(), *outputs.values())]
    if not seen:
        return {}
    began = run["seen"][0]
    last = max(one[1] for one in seen)
    found: State = {
        "edges": {pair: [began, last] for pair in _pairs(list(inputs), list(outputs))},
        "writes": {key: [began, last] for key in outputs},
    }
    if "columns" in run:
        found["columns"] = run["columns"]
    if (ended := run["types"].get(Type.COMPLETE.value)) is not None:
        found["ended"] = ended
    return found


def run_key_of(run_id: UUID) -> Key:
    return Key(Kind.RUN, "", str(run_id))


def outputs_of(job: State) -> list[DatasetName]:
    """What a job writes."""
    return [dataset_of(key) for key in sorted(job.get("writes", {}))]


def key_of(name: DatasetName | JobName) -> str:
    """The text by which a dataset or job is a member of a state."""
    return spelling(list(name))


def dataset_of(key: str) -> DatasetName:
    return DatasetName(*json.loads(key))


class Ran(NamedTuple):
    """A run as it stands: `state` is the type of event that decides it."""

    state: Type
    started: datetime | None
    ended: datetime | None
    first_seen: datetime
    last_seen: datetime


WEIGHT = {Type.COMPLETE: 0, Type.ABORT: 1, Type.FAIL: 2}  # between two ends of one moment the worse one holds


def job_of(states: State) -> JobName:
    """The job of a run; where several claim it, the one that did so first."""
    _, key = min((told["seen"][0], key) for key, told in states.items())
    return JobName(*json.loads(key))


def whole(states: State) -> State:
    """What all jobs that claim a run say of it."""
    return reduce(join, states.values())


def outcome(states: State) -> Ran:
    """Return how a run stands: the latest of its ends, and without one whether it began."""
    run = whole(states)
    types: dict[str, list[str]] = run["types"]
    ends = [(types[end.value][1], WEIGHT[end], end) for end in ENDS if end.value in types]
    first, last = map(datetime.fromisoformat, run["seen"])
    starts = types.get(Type.START.value)
    began = datetime.fromisoformat(starts[0]) if starts else first
    if ends:
        text, _, end = max(ends)
        at = datetime.fromisoformat(text)
        return Ran(end, min(began, at), at, first, last)
    state = next((one for one in (Type.RUNNING, Type.START) if one.value in types), Type.OTHER)
    return Ran(state, None if state is Type.OTHER else began, None, first, last)


class EdgeSeen(NamedTuple):
    """An edge of a job, when it was seen, and since when it is taken to hold no more."""

    upstream: DatasetName
    downstream: DatasetName
    first_seen: datetime
    last_seen: datetime
    closed: datetime | None


def edges_of(job: State) -> Iterator[EdgeSeen]:
    """Yield what flows into what by a job; an edge is over once the job has ended that much later without it."""
    for pair, seen in sorted(job.get("edges", {}).items()):
        upstream, downstream = json.loads(pair)
        yield _edge(job, DatasetName(*upstream), DatasetName(*downstream), seen)


def written_by(job: State, sources: Mapping[DatasetName, Iterable[DatasetName]]) -> Iterator[EdgeSeen]:
    """Yield edges into what the job writes from what is known to be read for it, seen whenever it was written."""
    for key, seen in sorted(job.get("writes", {}).items()):
        downstream = dataset_of(key)
        for upstream in sources.get(downstream, ()):
            if upstream != downstream:
                yield _edge(job, upstream, downstream, seen)


def _edge(job: State, upstream: DatasetName, downstream: DatasetName, span_seen: list[str]) -> EdgeSeen:
    ended = job.get("ended", ["", ""])[1]
    begun, seen = map(datetime.fromisoformat, span_seen)
    over = seen + GONE_AFTER if ended > stamp(seen + GONE_AFTER) else None
    return EdgeSeen(upstream, downstream, begun, seen, over)


def facets_of(state: State) -> dict[str, Facet]:
    """The facets that hold, without those that were deleted."""
    told = ((name, value_of(held)) for name, held in state.get("facets", {}).items())
    return {name: value for name, value in told if value is not None}


def columns_of(state: State) -> dict[DatasetName, Facet]:
    """What holds of the column lineage of each dataset that is written."""
    told = ((dataset_of(key), value_of(held)) for key, held in state.get("columns", {}).items())
    return {name: value for name, value in told if value is not None}
