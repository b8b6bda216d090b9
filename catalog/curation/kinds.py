"""The kinds of things that people write of: who may know of each, and who may write it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model, Q, QuerySet

from catalog.closed import closed_fields
from catalog.curation.facts import FACTS, Fact
from catalog.models import Classification, DataProduct, Dataset, Domain, Field, Tag
from permissions.access import denials_of
from permissions.levels import Level
from permissions.models import Duty
from permissions.roles import may_manage_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from permissions.access import Viewer

Rows = QuerySet[Any]


@dataclass(frozen=True)
class Kind:
    """`visible` are the things a viewer may know of; `writable` those they have a duty on.

    `wiki` are those that anybody who may read them edits, because their domain says so.
    """

    name: str
    model: type[Model]
    visible: Callable[[Viewer], Rows]
    writable: Callable[[Viewer, Duty], Rows]
    wiki: Callable[[Viewer], Rows] | None = None

    @property
    def facts(self) -> Mapping[str, Fact]:
        return FACTS[self.name]

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    def known(self, viewer: Viewer, ids: Collection[int]) -> set[int]:
        """Those of `ids` that the viewer may know of."""
        return self._ids(self.visible(viewer), viewer, ids, Level.DISCOVER)

    def writable_ids(self, viewer: Viewer, duty: Duty, ids: Collection[int], *, labels: bool = False) -> set[int]:
        """Those of `ids` that the viewer has a duty on; `labels` leaves out those that are theirs by the wiki alone."""
        found = self._ids(self.writable(viewer, duty), viewer, ids, duty.needs)
        if self.wiki and duty is Duty.CURATE and not labels and (left := set(ids) - found):
            found |= self._ids(self.wiki(viewer), viewer, left, Level.READ)
        return found

    def duties(self) -> dict[tuple[Duty, bool], list[str]]:
        """The facts by what it takes to write them: a duty, and whether rules may name what is said."""
        found: dict[tuple[Duty, bool], list[str]] = {}
        for fact in self.facts.values():
            found.setdefault((fact.duty, fact.labels), []).append(fact.name)
        return found

    def _ids(self, rows: Rows, viewer: Viewer, ids: Collection[int], level: Level) -> set[int]:
        found = set(rows.filter(pk__in=list(ids)).values_list("pk", flat=True))
        return _open_fields(found, viewer, level) if self.model is Field and found else found


def _open_fields(ids: set[int], viewer: Viewer, level: Level) -> set[int]:
    """Without fields that lie in a closed one: the filter looks at a field's own labels alone."""
    if denials_of(viewer).empty:
        return ids
    fields = list(Field.objects.filter(pk__in=ids).select_related("dataset").only("path", "dataset__labels"))
    closed = closed_fields(viewer, {field.dataset for field in fields})
    return {field.pk for field in fields if not closed[field.dataset_id].stopping(field.path, level)}


WIKI = Domain.Openness.WIKI


def _wiki(prefix: str = "") -> Q:
    own = Q(**{f"{prefix}domain__openness": WIKI})
    return own | Q(**{f"{prefix}domain": None, f"{prefix}source__domain__openness": WIKI})


def _datasets(viewer: Viewer, duty: Duty) -> Rows:
    return Dataset.objects.writable_by(viewer, duty)  # type: ignore[no-any-return]


def _fields(viewer: Viewer, duty: Duty) -> Rows:
    return Field.objects.open_to(viewer, duty.needs).filter(dataset__in=_datasets(viewer, duty))


def _products(viewer: Viewer, duty: Duty) -> Rows:
    mine = Q(domain__in=_domains(viewer, duty))
    return DataProduct.objects.visible_to(viewer).filter(mine | Q(owner=viewer.pk) if viewer.is_active else mine)


def _domains(viewer: Viewer, duty: Duty) -> Rows:
    if may_manage_rules(viewer):
        return Domain.objects.open_to(viewer, duty.needs)
    return Domain.objects.writable_by(viewer, duty)  # type: ignore[no-any-return]


def _tags(viewer: Viewer, duty: Duty) -> Rows:
    """The council's, but for what their owners say of theirs."""
    if may_manage_rules(viewer):
        return Tag.objects.all()
    return Tag.objects.filter(owner=viewer.pk) if viewer.is_active and duty is Duty.CURATE else Tag.objects.none()


def _shared(rows: Rows) -> Callable[[Viewer, Duty], Rows]:
    """Words that everybody's data is marked with: the council's to change."""
    return lambda viewer, duty: rows.all() if may_manage_rules(viewer) else rows.none()


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "dataset", Dataset, Dataset.objects.visible_to, _datasets,
            lambda viewer: Dataset.objects.readable_by(viewer).filter(_wiki()),
        ),
        Kind(
            "field", Field, Field.objects.visible_to, _fields,
            lambda viewer: Field.objects.readable_by(viewer).filter(_wiki("dataset__")),
        ),
        Kind(
            "domain", Domain, Domain.objects.visible_to,
            _domains,
        ),
        Kind("product", DataProduct, DataProduct.objects.visible_to, _products),
        Kind("tag", Tag, lambda viewer: Tag.objects.all(), _tags),
        Kind(
            "classification", Classification, lambda viewer: Classification.objects.all(),
            _shared(Classification.objects.all()),
        ),
    )
}  # fmt: skip
_BY_MODEL = {kind.model: kind for kind in KINDS.values()}


def kind_of(thing: Model | type[Model]) -> Kind:
    """Return the kind of a thing or of a model. Raises `KeyError` for what people write nothing of here."""
    return _BY_MODEL[thing if isinstance(thing, type) else type(thing)]


def may_edit(viewer: Viewer, thing: Model, fact: str) -> bool:
    """Whether the viewer may write this fact of a thing."""
    kind = kind_of(thing)
    one = kind.facts[fact]
    return one.stated and bool(kind.writable_ids(viewer, one.duty, [thing.pk], labels=one.labels))


def editable_facts(viewer: Viewer, thing: Model) -> list[Fact]:
    """The facts of a thing that the viewer may write, in their order."""
    kind, answers = kind_of(thing), {}
    for fact in kind.facts.values():
        asked = (fact.duty, fact.labels)
        if fact.stated and asked not in answers:
            answers[asked] = bool(kind.writable_ids(viewer, fact.duty, [thing.pk], labels=fact.labels))
    return [fact for fact in kind.facts.values() if fact.stated and answers[fact.duty, fact.labels]]
