"""What a source says of the datasets of others: it enriches them, and makes no second dataset of the same table.

The words of the source that tells prevail over those of the one that holds the table, as documentation is written there
on purpose; its SQL is taken only where the table has none of its own. People's words prevail over both.
"""

from __future__ import annotations

from django.db import connection

from catalog.models import Source
from harvest.duties import may_manage
from harvest.facts import Problem

_JOIN = """
    CREATE TEMPORARY TABLE stage_joined AS
    SELECT DISTINCT ON (ref) ref, dataset_id FROM (
        SELECT DISTINCT ON (c.dataset_id) c.* FROM (
            SELECT a.ref, d.id AS dataset_id, d.archived_at, d.path = a.path AS exact
            FROM stage_alias a JOIN catalog_dataset d ON lower(d.path) = lower(a.path)
            JOIN catalog_source s ON s.id = d.source_id AND s.id = ANY(%(targets)s)
            WHERE a.database = '' OR coalesce(s.config->>'database', '') = ''
                OR lower(s.config->>'database') = lower(a.database)
            UNION ALL
            SELECT a.ref, d.id, d.archived_at, d.path = a.whole
            FROM stage_alias a JOIN catalog_dataset d ON lower(d.path) = lower(a.whole)
            WHERE d.source_id = ANY(%(targets)s)
        ) AS c
        WHERE NOT EXISTS (SELECT FROM harvest_told t WHERE t.dataset_id = c.dataset_id AND t.source_id <> %(source)s)
        ORDER BY c.dataset_id, c.exact DESC, c.ref
    ) AS one
    ORDER BY ref, archived_at IS NOT NULL, exact DESC, dataset_id
"""
_SAY = """
    CREATE TEMPORARY TABLE stage_said AS
    SELECT j.dataset_id, '' AS path, jsonb_build_object(
        'description', s.comment, 'owner', s.owner, 'sql', s.sql, 'details', coalesce(s.details, '{}'),
        'tags', coalesce((SELECT jsonb_agg(t.name ORDER BY t.name) FROM stage_tag t WHERE t.ref = j.ref), '[]')) AS said
    FROM stage_joined j JOIN stage_dataset s ON s.ref = j.ref
    UNION ALL
    SELECT DISTINCT ON (f.id) j.dataset_id, f.path,
        jsonb_build_object('description', s.comment, 'details', coalesce(s.details, '{}'))
    FROM stage_joined j JOIN stage_field s ON s.ref = j.ref
    JOIN catalog_field f ON f.dataset_id = j.dataset_id AND lower(f.path) = lower(s.path) AND f.archived_at IS NULL
    WHERE s.comment <> '' OR s.details IS NOT NULL
"""
_UNSTAGE = (
    *(
        f"DELETE FROM stage_{name} s USING stage_joined j WHERE s.ref = j.ref"  # noqa: S608 - our own names
        for name in ("dataset", "field", "constraint", "index")
    ),
    """
    DELETE FROM stage_container c WHERE c.depth > 0 AND EXISTS (SELECT FROM stage_joined) AND NOT EXISTS (
        SELECT FROM stage_dataset s WHERE s.container = c.path OR starts_with(s.container, c.path || '.'))
    """,
)

_OWN_OF_DATASET = "jsonb_build_object('description', d.harvested_description, 'owner', d.harvested_owner, 'sql', d.sql)"
_OWN_OF_FIELD = "jsonb_build_object('description', f.harvested_description)"
_KEEP = f"""
    INSERT INTO harvest_told AS t (source_id, dataset_id, path, said, own)
    SELECT %(source)s, s.dataset_id, s.path, s.said,
        CASE WHEN s.path = '' THEN {_OWN_OF_DATASET} ELSE {_OWN_OF_FIELD} END
    FROM stage_said s JOIN catalog_dataset d ON d.id = s.dataset_id
    LEFT JOIN catalog_field f ON f.dataset_id = s.dataset_id AND f.path = s.path AND s.path <> ''
    ON CONFLICT (dataset_id, md5(path)) DO UPDATE SET said = excluded.said
    WHERE t.source_id = excluded.source_id AND t.said <> excluded.said
"""  # noqa: S608 - all of it stands above
# Where a harvest has just written what the source itself says, that is its own word again.
_REKEEP = f"""
    UPDATE harvest_told t SET own = {_OWN_OF_DATASET}
    FROM stage_match m JOIN catalog_dataset d ON d.id = m.id
    WHERE t.dataset_id = m.id AND t.path = '' AND (m.changed OR m.restored) AND NOT m.new;
    UPDATE harvest_told t SET own = {_OWN_OF_FIELD}
    FROM stage_match m JOIN catalog_field f ON f.dataset_id = m.id
    WHERE t.dataset_id = m.id AND t.path = f.path AND t.path <> '' AND m.changed AND NOT m.new
"""  # noqa: S608 - all of it stands above

