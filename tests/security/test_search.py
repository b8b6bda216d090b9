"""A word that only closed data holds is answered like one that nothing holds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from tests.cast import signed_in
from tests.security.world import MARKER, World, text_of

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = ["tagged", "deal", "dealpart", "boxed", "paytext", "paypart", "insource", "inpath", "indomain", "knowntext",
         "knownfield", "title", "text", "sourcetext", "domainname", "olddeal", "gone"]  # fmt: skip


NONE = "xxxqjv"  # no text holds it, nor anything like it
SPELLINGS = ["zq{}zq", "zq{}z", "zq{}", "zqq{}zq"]


def test_a_hidden_word_is_answered_as_one_that_nothing_holds(world: World) -> None:
    client = signed_in(world.charlie)
    told = [
        query for query, asked in _questions() if _answer(client, query) != _answer(client, query.replace(asked, NONE))
    ]
    shown = [client.get("/palette/", {"q": asked}) for _, asked in _questions()]
    assert told == []
    assert {
        found for page in shown for found in MARKER.findall(text_of(page)) if found not in page.context["query"]
    } == set()


def _questions() -> Iterator[tuple[str, str]]:
    for asked in (spelling.format(word) for word in WORDS for spelling in SPELLINGS):
        yield asked, asked
        yield f"{asked} customers", asked


def _answer(client: Client, query: str) -> tuple[object, ...]:
    found = client.get("/search/", {"q": query}).context["found"]
    return [hit.dataset.name for hit in found.hits], found.total, found.facets
