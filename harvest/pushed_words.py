"""The titles and tags of pushed datasets, which harvests of other sources do not have, into the catalog."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import md5

from django.db import connection
from django.utils.text import slugify

from catalog.labels import refresh_dataset_labels
from catalog.models import Source
from core.copying import copy_lines, encode_row
from core.names import join_path

BATCH = 10_000
LONGEST_TITLE, LONGEST_TAG = 200, 80

_TABLES = """
    DROP TABLE IF EXISTS pg_temp.pushed_title, pg_temp.pushed_tag;
    CREATE TEMPORARY TABLE pushed_title (path text, title text);
    CREATE TEMPORARY TABLE pushed_tag (path text, slug text, name text);
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

_NEW_TAGS = """
    INSERT INTO catalog_tag (slug, name) SELECT DISTINCT ON (slug) slug, name FROM pushed_tag ORDER BY slug, name
    ON CONFLICT DO NOTHING
"""
_WANTED = """
    CREATE TEMPORARY TABLE pushed_wanted ON COMMIT DROP AS
    SELECT d.id AS dataset_id, t.id AS tag_id
    FROM pushed_tag p JOIN catalog_dataset d ON d.source_id = %(source)s AND d.path = p.path
    JOIN catalog_tag t ON t.slug = p.slug
    UNION
    SELECT d.id, t.id
    FROM pushed_tag p JOIN catalog_dataset d ON d.source_id = %(source)s AND d.path = p.path
    JOIN catalog_tag t ON t.name = p.name
    WHERE NOT EXISTS (SELECT FROM catalog_tag other WHERE other.slug = p.slug);
    CREATE INDEX ON pushed_wanted (dataset_id, tag_id);
    ANALYZE pushed_wanted
"""
_UNTAG = """
    DELETE FROM catalog_datasettag dt USING catalog_dataset d JOIN pushed_title p ON p.path = d.path
    WHERE d.source_id = %(source)s AND dt.dataset_id = d.id AND dt.origin = 'harvest'
        AND NOT EXISTS (SELECT FROM pushed_wanted w WHERE w.dataset_id = d.id AND w.tag_id = dt.tag_id)
    RETURNING d.id
"""
_TAG = """
    INSERT INTO catalog_datasettag (dataset_id, tag_id, origin) SELECT dataset_id, tag_id, 'harvest' FROM pushed_wanted
    ON CONFLICT DO NOTHING RETURNING dataset_id
"""


class PushedWords:
    """A context in which titles and tags are staged; leaving it drops the temporary tables."""

    def __init__(self) -> None:
        self._titles: list[str] = []
        self._tags: list[str] = []
        self._newest = 0

    def __enter__(self) -> PushedWords:
        with connection.cursor() as cursor:
            cursor.execute(_TABLES)
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is None or connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE IF EXISTS pg_temp.pushed_title, pg_temp.pushed_tag")

    def add(self, path: tuple[str, ...], title: str, tags: Iterable[str]) -> None:
        """Hold the words of one dataset, sending a batch when there are enough."""
        joined = join_path(path)
        shown = title.strip() if title.strip() != path[-1] else ""
        self._titles.append(encode_row((joined, shown[:LONGEST_TITLE])))
        for name in (tag.strip()[:LONGEST_TAG] for tag in tags):
            if name:
                self._tags.append(encode_row((joined, _slug(name), name)))
        if len(self._titles) >= BATCH or len(self._tags) >= BATCH:
            self._send()

    def before(self, source: Source) -> None:
        """Bring titles in step that nobody has changed since they were pushed, while the last push is still known."""
        self._send()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE pushed_title; ANALYZE pushed_tag")
            cursor.execute("SELECT coalesce(max(id), 0) FROM catalog_dataset")
            (self._newest,) = cursor.fetchone()
            cursor.execute(_RETITLE, {"source": source.pk, "longest": LONGEST_TITLE})

    def apply(self, source: Source) -> None:
        """Give new datasets their titles, and all of them their tags."""
        parameters = {"source": source.pk, "newest": self._newest}
        with connection.cursor() as cursor:
            cursor.execute(_TITLE_NEW, parameters)
            cursor.execute(_NEW_TAGS)
            cursor.execute(_WANTED, parameters)
            cursor.execute(_UNTAG, parameters)
            changed = {pk for (pk,) in cursor.fetchall()}
            cursor.execute(_TAG)
            changed.update(pk for (pk,) in cursor.fetchall())
        if changed:
            refresh_dataset_labels("d.id = ANY(%s)", [list(changed)])

    def _send(self) -> None:
        copy_lines("pushed_title", "path, title", self._titles)
        copy_lines("pushed_tag", "path, slug, name", self._tags)
        self._titles, self._tags = [], []


def _slug(name: str) -> str:
    """Return the short name of a tag; one in a script without Latin letters is named by its digest."""
    return slugify(name)[:LONGEST_TAG].strip("-") or md5(name.encode(), usedforsecurity=False).hexdigest()[:12]