_TELL = """
    UPDATE catalog_dataset d SET harvested_description = w.description, harvested_owner = w.owner, sql = w.sql,
        details = w.details
    FROM (
        SELECT t.dataset_id, coalesce(nullif(t.said->>'description', ''), t.own->>'description') AS description,
            coalesce(nullif(t.said->>'owner', ''), t.own->>'owner') AS owner,
            coalesce(nullif(t.own->>'sql', ''), t.said->>'sql') AS sql,
            coalesce(d.details, '{{}}') || jsonb_build_object(k.kind, t.said->'details') AS details
        FROM harvest_told t JOIN catalog_source k ON k.id = t.source_id JOIN catalog_dataset d ON d.id = t.dataset_id
        WHERE t.path = '' AND {which}
    ) AS w
    WHERE d.id = w.dataset_id AND (d.harvested_description, d.harvested_owner, d.sql, d.details)
        IS DISTINCT FROM (w.description, w.owner, w.sql, w.details);
    UPDATE catalog_field f SET harvested_description = w.description, details = w.details
    FROM (
        SELECT f.id, coalesce(nullif(t.said->>'description', ''), t.own->>'description') AS description,
            nullif(coalesce(f.details, '{{}}') || jsonb_build_object(k.kind, t.said->'details'),
                jsonb_build_object(k.kind, '{{}}'::jsonb)) AS details
        FROM harvest_told t JOIN catalog_source k ON k.id = t.source_id
        JOIN catalog_field f ON f.dataset_id = t.dataset_id AND f.path = t.path
        WHERE t.path <> '' AND {which}
    ) AS w
    WHERE f.id = w.id AND (f.harvested_description, f.details) IS DISTINCT FROM (w.description, w.details)
"""
_TELL_OTHERS = _TELL.format(which="t.source_id = %(source)s")
_TELL_OWN = _TELL.format(which="t.dataset_id IN (SELECT id FROM stage_match WHERE (changed OR restored) AND NOT new)")

_TAKE_BACK = """
    DROP TABLE IF EXISTS pg_temp.stage_unsaid;
    CREATE TEMPORARY TABLE stage_unsaid ON COMMIT DROP AS
    SELECT t.*, k.kind FROM harvest_told t JOIN catalog_source k ON k.id = t.source_id
    WHERE t.source_id = %(source)s AND {gone};
    UPDATE catalog_dataset d SET harvested_description = t.own->>'description', harvested_owner = t.own->>'owner',
        sql = t.own->>'sql', details = nullif(d.details - t.kind, '{{}}')
    FROM stage_unsaid t WHERE d.id = t.dataset_id AND t.path = '';
    UPDATE catalog_field f SET harvested_description = t.own->>'description',
        details = nullif(f.details - t.kind, '{{}}')
    FROM stage_unsaid t WHERE f.dataset_id = t.dataset_id AND f.path = t.path AND t.path <> '';
    DELETE FROM harvest_told t USING stage_unsaid u WHERE t.id = u.id
"""
_TAKE_BACK_UNSAID = _TAKE_BACK.format(
    gone="NOT EXISTS (SELECT FROM stage_said s WHERE s.dataset_id = t.dataset_id AND s.path = t.path)"
)
_TAKE_BACK_ALL = _TAKE_BACK.format(gone="true")


def join_told(source: Source) -> list[Problem]:
    """Take what is staged about datasets of other sources apart from the source's own; returns what was refused."""
    targets, refused = _targets(source)
    with connection.cursor() as cursor:
        cursor.execute(_JOIN, {"source": source.pk, "targets": targets})
        cursor.execute("ANALYZE stage_joined")
        cursor.execute(_SAY)
        for statement in _UNSTAGE:
            cursor.execute(statement)
    return refused


def apply_told(source: Source) -> None:
    """Write what is said of others, take back what no longer is, and say again what a harvest has just written over."""
    parameters = {"source": source.pk}
    with connection.cursor() as cursor:
        cursor.execute(_REKEEP)
        cursor.execute(_TELL_OWN)
        cursor.execute(_TAKE_BACK_UNSAID, parameters)
        cursor.execute(_KEEP, parameters)
        cursor.execute(_TELL_OTHERS, parameters)


def take_back(source: Source) -> None:
    """Nothing that the source said of others is said any longer; call it in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_BACK_ALL, {"source": source.pk})


def _targets(source: Source) -> tuple[list[int], list[Problem]]:
    """The sources about which this one may speak: those that its owner may manage."""
    slugs = [slug for slug in str(source.config.get("told", "")).replace(",", " ").split() if slug != source.slug]
    found = {one.slug: one for one in Source.objects.filter(slug__in=slugs)}
    allowed = {slug for slug, one in found.items() if source.owner is None or may_manage(source.owner, one)}
    refused = [
        Problem(slug, "There is no such source that the owner of this one may manage, so nothing was said about it.")
        for slug in slugs
        if slug not in allowed
    ]
    return [found[slug].pk for slug in slugs if slug in allowed], refused
