"""The words a catalog is written in, counted when its index is built and kept beside it.

They tell where words end, and which datasets others are described by: what many name is what people look for.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection

from catalog.search.mentions import name_of, names_in
from catalog.search.text import plain, split_name

MOST_WORDS = 50_000  # that are kept
MOST_COUNTED = 500_000  # spellings of names at a time; beyond, those seen once are forgotten
MOST_READ = 300_000  # names, and descriptions, that are looked at; of more, a sample
_FILE = "vocabulary.json"
_WORD = re.compile(r"[^\W\d_]+")

_NAMES = """
    SELECT DISTINCT name FROM (
        SELECT name FROM catalog_dataset {dataset} UNION ALL SELECT name FROM catalog_field {field}
        UNION ALL SELECT name FROM catalog_container
    ) AS named LIMIT %s
"""
_PROSE = """
    SELECT left(coalesce(nullif(human_description, ''), harvested_description), 2000) FROM catalog_dataset {dataset}
    WHERE human_description <> '' OR harvested_description <> ''
    UNION
    SELECT left(coalesce(nullif(human_description, ''), harvested_description), 500) FROM catalog_field {field}
    WHERE human_description <> '' OR harvested_description <> ''
    LIMIT %s
"""
_SIZES = """
    SELECT relname, greatest(reltuples, 0) FROM pg_class
    WHERE oid IN ('catalog_dataset'::regclass, 'catalog_field'::regclass)
"""


@dataclass(frozen=True)
class Vocabulary:
    """How many names, and how many descriptions, hold each word; `named` is how many descriptions hold what is spelled
    like a name, and `datasets` how many datasets there were."""

    datasets: int = 0
    names: Mapping[str, int] = field(default_factory=dict)
    prose: Mapping[str, int] = field(default_factory=dict)
    named: Mapping[str, int] = field(default_factory=dict)

    def save(self, folder: Path) -> None:
        """Write it beside the index in `folder`."""
        content = {"datasets": self.datasets, "names": self.names, "prose": self.prose, "named": self.named}
        (folder / _FILE).write_text(json.dumps(content), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Vocabulary:
        """Read what `save` wrote. Raises `ValueError` where it is damaged, `FileNotFoundError` without an index."""
        try:
            return cls(**json.loads((folder / _FILE).read_text(encoding="utf-8")))
        except FileNotFoundError as error:
            if (folder / "meta.json").exists():
                raise ValueError(f"{folder / _FILE} is missing") from error
            raise
        except TypeError as error:
            raise ValueError(f"{folder / _FILE} holds something else") from error

    def mentions(self, names: Iterable[str], description: str) -> int:
        """Return how many descriptions besides its own name a dataset, by the `names` it has."""
        return max((self._others(name, description) for name in map(name_of, dict.fromkeys(names)) if name), default=0)

    def _others(self, name: str, description: str) -> int:
        found = self.named.get(name, 0)
        if not found or (name.isalpha() and 2 * found <= self.prose.get(name.casefold(), 0)):
            return 0  # mostly written otherwise: a word, and no name
        return found - (name in names_in(description))

    def outgrown(self, datasets: int) -> bool:
        """Whether the catalog has grown so much that its words should be counted again."""
        return datasets > 2 * self.datasets + 200


def count_words(datasets: int) -> Vocabulary:
    """Count the words of the catalog's names and descriptions."""
    shares = _shares()
    names: Counter[str] = Counter()
    for name in _column(_NAMES.format(**shares)):
        names.update({part.casefold() for part in split_name(plain(name)) if part.isalpha()})
    prose: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for text in map(plain, _column(_PROSE.format(**shares))):
        prose.update(set(_WORD.findall(text.casefold())))
        named.update(names_in(text))
        if len(named) > MOST_COUNTED:
            named = Counter({name: count for name, count in named.items() if count > 1})
    return Vocabulary(datasets, _frequent(names), _frequent(prose), _frequent(named))


def _shares() -> dict[str, str]:
    """Which part of each table to look at."""
    with connection.cursor() as cursor:
        cursor.execute(_SIZES)
        sizes = {name.removeprefix("catalog_"): rows for name, rows in cursor.fetchall()}
    percents = {name: 100 * MOST_READ / max(rows, 1) for name, rows in sizes.items()}
    return {name: f"TABLESAMPLE SYSTEM ({share:.4f})" if share < 100 else "" for name, share in percents.items()}


def _column(statement: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [MOST_READ])
        while rows := cursor.fetchmany(10_000):
            yield from (text for (text,) in rows)


def _frequent(counted: Counter[str]) -> dict[str, int]:
    return {word: count for word, count in counted.most_common(MOST_WORDS) if count > 1 and len(word) < 40}
