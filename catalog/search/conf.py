"""What an installation may set about search, with what holds otherwise."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

from catalog.search.schema import VERSION
from catalog.search.segments import Segmenter
from catalog.search.text import Analyzer
from catalog.search.vocabulary import Vocabulary


def folder() -> Path:
    """Where this machine keeps its index: `CONCORD_SEARCH_DIR`, or ``search`` in the data directory."""
    return Path(getattr(settings, "CONCORD_SEARCH_DIR", None) or settings.CONCORD_DATA_DIR / "search")


def language() -> str:
    """The language of names and descriptions, as Snowball calls it."""
    return str(settings.CONCORD_SEARCH_LANGUAGE)


def fingerprint() -> str:
    """What an index must have been made with to be read by this process."""
    return f"{VERSION}-{language()}-{_engine()}"


@cache
def _engine() -> str:
    return version("tantivy")


def analyzer() -> Analyzer:
    """Return this process's analyzer of questions for the language that is set.

    It takes words apart by what is known beforehand alone, not by the catalog's vocabulary: what a person may not know
    of must not change how their question is read.
    """
    return _analyzer(language())


def analyzer_of(folder: Path) -> Analyzer:
    """Return the analyzer for the texts of the index in `folder`. Raises `ValueError` where its vocabulary is damaged,
    `FileNotFoundError` where there is none."""
    return _analyzer_of(folder, language())


def analyzer_by(vocabulary: Vocabulary) -> Analyzer:
    """Return the analyzer that takes words apart by a vocabulary."""
    stem = Analyzer(language()).stem
    return Analyzer(language(), Segmenter(language(), stem, vocabulary.names, vocabulary.prose))


@cache
def _analyzer(language: str) -> Analyzer:
    return Analyzer(language, Segmenter(language, Analyzer(language).stem, {}, {}).parts)


@lru_cache(maxsize=4)  # an index's vocabulary never changes
def _analyzer_of(folder: Path, language: str) -> Analyzer:
    return analyzer_by(Vocabulary.load(folder))
