"""What refusals say of later suggestions.

Fields of a name that were refused as something in three datasets of a source, and confirmed as it in none, are not
suggested as it in that source any more. Only refusals of people who may curate the dataset at hand count: nobody
decides about data that is not theirs. What is withheld stands on the field, says why, and can be taken up again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.db.models import Count, F, Min, OuterRef, Q, Subquery
from django.db.models.functions import Lower
from django.utils import timezone

from catalog.classifying.reading import decidable
from catalog.curation.editing import editing
from catalog.labels import class_labels, refresh_field_labels
from catalog.models import Edit, FieldClassification, ForgottenRefusals, Origin
from permissions.access import denials_of
from permissions.audit import record
from permissions.models import Duty, User

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

    from catalog.models import Dataset, Source

REFUSED_IN = 3  # datasets
MOST_SHOWN = 500
State = FieldClassification.State


class Kind(NamedTuple):
    """Fields of a name, in small letters, recognised as something: ``("mail", "e-mail", "pii.contact")``."""

    name: str
    category: str
    classification: str


def refused_kinds(dataset: Dataset, kinds: Collection[Kind]) -> dict[Kind, int]:
    """Return those of `kinds` not to be suggested in `dataset`, with how many datasets they were refused in."""
    told = _told(dataset.source_id, {kind.name for kind in kinds})
    refused = told.filter(state=State.REJECTED, category__in={kind.category for kind in kinds})
    people = _speaking_for(dataset, refused, kinds)
    if not people:
        return {}
    counted = refused.filter(decided_by__in=people).values_list("called", "category").order_by()
    times = {(name, category): n for name, category, n in counted.annotate(n=Count("field__dataset", distinct=True))}
    confirmed = told.filter(state=State.CONFIRMED).values_list("called", "classification__slug")
    kept = set(confirmed.order_by().distinct())
    enough = ((kind, times.get((kind.name, kind.category), 0)) for kind in kinds)
    return {kind: n for kind, n in enough if n >= REFUSED_IN and (kind.name, kind.classification) not in kept}


def _told(source: int, names: Iterable[str]) -> QuerySet[Any]:
    """What people decided of fields of these names in a source, since it was last forgotten."""
    forgotten = ForgottenRefusals.objects.filter(
        source=OuterRef("field__dataset__source"), name=OuterRef("called"), category=OuterRef("category")
    )
    decided = FieldClassification.objects.filter(
        field__dataset__source=source, origin=Origin.HUMAN, state__in=FieldClassification.DECIDED
    )
    since = decided.annotate(called=Lower("field__name"), forgotten=Subquery(forgotten.values("forgotten_at")[:1]))
    return since.filter(Q(forgotten=None) | Q(decided_at__gt=F("forgotten")), called__in=set(names))


def _speaking_for(dataset: Dataset, refused: QuerySet[Any], kinds: Iterable[Kind]) -> list[int]:
    """Those who refused and could refuse here as well: they may curate it, and no rule closes it to them by that."""
    people = User.objects.filter(pk__in=refused.values("decided_by"), is_active=True)
    labels = {label for kind in kinds for label in class_labels(kind.classification)}
    free = (person for person in people if labels.isdisjoint(one.label for one in denials_of(person).items))
    return [person.pk for person in free if person.has_perm(Duty.CURATE, dataset)]


def why_withheld(source: Source, times: int) -> str:
    """Return the line of evidence by which a withheld suggestion says why it is none."""
    return f"refused in {times} datasets of {source.name}, and confirmed in none"


class Withheld(NamedTuple):
    """Fields of a name in a source that are not suggested as something any more."""

    source: str
    source_name: str
    called: str
    category: str
    class_name: str
    fields: int
    example: int


def withheld_for(viewer: User) -> list[Withheld]:
    """Return what was learned, as far as the viewer may curate fields that it holds back; most fields first."""
    marks = decidable(viewer).filter(state=State.WITHHELD).annotate(
        source=F("field__dataset__source__slug"), source_name=F("field__dataset__source__name"),
        called=Lower("field__name"), class_name=F("classification__name"),
    )  # fmt: skip
    columns = ("source", "source_name", "called", "category", "class_name")
    counted = (
        marks.values_list(*columns).annotate(fields=Count("pk"), example=Min("field")).order_by("-fields", *columns)
    )
    return [Withheld(*row) for row in counted[:MOST_SHOWN]]


@transaction.atomic
def suggest_again(*, actor: User, source: Source, name: str, category: str) -> int:
    """Forget the refusals of a name in a source, and suggest what was withheld where `actor` curates it.

    Returns how many fields are suggested again. What was refused by hand stays refused.
    """
    held = decidable(actor).filter(state=State.WITHHELD, field__dataset__source=source, category=category)
    marks = held.alias(called=Lower("field__name")).filter(called=name)
    ids = list(marks.values_list("pk", "field"))
    if not ids:
        return 0
    told = {"forgotten_at": timezone.now(), "forgotten_by": actor}
    ForgottenRefusals.objects.update_or_create(source=source, name=name, category=category, defaults=told)
    with editing(actor=actor, origin=Edit.Origin.PAGE, why=f"{name} is suggested as {category} again"):
        FieldClassification.objects.filter(pk__in=[pk for pk, _ in ids]).update(state=State.SUGGESTED)
    refresh_field_labels("f.id = ANY(%s)", [[field for _, field in ids]])
    record("classification.suggested_again", actor=actor, thing=source, after={"name": name, "category": category})
    return len(ids)
