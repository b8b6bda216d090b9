"""Which labels there are: whatever subclasses `Labelled` carries them, and permissions need not know what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps

from permissions.querysets import Labelled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from permissions.access import Viewer


def unknown_labels(viewer: Viewer, labels: Iterable[str]) -> list[str]:
    """Return those that nothing carries which `viewer` may know of, so that asking tells nothing about the rest."""
    return [label for label in labels if not _is_carried(viewer, label)]


def _is_carried(viewer: Viewer, label: str) -> bool:
    kinds = (model for model in apps.get_models() if issubclass(model, Labelled))
    return any(kind.objects.visible_to(viewer).filter(labels__contains=[label]).exists() for kind in kinds)  # type: ignore[attr-defined]
