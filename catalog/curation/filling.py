"""Rules that fill gaps: previewed, run after each harvest, undone as one; what a person said or took away stays."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from catalog.curation.facts import column_of
from catalog.curation.history import shown
from catalog.curation.kinds import KINDS
from catalog.curation.outcome import Refusal, Refused
from catalog.curation.services import edit_many
from catalog.curation.staging import BATCH
from catalog.models import Change, Edit, MetadataRule
from permissions.audit import record
from permissions.roles import may_manage_rules

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from catalog.curation.facts import Fact
    from catalog.curation.history import Shown
    from catalog.curation.kinds import Kind
    from catalog.curation.outcome import Outcome
    from catalog.models import Source
    from permissions.models import User

logger = logging.getLogger(__name__)

EXAMPLES = 20
_FITTING = {
    "dataset": "FROM catalog_dataset t WHERE t.archived_at IS NULL AND t.key ILIKE %(pattern)s {scope}",
    "field": (
        "FROM catalog_field t JOIN catalog_dataset d ON d.id = t.dataset_id"
        " WHERE t.archived_at IS NULL AND d.archived_at IS NULL AND d.key ILIKE %(pattern)s"
        " AND t.name ILIKE %(field_pattern)s {scope}"
    ),
}
_SCOPE = {"dataset": "AND t.source_id = %(source)s", "field": "AND d.source_id = %(source)s"}
# A person spoke of it: what they said stays, and what they took away stays away.
_NOBODY = """
    AND NOT EXISTS (
        SELECT FROM catalog_change c LEFT JOIN catalog_edit e ON e.id = c.edit_id
        WHERE c.kind = %(kind)s AND c.thing_id = t.id AND c.fact = %(fact)s AND e.origin IS DISTINCT FROM 'rule'
            AND (%(member)s::bigint IS NULL OR (coalesce(c.before, c.after)->>'id')::bigint = %(member)s::bigint))
