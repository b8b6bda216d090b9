"""Charlie asks every address for everything there is, and reads no marker of what is closed to him."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from catalog.models import Dataset
from tests.cast import signed_in
from tests.security.addresses import ADDRESSES
from tests.security.world import MARKER, World, every_value, text_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(500)]

HTMX = {"HX-Request": "true", "HX-Target": "results"}
ASKED = (
    "", "?q=e", "?q=pay", "?archived=1", "?kind=view", "?all=1", "?start=1", "?retired=1", "?before=4", "?q=customers",
    "?q=zq", "?source=crm", "?tag=hush", "?owner=alice", "?domain=above", "?certified=1",
)  # fmt: skip
# Pages about people and rights are swept by test_sweep, which is made for them.
MADE_UP = {"core:patterns"}  # shows examples that happen to be called like what is hidden
HERE = sorted(name for name in set(ADDRESSES) - MADE_UP if not name.startswith("permissions:"))
LINK = re.compile(r'(?:href|hx-get|action)="(/[^"#]*)"')
NOT_FOLLOWED = ("/static/", "/accounts/", "/admin/")


def addresses(name: str) -> Iterator[str]:
    """An address with every value that its parameters may take."""
    values = every_value()
    parameters = list(ADDRESSES[name])
    for chosen in product(*(values.get(parameter, ["1"]) for parameter in parameters)):
        try:
            yield reverse(name, kwargs=dict(zip(parameters, chosen, strict=True)))
        except NoReverseMatch:
            continue


def some_addresses(name: str) -> Iterator[str]:
    """As many addresses as it takes to name every value once: enough for answers that do not depend on the pair."""
    values = every_value()
    choices = [values.get(parameter, ["1"]) for parameter in ADDRESSES[name]]
    for at in range(max(map(len, choices), default=1)):
        try:
            yield reverse(name, args=[choice[at % len(choice)] for choice in choices])
        except NoReverseMatch:
            continue


def markers(response: Any, url: str) -> set[str]:
    """The markers of a response that the address itself did not hold."""
    return {found for found in MARKER.findall(unescape(text_of(response))) if found not in url}


def told(client: Client, urls: Iterable[str], **headers: Any) -> dict[str, set[str]]:
    """Which addresses told which markers."""
    leaks: dict[str, set[str]] = defaultdict(set)
    for url in urls:
        if found := markers(client.get(url, headers=headers or None), url):
            leaks[re.sub(r"\d+", "#", url)] |= found
    return dict(leaks)


def every_address(asked: Iterable[str]) -> list[str]:
    named = [url for name in HERE for url in some_addresses(name)]
    return [f"{url}{query}" for url in named for query in asked]


def test_the_markers_are_there_for_those_who_may_see_them(world: World) -> None:
    urls = [*addresses("catalog:dataset"), *addresses("catalog:dataset_sample"), "/", "/browse/", "/browse/domains/",
            *addresses("harvest:run"), *addresses("harvest:source"), "/search/?q=customers"]  # fmt: skip
    seen = {marker for found in told(signed_in(world.alice), urls).values() for marker in found}
    assert len(seen) > 40


def test_no_address_tells_what_is_closed(world: World) -> None:
    assert told(signed_in(world.charlie), every_address([""])) == {}


def test_no_region_tells_what_is_closed(world: World) -> None:
    assert told(signed_in(world.charlie), every_address([""]), **HTMX) == {}


def test_every_page_answers_whatever_region_is_asked_for(world: World) -> None:
    client = signed_in(world.charlie)
    pages = [reverse(name) for name in sorted(set(ADDRESSES) - MADE_UP) if not ADDRESSES[name]]
    assert [url for url in pages if client.get(url, headers=HTMX).status_code >= 500] == []


def test_no_filter_tells_what_is_closed(world: World) -> None:
    here = world.customers.pk
    pages = [
        "/", "/browse/", "/browse/domains/", "/search/", "/sources/", "/sources/crm/", "/browse/sources/crm/",
        f"/browse/sources/crm/{world.public.pk}/", "/domains/above/", "/people/alice/data/", "/palette/",
        *(f"/datasets/{here}/{tab}" for tab in ("", "schema/", "sample/", "history/", "lineage/")),
    ]  # fmt: skip
    urls = [f"{page}{query}" for page in pages for query in ASKED]
    client = signed_in(world.charlie)
    assert told(client, urls) == {}
    assert told(client, urls, **HTMX) == {}


def test_no_link_leads_to_what_is_closed(world: World) -> None:
    client, seen, waiting = signed_in(world.charlie), set[str](), ["/"]
    while waiting and len(seen) < 400:
        url = waiting.pop()
        if url in seen:
            continue
        seen.add(url)
        response = client.get(url)
        assert markers(response, url) == set(), url
        assert response.status_code != 404, f"{url} is linked and not there"
        waiting += [unescape(link) for link in LINK.findall(text_of(response)) if not link.startswith(NOT_FOLLOWED)]
    assert len(seen) > 40


def test_no_refusal_tells_what_is_closed(world: World) -> None:
    client = signed_in(world.charlie)
    leaks: dict[str, set[str]] = defaultdict(set)
    for url in [url for name in HERE for url in some_addresses(name)]:
        for method in (client.post, client.put, client.delete):
            leaks[re.sub(r"\d+", "#", url)] |= markers(method(url), url)
    assert {url: found for url, found in leaks.items() if found} == {}


def test_what_is_hidden_and_what_never_was_are_answered_alike(world: World) -> None:
    client = signed_in(world.charlie)
    hidden = Dataset.objects.get(name="zqtaggedzq").pk
    for name in sorted(set(ADDRESSES) - MADE_UP):
        if list(ADDRESSES[name]) == ["pk"] and "run" not in name and "rename" not in name:
            there, never = (client.get(reverse(name, args=[pk])) for pk in (hidden, 2_000_000_000))
            assert there.status_code == never.status_code, name
            told_there, told_never = (re.sub(rf"2000000000|{hidden}", "#", told_by(one)) for one in (there, never))
            assert told_there == told_never, name


def told_by(response: Any) -> str:
    """The body without what differs each time: the token against forged requests."""
    return re.sub(r"[A-Za-z0-9]{64}", "", response.content.decode())


@pytest.mark.parametrize("slug", ["vault", "zqdomainzq"])
def test_a_hidden_name_is_answered_like_one_that_never_was(world: World, slug: str) -> None:
    client = signed_in(world.charlie)
    for name in sorted(ADDRESSES):
        if list(ADDRESSES[name]) == ["slug"]:
            there, never = (client.get(reverse(name, args=[one])) for one in (slug, "never-was"))
            assert there.status_code == never.status_code, name
