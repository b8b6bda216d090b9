"""Suggested classifications: looked through, accepted and refused by the hundred, and taken back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from catalog.classifying.deciding import MOST, NothingToDecide, classify, decide, decisions_of, undo, undoable_by
from catalog.classifying.forms import ClassifyForm, DecideForm, SuggestedForm, key_from
from catalog.classifying.learning import suggest_again, withheld_for
from catalog.classifying.reading import groups_of, ids_of, in_order, suggested_to
from catalog.curation.outcome import Refused
from catalog.duties import may_curate
from catalog.models import Classification, Dataset, Domain, Edit, Source
from catalog.views.field import opened_field
from core.partials import render_page
from core.toasts import notify
from permissions.models import User

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import BaseForm
    from django.http import HttpResponse

    from core.requests import Request

LINES = 50
SHOWN = 100  # fields of one group
FASTER = "Somebody else decided on these already."


def person_of(request: Request) -> User:
    """Who asks for the page."""
    if not isinstance(request.user, User):
        raise PermissionDenied("Sign in first.")
    return request.user


@require_safe
def suggested(request: Request) -> HttpResponse:
    """What waits for the person's decision, in groups of what is alike."""
    person, form = person_of(request), SuggestedForm.of(request)
    every = suggested_to(person)
    page, groups = groups_of(form.narrowing().of(every), cursor=form.text("cursor") or None, size=LINES)
    shown = [(group, json.dumps(group.key)) for group in groups]
    context = {"page": page, "groups": shown, "form": form, "waiting": every.count(), **_choices(person, every)}
    return render_page(request, "catalog/classifying/suggested.html", context)


def _choices(person: User, every: Any) -> dict[str, Any]:
    """What the list can be narrowed to: only what occurs in it."""
    datasets = every.order_by().values("field__dataset")
    own = Dataset.objects.filter(pk__in=datasets)
    domains = [pk for pair in own.values_list("domain", "source__domain").distinct().order_by() for pk in pair]
    return {
        "sources": Source.objects.visible_to(person).filter(datasets__in=datasets).distinct().order_by("name"),
        "domains": Domain.objects.visible_to(person).filter(pk__in=domains).order_by("name"),
        "classifications": Classification.objects.filter(classified__in=every).distinct().order_by("slug"),
    }


@require_safe
def fields_of_group(request: Request) -> HttpResponse:
    """The fields of one group, to be chosen one by one."""
    person, form = person_of(request), SuggestedForm.of(request)
    key = key_from(request.GET.get("group", ""))
    if key is None:
        raise Http404("There is no such group.")
    marks = list(in_order(key.of(form.narrowing().of(suggested_to(person))))[: SHOWN + 1])
    context = {"marks": marks[:SHOWN], "more": len(marks) > SHOWN, "shown": SHOWN}
    return render(request, "catalog/classifying/fields.html", context)


@require_POST
def decide_many(request: Request) -> HttpResponse:
    """Accept or refuse what was chosen, within what the list was narrowed to."""
    person, form, back = person_of(request), DecideForm(request.POST), _back(request)
    if not form.is_valid():
        return _told(request, back, _problems(form))
    narrowed = SuggestedForm.of(request).narrowing().of(suggested_to(person))
    accept, reason = form.cleaned_data["answer"] == "accept", form.cleaned_data["reason"]
    chosen = suggested_to(person).filter(pk__in=[*form.ids, *ids_of(narrowed, form.keys, MOST + 1)])
    return _tried(request, back, lambda: decide(actor=person, marks=chosen, accept=accept, reason=reason), accept)


@require_POST
def classify_field(request: Request, pk: int, field_pk: int) -> HttpResponse:
    """Say what one field is, or is not."""
    person = person_of(request)
    field = opened_field(request, pk, field_pk)
    if not may_curate(person, field.dataset):
        raise PermissionDenied("Only those who answer for this dataset decide what its fields are.")
    form, back = ClassifyForm(request.POST), field.get_absolute_url()
    if not form.is_valid():
        return _told(request, back, _problems(form))
    told = form.cleaned_data
    accept, pairs = told["answer"] == "accept", [(field.pk, told["classification"].slug)]
    return _tried(
        request, back, lambda: classify(actor=person, pairs=pairs, confirm=accept, reason=told["reason"]), accept
    )


@require_POST
def undo_decision(request: Request, pk: int) -> HttpResponse:
    """Take a decision back; what came of one that is not the person's is answered as none."""
    person = person_of(request)
    edit = get_object_or_404(undoable_by(person), pk=pk)
    try:
        undo(actor=person, edit=edit)
    except NothingToDecide:
        raise Http404("There is nothing to take back.") from None
    except ValidationError as error:
        notify(request, " ".join(error.messages), level=messages.ERROR)
    except Refused as error:
        notify(request, str(error), level=messages.ERROR)
    else:
        notify(request, "Taken back.")
    return HttpResponseRedirect(reverse("catalog:suggested_classes"))


@require_safe
def withheld(request: Request) -> HttpResponse:
    """What is not suggested any more, and because of what."""
    context = {"withheld": withheld_for(person_of(request))}
    return render_page(request, "catalog/classifying/withheld.html", context)


@require_POST
def take_up(request: Request) -> HttpResponse:
    """Suggest what was withheld again."""
    person = person_of(request)
    given = {name: request.POST.get(name, "")[:5_000].replace("\0", "") for name in ("source", "name", "category")}
    source = get_object_or_404(Source.objects.readable_by(person), slug=given["source"])
    again = suggest_again(actor=person, source=source, name=given["name"], category=given["category"])
    if not again:
        raise Http404("There is nothing to suggest again.")
    notify(request, f"Suggested again on {again:,} {'field' if again == 1 else 'fields'}.")
    return redirect("catalog:withheld_classes")


def _tried(request: Request, back: str, act: Callable[[], Edit], accept: bool) -> HttpResponse:
    try:
        edit = act()
    except NothingToDecide:
        return _told(request, back, FASTER)
    except ValidationError as error:
        return _told(request, back, " ".join(error.messages))
    except Refused as error:
        return _told(request, back, str(error))
    fields = decisions_of(edit).count()
    word = "Accepted" if accept else "Refused"
    undo_url = reverse("catalog:undo_classes", args=[edit.pk])
    notify(request, f"{word} on {fields:,} {'field' if fields == 1 else 'fields'}.", undo=undo_url)
    return redirect(back)


def _problems(form: BaseForm) -> str:
    return " ".join(str(one) for errors in form.errors.values() for one in errors)


def _told(request: Request, back: str, text: str) -> HttpResponse:
    notify(request, text, level=messages.ERROR)
    return redirect(back)


def _back(request: Request) -> str:
    query = request.GET.urlencode()
    return f"{reverse('catalog:suggested_classes')}{'?' if query else ''}{query}"
