"""Where sources are, in the words of namespaces: their own addresses, and the aliases people gave them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from catalog.models import Source
from lineage.models import NamespaceAlias
from lineage.naming import Home, normal_namespace, normal_scheme

if TYPE_CHECKING:
    from collections.abc import Collection

_SCHEMAS = {"postgres": "public", "sqlserver": "dbo", "duckdb": "main", "redshift": "public"}


def homes_of(namespaces: Collection[str]) -> dict[str, list[Home]]:
    """Return for each namespace the sources that are there, those with an alias first; two queries."""
    known = _known()
    return {one: known.get(normal_namespace(one), []) for one in namespaces}


def _known() -> dict[str, list[Home]]:
    found: defaultdict[str, list[Home]] = defaultdict(list)
    aliases = NamespaceAlias.objects.select_related("source").order_by("id")
    for alias in aliases:
        found[alias.namespace].append(_aliased(alias))
    for source in Source.objects.only("slug", "kind", "config").order_by("retired_at", "id"):
        namespace, home = home_of(source)
        if namespace:
            found[normal_namespace(namespace)].append(home)
        short = home if len(home.root) == 1 else home._replace(root=())
        found[source.slug].append(short)  # its short name is a namespace too
    return found


def _aliased(alias: NamespaceAlias) -> Home:
    home = home_of(alias.source)[1]
    return home._replace(root=tuple(part for part in alias.root.split("/") if part)) if alias.root else home


def home_of(source: Source) -> tuple[str, Home]:
    """Return the namespace that a source's own address is, or "", and where its names begin."""
    config = source.config
    if config.get("url"):
        return _of_url(source.slug, str(config["url"]))
    if config.get("host"):
        host = str(config["host"])
        address = "localhost" if host.startswith("/") else host  # a socket's folder
        port = f":{config['port']}" if config.get("port") else ""
        scheme = normal_scheme(source.kind)
        return f"{scheme}://{address}{port}", Home(source.slug, _root(config), _SCHEMAS.get(scheme, ""))
    if config.get("path"):
        return "file", Home(source.slug, tuple(part for part in str(config["path"]).split("/") if part))
    return "", Home(source.slug)


def _root(config: dict[str, Any]) -> tuple[str, ...]:
    return (str(config["database"]),) if config.get("database") else ()


def _of_url(slug: str, url: str) -> tuple[str, Home]:
    """SQLAlchemy's addresses: ``mysql://host:3306/shop`` shows all databases in names, others leave theirs out."""
    scheme = normal_scheme(url.partition("://")[0])
    address, _, database = url.partition("://")[2].partition("?")[0].partition("/")
    if not address:  # a file
        return f"{scheme}://{database}", Home(slug, (), _SCHEMAS.get(scheme, ""))
    if scheme == "mysql":
        return f"{scheme}://{address}", Home(slug, (), database)
    return f"{scheme}://{address}", Home(slug, (database,) if database else (), _SCHEMAS.get(scheme, ""))
