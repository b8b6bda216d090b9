"""What somebody may be told of an entry of the record, now.

An entry about what is hidden from them is not told, whatever their role. Those who may read the record are told all of
the others; everybody else what happened to what, and who did it, where the thing itself is open to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.conf import settings

from notifications.webhooks.feeds import Event
from permissions.access import denials_of
from permissions.access_requests.reading import readable_requests, told_requests
from permissions.audit.actions import labels
from permissions.audit.searching import may_read_record
from permissions.exceptions.reading import readable_exceptions, told_exceptions
from permissions.levels import Level
from permissions.models import AccessRequest, AuditEntry, OptOutRule, RuleException, Team, Token, User
from permissions.rules.known import known_rules
from permissions.things import kinds, known_labels, known_refs

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import Model

OPEN: Final = ("role", "team", "person")  # told on the pages of people and teams, to everybody
WHOLE: Final = ("before", "after", "note", "sequence", "token_name")


def tell(person: User, event: UUID, at: datetime) -> Event | None:
    """Return what `person` may be told, or None. Their object is to be a fresh one: it remembers its denials."""
    entry = AuditEntry.objects.filter(pk=event, at=at).first()
    if entry is None or not may_know(person, entry):
        return None
    label = labels().get(entry.action, entry.action)
    by = f" (by {entry.actor_name})" if entry.actor_name else ""
    about = f": {entry.thing_name}" if entry.thing_name else ""
    return Event(entry.action, entry.at, f"{label}{about}{by}", _data(person, entry, label))


def _data(person: User, entry: AuditEntry, label: str) -> dict[str, Any]:
    thing = {"kind": entry.thing_kind, "id": entry.thing_id, "name": entry.thing_name, "url": _url(entry)}
    brief = {"id": str(entry.id), "action": entry.action, "label": label, "actor": entry.actor_name, "thing": thing}
    return brief | ({name: getattr(entry, name) for name in WHOLE} if may_read_record(person) else {})


def may_know(person: User, entry: AuditEntry) -> bool:
    """Whether an entry is about nothing that is hidden from the person, or is not theirs to know."""
    thing = _thing(entry)
    if thing is not None and type(thing) in _ASKED:
        return _ASKED[type(thing)](person, thing)
    if thing is not None and hasattr(type(thing)._default_manager, "visible_to"):
        return _is_open(person, thing)
    if entry.thing_kind and thing is None:
        return may_read_record(person) and not denials_of(person).at(Level.DISCOVER)  # its labels went with it
    return _is_open_to_all(entry) or entry.actor_id == person.pk or may_read_record(person)


def _is_open(person: User, thing: Model) -> bool:
    kind = next((kind.name for kind in kinds().values() if isinstance(thing, kind.model)), None)
    if kind:
        return bool(known_refs(person, [(kind, thing.pk)]))
    rows: Any = type(thing)._default_manager
    return bool(rows.visible_to(person).filter(pk=thing.pk).exists())


def _is_open_to_all(entry: AuditEntry) -> bool:
    return entry.action.partition(".")[0] in OPEN and entry.thing_kind in (
        User._meta.label_lower,
        Team._meta.label_lower,
    )


def _rule(person: User, rule: OptOutRule) -> bool:
    return known_rules(person).filter(pk=rule.pk).exists() and bool(known_labels(person, {rule.label}))


def _exception(person: User, exception: RuleException) -> bool:
    lines = told_exceptions(person, readable_exceptions(person).filter(pk=exception.pk))
    return any(line.known for line in lines) and bool(known_labels(person, {exception.rule.label}))


def _request(person: User, request: AccessRequest) -> bool:
    return any(line.known for line in told_requests(person, readable_requests(person).filter(pk=request.pk)))


def _token(person: User, token: Token) -> bool:
    return token.owner_id == person.pk or may_read_record(person)


_ASKED: Final[dict[type[Model], Callable[[User, Any], bool]]] = {
    OptOutRule: _rule, RuleException: _exception, AccessRequest: _request, Token: _token,
}  # fmt: skip


def _thing(entry: AuditEntry) -> Model | None:
    """The row that an entry is about, while there is one."""
    try:
        model = apps.get_model(entry.thing_kind)
    except (LookupError, ValueError):
        return None
    found: Model | None = model._default_manager.filter(pk=entry.thing_id).first()
    return found


def _url(entry: AuditEntry) -> str | None:
    thing = _thing(entry)
    path = thing.get_absolute_url() if thing is not None and hasattr(thing, "get_absolute_url") else ""
    return f"{settings.CONCORD_URL.rstrip('/')}{path}" if path else None
