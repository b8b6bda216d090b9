"""What people are told about exceptions. What one opens is named only where a request named it, to who may know it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from notifications.models import Notice
from notifications.services import tell
from permissions.access_requests.notices import notice
from permissions.models import AccessRequest, User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from permissions.models import RuleException


def tell_made(exception: RuleException) -> int:
    title = f"{exception.approved_by} made an exception for {_whom(exception)}"
    return _tell_holders(exception, "exception_made", title, f"Until {exception.until:%-d %B %Y}.")


def tell_changed(exception: RuleException) -> int:
    title = f"An exception for {_whom(exception)} was looked at again"
    return _tell_holders(exception, "exception_changed", title, f"It holds until {exception.until:%-d %B %Y}.")


def tell_withdrawn(exception: RuleException, because: str) -> int:
    title = f"An exception for {_whom(exception)} was withdrawn"
    return _tell_holders(exception, "exception_ended", title, because.strip())


def tell_ending(exception: RuleException) -> int:
    """Tell whom it is for that it ends soon."""
    title = f"An exception for {_whom(exception)} ends soon"
    detail = f"It holds until {exception.until:%-d %B %Y, %H:%M} UTC. Ask again if you need it for longer."
    return _tell_holders(exception, "exception_ending", title, detail)


def tell_ended(exception: RuleException) -> int:
    return _tell_holders(exception, "exception_ended", f"An exception for {_whom(exception)} has ended", "")


def tell_due(exception: RuleException) -> int:
    """Ask the rule's owner to look at a standing exception before it ends."""
    title = f"An exception from a rule of yours ends on {exception.until:%-d %B %Y}"
    return tell([_plain(exception.rule.owner, exception, "exception_due", title, f"For {_name(exception)}.")])


def _tell_holders(exception: RuleException, kind: str, title: str, detail: str) -> int:
    request = AccessRequest.objects.filter(asked__exception=exception).first()
    if request:
        notices = [
            notice(person, request, kind, title, detail, exception.get_absolute_url()) for person in _holders(exception)
        ]
    else:
        notices = [_plain(person, exception, kind, title, detail) for person in _holders(exception)]
    return tell(notices)


def _holders(exception: RuleException) -> Iterable[User]:
    if exception.person:
        return [exception.person]
    return User.objects.filter(teams=exception.team, is_active=True)


def _plain(person: User, exception: RuleException, kind: str, title: str, detail: str) -> Notice:
    return Notice(person=person, kind=kind, title=title[:300], detail=detail[:300], url=exception.get_absolute_url())


def _whom(exception: RuleException) -> str:
    return f"your team {exception.team}" if exception.team else "you"


def _name(exception: RuleException) -> str:
    return f"the team {exception.team}" if exception.team else str(exception.person)
