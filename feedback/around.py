"""Screenshots, deputies, announcements and reviews: what people do around tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.models import Dataset, Domain
from feedback.images import NotAnImage, read_picture
from feedback.models import Absence, Announcement, Attachment, Event, Review
from feedback.reading import may_see_any_value
from feedback.services import note_event
from permissions.models import Duty

if TYPE_CHECKING:
    from datetime import date, datetime

    from feedback.models import Ticket
    from permissions.models import User

MOST_ATTACHED = 10  # of one ticket
MOST_ABSENCES = 20


@transaction.atomic
def attach(*, actor: User, ticket: Ticket, file: BinaryIO, name: str) -> Attachment:
    """Add a screenshot to a ticket. Raises `ValidationError`; `PermissionDenied` for who may not see values there."""
    if not may_see_any_value(actor, ticket):
        raise PermissionDenied("A rule keeps values of this dataset from you, so nobody could show them to you again.")
    if ticket.attachments.count() >= MOST_ATTACHED:
        raise ValidationError({"file": f"A ticket has at most {MOST_ATTACHED} screenshots."})
    try:
        picture = read_picture(file)
    except NotAnImage as error:
        raise ValidationError({"file": str(error)}) from error
    plain = "".join(one for one in name if one.isprintable() and one not in '/\\"<>')[:120] or "screenshot"
    made = Attachment.objects.create(ticket=ticket, author=actor, name=plain, **picture._asdict())
    note_event(ticket, actor, Event.What.ATTACHED, after=plain)
    return made


@transaction.atomic
def be_away(*, actor: User, deputy: User, first_day: date, last_day: date) -> Absence:
    """Have somebody else asked meanwhile. Raises `ValidationError`."""
    if deputy == actor or not deputy.is_active or deputy.is_service:
        raise ValidationError({"deputy": "Name somebody else, who is there."})
    if last_day < first_day:
        raise ValidationError({"last_day": "This is before the first day."})
    if Absence.objects.filter(person=actor, last_day__gte=timezone.now().date()).count() >= MOST_ABSENCES:
        raise ValidationError(f"At most {MOST_ABSENCES} absences are kept.")
    try:
        with transaction.atomic():
            return Absence.objects.create(person=actor, deputy=deputy, first_day=first_day, last_day=last_day)
    except IntegrityError as error:
        raise ValidationError({"first_day": "You are away at that time already."}) from error


def may_announce(viewer: User, thing: Dataset | Domain) -> bool:
    """Whether they triage it."""
    return viewer.has_perm(Duty.TRIAGE, thing)


@transaction.atomic
def announce(*, actor: User, thing: Dataset | Domain, text: str, ends_at: datetime) -> Announcement:
    """Tell all who look at it until some day. Raises `PermissionDenied`, `ValidationError`."""
    if not may_announce(actor, thing):
        raise PermissionDenied("Only those who triage it announce something.")
    if ends_at <= timezone.now():
        raise ValidationError({"until": "This is over already."})
    of: dict[str, Any] = {"dataset": thing} if isinstance(thing, Dataset) else {"domain": thing}
    return Announcement.objects.create(**of, text=" ".join(text.split())[:500], ends_at=ends_at, made_by=actor)


@transaction.atomic
def end_announcement(*, actor: User, announcement: Announcement) -> None:
    """Take it down. Raises `PermissionDenied`."""
    thing = announcement.dataset or announcement.domain
    if thing is None or not may_announce(actor, thing):
        raise PermissionDenied("Only those who triage it take an announcement down.")
    announcement.delete()


@transaction.atomic
def review(*, actor: User, dataset: Dataset, stars: int, sentence: str) -> Review:
    """Say how useful a dataset is; one's earlier word is replaced. Raises `ValidationError`."""
    sentence = " ".join(sentence.split())
    if not 1 <= stars <= 5 or not 5 <= len(sentence) <= 300:
        raise ValidationError({"sentence": "Give one to five, and say why in a sentence of up to 300 characters."})
    own = Review.objects.filter(dataset=dataset, author=actor).first()
    if own is not None and own.hidden_at:
        raise ValidationError("What you said was taken down: ask whoever answers for the dataset.")
    values = {"stars": stars, "sentence": sentence, "written_at": timezone.now()}
    made, _ = Review.objects.update_or_create(dataset=dataset, author=actor, defaults=values)
    return made


@transaction.atomic
def take_down(*, actor: User, review: Review, because: str) -> None:
    """Show a review no more, but to its author. Raises `PermissionDenied`, `ValidationError`."""
    if not actor.has_perm(Duty.TRIAGE, review.dataset):
        raise PermissionDenied("Only those who triage the dataset take a review down.")
    if not because.strip():
        raise ValidationError({"because": "Say why: its author is told."})
    review.hidden_at, review.hidden_by, review.hidden_because = timezone.now(), actor, because.strip()[:300]
    review.save(update_fields=["hidden_at", "hidden_by", "hidden_because"])
