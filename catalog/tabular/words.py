"""What people group and mark data with, and the systems that it is in, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Case, Exists, OuterRef, When

from catalog.models import Classification, DataProduct, Dataset, DatasetTag, Domain, Source, Tag
from catalog.querysets import named_openly
from catalog.tabular.cells import domain_slug, if_readable, is_closed, text
from core.api.query import Query, flag
from core.tabular.collections import Collection, Column, Kind
from permissions.access import denials_of
from permissions.levels import Level

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from permissions.access import Viewer


class SourceTableQuery(Query):
    retired = flag("Retired, or in use; those in use when not given.")


def sources(viewer: Viewer, wanted: Mapping[str, Any]) -> QuerySet[Source]:
    return Source.objects.visible_to(viewer).filter(retired_at__isnull=not wanted.get("retired", False))


def domains(viewer: Viewer, _wanted: Mapping[str, Any]) -> QuerySet[Domain]:
    return Domain.objects.visible_to(viewer)


def products(viewer: Viewer, _wanted: Mapping[str, Any]) -> QuerySet[DataProduct]:
    return DataProduct.objects.visible_to(viewer)


def tags(viewer: Viewer, _wanted: Mapping[str, Any]) -> QuerySet[Tag]:
    """Tags on something that the viewer may read about, or on nothing; none that a rule hides."""
    carried = DatasetTag.objects.filter(tag=OuterRef("pk"))
    open_ = carried.filter(dataset__in=Dataset.objects.readable_by(viewer))
    return Tag.objects.filter(named_openly(viewer, "tag", "slug")).filter(Exists(open_) | ~Exists(carried))


def classifications(viewer: Viewer, _wanted: Mapping[str, Any]) -> QuerySet[Classification]:
    """Classifications that no rule hides, on itself or on a wider one."""
    denials = denials_of(viewer)
    known = Classification.objects.values_list("pk", "slug")
    return Classification.objects.filter(
        pk__in=[pk for pk, slug in known if denials.allow(_labels(slug), Level.DISCOVER)]
    )


def _labels(slug: str) -> list[str]:
    parts = slug.split(".")
    return [f"class:{'.'.join(parts[:depth])}" for depth in range(1, len(parts) + 1)]


def _of_domain(column: str) -> Any:
    """A text of a domain, where no rule closes reading about all that is in it."""

    def cell(viewer: Viewer) -> Any:
        condition = named_openly(viewer, "domain", "slug", Level.READ)
        return Case(When(condition, then=text(column))) if condition else text(column)

    return cell


def _of_product(column: str) -> Any:
    """A text of a data product, where no rule closes reading about all that is in it, or in its domain."""

    def cell(viewer: Viewer) -> Any:
        mine = named_openly(viewer, "product", "slug", Level.READ)
        condition = mine & named_openly(viewer, "domain", "domain__slug", Level.READ)
        return Case(When(condition, then=text(column))) if condition else text(column)

    return cell


COLLECTIONS = (
    Collection(
        name="sources",
        title="Sources",
        about="The systems that data is harvested from.",
        key=("source",),
        rows=sources,
        order=("slug",),
        query=SourceTableQuery,
        columns=(
            Column("source", "slug", "Its short name.", word=True),
            Column("name", "name", "What people call it."),
            Column("kind", "kind", "Its connector.", word=True),
            Column("restricted", is_closed(Source), "Whether reading about it is closed to you.", Kind.FLAG),
            Column("description", if_readable(Source, text("description")), "What it is for; Markdown."),
            Column("domain", if_readable(Source, domain_slug("domain")), "Short name of its domain.", word=True),
            Column("owner", if_readable(Source, "owner__username"), "Username of its owner."),
            Column("created_at", if_readable(Source, "created_at"), "When it was registered.", Kind.MOMENT),
        ),
    ),
    Collection(
        name="domains",
        edits="domain",
        title="Domains",
        about="The parts of the business that own data.",
        key=("domain",),
        rows=domains,
        order=("slug",),
        columns=(
            Column("domain", "slug", "Its short name.", word=True),
            Column("name", "name", "What people call it.", fact="name"),
            Column("description", _of_domain("description"), "What is in it; Markdown.", fact="description"),
            Column("parent", domain_slug("parent"), "Short name of the domain around it.", word=True, fact="parent"),
            Column("steward", "steward__username", "Username of its steward.", fact="steward"),
            Column("openness", "openness", "Who edits what is in it.", word=True, fact="openness"),
        ),
    ),
    Collection(
        name="products",
        edits="product",
        title="Data products",
        about="Datasets that a domain offers as one thing.",
        key=("product",),
        rows=products,
        order=("slug",),
        columns=(
            Column("product", "slug", "Its short name.", word=True),
            Column("name", "name", "What people call it.", fact="name"),
            Column("description", _of_product("description"), "What it is for; Markdown.", fact="description"),
            Column("domain", "domain__slug", "Short name of its domain.", word=True, fact="domain"),
            Column("owner", "owner__username", "Username of its owner.", fact="owner"),
            Column("promise", _of_product("promise"), "What its readers may count on; Markdown.", fact="promise"),
            Column("audience", _of_product("audience"), "Whom it is made for.", fact="audience"),
        ),
    ),
    Collection(
        name="tags",
        edits="tag",
        title="Tags",
        about="Free marks on datasets.",
        key=("tag",),
        rows=tags,
        order=("slug",),
        columns=(
            Column("tag", "slug", "Its short name.", word=True),
            Column("name", "name", "What people call it.", fact="name"),
            Column("description", lambda _: text("description"), "What it says; Markdown.", fact="description"),
            Column("owner", "owner__username", "Username of who keeps it.", fact="owner"),
        ),
    ),
    Collection(
        name="classifications",
        edits="classification",
        title="Classifications",
        about="Kinds of sensitivity, in a tree.",
        key=("classification",),
        rows=classifications,
        order=("slug",),
        columns=(
            Column("classification", "slug", "Its short name, as pii.contact.", word=True),
            Column("name", "name", "What people call it.", fact="name"),
            Column("description", lambda _: text("description"), "What belongs to it.", fact="description"),
        ),
    ),
)
