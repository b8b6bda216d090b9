"""Names of datasets meet, whoever writes them and however."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.naming import Home, Told, normal_namespace, parts_of, paths_in, stranger_key

SHOP = Home("shop", ("shop",), "public")


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("postgres://db.example.org:5432", "postgres://db.example.org"),
        ("PostgreSQL://me:secret@DB.Example.org/", "postgres://db.example.org"),
        ("postgresql+psycopg2://localhost", "postgres://127.0.0.1"),
        ("postgres://[::1]:5432", "postgres://127.0.0.1"),
        ("postgres://localhost:55432", "postgres://127.0.0.1:55432"),
        ("mariadb://db:3306", "mysql://db"),
        ("kafka://one:9092,two:9092", "kafka://one"),
        ("s3a://Lake", "s3://lake"),
        ("file://host", "file"),
        ("bigquery", "bigquery"),
        ("My Airflow/", "my airflow"),
        ("duckdb://bakehouse.duckdb", "duckdb://bakehouse.duckdb"),
    ],
)
def test_one_namespace_has_one_name(written: str, normal: str) -> None:
    assert normal_namespace(written) == normal


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("shop.public.orders", ("shop", "public", "orders")),
        ('"shop"."public"."Order.Lines"', ("shop", "public", "Order.Lines")),
        ("`shop`.`orders`", ("shop", "orders")),
        ("[dbo].[Orders]", ("dbo", "Orders")),
        ('say ""', ("say",)),
    ],
)
def test_a_name_is_taken_apart_whatever_its_quotes(name: str, parts: tuple[str, ...]) -> None:
    assert parts_of(Told("postgres://db", name)) == parts


def test_the_name_of_a_file_is_a_path() -> None:
    assert parts_of(Told("s3://lake", "/raw/orders.v2/part.csv")) == ("raw", "orders.v2", "part.csv")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("shop.public.orders", "public.orders"),
        ("SHOP.public.orders", "public.orders"),
        ("public.orders", "public.orders"),
        ("orders", "public.orders"),
        ("shop.orders", "shop.orders"),
    ],
)
def test_a_database_is_left_out_and_a_schema_put_in(name: str, path: str) -> None:
    assert paths_in(SHOP, parts_of(Told("postgres://db", name)))[0] == path


def test_a_name_in_another_database_of_the_server_is_not_of_this_source() -> None:
    assert paths_in(SHOP, ("crm", "public", "orders")) == []


def test_a_file_may_be_known_without_its_ending() -> None:
    assert paths_in(Home("lake", ("srv", "lake")), ("srv", "lake", "raw", "orders.csv")) == [
        'raw."orders.csv"',
        "raw.orders",
    ]
    assert paths_in(Home("lake", ("srv", "lake")), ("srv", "other", "orders.csv")) == []


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_name_has_a_key_that_can_be_stored(namespace: str, name: str) -> None:
    key = stranger_key(namespace, parts_of(Told(namespace, name)))
    assert key
    assert "\0" not in key
    key.encode()
