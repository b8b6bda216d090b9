"""Statements that move whole tables, or what names mean."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp

from lineage.sql.names import parts_of
from lineage.sql.relations import Relation
from lineage.sql.statements.found import Read, columns_of, name_of, schema_of

_EXCHANGE = re.compile(r"(?is)alter\s+table\s+(?P<table>\S+)\s+exchange\s.*?with\s+table\s+(?P<other>\S+)")


def copy(node: Any, found: Read, _ctes: dict[str, Relation]) -> None:
    for one in node.args.get("files") or ():
        if isinstance(one, exp.Query):
            found.queries.query(one, {})
    files = [f"path:{one.name}" for one in node.args.get("files") or () if one.name]
    files += [
        name_of(one, found) for one in node.args.get("files") or () if isinstance(one, exp.Table) and not one.name
    ]
    if isinstance(node.this, exp.Query):
        found.queries.query(node.this, {})
        tables: list[str] = []
    else:
        target, _ = schema_of(node.this)
        tables = [name_of(target, found)] if target is not None else []
    if node.args.get("kind") is False or isinstance(node.this, exp.Query):  # out of the database
        found.queries.reads.update(dict.fromkeys(tables))
        found.writes.extend(files)
    else:
        found.queries.reads.update(dict.fromkeys(files))
        found.writes.extend(tables)


def load(node: Any, found: Read, _ctes: dict[str, Relation]) -> None:
    path = node.args.get("inpath")
    if path is not None:
        found.queries.reads[f"path:{path.name}"] = None
    if isinstance(node.this, exp.Table):
        found.target(name_of(node.this, found))


def alter(node: Any, found: Read, _ctes: dict[str, Relation]) -> None:
    table = name_of(node.this, found) if isinstance(node.this, exp.Table) else None
    for action in node.args.get("actions") or ():
        other = action.this if isinstance(action, exp.AlterRename | exp.SwapTable) else None
        if table is None or not isinstance(other, exp.Table):
            continue
        new = name_of(other, found)
        if isinstance(action, exp.SwapTable):
            found.target(table)
            found.queries.reads[new] = None
        else:
            found.renames.append((table, new))
            found.queries.reads[table] = None
            found.target(new)


def cache(node: Any, found: Read, ctes: dict[str, Relation]) -> None:
    """Spark's CACHE TABLE … AS makes a view of the session."""
    query = node.args.get("expression")
    if isinstance(query, exp.Query) and isinstance(node.this, exp.Table):
        relation = found.queries.query(query, ctes)
        table = name_of(node.this, found)
        found.write(table, (), relation)
        found.creates[table] = columns_of(relation)


def use(node: Any, found: Read, _ctes: dict[str, Relation]) -> None:
    """USE sets what later names are completed by."""
    if not isinstance(node.this, exp.Table):
        return
    names = found.queries.names
    parts = parts_of(node.this)
    kind = str(node.args.get("kind") or "").upper()
    if kind in ("DATABASE", "CATALOG"):
        names.db = parts[-1]
    elif len(parts) > 1:
        names.db, names.schema = parts[-2:]
    elif kind == "SCHEMA" or names.db is not None:
        names.schema = parts[0]


def command(node: Any, found: Read, _ctes: dict[str, Relation]) -> None:
    """Hive's ALTER TABLE a EXCHANGE PARTITION (…) WITH TABLE b moves rows from b to a; the parser leaves it as text."""
    text = f"{node.this} {node.expression.name if isinstance(node.expression, exp.Expr) else node.expression}"
    match = _EXCHANGE.fullmatch(text.strip())
    if match is not None:
        found.queries.read(found.queries.names.complete(match["other"].replace("`", "").split(".")))
        found.target(found.queries.names.complete(match["table"].replace("`", "").split(".")))
