"""Who may open and change what: a hidden source is not there, a closed one says why, and changing is for few."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from catalog.models import Source
from harvest.duties import may_manage
from harvest.models import Run
from permissions.gate import find
from permissions.models import User


def opened_source(person: User, slug: str) -> Source:
    """A source that the person may read about. Raises `Http404` or `permissions.gate.Restricted`."""
    return find(Source.objects.select_related("owner", "domain"), person, slug=slug)


def managed_source(person: User, slug: str) -> Source:
    """A source that the person may change and harvest. Raises `Http404` or `PermissionDenied`."""
    source = opened_source(person, slug)
    _require_manager(person, source)
    return source


def opened_run(person: User, pk: int) -> Run:
    """A run of a source that the person may read about. Raises `Http404` or `permissions.gate.Restricted`."""
    return find(Run.objects.select_related("source", "source__domain", "source__owner", "requested_by"), person, pk=pk)


def managed_run(person: User, pk: int) -> Run:
    """A run that the person may stop and confirm. Raises `Http404` or `PermissionDenied`."""
    run = opened_run(person, pk)
    _require_manager(person, run.source)
    return run


def _require_manager(person: User, source: Source) -> None:
    if not may_manage(person, source):
        whom = f"{source.owner}, who owns it," if source.owner else "whoever administers Concord"
        raise PermissionDenied(f"Only the owner of {source} and people with that grant may do this. Ask {whom} to.")
