"""Labels follow what people write, in the same transaction; nobody opens for themselves what a rule closes to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from catalog.curation.outcome import Refusal, Refused
from catalog.labels import refresh_dataset_labels, refresh_field_labels
from catalog.models import Dataset, Field
from permissions.access import denials_of

if TYPE_CHECKING:
    from catalog.models import Edit
    from permissions.models import User

LABELLING = ("domain", "product", "tags", "classifications")
_FACTS = ", ".join(f"'{fact}'" for fact in LABELLING)
_CHANGED = f"SELECT thing_id FROM catalog_change WHERE edit_id = %s AND kind = '{{kind}}' AND fact IN ({_FACTS})"  # noqa: S608
OPENING = "A rule closes this to you by what you would take away. Whoever owns the rule can decide on it."


def relabel(edit: Edit, actor: User | None) -> None:
    """Bring labels in step with the changes of `edit`. Raises `Refused` where that would open something to `actor`."""
    closed = {model: _closed(model, kind, edit, actor) for kind, model in (("dataset", Dataset), ("field", Field))}
    _lock(edit)
    refresh_dataset_labels(f"d.id IN ({_CHANGED.format(kind='dataset')})", [edit.pk])
    refresh_field_labels(f"f.id IN ({_CHANGED.format(kind='field')})", [edit.pk])
    for model, labelled in closed.items():
        _refuse_opening(model, labelled, actor)


_HELD = (
    f"SELECT count(*) FROM (SELECT FROM catalog_{{kind}} WHERE id IN ({_CHANGED}) ORDER BY id FOR NO KEY UPDATE) AS h"  # noqa: S608
)


def _lock(edit: Edit) -> None:
    """Whoever marks the same things waits: labels are made of all marks, and would miss those not yet committed."""
    for kind in ("dataset", "field"):
        with connection.cursor() as cursor:
            cursor.execute(_HELD.format(kind=kind), [edit.pk])


def _closed(model: type[Any], kind: str, edit: Edit, actor: User | None) -> dict[int, set[str]]:
    """The labels, of changed things, by which rules close them to the writer."""
    labels = {denial.label for denial in denials_of(actor).items} if actor else set()
    if not labels:
        return {}
    ids = edit.changes.filter(kind=kind, fact__in=LABELLING).values("thing_id")
    found = model.objects.filter(pk__in=ids, labels__overlap=sorted(labels)).values_list("pk", "labels")
    return {pk: labels.intersection(own) for pk, own in found}


def _refuse_opening(model: type[Any], before: dict[int, set[str]], actor: User | None) -> None:
    now = dict(model.objects.filter(pk__in=before).values_list("pk", "labels")) if before else {}
    opened = [pk for pk, labels in before.items() if not labels <= set(now.get(pk, ()))]
    if opened:
        raise Refused([Refusal(0, "", OPENING)], len(opened))
