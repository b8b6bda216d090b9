"""Other names of where a source is: given by whoever manages it, and what was told under them joins up at once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from lineage.homes import homes_of
from lineage.models import Edge, FieldEdge, NamespaceAlias, Node
from lineage.naming import Told, normal_namespace
from lineage.nodes import nodes_of
from permissions.audit import record
from permissions.models import Duty

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalog.models import Source
    from permissions.access import Viewer
    from permissions.models import User

LONGEST = 500
MOST_LISTED = 50
AT_ONCE = 2_000  # names

_TWINS = """
    UPDATE lineage_edge SET closed_at = now() WHERE id IN (SELECT id FROM (
        SELECT e.id, row_number() OVER (
            PARTITION BY coalesce(u.there, e.upstream_id), coalesce(d.there, e.downstream_id), e.origin, e.job_id
            ORDER BY (u.there IS NULL AND d.there IS NULL) DESC, e.id) AS place
        FROM lineage_edge e
        LEFT JOIN unnest(%(here)s::bigint[], %(there)s::bigint[]) AS u (here, there) ON u.here = e.upstream_id
        LEFT JOIN unnest(%(here)s::bigint[], %(there)s::bigint[]) AS d (here, there) ON d.here = e.downstream_id
        WHERE e.closed_at IS NULL
            AND (e.upstream_id = ANY(%(all)s::bigint[]) OR e.downstream_id = ANY(%(all)s::bigint[]))
    ) AS told WHERE place > 1)
"""
_CIRCLES = """
    SELECT e.id FROM lineage_edge e
    LEFT JOIN unnest(%(here)s::bigint[], %(there)s::bigint[]) AS u (here, there) ON u.here = e.upstream_id
    LEFT JOIN unnest(%(here)s::bigint[], %(there)s::bigint[]) AS d (here, there) ON d.here = e.downstream_id
    WHERE (e.upstream_id = ANY(%(here)s::bigint[]) OR e.downstream_id = ANY(%(here)s::bigint[]))
        AND coalesce(u.there, e.upstream_id) = coalesce(d.there, e.downstream_id)
"""
_MOVED = """
    UPDATE lineage_edge e SET {end}_id = m.there
    FROM unnest(%(here)s::bigint[], %(there)s::bigint[]) AS m (here, there) WHERE e.{end}_id = m.here
"""


def may_alias(viewer: Viewer, source: Source) -> bool:
    """Whether the viewer may say by what other names events mean this source: who manages it may."""
    return viewer.has_perm(Duty.MANAGE_SOURCE, source)


@transaction.atomic
def add_alias(*, actor: User, source: Source, namespace: str, root: str = "") -> tuple[NamespaceAlias, int]:
    """Let events that name `namespace` mean datasets of `source`, whose names there begin with `root`.

    Returns the alias, and how many names that were told before have joined up. Raises `PermissionDenied`, and
    `ValidationError` for what is empty, too long, or an alias already.
    """
    _require(actor, source)
    normal, root = normal_namespace(namespace), root.strip().strip("/")
    if not normal or max(len(normal), len(root)) > LONGEST:
        raise ValidationError(f"Name a namespace, of {LONGEST} characters at the most.")
    alias, made = NamespaceAlias.objects.get_or_create(source=source, namespace=normal, root=root)
    if not made:
        raise ValidationError("It is an alias of this source already.")
    record("lineage.alias_added", actor=actor, thing=source, after={"namespace": normal, "root": root})
    return alias, _join_up(normal)


@transaction.atomic
def remove_alias(*, actor: User, alias: NamespaceAlias) -> None:
    """Let the namespace no longer mean the source; what has joined up stays. Raises `PermissionDenied`."""
    _require(actor, alias.source)
    told = {"namespace": alias.namespace, "root": alias.root}
    record("lineage.alias_removed", actor=actor, thing=alias.source, before=told)
    alias.delete()


def _require(actor: User, source: Source) -> None:
    if not may_alias(actor, source):
        raise PermissionDenied("You do not manage this source.")


def unknown_namespaces(viewer: Viewer) -> list[tuple[str, int]]:
    """Return the namespaces that lie at no source, with how many names were told in each, most first."""
    rows = Node.objects.visible_to(viewer).filter(dataset=None, source=None).exclude(namespace="").order_by()
    counts = Counter[str]()
    told = dict(Counter(rows.values_list("namespace", flat=True).iterator()))
    homes = homes_of(told)
    for namespace, number in told.items():
        if not homes[namespace]:
            counts[normal_namespace(namespace)] += number
    return counts.most_common(MOST_LISTED)


def _join_up(normal: str) -> int:
    """Give names that were told in the namespace the nodes that they mean now; returns how many have another."""
    strangers = Node.objects.filter(dataset=None, source=None).exclude(namespace="").order_by("pk")
    spelled = [one for one in strangers.order_by().values_list("namespace", flat=True).distinct() if _is(one, normal)]
    names = strangers.filter(namespace__in=spelled).values_list("pk", "namespace", "name")
    joined = 0
    for start in range(0, len(names), AT_ONCE):
        told = {pk: Told(namespace, name) for pk, namespace, name in names[start : start + AT_ONCE]}
        meant = nodes_of(set(told.values()))
        joined += _merge({pk: meant[one] for pk, one in told.items() if meant[one] != pk})
    return joined


def _is(namespace: str, normal: str) -> bool:
    return normal_namespace(namespace) == normal


def _merge(pairs: dict[int, int]) -> int:
    """Let each node on the left be the one on the right, with all its edges; what both say alike is said once."""
    if not pairs:
        return 0
    given = {"here": list(pairs), "there": list(pairs.values()), "all": [*pairs, *pairs.values()]}
    with connection.cursor() as cursor:
        cursor.execute(_CIRCLES, given)
        _delete_edges(pk for (pk,) in cursor.fetchall())
        cursor.execute(_TWINS, given)
        for end in ("upstream", "downstream"):
            cursor.execute(_MOVED.format(end=end), given)
    Node.objects.filter(pk__in=list(pairs)).delete()
    return len(pairs)


def _delete_edges(ids: Iterable[int]) -> None:
    """Of a dataset that would read from itself nothing comes."""
    chosen = list(ids)
    FieldEdge.objects.filter(edge__in=chosen).delete()
    Edge.objects.filter(pk__in=chosen).delete()
