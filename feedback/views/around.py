"""Screenshots, deputies, ready answers, announcements and reviews."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Avg, Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import Dataset, Domain
from catalog.views.page import open_page, reader
from core.partials import render_page
from core.toasts import notify
from feedback.around import announce, attach, be_away, end_announcement, may_announce, review, take_down
from feedback.forms import AbsenceForm, AnnounceForm, PictureForm, ReadyAnswerForm, ReviewForm
from feedback.models import Absence, Announcement, Attachment, ReadyAnswer, Review, Ticket
from feedback.reading import find_ticket, may_see_any_value
from permissions.models import Duty
from permissions.roles import may_manage_rules
from permissions.things import NOTHING

if TYPE_CHECKING:
    from core.requests import Request
    from permissions.models import User

MOST_ANSWERS = 200
MOST_REVIEWS = 50


@require_safe
def attachment(request: Request, pk: int) -> HttpResponse:
    """A screenshot, to who may see every value of its dataset; browsers take it for a picture and nothing else."""
    viewer = reader(request)
    found = Attachment.objects.filter(pk=pk, ticket__in=Ticket.objects.visible_to(viewer)).first()
    if found is None:
        raise Http404(NOTHING)
    ticket = find_ticket(viewer, found.ticket_id)
    if not may_see_any_value(viewer, ticket):
        raise PermissionDenied("A rule keeps values of this dataset from you, and this shows some.")
    answer = HttpResponse(bytes(found.content), content_type=found.kind)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Content-Disposition"] = content_disposition_header(False, found.name) or "inline"
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_POST
def attach_view(request: Request, pk: int) -> HttpResponse:
    """Add a screenshot to a ticket."""
    viewer = reader(request)
    ticket, form = find_ticket(viewer, pk), PictureForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise ValidationError("Choose a picture.")
        file = form.cleaned_data["file"]
        attach(actor=viewer, ticket=ticket, file=file, name=file.name)
    except ValidationError as error:
        notify(request, f"Not added: {' '.join(error.messages)}")
    else:
        notify(request, "The screenshot is added.")
    return redirect(ticket)


@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: Request) -> HttpResponse:
    """When one is away, and who is asked instead."""
    viewer, form = reader(request), AbsenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = be_away(actor=viewer, **form.cleaned_data)
        except ValidationError as error:
            form.refuse(error)
        else:
            notify(request, f"{made.deputy} is asked from {made.first_day:%-d %B} to {made.last_day:%-d %B}.")
            return redirect("feedback:absence")
    mine = Absence.objects.filter(person=viewer, last_day__gte=timezone.now().date()).select_related("deputy")
    context = {"form": form, "absences": mine}
    return render_page(request, "feedback/absence.html", context, status=422 if form.errors else 200)


@require_POST
def absence_end(request: Request, pk: int) -> HttpResponse:
    """Be there after all."""
    get_object_or_404(Absence, pk=pk, person=reader(request)).delete()
    notify(request, "You are asked yourself.")
    return redirect("feedback:absence")


def _domains_of(viewer: User) -> list[Domain]:
    return [one for one in Domain.objects.visible_to(viewer) if viewer.has_perm(Duty.TRIAGE, one)]


@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: Request) -> HttpResponse:
    """The ready answers of domains that one triages."""
    viewer, mine = reader(request), _domains_of(reader(request))
    of_all = may_manage_rules(viewer)
    form = ReadyAnswerForm(request.POST or None)
    form.fields["domain"].queryset = Domain.objects.filter(pk__in=[one.pk for one in mine])  # type: ignore[attr-defined]
    if request.method == "POST" and (mine or of_all) and form.is_valid():
        if form.cleaned_data["domain"] is None and not of_all:
            form.add_error("domain", "Choose a domain that you triage.")
        elif _kept(viewer, form):
            notify(request, "Kept. It is offered under tickets.")
            return redirect("feedback:answers")
    shown = ReadyAnswer.objects.filter(domain__in=mine) | ReadyAnswer.objects.filter(domain=None)
    context = {"form": form, "answers": shown.select_related("domain")[:MOST_ANSWERS], "may": bool(mine) or of_all,
               "of_all": of_all}  # fmt: skip
    return render_page(request, "feedback/answers.html", context, status=422 if form.errors else 200)


def _kept(viewer: User, form: ReadyAnswerForm) -> bool:
    try:
        with transaction.atomic():
            ReadyAnswer.objects.create(made_by=viewer, **form.cleaned_data)
    except IntegrityError:
        form.add_error("name", "There is one of this name.")
        return False
    return True


@require_POST
def answer_forget(request: Request, pk: int) -> HttpResponse:
    """Offer it no more."""
    viewer = reader(request)
    known = Q(domain=None) | Q(domain__in=Domain.objects.visible_to(viewer))
    found = ReadyAnswer.objects.select_related("domain").filter(known, pk=pk).first()
    if found is None or not _may_forget(viewer, found):
        raise Http404(NOTHING)
    found.delete()
    notify(request, "It is offered no more.")
    return redirect("feedback:answers")


def _may_forget(viewer: User, answer: ReadyAnswer) -> bool:
    return viewer.has_perm(Duty.TRIAGE, answer.domain) if answer.domain else may_manage_rules(viewer)


@require_http_methods(["GET", "HEAD", "POST"])
def announce_view(request: Request, pk: int) -> HttpResponse:
    """Tell all who look at a dataset something, for some days."""
    page, viewer = open_page(request, pk, "feedback"), reader(request)
    if not may_announce(viewer, page.dataset):
        raise PermissionDenied("Only those who triage it announce something.")
    form = AnnounceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        domain = page.dataset.effective_domain if form.cleaned_data["domain"] else None
        until = datetime.combine(form.cleaned_data["until"] + timedelta(days=1), time(0), UTC)
        try:
            announce(actor=viewer, thing=domain or page.dataset, text=form.cleaned_data["text"], ends_at=until)
        except ValidationError as error:
            form.refuse(error)
        else:
            notify(request, "Announced.")
            return redirect("feedback:dataset", pk)
    current = Announcement.objects.filter(dataset=page.dataset, ends_at__gt=timezone.now())
    context = {"page": page, "dataset": page.dataset, "form": form, "announcements": current}
    return render_page(request, "feedback/announce.html", context, status=422 if form.errors else 200)


@require_POST
def announcement_end(request: Request, pk: int) -> HttpResponse:
    """Take an announcement down."""
    viewer = reader(request)
    known = Q(dataset__in=Dataset.objects.visible_to(viewer)) | Q(domain__in=Domain.objects.visible_to(viewer))
    found = Announcement.objects.select_related("dataset", "domain").filter(known, pk=pk).first()
    thing = (found.dataset or found.domain) if found else None
    if found is None or thing is None or not may_announce(viewer, thing):
        raise Http404(NOTHING)
    end_announcement(actor=viewer, announcement=found)
    notify(request, "Taken down.")
    return redirect(thing.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def reviews(request: Request, pk: int) -> HttpResponse:
    """What people think of a dataset, and one's own word."""
    page, viewer = open_page(request, pk, "feedback"), reader(request)
    own = Review.objects.filter(dataset=page.dataset, author=viewer).first()
    form = ReviewForm(request.POST or None, initial={"stars": own.stars, "sentence": own.sentence} if own else None)
    if request.method == "POST" and form.is_valid():
        try:
            review(actor=viewer, dataset=page.dataset, **form.cleaned_data)
        except ValidationError as error:
            form.refuse(error)
        else:
            notify(request, "Thank you: others read it here.")
            return redirect("feedback:reviews", pk)
    shown = Review.objects.shown().filter(dataset=page.dataset)
    context = {
        "page": page, "dataset": page.dataset, "form": form, "own": own,
        "reviews": shown.select_related("author")[:MOST_REVIEWS],
        "summary": shown.aggregate(mean=Avg("stars"), count=Count("pk")),
        "triages": viewer.has_perm(Duty.TRIAGE, page.dataset),
    }  # fmt: skip
    return render_page(request, "feedback/reviews.html", context, status=422 if form.errors else 200)


@require_POST
def review_hide(request: Request, pk: int) -> HttpResponse:
    """Take a review down, with a reason."""
    viewer = reader(request)
    known = Review.objects.filter(dataset__in=Dataset.objects.visible_to(viewer))
    found = known.select_related("dataset__source", "author").filter(pk=pk).first()
    if found is None:
        raise Http404(NOTHING)
    open_page(request, found.dataset_id, "feedback")
    try:
        take_down(actor=viewer, review=found, because=request.POST.get("because", ""))
    except ValidationError as error:
        notify(request, " ".join(error.messages))
    else:
        notify(request, "Taken down.")
    return redirect("feedback:reviews", found.dataset_id)
