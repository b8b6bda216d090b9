"""Accepting and refusing what fields are said to be, many at once, and taking that back.

It all goes through `catalog.curation`: in history, with labels in step, and nobody takes away what closes something to
them. Here is added what a refusal does beyond a field: the owners of rules that close by it are told.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from catalog.classifying.reading import decidable
from catalog.curation.editing import editing
from catalog.curation.relabelling import relabel
from catalog.curation.services import edit_many
from catalog.models import Change, Dataset, Edit, Field
from catalog.protocol.evaluating import refresh_edited
from notifications.models import Notice
from notifications.services import tell
from permissions.audit.recording import entry, write
from permissions.models import OptOutRule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from django.db.models import QuerySet

    from catalog.models import FieldClassification
    from permissions.models import User

MOST = 20_000  # decided at once
NO_REASON = "Say why: those whose rules close data by it will read it."
TOO_MANY = f"At most {MOST:,} at once. Narrow them down first."
CHANGED_SINCE = "Somebody decided on some of these again. Undo that first."
Pair = tuple[int, str]  # a field, and the short name of a classification
Labels = dict[int, list[str]]

# A change of the edit, on a mark that is still as the edit left it.
_AS_LEFT = """
    c.edit_id = %(edit)s AND c.kind = 'field' AND c.fact = 'classifications' AND m.field_id = c.thing_id
    AND m.classification_id = (c.after->>'id')::bigint AND m.state = c.after->>'state'
"""
_TAKE_BACK = f"""
    UPDATE catalog_fieldclassification m
    SET state = c.before->>'state', origin = CASE WHEN d.decided THEN 'human' ELSE 'harvest' END,
        decided_by_id = CASE WHEN d.decided THEN %(actor)s::bigint END, decided_at = CASE WHEN d.decided THEN now() END
    FROM catalog_change c CROSS JOIN LATERAL (SELECT c.before->>'state' IN ('confirmed', 'rejected')) AS d(decided)
    WHERE c.before IS NOT NULL AND {_AS_LEFT}
"""  # noqa: S608 - all of it stands here
_TAKE_AWAY = f"""
    DELETE FROM catalog_fieldclassification m USING catalog_change c WHERE c.before IS NULL AND {_AS_LEFT}
"""  # noqa: S608 - all of it stands here


class NothingToDecide(Exception):
    """None of it is there any more: somebody else was faster."""


def decide(
    *, actor: User, marks: QuerySet[FieldClassification], accept: bool, reason: str, origin: str = Edit.Origin.PAGE
) -> Edit:
    """Confirm or refuse `marks`, as far as `actor` may decide on them: see `catalog.classifying.reading`.

    Raises `ValidationError` for a refusal without a reason or too many at once, `NothingToDecide`, and `Refused` where
    a rule closes something to `actor` by what would be taken away: then nothing is decided.
    """
    pairs = list(marks.order_by().values_list("field", "classification__slug")[: MOST + 1])
    if not pairs:
        raise NothingToDecide
    return classify(actor=actor, pairs=pairs, confirm=accept, reason=reason, origin=origin)


@transaction.atomic
def classify(
    *, actor: User, pairs: Collection[Pair], confirm: bool, reason: str, origin: str = Edit.Origin.PAGE
) -> Edit:
    """Say of fields that they are something, or are not, whether that was suggested or not.

    Raises `ValidationError`, `NothingToDecide` when all of it is so already, and `Refused`.
    """
    if not confirm and not reason.strip():
        raise ValidationError({"reason": NO_REASON})
    if len(pairs) > MOST:
        raise ValidationError(TOO_MANY)
    fields = {field for field, _ in pairs}
    _lock(fields)
    before = _labels(fields)
    rows = _rows(pairs, "+classifications" if confirm else "-classifications")
    edit = edit_many(actor=actor, kind="field", rows=rows, why=reason, origin=origin).edit
    if edit is None:
        raise NothingToDecide
    _record(edit, actor, "classification.confirmed" if confirm else "classification.refused")
    _tell_rule_owners(before, _labels(fields), actor, reason)
    return edit


def _rows(pairs: Iterable[Pair], fact: str) -> Iterator[tuple[int, dict[str, list[str]]]]:
    by_field: defaultdict[int, list[str]] = defaultdict(list)
    for field, slug in pairs:
        by_field[field].append(slug)
    return ((field, {fact: slugs}) for field, slugs in sorted(by_field.items()))


def _lock(fields: Collection[int]) -> None:
    """Wait for whoever adds a classification to one of them, and let others wait: labels are made of all of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM catalog_field WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [sorted(fields)])


