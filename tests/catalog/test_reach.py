"""Where a source is, and a first query in its language; no database needed."""

from __future__ import annotations

import pytest

from catalog.models import Dataset, Source
from catalog.reach import first_query, location


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"host": "db", "port": 5432, "database": "shop"}, "db:5432/shop"),
        ({"url": "mysql://reader@db:3306/shop?charset=utf8"}, "db:3306/shop"),
        ({"path": "/data/lake"}, "/data/lake"),
        ({}, ""),
    ],
)
def test_a_source_says_where_it_is_without_the_account(config: dict[str, object], expected: str) -> None:
    assert location(Source(config=config)) == expected


@pytest.mark.parametrize(
    ("kind", "path", "expected"),
    [
        ("postgres", "public.users", "public.users"),
        ("postgres", 'public."Odd ""Name"""', 'public."Odd ""Name"""'),
        ("postgres", "public.Users", 'public."Users"'),
        ("mysql", 'shop."a b"', "shop.`a b`"),
    ],
)
def test_names_are_quoted_as_the_source_needs(kind: str, path: str, expected: str) -> None:
    dataset = Dataset(source=Source(kind=kind), path=path, kind="table")
    assert first_query(dataset) == f"SELECT *\nFROM {expected}\nLIMIT 100;"


@pytest.mark.parametrize(
    ("path", "root", "details", "expected"),
    [
        ("web.clicks", "/lake", {"format": "parquet", "files": 1}, "read_parquet('/lake/web/clicks.*')"),
        ("web.clicks", "/lake", {"format": "jsonl", "files": 9}, "read_json('/lake/web/clicks/**/*.*')"),
        ('"rates.csv"', "/lake", {"format": "csv", "files": 1}, "read_csv('/lake/rates.csv')"),
        ("clicks", "/lake/clicks.csv", {"format": "csv", "files": 1}, "read_csv('/lake/clicks.csv')"),
    ],
)
def test_files_are_read_where_they_lie(path: str, root: str, details: dict[str, object], expected: str) -> None:
    source = Source(kind="files", config={"path": root})
    dataset = Dataset(source=source, path=path, kind="file_set", details=details)
    assert expected in first_query(dataset)


def test_a_stream_has_no_first_query() -> None:
    assert first_query(Dataset(source=Source(kind="kafka"), path="events", kind="stream")) == ""
