"""Writing a definition, and putting it to those who decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from catalog.models import Domain
from catalog.views.page import reader
from core.partials import render_page
from core.toasts import notify
from definitions.drafting import discard_draft, draft_of, may_write, save_draft, start_definition
from definitions.forms import BindingFormSet, NewForm, ProposeForm, TextForm, initial_of
from definitions.models import Definition, DefinitionVersion, Kind
from definitions.proposing import propose
from definitions.reading import find_definition, page_of, shown

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request
    from definitions.drafting import Bound
    from permissions.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Begin a definition."""
    viewer = reader(request)
    form = NewForm(request.POST or None, viewer=viewer, initial=_wished(request, viewer))
    bindings = BindingFormSet(request.POST or None, prefix="bindings", form_kwargs={"viewer": viewer})
    if (
        request.method == "POST"
        and form.is_valid()
        and bindings.is_valid()
        and (made := _started(viewer, form, bindings))
    ):
        notify(request, "Saved as a draft. Nobody but its reviewers sees it until it is approved.")
        return redirect(made)
    context = {"form": form, "bindings": bindings, "cancel": reverse("definitions:index")}
    return render_page(request, "definitions/edit.html", context, status=422 if request.method == "POST" else 200)


def _wished(request: Request, viewer: User) -> dict[str, Any]:
    """What the address says already: ``?name=``, ``?domain=``, ``?kind=``."""
    domain = Domain.objects.visible_to(viewer).filter(slug=request.GET.get("domain", "")[:50]).first()
    name = request.GET.get("name", "").replace("\0", "")[:120]
    return {"name": name, "kind": request.GET.get("kind", "term"), "domain": domain.slug if domain else None}


def _started(viewer: User, form: NewForm, bindings: Any) -> Definition | None:
    given = {name: form.cleaned_data[name] for name in ("name", "kind", "scope", "domain")}
    try:
        return start_definition(actor=viewer, text=form.text(), bindings=bound_of(bindings), **given)
    except ValidationError as error:
        form.refuse(error)
        return None


def bound_of(forms: Any) -> list[Bound]:
    return [bound for form in forms if (bound := form.bound())]


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, slug: str) -> HttpResponse:
    """Write the next version: the draft there is, or one that begins as the version in force."""
    viewer = reader(request)
    found = find_definition(viewer, slug)
    base = _base(viewer, found)
    text, rows = initial_of(base, shown(viewer, base).bindings)
    if base.status != DefinitionVersion.Status.DRAFT:
        text["change_note"] = ""
    form = TextForm(request.POST or None, initial=text)
    bindings = BindingFormSet(request.POST or None, prefix="bindings", initial=rows, form_kwargs={"viewer": viewer})
    if request.method == "POST" and form.is_valid() and bindings.is_valid() and _saved(viewer, found, form, bindings):
        notify(request, "The draft is saved.")
        return redirect("definitions:propose", found.slug)
    context = {
        "definition": found,
        "form": form,
        "bindings": bindings,
        "base": base,
        "cancel": found.get_absolute_url(),
    }
    return render_page(request, "definitions/edit.html", context, status=422 if request.method == "POST" else 200)


def _base(viewer: User, definition: Definition) -> DefinitionVersion:
    """What to begin with. Whoever may not read all of it may not rewrite it. Raises `PermissionDenied`."""
    draft = draft_of(definition)
    if draft is not None and not may_write(viewer, draft):
        raise PermissionDenied(f"{draft.author or 'Somebody'} is writing version {draft.number}: talk to them first.")
    base = draft or page_of(viewer, definition).version
    base.definition = definition
    if not shown(viewer, base).plain:
        raise PermissionDenied("It is bound to data that is closed to you: ask for access to that first.")
    return base


def _saved(viewer: User, definition: Definition, form: TextForm, bindings: Any) -> bool:
    try:
        save_draft(actor=viewer, definition=definition, text=form.text(), bindings=bound_of(bindings))
    except ValidationError as error:
        form.refuse(error)
        return False
    return True


@require_POST
def discard(request: Request, slug: str) -> HttpResponse:
    """Throw the draft away."""
    viewer = reader(request)
    found = find_definition(viewer, slug)
    draft = get_object_or_404(DefinitionVersion.objects.readable_by(viewer), definition=found, status="draft")
    gone = discard_draft(actor=viewer, draft=draft)
    notify(request, "The draft is thrown away.")
    return redirect(reverse("definitions:index") if gone else found.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def propose_view(request: Request, slug: str) -> HttpResponse:
    """Put the draft to those who decide; with ``?kind=``, promotion or retirement of what is in force."""
    viewer = reader(request)
    found = find_definition(viewer, slug)
    form = ProposeForm(request.POST or None, initial={"kind": request.GET.get("kind", "")})
    kind = str(form["kind"].value() or "")
    if request.method == "POST" and form.is_valid() and (made := _proposed(viewer, found, form)):
        notify(request, "Proposed: those who decide are told.")
        return redirect(made)
    context = {
        "definition": found, "form": form, "kind": kind if kind in ("promotion", "retirement") else "",
        "draft": draft_of(found), "page": page_of(viewer, found),
    }  # fmt: skip
    return render_page(request, "definitions/propose.html", context, status=422 if form.errors else 200)


def _proposed(viewer: User, definition: Definition, form: ProposeForm) -> Any:
    kind = form.cleaned_data["kind"]
    try:
        reason = form.cleaned_data["reason"]
        return propose(actor=viewer, definition=definition, reason=reason, kind=Kind(kind) if kind else None)
    except ValidationError as error:
        form.refuse(error)
        return None
