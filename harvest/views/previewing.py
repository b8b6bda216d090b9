"""What include and exclude would take, asked of the source itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from harvest import probe
from harvest.connectors.base import ConnectorError
from harvest.seen import sees_whole

if TYPE_CHECKING:
    from catalog.models import Source
    from harvest.forms.scope import ScopeForm
    from permissions.models import User


class Shown(NamedTuple):
    """A preview, or why there is none."""

    found: probe.Preview | None
    error: str = ""


def preview_of_source(source: Source, viewer: User, values: dict[str, Any], form: ScopeForm) -> Shown:
    """As `preview_of`, for a registered source: none for whom something of it is hidden, as it lists every name."""
    if not sees_whole(source, viewer):
        return Shown(None, "Some of this source is kept from you, so the names in it are not listed.")
    return preview_of(source.kind, values, form)


def preview_of(kind: str, values: dict[str, Any], form: ScopeForm) -> Shown:
    """Return what the form's globs take of the source that `values` tell of, within the brakes."""
    if not form.is_valid():
        return Shown(None, " ".join(str(error) for errors in form.errors.values() for error in errors))
    try:
        return Shown(probe.preview(kind, values, form.scope))
    except ConnectorError as error:
        return Shown(None, str(error))
