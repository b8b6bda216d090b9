"""Names into nodes: the dataset that a name means, or a place kept for it until it appears."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection, transaction

from catalog.labels import container_labels, dataset_label
from catalog.models import Source
from core.names import quote_part, split_path
from lineage.homes import homes_of
from lineage.models import Node
from lineage.naming import parts_of, paths_in, plain, stranger_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from lineage.naming import Home, Told

_DATASETS = """
    SELECT d.folded_key, d.id, d.key, d.archived_at IS NULL
    FROM catalog_dataset d WHERE d.folded_key = ANY(ARRAY(SELECT lower(k) FROM unnest(%s::text[]) AS k))
"""
_OF_DATASETS = """
    INSERT INTO lineage_node (dataset_id, labels, namespace, name, key, first_seen_at)
    SELECT id, '{}', '', '', '', now() FROM unnest(%s::bigint[]) AS id ORDER BY id
    ON CONFLICT (dataset_id) DO NOTHING
"""
_OF_NAMES = """
    INSERT INTO lineage_node (dataset_id, labels, namespace, name, key, source_id, first_seen_at)
    SELECT NULL, ARRAY(SELECT jsonb_array_elements_text(t.labels)), t.namespace, t.name, lower(t.key), t.source, now()
    FROM jsonb_to_recordset(%s::jsonb) AS t (labels jsonb, namespace text, name text, key text, source bigint)
    ORDER BY lower(t.key)
    ON CONFLICT (md5(key)) WHERE dataset_id IS NULL DO NOTHING
"""
_KEYED = """
    SELECT t.key, n.id FROM unnest(%s::text[]) AS t (key)
    JOIN lineage_node n ON n.dataset_id IS NULL AND md5(n.key) = md5(lower(t.key))
"""


class _Match(NamedTuple):
    key: str
    dataset: int
    present: bool


@transaction.atomic
def nodes_of(told: Collection[Told]) -> dict[Told, int]:
    """Return the node of each name, made where there is none: a handful of statements however many names there are.

    What is told is no proof that a thing is open to whoever told it: callers answer alike whether a name was known.
    """
    keys = _all_keys(told)
    datasets = _datasets(keys)
    by_dataset = nodes_of_datasets({pk for pk in datasets.values() if pk is not None})
    strangers = _strangers([one for one, pk in datasets.items() if pk is None], keys)
    return {one: strangers[one] if pk is None else by_dataset[pk] for one, pk in datasets.items()}


def datasets_named(told: Collection[Told]) -> dict[Told, int | None]:
    """Return the id of the dataset that each name means, hidden ones too, or None; nothing is written."""
    return _datasets(_all_keys(told))


def _all_keys(told: Collection[Told]) -> dict[Told, list[str]]:
    homes = homes_of({one.namespace for one in told})
    return {one: _keys(one, homes.get(one.namespace, [])) for one in told}


def _datasets(keys: Mapping[Told, list[str]]) -> dict[Told, int | None]:
    matches = _matches({key for found in keys.values() for key in found})
    return {one: _chosen(found, matches) for one, found in keys.items()}


def nodes_of_datasets(ids: Collection[int]) -> dict[int, int]:
    """Return the node of each dataset of the catalog, by the dataset's id."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_DATASETS, [list(ids)])
    return dict(Node.objects.filter(dataset__in=list(ids)).values_list("dataset_id", "id"))


def _keys(told: Told, homes: Iterable[Home]) -> list[str]:
    """The keys of datasets that the name may mean, likeliest first; none where no source is at its namespace."""
    parts = parts_of(told)
    return [f"{quote_part(home.slug)}.{path}" for home in homes for path in paths_in(home, parts)]


def _matches(keys: Collection[str]) -> dict[str, list[_Match]]:
    found: dict[str, list[_Match]] = {}
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(_DATASETS, [list(keys)])
            for folded, pk, key, present in cursor.fetchall():
                found.setdefault(folded, []).append(_Match(key, pk, present))
    return found


def _chosen(keys: Iterable[str], matches: Mapping[str, list[_Match]]) -> int | None:
    """The dataset that is meant: spelled exactly so, else the only one that differs in case alone."""
    for key in keys:
        found = matches.get(key.lower(), [])
        exact = [one for one in found if one.key == key]
        present = exact or [one for one in found if one.present] or found
        if len(present) == 1:
            return present[0].dataset
    return None


def _strangers(told: Collection[Told], keys: Mapping[Told, list[str]]) -> dict[Told, int]:
    """Nodes of names that no dataset has."""
    if not told:
        return {}
    key_of = {one: keys[one][0] if keys[one] else stranger_key(one.namespace, parts_of(one)) for one in told}
    sources = _sources({split_path(found[0])[0] for one in told if (found := keys[one])})
    rows = {key: _row(one, key, sources if keys[one] else {}) for one, key in key_of.items()}
    with connection.cursor() as cursor:
        cursor.execute(_OF_NAMES, [json.dumps(list(rows.values()))])
        cursor.execute(_KEYED, [list(rows)])
        ids = dict(cursor.fetchall())
    return {one: ids[key] for one, key in key_of.items()}


def _sources(slugs: Collection[str]) -> dict[str, Source]:
    return {source.slug: source for source in Source.objects.filter(slug__in=slugs).select_related("domain")}


def _row(told: Told, key: str, sources: Mapping[str, Source]) -> dict[str, object]:
    source = sources.get(split_path(key)[0]) if sources else None
    return {
        "namespace": plain(told.namespace),
        "name": plain(told.name),
        "key": key,
        "source": source.pk if source else None,
        "labels": labels_of_name(source, key) if source else [],
    }


def labels_of_name(source: Source, key: str) -> list[str]:
    """Return the labels that a dataset of this key would carry as soon as it appeared."""
    domain = [f"domain:{source.domain.slug}"] if source.domain else []
    return [*container_labels(source.slug, split_path(key)[1:-1]), dataset_label(key), *domain]
