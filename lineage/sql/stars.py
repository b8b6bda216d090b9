"""Stars in a select list: every column of what is read, as far as it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp
from sqlglot.errors import SqlglotError

from lineage.sql.expressions import collect
from lineage.sql.refs import Refs
from lineage.sql.relations import EVERYTHING, Open, Output, Relation

if TYPE_CHECKING:
    from lineage.sql.queries import Queries
    from lineage.sql.scope import Scope


def is_star(projection: Any) -> bool:
    """Whether a projection is ``*`` or ``t.*``."""
    return isinstance(projection, exp.Star) or (
        isinstance(projection, exp.Column) and isinstance(projection.args.get("this"), exp.Star)
    )


def expand(projection: Any, scope: Scope, queries: Queries) -> tuple[list[Output], list[Open]]:
    """Return the columns that a star stands for, and what may show further ones through it."""
    star = projection if isinstance(projection, exp.Star) else projection.this
    without = frozenset(_named(star.args.get("except_")))
    replaced = _replaced(star, scope, queries)
    renamed = {one.this.name.lower(): one.alias for one in star.args.get("rename") or () if isinstance(one, exp.Alias)}
    outputs: list[Output] = []
    opens: list[Open] = []
    for relation, merged in _starred(projection, scope, queries):
        hidden = without | merged
        for output in relation.everything():
            name = (output.name or "").lower()
            if name == EVERYTHING and output.name == EVERYTHING:
                opens.extend(_through(relation, hidden | frozenset(replaced) | frozenset(renamed)))
            elif name in hidden:
                continue
            written = renamed.get(name, output.name)
            outputs.append(Output(written, replaced.get(name, output.refs), projection))
    return outputs + _beyond(replaced, renamed, outputs, scope), opens


def _through(relation: Relation, hidden: frozenset[str]) -> list[Open]:
    """What shows through: at once what shows through the relation itself, so that a long chain of stars stays flat."""
    if type(relation) is not Relation:
        return [Open(relation, hidden)]
    return [Open(part.relation, part.without | hidden) for part in relation.opens]


def _named(nodes: Any) -> list[str]:
    return [node.name.lower() for node in nodes or ()]


def _replaced(star: Any, scope: Scope, queries: Queries) -> dict[str, Refs]:
    found: dict[str, Refs] = {}
    for one in star.args.get("replace") or ():
        refs: Refs = {}
        collect(one, scope, queries, refs)
        found[one.alias.lower()] = refs
    return found


def _beyond(replaced: dict[str, Refs], renamed: dict[str, str], outputs: list[Output], scope: Scope) -> list[Output]:
    """What REPLACE and RENAME say of columns that no schema told us of."""
    there = {(output.name or "").lower() for output in outputs}
    more = [Output(name, refs) for name, refs in replaced.items() if name not in there]
    for old, new in renamed.items():
        if new.lower() not in there:
            more.append(Output(new, scope.column(old) or {}))
    return more


def _starred(projection: Any, scope: Scope, queries: Queries) -> list[tuple[Relation, frozenset[str]]]:
    """The relations a star reaches, each with the columns that another has shown already."""
    if isinstance(projection, exp.Column):
        name = projection.args["table"].name if projection.args.get("table") is not None else ""
        relation = scope.source(name.lower()) or _parts_of(scope.column(name), queries)
        return [(relation, frozenset())] if relation is not None else []
    found = []
    shown: set[str] = set()
    for relation in scope.relations:
        again = {name for name, whose in scope.merged.items() if relation in whose and name in shown}
        found.append((relation, frozenset(again)))
        shown.update(name for name, whose in scope.merged.items() if relation in whose)
    return found


def _parts_of(refs: Refs | None, queries: Queries) -> Relation | None:
    """The fields of a struct column, as its type lists them."""
    if not refs:
        return None
    table, column = next(iter(refs))
    spelled = queries.names.type_of(table, column) if table is not None and len(refs) == 1 else None
    names = _fields(spelled, queries.dialect) if spelled else []
    return Relation([Output(name, refs) for name in names] or [Output(EVERYTHING, refs)])


def _fields(spelled: str, dialect: str) -> list[str]:
    try:
        built = exp.DataType.build(spelled, dialect=dialect or None)
    except SqlglotError:
        return []
    return [one.name for one in built.expressions if isinstance(one, exp.ColumnDef)]
