"""The picture of the model says what the program knows."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from permissions.labels import PREFIXES
from permissions.levels import Level
from permissions.models import GRANTABLE, Role

DOCS = Path(__file__).resolve().parents[2] / "docs"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def words() -> str:
    drawing = ET.parse(DOCS / "images" / "access.svg")
    return " ".join(text.text or "" for text in drawing.iter(f"{SVG}text"))


def test_the_page_shows_the_picture() -> None:
    assert "](images/access.svg)" in (DOCS / "access.md").read_text()


@pytest.mark.parametrize(
    "word",
    [*(f"{prefix}:" for prefix in PREFIXES), *(duty.label for duty in GRANTABLE), *(role.label for role in Role)],
)
def test_every_kind_of_label_duty_and_role_is_in_it(word: str, words: str) -> None:
    assert word.lower() in words.lower()


def test_the_levels_stand_in_their_order(words: str) -> None:
    assert re.search(r" \W ".join(level.value for level in Level), words)
