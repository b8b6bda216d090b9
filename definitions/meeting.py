"""Meetings of the council: opening one, writing down what is said, and the minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from definitions.days import today
from definitions.models import Meeting, MeetingNote, Proposal
from definitions.reviewers import votes
from permissions.audit import record
from permissions.roles import is_council

if TYPE_CHECKING:
    from permissions.models import User


def sits(person: User) -> bool:
    """Whether they are of the council, by its role or by a seat."""
    return is_council(person) or votes(person)


def _require_member(actor: User) -> None:
    if not sits(actor):
        raise PermissionDenied("The members of the council do this.")


@transaction.atomic
def open_meeting(*, actor: User) -> Meeting:
    """Open a meeting, or return the one that is open. Raises `PermissionDenied`."""
    _require_member(actor)
    running = Meeting.objects.select_for_update().filter(closed_at=None).first()
    if running is not None:
        return running
    made = Meeting.objects.create(held_on=today(), opened_by=actor)
    made.present.add(actor)
    record("meeting.opened", actor=actor, thing=made)
    return made


@transaction.atomic
def join(*, actor: User, meeting: Meeting) -> None:
    """Be put down as present."""
    _require_member(actor)
    if meeting.closed_at is None:
        meeting.present.add(actor)


@transaction.atomic
def note(*, actor: User, meeting: Meeting, body: str, ref: str = "", title: str = "") -> MeetingNote:
    """Write down what was said about an item. Raises `PermissionDenied`, `ValidationError`."""
    _require_member(actor)
    running = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if running.closed_at is not None:
        raise ValidationError("The meeting is closed: its minutes stand.")
    if not body.strip():
        raise ValidationError({"body": "Write what was said."})
    return MeetingNote.objects.create(meeting=meeting, author=actor, body=body.strip(), ref=ref[:80], title=title[:300])


@transaction.atomic
def close_meeting(*, actor: User, meeting: Meeting) -> Meeting:
    """Close a meeting; its minutes stand from then on. Raises `PermissionDenied`."""
    _require_member(actor)
    running = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if running.closed_at is None:
        running.closed_at = timezone.now()
        running.save(update_fields=["closed_at"])
        record("meeting.closed", actor=actor, thing=running)
    return running


class Minutes(NamedTuple):
    """What a meeting came to, as one person may read it."""

    meeting: Meeting
    present: list[User]
    notes: list[MeetingNote]
    decisions: list[Proposal]

    @property
    def markdown(self) -> str:
        """The minutes as a text to send around."""
        lines = [f"# {self.meeting}", ""]
        lines += [f"Present: {', '.join(str(one) for one in self.present) or 'nobody'}", ""]
        lines += ["## Decided", ""] if self.decisions else []
        lines += [
            f"- **{_plain(str(one))}**: {one.get_state_display()}. {_plain(one.outcome)}" for one in self.decisions
        ]
        lines += ["", "## Said", ""] if self.notes else []
        for one in self.notes:
            lines += [f"### {_plain(one.title)}", ""] if one.title else []
            lines += [one.body, "", f"({one.author or 'someone who has left'})", ""]
        return "\n".join(lines).strip() + "\n"


def _plain(text: str) -> str:
    """Text on one line that no mark of Markdown changes."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#|" else letter for letter in " ".join(text.split()))


def minutes_for(viewer: User, meeting: Meeting) -> Minutes:
    """Return the minutes: notes for the council alone, decisions for whoever may read what was decided."""
    until = meeting.closed_at or timezone.now()
    decided = Proposal.objects.readable_by(viewer).with_text().filter(decided_at__range=(meeting.opened_at, until))
    notes = meeting.notes.select_related("author").order_by("pk") if sits(viewer) else []
    present = meeting.present.order_by("first_name", "last_name", "pk")
    return Minutes(meeting, list(present), list(notes), list(decided.order_by("decided_at", "pk")))
