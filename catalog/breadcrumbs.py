"""Where a dataset or container stands: the way down from its source, as far as one person may know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse

from catalog.models import Container
from core.names import join_path, split_path
from permissions.gate import may
from permissions.levels import Level

if TYPE_CHECKING:
    from catalog.models import Source
    from permissions.access import Viewer


class Crumb(NamedTuple):
    """One step; without a `url` it is a name and no link."""

    title: str
    url: str = ""


def crumbs_to(viewer: Viewer, source: Source, container: Container | None) -> list[Crumb]:
    """The source, the container and those around it; those the viewer may not open are names without a link.

    One query where there are containers around it, else none.
    """
    parts = container_parts(container)
    paths = [join_path(parts[: depth + 1]) for depth in range(len(parts))]
    around = Container.objects.visible_to(viewer).filter(source=source, path__in=paths[:-1]) if paths[:-1] else []
    itself = [container] if container and may(container, viewer, Level.DISCOVER) else []
    pages = {one.path: reverse("catalog:browse_container", args=[source.slug, one.pk]) for one in (*around, *itself)}
    steps = [Crumb(name, pages.get(path, "")) for name, path in zip(parts, paths, strict=True)]
    return [Crumb("Browse", reverse("catalog:browse")), _source(viewer, source), *steps]


def container_parts(container: Container | None) -> tuple[str, ...]:
    return split_path(container.path) if container and container.path else ()


def _source(viewer: Viewer, source: Source) -> Crumb:
    page = reverse("catalog:browse_source", args=[source.slug])
    return Crumb(source.name, page if may(source, viewer, Level.DISCOVER) else "")
