"""Queries: what each of their output columns comes from, in one walk over each query."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from lineage.sql import sources
from lineage.sql.dialects import ALIASES_AMONG_EACH_OTHER, RECURSIVE_UNSAID, is_own, is_pseudo
from lineage.sql.expressions import collect
from lineage.sql.model import Influence
from lineage.sql.names import parts_of
from lineage.sql.refs import IDENTITY, Ref, Refs, add
from lineage.sql.relations import Made, Open, Output, Relation, Table, renamed, stacked
from lineage.sql.scope import Scope
from lineage.sql.stars import expand, is_star

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lineage.sql.names import Names

Ctes = dict[str, Relation]
Changes = Callable[[Any, Mapping[str, Relation]], Relation]  # what a change inside WITH returns
_CLAUSES = (
    ("prewhere", Influence.FILTER), ("where", Influence.FILTER), ("group", Influence.GROUP_BY),
    ("having", Influence.FILTER), ("qualify", Influence.FILTER), ("connect", Influence.FILTER),
    ("distribute", Influence.SORT), ("sort", Influence.SORT), ("cluster", Influence.SORT), ("order", Influence.SORT),
)  # fmt: skip


class Queries:
    """Resolves the queries of one statement; `reads` and `uses` fill up meanwhile."""

    def __init__(self, names: Names, dialect: str, session: Scope | None = None) -> None:
        self.names = names
        self.session = session  # the variables around every query
        self.dialect = dialect
        self.among_aliases = dialect in ALIASES_AMONG_EACH_OTHER
        self.changes: Changes = _nothing
        self.reads: dict[str, None] = {}
        self.uses: dict[tuple[Ref, Influence], Any] = {}

    def query(self, node: Any, ctes: Mapping[str, Relation], outer: Scope | None = None) -> Relation:
        """Return the columns of a query: a select, a set operation, one in parentheses, or values."""
        with_ = node.args.get("with_")
        if with_ is not None:
            ctes = self.with_ctes(with_, ctes, outer)
        if isinstance(node, exp.Select):
            return self._select(node, ctes, outer)
        if isinstance(node, exp.SetOperation):
            return self._set_operation(node, ctes, outer)
        scope = Scope(ctes, outer or self.session)
        relation = sources.relation_of(node, scope, self)
        if node.args.get("joins"):
            sources.add_source(node, scope, self)
        self.note_clauses(node, scope)
        return relation

    def with_ctes(self, with_: Any, ctes: Mapping[str, Relation], outer: Scope | None) -> Ctes:
        """Return the named queries known below a WITH: those known before, and its own."""
        known: Ctes = dict(ctes)
        recursive = bool(with_.args.get("recursive")) or self.dialect in RECURSIVE_UNSAID
        for cte in with_.expressions:
            body = cte.this
            if recursive and isinstance(body, exp.SetOperation):
                relation = self._recursive(cte, known, outer)
            elif isinstance(body, exp.Query | exp.Values | exp.Table | exp.Subquery):
                relation = self.query(body, known, outer)
            elif isinstance(body, exp.DML):
                relation = self.changes(body, known)
            else:
                relation = self._scalar(body, known, outer)
            known[cte.alias.lower()] = self._aliased(relation, cte)
        return known

    def _recursive(self, cte: Any, known: Ctes, outer: Scope | None) -> Relation:
        """The first branch tells the columns, which the others may then read under the query's own name."""
        branches = _branches(cte.this)
        if cte.this.args.get("with_") is not None:
            known = self.with_ctes(cte.this.args["with_"], known, outer)
        first = self._aliased(self.query(branches[0], known, outer), cte)
        inner = {**known, cte.alias.lower(): first}
        return stacked(first, [self.query(branch, inner, outer) for branch in branches[1:]])

    def _scalar(self, body: Any, known: Ctes, outer: Scope | None) -> Relation:
        """ClickHouse names expressions in WITH as well."""
        refs: Refs = {}
        collect(body, Scope(known, outer or self.session), self, refs)
        return Made(refs)

    @staticmethod
    def _aliased(relation: Relation, node: Any) -> Relation:
        names = sources.alias_columns(node)
        return renamed(relation, names) if names else relation

    def _set_operation(self, node: Any, ctes: Mapping[str, Relation], outer: Scope | None) -> Relation:
        branches = [self.query(branch, ctes, outer) for branch in _branches(node)]
        result = stacked(branches[0], branches[1:])
        order = node.args.get("order")
        if order is not None:
            scope = Scope(ctes, outer)
            scope.put((), result)
            self.note(order, scope, Influence.SORT)
        return result

    def _select(self, node: Any, ctes: Mapping[str, Relation], outer: Scope | None) -> Relation:
        scope = Scope(ctes, outer or self.session)
        args = node.args
        if args.get("from_") is not None:
            sources.add_source(args["from_"].this, scope, self)
        sources.add_joins(args, scope, self)
        for window in args.get("windows") or ():
            scope.windows[window.name.lower()] = window
        scope.among_aliases = self.among_aliases
        relation = self._projections(node, scope)
        scope.among_aliases = True
        self.note_clauses(node, scope)
        for pivot in args.get("pivots") or ():
            relation = sources.pivoted(pivot, relation, scope, self)
        return relation

    def _projections(self, node: Any, scope: Scope) -> Relation:
        outputs: list[Output] = []
        opens: list[Open] = []
        for projection in node.args["expressions"]:
            if is_star(projection):
                more, through = expand(projection, scope, self)
                outputs.extend(more)
                opens.extend(through)
            else:
                outputs.extend(self._projection(projection, scope))
        return Relation(outputs, opens)

    def _projection(self, node: Any, scope: Scope) -> Iterable[Output]:
        refs: Refs = {}
        collect(node, scope, self, refs)
        if isinstance(node, exp.Aliases):
            return [Output(one.name, refs, node) for one in node.aliases]
        name = output_name(node)
        if name is not None:
            scope.aliases.setdefault(name.lower(), refs)
        return [Output(name, refs, node)]

    def note_clauses(self, node: Any, scope: Scope) -> None:
        """Take note of the columns that filter, group or sort."""
        args = node.args
        for clause, influence in _CLAUSES:
            if args.get(clause):
                self.note(args[clause], scope, influence)

    def note(self, node: Any, scope: Scope, influence: Influence) -> None:
        """Take note of the columns of one clause."""
        refs: Refs = {}
        collect(node, scope, self, refs)
        for ref, (_, where) in refs.items():
            self.uses.setdefault((ref, influence), where)

    def column(self, node: Any, scope: Scope) -> Refs:
        """Return what a column stands for, down to the tables' columns."""
        args = node.args
        identifier = args["this"]
        name = identifier.name
        table = args.get("table")
        if table is None:
            return self._bare(name, scope, node)
        parts = [args[key].name for key in ("catalog", "db") if args.get(key) is not None]
        return self._qualified([*parts, table.name], name, scope)

    def _bare(self, name: str, scope: Scope, node: Any) -> Refs:
        key = ("", name)
        if key not in scope.found or scope.among_aliases:
            scope.found[key] = self._looked_up(name, scope, node)
        return scope.found[key] or {}

    def _looked_up(self, name: str, scope: Scope, node: Any) -> Refs:
        if is_own(name, self.dialect):
            return {}
        found = scope.column(name)
        if found is not None:
            return found
        if is_pseudo(name, self.dialect):
            return {}
        whole = scope.source(name.lower())  # a row as a whole: UNNEST's alias, or a table's
        if whole is not None:
            refs: Refs = {}
            for output in whole.refs_of_row() if isinstance(whole, Made) else whole.everything():
                add(refs, output.refs, IDENTITY)
            return refs
        return {(None, name): (IDENTITY, None)}

    def _qualified(self, path: list[str], name: str, scope: Scope) -> Refs:
        """A name with others before it: of a table, or of a struct column whose first name it then is."""
        key = (".".join(path), name)
        if key not in scope.found:
            scope.found[key] = self._qualified_anew(path, name, scope)
        return scope.found[key] or {}

    def _qualified_anew(self, path: list[str], name: str, scope: Scope) -> Refs:
        if name.lower() in ("nextval", "currval"):
            return {}
        relation = scope.source(".".join(path).lower()) or scope.source(path[-1].lower())
        if relation is not None:
            return relation.get(name.lower(), name) or {}
        root = scope.source(path[0].lower())
        if root is not None and len(path) > 1:
            return root.get(path[1].lower(), path[1]) or {}
        found = scope.column(path[0])
        if found is not None and not _unsure(found):
            return found
        return {(self.names.complete(path), name): (IDENTITY, None)} if found is None else found

    def table(self, node: Any, scope: Scope) -> Relation:
        """Return a table by its name: a named query, or a table of the database, which is then read."""
        parts = parts_of(node)
        if not parts or (len(parts) == 1 and parts[0].lower() == "dual"):
            return Relation((), ())
        if len(parts) == 1 and (cte := scope.ctes.get(parts[0].lower())) is not None:
            return cte
        return self.read(self.names.complete(parts))

    def read(self, key: str) -> Relation:
        """Return the table with the whole name `key`, and take note that it is read."""
        self.reads[key] = None
        return Table(key, self.names.columns(key))


def _nothing(_node: Any, _ctes: Mapping[str, Relation]) -> Relation:
    return Relation(())


def _unsure(refs: Refs) -> bool:
    return any(table is None for table, _ in refs)


def _branches(node: Any) -> list[Any]:
    """The queries of a set operation from left to right; long chains lean to the left."""
    found = []
    while isinstance(node, exp.SetOperation):
        found.append(node.args["expression"])
        node = node.args["this"]
    found.append(node)
    return found[::-1]


def output_name(node: Any) -> str | None:
    """What a projection is called; None where it has no name."""
    if isinstance(node, exp.Alias | exp.Column | exp.Dot):
        return node.output_name or None
    if isinstance(node, exp.Subquery):
        return node.alias or None
    if isinstance(node, exp.Paren | exp.Cast | exp.Bracket):
        return node.output_name or None
    return None
