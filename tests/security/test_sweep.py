"""Everybody asks every address for one thing, and reads as much of it as the rules leave them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command, get_commands
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import resolve
from drf_spectacular.generators import SchemaGenerator
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from catalog.search.feed import catch_up
from tests.cast import signed_in
from tests.security.addresses import ADDRESSES, ASKED, COMMANDS, KINDS, OPEN_TO_STRANGERS, SIGNED, address
from tests.security.planted import NAME, NEVER, OPEN, PLAIN, TEXT, TOKENS, VALUE, Planted, plant
from tests.security.world import text_of

pytestmark = pytest.mark.django_db(transaction=True)  # so that it runs among those that empty the tables at their end

WORD = re.compile(f"{NAME}|{TEXT}|{VALUE}")
MADE_UP = {"core:patterns"}
NEVER_WORD = "yxneveryx"
HIDDEN = [name for name in sorted(KINDS) if set(KINDS[name]) - set(PLAIN)]
APPS = {"core", "permissions", "catalog", "harvest", "lineage", "demo", "definitions", "feedback", "notifications"}
PARAMETERS = (
    "q", "cursor", "thing", "level", "person", "people", "label", "state", "rule", "whom", "owner", "source", "domain",
    "tag", "kind", "limit", "sort", "start", "before", "path", "name", "next", "action", "since", "until", "format",
)  # fmt: skip
UNSAFE = ("post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def _planted(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Planted, Path]]:
    """Planted once, committed and indexed; every table is emptied at the end, as after tests with transactions."""
    folder = tmp_path_factory.mktemp("swept") / "search"
    with django_db_blocker.unblock(), override_settings(CONCORD_SEARCH_DIR=folder):
        with transaction.atomic():
            planted = plant()
        catch_up()
    yield planted, folder
    with django_db_blocker.unblock():
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def _django_db_helper(_planted: object, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """In place of pytest-django's: what a test leaves is rolled back, and what was planted stays for the next."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def planted(_planted: tuple[Planted, Path], settings: Settings) -> Planted:
    settings.CONCORD_SEARCH_DIR = _planted[1]
    settings.API_REQUESTS_PER_MINUTE = 100_000
    return _planted[0]


def test_every_address_is_in_the_table() -> None:
    assert set(ADDRESSES) ^ set(KINDS) == set()
    assert [name for name in KINDS if len(KINDS[name]) != len(ADDRESSES[name])] == []


def test_every_operation_of_the_api_is_in_the_table() -> None:
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    shown = (re.sub(r"{entry_id}", str(NEVER["entry"]), path) for path in paths)
    views = {resolve(re.sub(r"{\w+}", "1", path)).view_name for path in shown}
    assert views - set(KINDS) == set()
    assert len(views) > 30


def test_every_command_is_in_the_table() -> None:
    ours = {name for name, app in get_commands().items() if app in APPS}
    assert ours ^ set(COMMANDS) == set()


@pytest.mark.parametrize("who", OPEN)
def test_nobody_reads_more_than_is_open_to_them(who: str, planted: Planted) -> None:
    shown = told(signed_in(planted.people[who]), planted)
    assert {url: words for url, words in shown.items() if words - OPEN[who]} == {}
    assert set().union(*shown.values()) == OPEN[who]


@pytest.mark.parametrize("who", TOKENS)
def test_no_token_reads_more_than_is_open_to_it(who: str, planted: Planted) -> None:
    client = Client(headers={"Authorization": f"Bearer {planted.secrets[who]}"})
    shown = told(client, planted, prefix="api:")
    assert {url: words for url, words in shown.items() if words - TOKENS[who]} == {}
    assert set().union(*shown.values()) == TOKENS[who] - {VALUE}


@pytest.mark.parametrize("way", ["nobody", "disabled", "disabled's token", "made up"])
def test_who_is_not_signed_in_reads_nothing(way: str, planted: Planted) -> None:
    secrets = {"disabled's token": planted.secrets["disabled"], "made up": "cnd_made-up"}
    client = Client(headers={"Authorization": f"Bearer {secrets[way]}"}) if way in secrets else Client()
    if way == "disabled":
        client.force_login(planted.people["disabled"])
    for name in sorted(set(KINDS) - OPEN_TO_STRANGERS):
        url = address(name, planted.values)
        answer = client.get(url)
        assert answer.status_code in {302, 401, 403, 405, 429}, name
        assert not WORD.search(text_of(answer).replace(url, "")), name
        assert answer.status_code != 302 or "login" in answer["Location"], name


