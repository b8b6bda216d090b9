"""Tables out and in against COPY: `python -m benchmarks.tables [--rows 1000000] [--changed 100000]`.

Works in the database of the settings, in one transaction that is rolled back: fields of made-up datasets, a hundred
each, read by somebody whom a rule keeps from one of each hundred. The floors are what PostgreSQL itself takes, with the
same rows and cells: `COPY (query) TO STDOUT` into a file, and COPY into a temporary table with one UPDATE, its triggers
included. Ways are timed in turns and count with their median. Prints tables and exits 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import sys
import time
from collections.abc import Callable
from statistics import median
from tempfile import TemporaryFile

import django
from django.db import connection, transaction

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from catalog.tabular.fields import COLLECTION  # noqa: E402
from catalog.tabular.importing import import_table, plan_import  # noqa: E402
from core.tabular.reading import read_table  # noqa: E402
from core.tabular.writing import FORMATS  # noqa: E402
from permissions.models import OptOutRule, Role, RoleGrant, User  # noqa: E402

RATE, TIMES, MEGABYTES = 0.4, 5.0, 300
EACH = 100  # fields of a dataset

SOURCE = """
    INSERT INTO catalog_source (slug, name, kind, config, sealed, include, exclude, description, version, samples,
        vanish_percent, signature, created_at, labels, owner_id)
    VALUES ('bench', 'Bench', 'postgres', '{}', '', '{}', '{}', '', '', true, 30, '', now(), '{source:bench}', %s)
    RETURNING id
"""
DATASETS = """
    INSERT INTO catalog_dataset (source_id, name, path, key, kind, harvested_description, harvested_owner, sql,
        partition_key, sort_key, field_count, fingerprint, schema_fingerprint, title, human_description, grain, motion,
        nature, delivery, stage, lifecycle, deprecation_note, certification_note, first_seen_at, popularity, labels,
        owner_id)
    SELECT %(source)s, 't' || n, 'public.t' || n, 'bench.public.t' || n, 'table', '', '', '', '', '', %(each)s, '', '',
        '', '', '', 'at_rest', '', '', '', 'active', '', '', now(), 0, '{source:bench}', %(owner)s
    FROM generate_series(1, %(datasets)s) AS n
"""
FIELDS = """
    INSERT INTO catalog_field (dataset_id, path, parent_path, name, position, native_type, type, nullable, "default",
        "generated", "unique", harvested_description, human_description, labels)
    SELECT d.id, 'column_' || n, '', 'column_' || n, n, 'character varying(200)', 'string', n %% 2 = 0, '', '', false,
        'What the source says of column ' || n || ' of this table, in a sentence of some length.',
        CASE WHEN n %% 4 = 0 THEN 'What a person says of column ' || n ELSE '' END,
        CASE WHEN n = 7 THEN '{class:bench}'::text[] ELSE '{}' END
    FROM catalog_dataset d, generate_series(1, %(each)s) AS n WHERE d.source_id = %(source)s
"""
FLOOR = """
    COPY (
        SELECT d.key, f.path, f.position, f.type, f.native_type, f.nullable, f.key_position, f."unique",
            coalesce(nullif(f.human_description, ''), nullif(f.harvested_description, '')),
            CASE WHEN f.human_description <> '' THEN 'human' WHEN f.harvested_description <> '' THEN 'harvest' END,
            array_to_string(ARRAY(SELECT c.slug FROM catalog_fieldclassification m
                JOIN catalog_classification c ON c.id = m.classification_id
                WHERE m.field_id = f.id AND m.state = 'confirmed' ORDER BY 1), ' '),
            array_to_string(ARRAY(SELECT c.slug FROM catalog_fieldclassification m
                JOIN catalog_classification c ON c.id = m.classification_id
                WHERE m.field_id = f.id AND m.state = 'suggested' ORDER BY 1), ' ')
        FROM catalog_field f JOIN catalog_dataset d ON d.id = f.dataset_id
        WHERE f.archived_at IS NULL AND d.archived_at IS NULL AND d.source_id = {source}
        ORDER BY d.key, d.id, f.position, f.id
    ) TO STDOUT WITH (FORMAT csv, HEADER)
