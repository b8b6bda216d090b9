"""Staged rows into the catalog: a statement for the facts in columns, two for each set. Triggers keep the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from catalog.curation.facts import column_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catalog.curation.facts import Fact
    from catalog.curation.kinds import Kind
    from catalog.curation.staging import Staged

_AN_ARRAY = "CASE jsonb_typeof(s.given->'{0}') WHEN 'array' THEN s.given->'{0}' ELSE '[]' END"
_CASTS = {
    "text": "coalesce(s.given->>'{0}', '')",
    "text[]": f"ARRAY(SELECT jsonb_array_elements_text({_AN_ARRAY}))",
    "jsonb": _AN_ARRAY,
}
_OTHER = "nullif(s.given->>'{0}', '')::{1}"

_MEMBERS = {
    ("dataset", "tags"): (
        """
        DELETE FROM catalog_datasettag m USING {rows} s
        WHERE m.dataset_id = s.thing_id AND (
            (s.given ? 'tags' AND NOT s.given->'tags' @> to_jsonb(m.tag_id))
            OR s.given->'-tags' @> to_jsonb(m.tag_id) OR s.given->'!tags' @> to_jsonb(m.tag_id))
        """,
        """
        INSERT INTO catalog_datasettag (dataset_id, tag_id, origin)
        SELECT s.thing_id, named::bigint, %(by)s
        FROM {rows} s,
            jsonb_array_elements_text(coalesce(s.given->'tags', '[]') || coalesce(s.given->'+tags', '[]')) named
        ON CONFLICT DO NOTHING
        """,
    ),
    ("dataset", "classifications"): (
        """
        DELETE FROM catalog_datasetclassification m USING {rows} s
        WHERE m.dataset_id = s.thing_id AND (
            (s.given ? 'classifications' AND NOT s.given->'classifications' @> to_jsonb(m.classification_id))
            OR s.given->'-classifications' @> to_jsonb(m.classification_id)
            OR s.given->'!classifications' @> to_jsonb(m.classification_id))
        """,
        """
        INSERT INTO catalog_datasetclassification (dataset_id, classification_id, origin)
        SELECT s.thing_id, named::bigint, %(by)s
        FROM {rows} s, jsonb_array_elements_text(
            coalesce(s.given->'classifications', '[]') || coalesce(s.given->'+classifications', '[]')) named
        ON CONFLICT DO NOTHING
        """,
    ),
    # What harvest suggests stays open until it is confirmed or rejected by name: a set holds what people confirmed.
    ("field", "classifications"): (
        """
        UPDATE catalog_fieldclassification m
        SET state = 'rejected', origin = %(by)s, decided_by_id = %(actor)s, decided_at = now()
        FROM {rows} s
        WHERE m.field_id = s.thing_id AND m.state <> 'rejected' AND (
            (s.given ? 'classifications' AND m.state = 'confirmed'
                AND NOT s.given->'classifications' @> to_jsonb(m.classification_id))
            OR s.given->'-classifications' @> to_jsonb(m.classification_id))
        """,
        """
        INSERT INTO catalog_fieldclassification AS m
            (field_id, classification_id, state, origin, category, evidence, decided_by_id, decided_at)
        SELECT s.thing_id, named::bigint, 'confirmed', %(by)s, '', '[]', %(actor)s, now()
        FROM {rows} s, jsonb_array_elements_text(
            coalesce(s.given->'classifications', '[]') || coalesce(s.given->'+classifications', '[]')) named
        ON CONFLICT (field_id, classification_id) DO UPDATE
        SET state = 'confirmed', origin = excluded.origin, decided_by_id = excluded.decided_by_id,
            decided_at = excluded.decided_at
        WHERE m.state <> 'confirmed'
        """,
        # Undoing alone: what nobody had said goes, what had been suggested is open again.
        """
        DELETE FROM catalog_fieldclassification m USING {rows} s
        WHERE m.field_id = s.thing_id AND s.given->'!classifications' @> to_jsonb(m.classification_id)
        """,
        """
        UPDATE catalog_fieldclassification m
        SET state = 'suggested', origin = 'harvest', decided_by_id = NULL, decided_at = NULL
        FROM {rows} s
        WHERE m.field_id = s.thing_id AND s.given->'~classifications' @> to_jsonb(m.classification_id)
        """,
    ),
}


def write(kind: Kind, stage: Staged, *, actor_id: int | None, by: str) -> None:
    """Write what is staged; what is so already is left alone. `by` is the origin that members of sets carry."""
    facts = [kind.facts[name] for name in sorted(stage.facts)]
    parameters = {**stage.parameters, "actor": actor_id, "by": by}
    with connection.cursor() as cursor:
        columns = [fact for fact in facts if not fact.members]
        if columns:
            cursor.execute(_update(kind, columns, stage.relation), parameters)
        for fact in facts:
            for statement in _MEMBERS[kind.name, fact.name] if fact.members else ():
                cursor.execute(statement.replace("{rows}", stage.relation), parameters)


def _update(kind: Kind, facts: list[Fact], relation: str) -> str:
    """The new value stands beside the row's own in one expression: whoever changed another fact meanwhile keeps it."""
    pairs = [(column_of(kind.name, fact.name), _given(kind, fact)) for fact in facts]
    settings = [f"{column} = {value}" for column, value in pairs]
    settings += [f"{column} = {value}" for column, value in _beside(kind, facts)]
    olds, news = ", ".join(f"t.{column}" for column, _ in pairs), ", ".join(value for _, value in pairs)
    return (
        f"UPDATE {kind.table} AS t SET {', '.join(settings)} FROM {relation} AS s"  # noqa: S608 - names of ours
        f" WHERE t.id = s.thing_id AND ({olds}) IS DISTINCT FROM ({news})"
    )


def _given(kind: Kind, fact: Fact) -> str:
    """What the column will hold: what is given, or what it holds."""
    return f"CASE WHEN s.given ? '{fact.name}' THEN {_value(fact)} ELSE t.{column_of(kind.name, fact.name)} END"


def _value(fact: Fact) -> str:
    return _CASTS.get(fact.cast, _OTHER).format(fact.name, fact.cast)


def _beside(kind: Kind, facts: list[Fact]) -> Iterator[tuple[str, Any]]:
    """Columns that follow: who described it and when, and which words of the source people wrote over."""
    over = [fact for fact in facts if fact.harvested]
    for fact in over:
        if fact.name == "description":
            new = f"(s.given ? 'description' AND {_value(fact)} <> t.human_description)"
            none = f"{_value(fact)} = ''"
            for column, value in (("described_by_id", "%(actor)s::bigint"), ("described_at", "now()")):
                yield column, f"CASE WHEN {new} THEN CASE WHEN {none} THEN NULL ELSE {value} END ELSE t.{column} END"
    if over:
        kept = (
            f"CASE WHEN s.given ? '{fact.name}' AND {_value(fact)} <> t.{column_of(kind.name, fact.name)}"
            f" THEN jsonb_build_object('{fact.name}', md5(t.{fact.harvested})) ELSE '{{}}' END"
            for fact in over
        )
        yield "kept_over", f"nullif(coalesce(t.kept_over, '{{}}') || {' || '.join(kept)}, '{{}}')"
