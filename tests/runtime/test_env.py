"""Settings from the environment: typed, complete, refused in words."""

import re

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from config.env import Environment, read
from config.servers import broker_url
from tests.runtime.conftest import ROOT

SERVER = {
    "DATABASE_URL": "postgres://concord@db/concord",
    "REDIS_URL": "redis://redis",
    "SECRET_KEY": "s" * 50,
    "CONCORD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    "CONCORD_URL": "https://concord.example.org",
}


@pytest.fixture
def given(monkeypatch):
    """Give exactly these variables."""

    def give(**variables: str) -> Environment:
        for name in Environment.model_fields:
            monkeypatch.delenv(name.upper(), raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return read()

    return give


def test_a_laptop_needs_no_variable(given):
    env = given()
    assert env.embedded
    assert env.hosts == ["localhost", "localhost", "127.0.0.1", "[::1]"]


def test_a_server_needs_its_secrets_and_its_address(given):
    with pytest.raises(ImproperlyConfigured) as refused:
        given(DATABASE_URL="postgres://db/concord")
    named = {line.split(":")[0] for line in str(refused.value).splitlines()}
    assert named == {"REDIS_URL", "SECRET_KEY", "CONCORD_ENCRYPTION_KEYS", "CONCORD_URL"}


def test_a_server_answers_to_its_own_name_only(given):
    assert given(**SERVER).hosts == ["concord.example.org"]


def test_an_https_address_means_tls_in_front(given):
    assert given(**SERVER).tls
    assert not given(**SERVER | {"CONCORD_URL": "http://concord.lan"}).tls


def test_an_empty_variable_counts_as_unset(given):
    assert given(DATABASE_URL="", REDIS_URL="").embedded


def test_demo_is_refused_on_a_server(given):
    with pytest.raises(ImproperlyConfigured, match="CONCORD_DEMO: anybody may sign in"):
        given(**SERVER, CONCORD_DEMO="1")


@pytest.mark.parametrize(
    "reachable",
    [
        {"WEB_HOST": "0.0.0.0"},
        {"ALLOWED_HOSTS": "concord.lan"},
        {"CONCORD_URL": "http://192.168.1.4:8000"},
    ],
)
def test_demo_is_refused_where_others_reach_the_machine(given, reachable):
    with pytest.raises(ImproperlyConfigured, match="CONCORD_DEMO: refused"):
        given(CONCORD_DEMO="1", **reachable)


def test_demo_is_allowed_on_a_machine_of_ones_own(given):
    assert given(CONCORD_DEMO="1", CONCORD_URL="http://localhost:8003").concord_demo


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEB_PORT", "many"),
        ("WEB_WORKERS", "0"),
        ("LOG_LEVEL", "LOUD"),
        ("DATABASE_URL", "mysql://db"),
        ("EMAIL_URL", "mail.example.org"),
        ("SECRET_KEY", "short"),
        ("CONCORD_ENCRYPTION_KEYS", "not-a-key"),
    ],
)
def test_a_wrong_value_is_named_and_not_quoted(given, name, value):
    with pytest.raises(ImproperlyConfigured, match=f"^{name}: ") as refused:
        given(**{name: value})
    assert value not in str(refused.value)


def test_every_setting_is_on_its_page_and_the_page_tells_of_no_other():
    page = (ROOT / "docs" / "settings.md").read_text()
    told = re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE)
    assert sorted(told) == sorted(name.upper() for name in Environment.model_fields)


def test_every_setting_has_a_description():
    assert [name for name, field in Environment.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(
    ("redis_url", "broker"),
    [
        ("redis://:word@host:6379/3", "redis://:word@host:6379/3"),
        ("unix:///run/redis.sock?db=2", "redis+socket:///run/redis.sock?virtual_host=2"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock?virtual_host=0"),
    ],
)
def test_the_queue_spells_a_redis_address_its_own_way(redis_url, broker):
    assert broker_url(redis_url) == broker