def test_who_is_excepted_reads_what_everybody_reads(planted: Planted) -> None:
    ordinary, excepted = (told(signed_in(planted.people[name]), planted) for name in ("ordinary", "excepted"))
    assert {url: words for url, words in ordinary.items() if words - excepted.get(url, set())} == {}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_is_hidden_is_answered_as_what_never_was(name: str, planted: Planted) -> None:
    """By status, body and the number of questions to the database, which stands for the time that it takes."""
    client = signed_in(planted.people["discover"])
    client.get("/")
    never = planted.values | NEVER
    for method in ("get", *(UNSAFE if name.startswith("api:") else ("post",))):
        absent, least = asked(client, method, address(name, never))
        hidden, most = asked(client, method, address(name, planted.values))
        assert hidden.status_code == absent.status_code, method
        assert plain(hidden) == plain(absent), method
        assert abs(most - least) <= 2, f"{method}: {least} questions for what never was, {most} for what is hidden"


@pytest.mark.parametrize("name", sorted(ASKED))
def test_no_search_count_or_suggestion_tells_of_what_is_hidden(name: str, planted: Planted) -> None:
    client = signed_in(planted.people["discover"])
    for query in (query for query in ASKED[name] if "{word}" in query):
        there, never = (
            client.get(address(name, planted.values) + query.format(word=word)) for word in (NAME, NEVER_WORD)
        )
        assert there.status_code == never.status_code
        assert stripped(text_of(there).replace(NAME, "…")) == stripped(text_of(never).replace(NEVER_WORD, "…"))


@pytest.mark.parametrize("way", ["cookie", "nothing"])
def test_nothing_is_written_without_the_token_against_forged_requests(way: str, planted: Planted) -> None:
    client = Client(enforce_csrf_checks=True)
    if way == "cookie":
        client.force_login(planted.people["ordinary"])
    answers = {name: client.post(address(name, planted.values), {}, "application/json").status_code for name in KINDS}
    assert {name: answers.pop(name) for name in SIGNED} == dict.fromkeys(SIGNED, 404)  # signed by nobody: not there
    assert {name: status for name, status in answers.items() if status not in {401, 403, 405, 415}} == {}
    assert {status for name, status in answers.items() if name.startswith("scim:")} == {401}


def test_only_programs_and_signed_links_are_spared_that_token(planted: Planted) -> None:
    views = {name: resolve(address(name, planted.values)).func for name in KINDS}
    spared = {name for name, view in views.items() if getattr(view, "csrf_exempt", False)}
    assert {name for name in spared if not name.startswith(("api:", "scim:"))} == set(SIGNED)


@pytest.mark.parametrize(
    "value", ["9" * 30, "%00", "%F0%9F%92%A3%0D%0AX:1", "..%2f..%2f", "'%22%3E%3Cscript%3Exss()%3C/script%3E"]
)
def test_no_question_is_too_odd_for_an_answer(value: str, planted: Planted) -> None:
    query = "&".join(f"{name}={value}" for name in PARAMETERS)
    for who in ("ordinary", "manager"):
        client = signed_in(planted.people[who])
        for name in sorted(set(KINDS) - MADE_UP):
            answer = client.get(f"{address(name, planted.values)}?{query}")
            assert answer.status_code < 500, name
            assert "<script>xss" not in text_of(answer), name
            assert "X" not in answer.headers, name


@pytest.mark.parametrize("who", OPEN)
def test_the_search_command_tells_what_is_open(who: str, planted: Planted) -> None:
    out = StringIO()
    call_command("search", NAME, "--as", who, stdout=out)
    assert (NAME in out.getvalue().replace(f"“{NAME}”", "")) == (NAME in OPEN[who])


def told(client: Client, planted: Planted, prefix: str = "") -> dict[str, set[str]]:
    """The planted words that each address told, beyond those in the question."""
    found = {}
    for name in sorted(set(KINDS) - MADE_UP):
        for query in ("", *ASKED.get(name, ())) if name.startswith(prefix) else ():
            url = address(name, planted.values) + query.format(**planted.values | {"word": NAME})
            answer = client.get(url)
            assert answer.status_code < 500, url
            text = unescape(text_of(answer))
            found[url] = set(WORD.findall(text)) - ({NAME} if NAME in url else set())
    return found


def asked(client: Client, method: str, url: str) -> tuple[Any, int]:
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        answer = getattr(client, method)(url)
        transaction.set_rollback(True)
    return answer, len(queries)


def plain(answer: Any) -> str:
    """The body without the address that was asked for."""
    return stripped(answer.content.decode()).replace(answer.wsgi_request.path, "…")


def stripped(text: str) -> str:
    """Without what differs each time: ids of requests and the token against forged requests."""
    return re.sub(r"[A-Za-z0-9]{64}|[0-9a-f]{32}|(?i:set-cookie|etag|content-length|server-timing).*", "", text)
