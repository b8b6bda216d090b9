"""Cells that are made harmless say again what they were meant to say."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from core.tabular.cells import ESCAPED, as_xlsx, from_xlsx, harmless, harmless_sql, meant

TEXTS = st.text(st.characters(codec="utf-8"))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "'quoted", "＝1"])  # noqa: RUF001
def test_a_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"


@given(TEXTS | st.builds(str.__add__, st.sampled_from(ESCAPED), TEXTS))
def test_what_was_made_harmless_comes_back(text: str) -> None:
    assert meant(harmless(text)) == text
    assert from_xlsx(as_xlsx(text)) == text


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "x", "=1", "'", "'x", "-", "\n=", "＋1", "é", "x=1"])  # noqa: RUF001
def test_the_database_makes_harmless_as_python_does(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {harmless_sql('given.x')} FROM (SELECT %s::text AS x) AS given", [text])
        assert cursor.fetchone() == (harmless(text),)
