"""The lineage around one dataset as somebody may see it, small enough to be drawn: folded and counted here."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import F, Func, OuterRef, Q, Subquery

from lineage.cards import Card, as_json, cards_of
from lineage.closures import Bounds, Direction, Walk, among, beyond, edges_among, walk, walks
from lineage.field_paths import FieldWalk, closed_spots, walk_fields
from lineage.jobs import Shown, jobs_shown
from lineage.models import Edge, Node
from permissions.levels import Level
from permissions.things import ask_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalog.models import Dataset
    from lineage.closures import Beyond, Line
    from lineage.forms import GraphForm
    from permissions.access import Viewer

MOST_NODES = 300  # drawn at once
MOST_WALKED = 1_000  # looked at before folding
MANY = 8  # neighbours of one schema in one ring that are folded when there are many
CROWD = 60  # nodes from which on `auto` folds


class Group(NamedTuple):
    """Datasets of one schema in one ring, shown as one."""

    key: str
    name: str
    place: str
    ring: int
    nodes: tuple[int, ...]


@dataclass
class Graph:
    """`rings` are negative upstream and positive downstream of the focus, 0."""

    focus: int
    rings: dict[int, int] = field(default_factory=dict)
    cards: dict[int, Card] = field(default_factory=dict)
    stubs: dict[int, int] = field(default_factory=dict)  # closed to the viewer: nothing but that they are there
    asking: dict[int, str] = field(default_factory=dict)  # of stubs: where access can be asked for
    parents: dict[int, int] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    jobs: dict[int, Shown] = field(default_factory=dict)
    more: dict[str, dict[int, Beyond]] = field(default_factory=dict)
    path: FieldWalk | None = None
    whole: bool = True
    left_out: int = 0  # nodes found and not drawn
    filtered: int = 0  # and those that the filters left out


def focus_of(dataset: Dataset) -> Node | None:
    """The node of a dataset, if it has one, with `known_since`: from when on anything is known of what it reads or is
    read by."""
    touching = Edge.objects.filter(Q(upstream=OuterRef("pk")) | Q(downstream=OuterRef("pk"))).order_by()
    first = touching.annotate(first=Func(F("first_seen_at"), function="min")).values("first")
    return Node.objects.filter(dataset=dataset).annotate(known_since=Subquery(first)).first()


def graph_around(viewer: Viewer, focus: Node, form: GraphForm) -> Graph:
    """Return what is to be drawn around `focus`, which the viewer may read; a fixed number of queries for each ring."""
    graph = Graph(focus.pk, rings={focus.pk: 0})
    up, down = form.both_ways
    bounds = Bounds(depth=form.rings, nodes=MOST_WALKED, seconds=2.0)
    signs = {way: sign for wanted, way, sign in ((up, Direction.UP, -1), (down, Direction.DOWN, 1)) if wanted}
    for way, found in walks(viewer, [focus.pk], signs, bounds, at=form.moment).items():
        _take(graph, found, signs[way])
    _grow(viewer, graph, form)
    graph.cards = cards_of(viewer, graph.rings)
    graph.rings = {node: ring for node, ring in graph.rings.items() if node in graph.cards}
    _narrow(graph, form)
    _fold(graph, form.value("fold", "auto"))
    _trim(graph)
    drawn = _drawn(graph)
    lines = edges_among(
        [*drawn, *graph.stubs, *(node for group in graph.groups for node in group.nodes)], at=form.moment
    )
    graph.lines = [one for one in lines if one.upstream not in graph.stubs or one.downstream not in graph.stubs]
    graph.jobs = jobs_shown(viewer, {line.job for line in graph.lines if line.job})
    shown = [*graph.rings, *graph.stubs]
    further = beyond(viewer, drawn, shown, at=form.moment)
    graph.more = {"u": further[Direction.UP], "d": further[Direction.DOWN]}
    graph.path = column_path(viewer, focus, form)
    graph.asking = _asking(graph.stubs)
    return graph


def _asking(stubs: Iterable[int]) -> dict[int, str]:
    """Where access to those that are datasets can be asked for: that they exist is known to who sees the stub."""
    nodes = Node.objects.filter(pk__in=stubs, dataset__isnull=False).values_list("pk", "dataset") if stubs else ()
    return {node: ask_url(f"dataset:{dataset}", Level.READ) for node, dataset in nodes}


def _take(graph: Graph, found: Walk, sign: int) -> None:
    for node, ring in found.rings.items():
        graph.rings.setdefault(node, ring * sign)
    for node, ring in found.restricted.items():
        graph.stubs.setdefault(node, ring * sign)
    for node, parent in found.parents.items():
        graph.parents.setdefault(node, parent)
    graph.whole = graph.whole and found.whole


def _grow(viewer: Viewer, graph: Graph, form: GraphForm) -> None:
    """One more ring at the nodes where it was asked for, as far as these are in the picture and open."""
    for node, side in form.grown:
        if node not in graph.rings:
            continue
        direction, sign = (Direction.UP, -1) if side == "u" else (Direction.DOWN, 1)
        found = walk(viewer, [node], direction, Bounds(1, MOST_WALKED, 1.0), at=form.moment)
        base = graph.rings[node]
        for there in found.rings:
            graph.rings.setdefault(there, base + sign)
            graph.parents.setdefault(there, node)
        for there in found.restricted:
            graph.stubs.setdefault(there, base + sign)
            graph.parents.setdefault(there, node)


def _narrow(graph: Graph, form: GraphForm) -> None:
    """Leave out what the filters do not ask for; what was found by way of it stays."""
    asked = form.narrowed
    if not asked:
        return
    fitting = Node.objects.filter(among(graph.rings), asked).order_by().values_list("pk", flat=True)
    kept = {graph.focus, *fitting}
    graph.filtered = len(graph.rings.keys() - kept)
    graph.rings = {node: ring for node, ring in graph.rings.items() if node in kept}
    graph.parents = {node: _kept_parent(graph.parents, node, kept) for node in graph.parents if node in kept}
    graph.stubs = {}


def _kept_parent(parents: dict[int, int], node: int, kept: set[int]) -> int:
    """The nearest on the way back that is shown; `parents` lead to the focus, which is."""
    at = parents[node]
    while at not in kept and at in parents:
        at = parents[at]
    return at


def _fold(graph: Graph, fold: str) -> None:
    if fold == "none" or (fold == "auto" and len(graph.rings) <= CROWD):
        return
    alike: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for node, ring in graph.rings.items():
        if node != graph.focus:
            alike[ring, graph.cards[node].group].append(node)
    least = 2 if fold == "schema" else MANY
    for (ring, key), nodes in sorted(alike.items()):
        if len(nodes) >= least:
            card = graph.cards[nodes[0]]
            graph.groups.append(Group(f"{key}r{ring}", card.group_name, card.place, ring, tuple(nodes)))


def _drawn(graph: Graph) -> list[int]:
    folded = {node for group in graph.groups for node in group.nodes}
    return [node for node in graph.rings if node not in folded]


def _trim(graph: Graph) -> None:
    """Nearest first; what is too much to be drawn is counted."""
    folded = {node for group in graph.groups for node in group.nodes}
    single = sorted(
        (node for node in graph.rings if node not in folded), key=lambda node: (abs(graph.rings[node]), node)
    )
    dropped = set(single[max(1, MOST_NODES - len(graph.groups)) :])
    graph.left_out = len(dropped)
    graph.rings = {node: ring for node, ring in graph.rings.items() if node not in dropped}
    near = sorted(graph.stubs, key=lambda node: (abs(graph.stubs[node]), node))
    graph.stubs = {node: graph.stubs[node] for node in near[:MOST_NODES]}


def column_path(viewer: Viewer, focus: Node, form: GraphForm) -> FieldWalk | None:
    """Where the column asked for comes from and goes, both ways; None where none is, or it is closed."""
    column = form.value("column", "")
    spot = (focus.pk, column)
    if not column or closed_spots(viewer, [spot]):
        return None
    up, down = (walk_fields(viewer, [spot], direction, at=form.moment) for direction in Direction)
    threads = list(dict.fromkeys([*up.threads, *down.threads]))
    away = {one: -far for one, far in up.distance.items()} | down.distance
    return FieldWalk(away, threads, up.whole and down.whole)


def graph_json(graph: Graph) -> dict[str, Any]:
    """The picture for the script that draws it."""
    drawn = set(_drawn(graph))
    return {
        "focus": graph.focus,
        "nodes": [as_json(graph.cards[node]) | _growth(graph, node) for node in drawn],
        "stubs": [{"id": node, "ring": ring} for node, ring in graph.stubs.items()],
        "groups": [
            {"id": group.key, "name": group.name, "place": group.place, "ring": group.ring, "nodes": group.nodes}
            for group in graph.groups
        ],
        "lines": [_line_json(one, graph) for one in graph.lines],
        "jobs": [shown._asdict() for shown in graph.jobs.values()],
        "path": _path_json(graph.path),
        "whole": graph.whole,
        "leftOut": graph.left_out,
    }


def _line_json(line: Line, graph: Graph) -> list[Any]:
    """An edge; of one that leads to a stub, only that it is there."""
    if line.upstream in graph.stubs or line.downstream in graph.stubs:
        return [line.upstream, line.downstream, "", None, False]
    job = line.job if line.job in graph.jobs else None
    return [line.upstream, line.downstream, line.origin, job, line.has_fields]


def _growth(graph: Graph, node: int) -> dict[str, Any]:
    counts = {side: graph.more[side].get(node) for side in "ud"}
    return {"ring": graph.rings[node]} | {
        side: f"{one.number}{'+' if one.more else ''}" for side, one in counts.items() if one
    }


def _path_json(path: FieldWalk | None) -> dict[str, Any] | None:
    if path is None:
        return None
    columns: defaultdict[int, list[str]] = defaultdict(list)
    for node, name in path.distance:
        columns[node].append(name)
    threads = [[one.upstream, one.upstream_path, one.downstream, one.downstream_path, one.step] for one in path.threads]
    return {"columns": columns, "threads": threads, "whole": path.whole}


class Branch(NamedTuple):
    """A line of the nested list: a card, or a stub where it is None, and what lies further on."""

    card: Card | None
    branches: list[Branch]
    ask: str = ""  # of a stub: where access can be asked for


def branches(graph: Graph, direction: int) -> list[Branch]:
    """The one side of the graph as a tree, each dataset where it is nearest."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for node, parent in graph.parents.items():
        ring = graph.rings.get(node, graph.stubs.get(node, 0))
        if ring * direction > 0:
            children[parent].append(node)
    return _below(graph, children, graph.focus)


def _below(graph: Graph, children: dict[int, list[int]], node: int) -> list[Branch]:
    found: Iterable[Branch] = (
        Branch(graph.cards.get(one), _below(graph, children, one), graph.asking.get(one, ""))
        for one in children.get(node, ())
    )
    return sorted(found, key=lambda branch: branch.card.name.lower() if branch.card else "\uffff")
