"""Fills a catalog with N made-up datasets for `search_speed` and `permissions`; the same N gives the same catalog.

Words are as unevenly used as in real catalogs (word k about 1/k as often as the first), every dataset has six columns,
one in five of them one that is classified, and there are 50 sources, 500 containers and 20 domains with their labels.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from benchmarks import pg_vocabulary as words
from catalog.models import Classification, Dataset, Domain, Source, Tag
from permissions.models import OptOutRule, RuleException, User

SOURCES, CONTAINERS, DOMAINS = 50, 500, 20
RULES, STOPPING = 200, 60
VOCABULARY = tuple(dict.fromkeys((*words.NOUNS, *words.ATTRIBUTES)))

_SETTINGS = """
    SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = '512MB';
    SET max_parallel_maintenance_workers = 0
"""
_INDEXES = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
    WHERE i.indrelid = ANY(%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""
_CONTAINERS = """
    INSERT INTO catalog_container (source_id, path, name, kind, labels, harvested_description, harvested_owner)
    SELECT s.id, 'schema_' || n, 'schema_' || n, 'schema',
        ARRAY['source:' || s.slug, 'path:' || s.slug || '/schema_' || n], '', ''
    FROM generate_series(1, %(containers)s) n
    JOIN (SELECT *, row_number() OVER (ORDER BY id) AS at FROM catalog_source) s ON s.at = 1 + n %% %(sources)s
"""

_DATASETS = """
    CREATE FUNCTION pg_temp.word(n bigint, salt int) RETURNS text IMMUTABLE LANGUAGE sql AS $$
        SELECT (%(words)s::text[])[1 + floor(power(%(count)s, ((hashint8(n * 31 + salt) & 65535) / 65536.0)) - 1)::int]
    $$;
    INSERT INTO catalog_dataset (source_id, container_id, name, path, key, kind, harvested_description, harvested_owner,
        sql, partition_key, sort_key, field_count, fingerprint, schema_fingerprint, title, human_description, grain,
        domain_id, motion, nature, delivery, stage, lifecycle, deprecation_note, certification_note, first_seen_at,
        popularity, labels)
    SELECT c.source_id, c.id, made.name, c.path || '.' || made.name, s.slug || '.' || c.path || '.' || made.name,
        CASE WHEN n %% 10 = 0 THEN 'view' ELSE 'table' END,
        'The ' || pg_temp.word(n, 3) || ' of each ' || pg_temp.word(n, 4) || ' by ' || pg_temp.word(n, 5)
            || ', import job ' || translate((n / 5)::text, '0123456789', 'bcdfghjklm') || 'qx',
        '', '', '', '', 6, '', '', '', '', '', o.id, 'at_rest', '', '', '', 'active', '', '', now(),
        (hashint8(n * 7) & 63), c.labels || ('dataset:' || s.slug || '.' || c.path || '.' || made.name)
            || ('domain:' || o.slug) || CASE WHEN n %% 10 = 3 THEN ARRAY['tag:tenth'] ELSE '{}' END
    FROM generate_series(1, %(size)s) n
    CROSS JOIN LATERAL (SELECT pg_temp.word(n, 1) || '_' || pg_temp.word(n, 2) || '_' || n AS name) made
    JOIN (SELECT *, row_number() OVER (ORDER BY id) AS at FROM catalog_container) c ON c.at = 1 + n %% %(containers)s
    JOIN catalog_source s ON s.id = c.source_id
    JOIN (SELECT *, row_number() OVER (ORDER BY id) AS at FROM catalog_domain) o ON o.at = 1 + n %% %(domains)s;
"""

_FIELDS = """
    INSERT INTO catalog_field (dataset_id, path, parent_path, name, position, native_type, type, nullable, "default",
        generated, "unique", harvested_description, human_description, labels)
    SELECT d.id, made.name, '', made.name, p, 'text', 'string', true, '', '', false, '', '',
        CASE WHEN p = 6 AND d.id %% 5 = 0 THEN ARRAY['class:pii', 'class:pii.contact'] ELSE '{}' END
    FROM catalog_dataset d CROSS JOIN generate_series(1, 6) p
    CROSS JOIN LATERAL (SELECT pg_temp.word(d.id * 6 + p, 9) || '_' || p AS name) made
"""


def filled(size: int) -> bool:
    """Whether the datasets are there already, from an earlier run."""
    return Dataset.objects.count() == size


def fill(size: int) -> None:
    """Make the datasets, and one person whom sixty of 200 rules stop; no triggers, for nothing follows yet."""
    Domain.objects.bulk_create(Domain(slug=f"d{n}", name=f"Domain {n}") for n in range(DOMAINS))
    Source.objects.bulk_create(
        Source(slug=f"s{n}", name=f"System {n}", kind="postgres", labels=[f"source:s{n}"]) for n in range(SOURCES)
    )
    Classification.objects.create(slug="pii.contact", name="Contact")
    Tag.objects.create(slug="tenth", name="A tenth of all")
    parameters: dict[str, Any] = {
        "size": size, "sources": SOURCES, "containers": CONTAINERS, "domains": DOMAINS,
        "words": list(VOCABULARY), "count": len(VOCABULARY),
    }  # fmt: skip
    with bulk("catalog_dataset", "catalog_field") as cursor:
        for statement in (_CONTAINERS, _DATASETS, _FIELDS):
            cursor.execute(statement, parameters)
    _people()


@contextmanager
def bulk(*tables: str) -> Iterator[Any]:
    """A cursor to fill tables of a database of one's own: no triggers, no waiting for the disk, indexes afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTINGS)
        cursor.execute(_INDEXES, [list(tables)])
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield cursor
        for _, definition in indexes:
            cursor.execute(definition)
        cursor.execute("SET session_replication_role = origin")
        for table in tables:
            cursor.execute(f"VACUUM ANALYZE {table}")


def _people() -> None:
    free = User.objects.create_user("free")
    stopped, other = User.objects.create_user("stopped"), User.objects.create_user("other")
    for n in range(RULES):
        label, level = (f"path:s{n % SOURCES}/schema_{n}", "read" if n % 6 == 0 else "discover")
        rule = OptOutRule.objects.create(
            label=label, level=level, reason="Made up for measuring.", owner=free, review_on="2099-01-01"
        )
        rule.people.add(stopped if n < STOPPING else other)
        if n % 10 == 0 and n < STOPPING:
            RuleException.objects.create(
                rule=rule, person=stopped, label=f"domain:d{n % DOMAINS}", purpose="Measuring.", approved_by=free,
                until="2099-01-01T00:00Z",
            )  # fmt: skip
    pii = OptOutRule.objects.create(
        label="class:pii", level="read", reason="Made up for measuring.", owner=free, review_on="2099-01-01"
    )
    pii.people.add(stopped)
