"""Reading the URL of a PostgreSQL database."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from harvest.connectors.postgres import PostgresConfig


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://db.example.org/shop", {"host": "db.example.org", "port": 5432, "user": "", "password": None}),
        ("postgres://ann@h:6543/shop", {"host": "h", "port": 6543, "user": "ann"}),
        ("postgresql+psycopg2://ann@h/shop", {"host": "h"}),
        ("postgresql://ann:p%40s%2Fs%3A%23@h/shop", {"password": SecretStr("p@s/s:#")}),
        ("postgresql:///shop?host=/run/PostgreSQL&user=ann", {"host": "/run/PostgreSQL", "user": "ann"}),
        ("postgresql://%2Frun%2FPostgreSQL/shop", {"host": "/run/PostgreSQL"}),
        ("postgresql://[::1]:5433/shop", {"host": "::1", "port": 5433}),
        ("postgresql://h/shop?sslmode=verify-full", {"sslmode": "verify-full"}),
        ("  postgresql://h/shop  ", {"host": "h"}),
    ],
)
def test_a_url_is_read(url: str, expected: dict[str, Any]) -> None:
    config = PostgresConfig.from_url(url)
    assert config.database == "shop"
    assert {name: getattr(config, name) for name in expected} == expected


def test_names_in_a_url_may_be_percent_encoded() -> None:
    assert PostgresConfig.from_url("postgresql://h/my%20shop%2Fold").database == "my shop/old"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://h/shop", "begins with postgresql://"),
        ("postgresql://h", "names no database"),
        ("postgresql://h:0/shop", "port"),
        ("postgresql://h:99999/shop", "port"),
        ("postgresql://h/shop?sslmode=perhaps", "sslmode"),
        ("postgresql://h/shop?tcp_user_timeout=1", "tcp_user_timeout"),
        ("postgresql://[h/shop", "cannot be read"),
        ("postgresql://ann:hunter/2@h/shop", "percent|%2F"),
        ("postgresql://ann:hunter#2@h/shop", "%23"),
        ("postgresql://ann:hunter2@h:hunter2/shop", "port"),
        ("postgresql://ann:hunter2@h/shop?port=hunter2", "port"),
    ],
)
def test_a_url_that_makes_no_sense_is_refused_without_quoting_it(url: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refusal:
        PostgresConfig.from_url(url)
    assert "hunter" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_the_location_shows_no_secret() -> None:
    config = PostgresConfig.from_url("postgresql://ann:hunter2@db:6543/shop")
    assert (config.location(), config.default_name()) == ("db:6543/shop", "shop")
    assert "hunter2" not in repr(config)


def test_the_location_of_an_address_is_in_brackets() -> None:
    assert PostgresConfig(host="::1", database="shop").location() == "[::1]:5432/shop"
