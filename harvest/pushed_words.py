"""The titles of pushed datasets, which harvests of other sources do not have, into the catalog."""

from __future__ import annotations

from django.db import connection

from catalog.models import Source
from core.copying import copy_lines, encode_row
from core.names import join_path

BATCH = 10_000
LONGEST_TITLE = 200

_TABLES = """
    DROP TABLE IF EXISTS pg_temp.pushed_title;
    CREATE TEMPORARY TABLE pushed_title (path text, title text);
"""

# A title that is still the one pushed before follows the file; one that somebody wrote stays.
_RETITLE = """
    UPDATE catalog_dataset d SET title = p.title FROM pushed_title p
    WHERE d.source_id = %(source)s AND d.path = p.path AND d.title <> p.title
        AND d.title <> '' AND d.title = left(d.details->>'title', %(longest)s)
"""
_TITLE_NEW = """
    UPDATE catalog_dataset d SET title = p.title FROM pushed_title p
    WHERE d.source_id = %(source)s AND d.path = p.path AND d.id > %(newest)s AND d.title = '' AND p.title <> ''
"""


class PushedWords:
    """A context in which titles are staged; leaving it drops the temporary table."""

    def __init__(self) -> None:
        self._titles: list[str] = []
        self._newest = 0

    def __enter__(self) -> PushedWords:
        with connection.cursor() as cursor:
            cursor.execute(_TABLES)
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is None or connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE IF EXISTS pg_temp.pushed_title")

    def add(self, path: tuple[str, ...], title: str) -> None:
        """Hold the title of one dataset, sending a batch when there are enough."""
        shown = title.strip() if title.strip() != path[-1] else ""
        self._titles.append(encode_row((join_path(path), shown[:LONGEST_TITLE])))
        if len(self._titles) >= BATCH:
            self._send()

    def before(self, source: Source) -> None:
        """Bring titles in step that nobody has changed since they were pushed, while the last push is still known."""
        self._send()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE pushed_title")
            cursor.execute("SELECT coalesce(max(id), 0) FROM catalog_dataset")
            (self._newest,) = cursor.fetchone()
            cursor.execute(_RETITLE, {"source": source.pk, "longest": LONGEST_TITLE})

    def apply(self, source: Source) -> None:
        """Give new datasets their titles."""
        with connection.cursor() as cursor:
            cursor.execute(_TITLE_NEW, {"source": source.pk, "newest": self._newest})

    def _send(self) -> None:
        copy_lines("pushed_title", "path, title", self._titles)
        self._titles = []
