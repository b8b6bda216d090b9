"""A page and the region of it that htmx swaps."""

from typing import Any, cast

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from core.partials import render_page
from core.requests import Request

TEMPLATE = "tests/partial_page.html"


@pytest.fixture(autouse=True)
def _template(settings: Any, tmp_path: Any) -> None:
    page = tmp_path / TEMPLATE
    page.parent.mkdir()
    page.write_text(
        "{% load partials %}<html>{% partialdef results inline %}<ul>{{ what }}</ul>{% endpartialdef %}</html>"
    )
    config = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**config, "DIRS": [*config["DIRS"], tmp_path]}]


def request(**headers: str) -> Request:
    made: HttpRequest = RequestFactory(headers=headers).get("/")
    made.htmx = HtmxDetails(made)  # type: ignore[attr-defined]
    return cast("Request", made)


def test_a_browser_gets_the_whole_page() -> None:
    assert render_page(request(), TEMPLATE, {"what": "all"}).content == b"<html><ul>all</ul></html>"


def test_htmx_gets_only_the_partial() -> None:
    response = render_page(request(**{"HX-Request": "true"}), TEMPLATE, {"what": "part"})
    assert response.content == b"<ul>part</ul>"


@pytest.mark.parametrize("whole", ["HX-Boosted", "HX-History-Restore-Request"])
def test_htmx_gets_the_whole_page_where_it_replaces_the_whole_page(whole: str) -> None:
    response = render_page(request(**{"HX-Request": "true", whole: "true"}), TEMPLATE, {})
    assert response.content.startswith(b"<html>")


def test_caches_keep_page_and_partial_apart() -> None:
    assert "HX-Request" in render_page(request(), TEMPLATE)["Vary"]


def test_a_page_without_such_a_partial_is_answered_whole() -> None:
    response = render_page(request(**{"HX-Request": "true"}), TEMPLATE, partial="other")
    assert response.content.startswith(b"<html>")