"""


def main() -> None:
    options = _options()
    with transaction.atomic():
        person = User.objects.create(username="benchmark-of-tables")
        source = _make(person, options.rows)
        missed = [*_out(person, source, options), *_in(person, options)]
        transaction.set_rollback(True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'peak memory of this process':48} {peak:9.0f} MB   target {MEGABYTES} MB")
    sys.exit(bool(missed) or peak > MEGABYTES)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="Fields to take away.")
    parser.add_argument("--changed", type=int, default=100_000, help="Fields to bring back changed.")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--formats", nargs="*", default=["csv", "jsonl", "parquet"], choices=list(FORMATS))
    return parser.parse_args()


def _make(person: User, rows: int) -> int:
    RoleGrant.objects.create(role=Role.COUNCIL, person=person)
    rule = OptOutRule.objects.create(
        label="class:bench", level="read", reason="So that there is a rule to read by.", owner=person,
        review_on="2099-01-01",
    )  # fmt: skip
    rule.people.add(person)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(SOURCE, [person.pk])
        (source,) = cursor.fetchone()
        given = {"source": source, "each": EACH, "datasets": max(1, rows // EACH), "owner": person.pk}
        cursor.execute(DATASETS, given)
        cursor.execute(FIELDS, given)
        # Foreign keys of what is made wait to be checked, and each row trigger later on would go through all of them.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("ANALYZE catalog_dataset, catalog_field, catalog_fieldclassification")
    return int(source)


def _out(person: User, source: int, options: argparse.Namespace) -> list[str]:
    def floor() -> None:
        with TemporaryFile() as file, connection.cursor() as cursor:
            cursor.copy_expert(FLOOR.format(source=source), file)

    def way(form: str) -> Callable[[], None]:
        def write() -> None:
            with TemporaryFile() as file:
                rows = FORMATS[form].write(COLLECTION, User.objects.get(pk=person.pk), {"source": ["bench"]}, file)
            if rows != options.rows // EACH * (EACH - 1):
                raise SystemExit(f"{rows:,} rows as {form}: the rule closes one field of each dataset.")

        return write

    seconds = _timed({"COPY (query) TO STDOUT": floor} | {form: way(form) for form in options.formats}, options.repeats)
    least = seconds["COPY (query) TO STDOUT"]
    print(f"{options.rows:,} fields out")
    for name, taken in seconds.items():
        print(
            f"  {name:46} {taken:9.2f} s   {options.rows / taken:11,.0f} rows/s   {least / taken:5.2f} of COPY's rate"
        )
    return [name for name in ("csv",) if name in seconds and least / seconds[name] < RATE]


def _in(person: User, options: argparse.Namespace) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.key, f.path FROM catalog_field f JOIN catalog_dataset d ON d.id = f.dataset_id"
            " WHERE d.key LIKE 'bench.%%' AND f.position <> 7 ORDER BY f.id LIMIT %s",
            [options.changed],
        )
        keys = cursor.fetchall()
    raw = (
        "dataset,field,description\n" + "".join(f"{key},{path},Said anew of {path}\n" for key, path in keys)
    ).encode()

    def floor() -> None:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE bench (key text, path text, description text) ON COMMIT DROP")
            cursor.copy_expert("COPY bench FROM STDIN WITH (FORMAT csv, HEADER)", io.BytesIO(raw))
            cursor.execute("ANALYZE bench")
            cursor.execute(
                "UPDATE catalog_field f SET human_description = b.description FROM bench b, catalog_dataset d"
                " WHERE d.key = b.key AND f.dataset_id = d.id AND f.path = b.path"
            )

    def ours(act: Callable[..., object]) -> Callable[[], None]:
        def bring() -> None:
            actor = User.objects.get(pk=person.pk)
            plan = act(actor=actor, collection=COLLECTION, given=read_table(io.BytesIO(raw), "csv"))
            if getattr(plan, "changed", 0) != len(keys):
                raise SystemExit(f"Not all was changed: {plan}"[:500])

        return bring

    ways = {"COPY and one UPDATE": floor, "dry run": ours(plan_import), "import": ours(import_table)}
    seconds = _timed(ways, options.repeats)
    least = seconds["COPY and one UPDATE"]
    print(f"{len(keys):,} fields in")
    for name, taken in seconds.items():
        print(f"  {name:46} {taken:9.2f} s   {len(keys) / taken:11,.0f} rows/s   {taken / least:5.2f} times as long")
    return [name for name in ("dry run", "import") if seconds[name] / least > TIMES]


def _timed(ways: dict[str, Callable[[], None]], repeats: int) -> dict[str, float]:
    """Median seconds of each, in turns, each undone before the next."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            with transaction.atomic():
                started = time.perf_counter()
                way()
                taken[name].append(time.perf_counter() - started)
                transaction.set_rollback(True)
    return {name: median(times) for name, times in taken.items()}


if __name__ == "__main__":
    main()
