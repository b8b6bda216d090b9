"""What a picture or a list of lineage shows of each thing in it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from django.urls import reverse

from catalog.closed import closed_fields
from catalog.looks import look_of
from catalog.models import Field
from catalog.remarks import remarks_on_ids
from core.names import split_path
from lineage.closures import among
from lineage.models import Node

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from catalog.remarks import Remark
    from permissions.access import Viewer

MOST_COLUMNS = 200  # of one card
ABSENT = "Not in the catalog"


class Card(NamedTuple):
    """A dataset, or the name of one that the catalog does not have."""

    node: int
    dataset: int | None
    name: str
    place: str  # where it lies
    kind: str  # a kind of dataset; empty for a mere name
    word: str
    url: str
    badges: tuple[str, ...]
    remarks: tuple[Remark, ...]  # of other apps; their states are among the badges
    stage: str
    fields: int
    group: str  # what it is folded into with its neighbours: the container, or the source
    group_name: str


_COLUMNS = (
    "pk", "name", "key", "namespace", "dataset", "dataset__name", "dataset__kind", "dataset__stage",
    "dataset__field_count", "dataset__lifecycle", "dataset__certified_at", "dataset__archived_at", "dataset__source",
    "dataset__source__name", "dataset__container", "dataset__container__path", "dataset__container__name",
)  # fmt: skip


def cards_of(viewer: Viewer, nodes: Collection[int]) -> dict[int, Card]:
    """Return the cards of those nodes that the viewer may read; one query, of no more columns than are shown, and
    what other apps remark on them."""
    readable = Node.objects.readable_by(viewer).filter(among(nodes)).order_by()
    rows = list(readable.values(*_COLUMNS))
    remarks = remarks_on_ids(viewer, [row["dataset"] for row in rows if row["dataset"]])
    before, after = reverse("lineage:panel", args=[0]).rsplit("0", 1)  # once: a thousand take longer than the rest
    return {
        row["pk"]: _card(row, f"{before}{row['dataset']}{after}", tuple(remarks.get(row["dataset"], ())))
        for row in rows
    }


def _card(row: dict[str, Any], url: str, remarks: tuple[Remark, ...]) -> Card:
    namespace = row["namespace"]
    if row["dataset"] is None:
        name = row["name"] or row["key"]
        return Card(row["pk"], None, name, namespace, "", ABSENT, "", (), (), "", 0, f"n{namespace}", namespace)
    source, path = row["dataset__source__name"], row["dataset__container__path"]
    container = row["dataset__container"]
    return Card(
        node=row["pk"],
        dataset=row["dataset"],
        name=row["dataset__name"],
        place=" · ".join([source, *(split_path(path) if path else ())]),
        kind=row["dataset__kind"],
        word=look_of(row["dataset__kind"]).word,
        url=url,
        badges=(*_badges(row), *(one.state for one in remarks)),
        remarks=remarks,
        stage=row["dataset__stage"],
        fields=row["dataset__field_count"],
        group=f"c{container}" if container else f"s{row['dataset__source']}",
        group_name=row["dataset__container__name"] or source,
    )


def _badges(row: dict[str, Any]) -> Iterable[str]:
    if row["dataset__certified_at"]:
        yield "certified"
    if row["dataset__lifecycle"] in ("deprecated", "draft"):
        yield row["dataset__lifecycle"]
    if row["dataset__archived_at"]:
        yield "archived"


def columns_of(viewer: Viewer, cards: Collection[Card]) -> dict[int, list[str]]:
    """Return the fields of each card's dataset that the viewer may read, by the card's node; three queries."""
    by_dataset = {card.dataset: card.node for card in cards if card.dataset}
    nodes = Node.objects.filter(pk__in=by_dataset.values()).select_related("dataset")
    closed = closed_fields(viewer, [node.dataset for node in nodes if node.dataset])
    found: defaultdict[int, list[str]] = defaultdict(list)
    fields = Field.objects.present().filter(dataset__in=list(by_dataset), parent_path="").order_by("position")
    for dataset, path in fields.values_list("dataset", "path"):
        columns = found[by_dataset[dataset]]
        if len(columns) < MOST_COLUMNS and not closed[dataset].closes(path):
            columns.append(path)
    return found


def as_json(card: Card) -> dict[str, Any]:
    """A card for the script that draws it."""
    return {
        "id": card.node, "name": card.name, "place": card.place, "kind": card.kind, "word": card.word,
        "url": card.url, "badges": card.badges, "stage": card.stage, "fields": card.fields, "group": card.group,
        "groupName": card.group_name,
    }  # fmt: skip
