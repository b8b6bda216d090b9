"""The parts pages are made of."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.template import RequestContext, Template
from django.test import RequestFactory
from django.utils import timezone

from core.humane import NBSP
from core.paging import Page
from core.templatetags.ui import initials


def shown(source: str, **context: Any) -> str:
    request = RequestFactory().get("/x/?q=a")
    html = Template("{% load ui %}" + source).render(RequestContext(request, context))
    return html.replace(NBSP, " ")


def test_a_state_is_a_word_and_an_icon_not_only_a_colour() -> None:
    html = shown('{% badge "certified" %}')
    assert "state--ok" in html
    assert "#rosette-discount-check" in html
    assert "Certified" in html


def test_a_state_nobody_knows_is_shown_as_itself() -> None:
    assert "Half open" in shown('{% badge "half_open" %}')


@pytest.mark.parametrize(
    "source",
    ["{% badge x %}", "{% avatar x '' True %}", "{{ x|highlight:'b' }}", "{% copy_button x %}", "{% empty_state x %}"],
)
def test_hostile_text_is_escaped(source: str) -> None:
    html = shown(source, x='<b onclick="x">')
    assert "<b " not in html
    assert 'onclick="' not in html


def test_an_icon_is_decoration_unless_it_is_named() -> None:
    assert 'aria-hidden="true"' in shown('{% icon "x" %}')
    assert 'role="img" aria-label="Close"' in shown('{% icon "x" label="Close" %}')


def test_a_time_tells_the_exact_one_in_the_readers_zone() -> None:
    with timezone.override("Asia/Tokyo"):
        html = shown("{% relative_time t %}", t=datetime(2020, 1, 1, 20, tzinfo=UTC))
    assert 'datetime="2020-01-01T20:00:00+00:00"' in html
    assert 'title="2 Jan 2020, 05:00 JST"' in html


def test_a_time_that_never_was_says_so() -> None:
    assert "never" in shown("{% relative_time None %}")


def test_a_number_tells_the_exact_one() -> None:
    assert shown('{% number 1234567 "rows" %}') == '<span class="nowrap" title="1,234,567 rows">1.2 M rows</span>'


@pytest.mark.parametrize("tag", ["number", "bytes", "percent", "duration"])
def test_what_is_unknown_is_a_dash(tag: str) -> None:
    assert "\N{EN DASH}" in shown("{% " + tag + " None %}")


@pytest.mark.parametrize(
    ("name", "letters"), [("Ada King Lovelace", "AL"), ("ada", "AD"), ("ada.lovelace", "AL"), ("é", "É")]
)
def test_initials_are_first_and_last(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_refused_field_is_tied_to_its_help_and_its_error() -> None:
    class Form(forms.Form):
        cap = forms.IntegerField(help_text="Rows.")

    html = shown("{% field form.cap %}", form=Form({"cap": "x"}))
    assert 'aria-describedby="id_cap_helptext id_cap_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_cap_helptext"' in html
    assert 'id="id_cap_error"' in html


def test_the_pager_keeps_the_rest_of_the_address() -> None:
    html = shown("{% pager page %}", page=Page([], "n", "p"))
    assert 'href="?q=a&amp;cursor=n"' in html
    assert 'href="?q=a&amp;cursor=p"' in html


def test_the_pager_appends_to_rows_where_told() -> None:
    html = shown("{% pager page '#rows' %}", page=Page([], "n", None))
    assert 'hx-target="#rows"' in html
    assert 'href="?q=a&amp;cursor=n"' in html


def test_no_template_of_the_frame_needs_what_the_content_policy_forbids() -> None:
    """No script, style or event handler inside a page."""
    folder = Path(__file__).resolve().parents[2] / "templates"
    forbidden = (" style=", "<style", " onclick=", " onchange=", "hx-on", "<script>", "javascript:")
    pages = [path for path in folder.rglob("*.html") if path.name != "mail.html"]  # a letter has no style sheet
    found = [(path.name, bad) for path in pages for bad in forbidden if bad in path.read_text()]
    assert found == []