@transaction.atomic
def undo(*, actor: User, edit: Edit) -> Edit:
    """Take back all that `edit` decided on fields: what was suggested before is suggested again.

    Raises `NothingToDecide` where it decided on nothing that `actor` may decide on, `ValidationError` where somebody
    decided again since, and `Refused` as `decide` does.
    """
    changes = decisions_of(edit)
    fields = set(changes.values_list("thing_id", flat=True))
    if not undoable_by(actor).filter(pk=edit.pk).exists():
        raise NothingToDecide
    _lock(fields)
    before = _labels(fields)
    with editing(actor=actor, origin=Edit.Origin.UNDO, why=edit.why, undoes=edit) as back:
        if _restore(edit, actor) != len(changes):
            raise ValidationError(CHANGED_SINCE)
        relabel(back, actor)
        refresh_edited(back)
    _record(back, actor, "classification.undone")
    _tell_rule_owners(before, _labels(fields), actor, f"taken back: {edit.why}")
    return back


def _restore(edit: Edit, actor: User) -> int:
    """Return how many marks were as the edit left them, and are now as they were before it."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_BACK, {"edit": edit.pk, "actor": actor.pk})
        restored = cursor.rowcount
        cursor.execute(_TAKE_AWAY, {"edit": edit.pk})
        return int(restored + cursor.rowcount)


def decisions_of(edit: Edit) -> QuerySet[Change]:
    """What an edit decided of what fields are."""
    return Change.objects.filter(edit=edit, kind="field", fact="classifications").order_by("pk")


def undoable_by(actor: User) -> QuerySet[Edit]:
    """The edits that decided on fields, all of which `actor` may decide on."""
    decided = Change.objects.filter(edit=OuterRef("pk"), kind="field", fact="classifications")
    elsewhere = decided.exclude(thing_id__in=decidable(actor).values("field"))
    return Edit.objects.filter(Exists(decided)).exclude(Exists(elsewhere))


def _record(edit: Edit, actor: User, action: str) -> None:
    """An entry for each dataset, with the fields that were decided on."""
    paths: defaultdict[int, list[str]] = defaultdict(list)
    decided = Field.objects.filter(pk__in=decisions_of(edit).values("thing_id")).order_by("dataset", "position")
    for dataset, path in decided.values_list("dataset", "path"):
        paths[dataset].append(path)
    datasets = Dataset.objects.in_bulk(list(paths))
    write(
        entry(action, actor=actor, thing=datasets[pk], after={"fields": told, "edit": edit.pk}, note=edit.why)
        for pk, told in paths.items()
    )


def _labels(fields: Collection[int]) -> Labels:
    return dict(Field.objects.filter(pk__in=fields).values_list("pk", "labels"))


def _tell_rule_owners(before: Labels, after: Labels, actor: User, why: str) -> None:
    """Tell whose rules close less than before. The fields are not named: the owner may not know of them."""
    lost = {label for pk, labels in before.items() for label in set(labels).difference(after.get(pk, ()))}
    rules = OptOutRule.objects.in_force().filter(label__in=lost).select_related("owner") if lost else ()
    tell(
        Notice(
            person=rule.owner, kind="rule_closes_less", url=rule.get_absolute_url(), subject="rule", subject_id=rule.pk,
            title=f"Your rule on {rule.label} closes fewer fields"[:300],
            detail=f"{actor} refused what it closes them by: {why}"[:300],
        )
        for rule in rules
        if rule.owner_id != actor.pk and rule.owner.is_active
    )  # fmt: skip