"""
_MEMBER = {
    ("dataset", "tags"): "SELECT FROM catalog_datasettag m WHERE m.dataset_id = t.id AND m.tag_id = %(member)s",
    ("dataset", "classifications"): (
        "SELECT FROM catalog_datasetclassification m WHERE m.dataset_id = t.id AND m.classification_id = %(member)s"
    ),
    ("field", "classifications"): (
        "SELECT FROM catalog_fieldclassification m"
        " WHERE m.field_id = t.id AND m.classification_id = %(member)s AND m.state <> 'suggested'"
    ),
}


class Preview(NamedTuple):
    """What a run would do: how many things, and the first of the changes."""

    things: int
    examples: list[Shown]


class _Looked(Exception):
    """Leaves the transaction of a preview."""


@transaction.atomic
def make_rule(*, actor: User, name: str, pattern: str, field_pattern: str, given: Mapping[str, Any]) -> MetadataRule:
    """Write a rule down; it runs when told to, and after each harvest. Raises `Refused`."""
    rule = MetadataRule(
        name=name.strip()[:120], author=actor, pattern=pattern.strip(), field_pattern=field_pattern.strip(),
        given={fact: value for fact, value in given.items() if value not in ("", None, [])},
    )  # fmt: skip
    _cleaned(rule)
    rule.save()
    record("metadata_rule.made", actor=actor, thing=rule, after=_told(rule))
    return rule


@transaction.atomic
def switch_rule(*, actor: User, rule: MetadataRule, on: bool) -> None:
    """Let a rule run after each harvest, or not any more."""
    MetadataRule.objects.filter(pk=rule.pk).update(on=on)
    record("metadata_rule.switched", actor=actor, thing=rule, before={"on": rule.on}, after={"on": on})


def run_rule(*, rule: MetadataRule, source: Source | None = None) -> Outcome:
    """Fill the gaps that a rule finds, as its author. Raises `Refused`."""
    with transaction.atomic():
        outcome = edit_many(
            actor=rule.author, kind=rule.kind, rows=_rows(rule, source), origin=Edit.Origin.RULE, why=rule.name
        )
        if outcome.edit:
            MetadataRule.objects.filter(pk=rule.pk).update(last_edit=outcome.edit)
    return outcome


def preview_rule(*, rule: MetadataRule) -> Preview:
    """Do what a run would do, look at it, and roll it back. Raises `Refused`."""
    found: list[Preview] = []
    try:
        with transaction.atomic():
            outcome = edit_many(
                actor=rule.author, kind=rule.kind, rows=_rows(rule, None), origin=Edit.Origin.RULE, why=rule.name
            )
            changes = list(Change.objects.filter(edit=outcome.edit).order_by("pk")[:EXAMPLES]) if outcome.edit else []
            found.append(Preview(outcome.changed, shown(rule.author, changes)))
            raise _Looked
    except _Looked:
        return found[0]


def fill_gaps(source: Source) -> int:
    """Run every rule that is on over a source; returns how many things that changed. A rule that fails is logged."""
    changed = 0
    for rule in MetadataRule.objects.filter(on=True, author__is_active=True).select_related("author"):
        try:
            changed += run_rule(rule=rule, source=source).changed
        except Refused as refused:
            logger.warning("metadata rule %s could not run: %s", rule.pk, refused)
    return changed


def _rows(rule: MetadataRule, source: Source | None) -> Iterator[tuple[int, dict[str, Any]]]:
    """What is missing, of each thing that the author may write."""
    missing: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    kind = KINDS[rule.kind]
    for fact, members in _cleaned(rule):
        for pk in _writable(kind, rule.author, fact, _gaps(rule, kind, fact, members, source)):
            value = rule.given[fact.name]
            missing[pk][f"+{fact.name}" if fact.members else fact.name] = value
    yield from missing.items()


def _gaps(rule: MetadataRule, kind: Kind, fact: Fact, members: list[int], source: Source | None) -> set[int]:
    found: set[int] = set()
    wanted: list[int | None] = [*members] or [None]
    for member in wanted:
        empty = (
            f"AND NOT EXISTS ({_MEMBER[kind.name, fact.name]})"
            if fact.members
            else f"AND coalesce(to_jsonb(t.{column_of(kind.name, fact.name)}), 'null') IN ('null', '\"\"', '[]')"
        )
        scope = _SCOPE[kind.name] if source else ""
        statement = f"SELECT t.id {_FITTING[kind.name].format(scope=scope)} {empty} {_NOBODY}"
        parameters: dict[str, str | int | None] = {
            "pattern": like(rule.pattern), "field_pattern": like(rule.field_pattern), "kind": kind.name,
            "fact": fact.name, "member": member, "source": source.pk if source else None,
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            found |= {pk for (pk,) in cursor.fetchall()}
    return found


def _writable(kind: Kind, author: User, fact: Fact, ids: Iterable[int]) -> Iterator[int]:
    every = sorted(ids)
    for start in range(0, len(every), BATCH):
        yield from kind.writable_ids(author, fact.duty, every[start : start + BATCH], labels=fact.labels)


def _cleaned(rule: MetadataRule) -> list[tuple[Fact, list[int]]]:
    """The facts that a rule states, with the members of sets. Raises `Refused` for what does not fit."""
    facts = KINDS[rule.kind].facts
    refusals, found = [], []
    for name, value in rule.given.items():
        if name not in facts or not facts[name].stated:
            refusals.append(Refusal(0, name, f"There is no such fact of a {rule.kind}."))
            continue
        (cleaned,) = facts[name].cleaner.clean_many([value], rule.author)
        if isinstance(cleaned, ValidationError):
            refusals.append(Refusal(0, name, " ".join(cleaned.messages)))
        else:
            found.append((facts[name], cleaned if facts[name].members else []))
    if not rule.given:
        refusals.append(Refusal(0, "", "Say at least one fact."))
    if not rule.pattern:
        refusals.append(Refusal(0, "pattern", "Say which datasets, as crm.*"))
    if refusals:
        raise Refused(refusals)
    return found


def like(pattern: str) -> str:
    """A pattern with ``*`` and ``?`` as one of SQL's."""
    plain = pattern.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return plain.replace("*", "%").replace("?", "_")


def _told(rule: MetadataRule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in ("pattern", "field_pattern", "given")}


def rules_seen_by(actor: User) -> QuerySet[MetadataRule]:
    """A person's own rules; all of them for whoever decides on rules everywhere."""
    return MetadataRule.objects.all() if may_manage_rules(actor) else MetadataRule.objects.filter(author=actor)
