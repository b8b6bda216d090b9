"""Opt-out rules: the list, a rule's page, writing and changing one, and what one would do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.paging import keyset_page
from core.partials import render_page
from core.toasts import notify
from permissions.forms.rules import ExtendForm, RuleForm, RulesFilter, WithdrawForm, initial_for, initial_of
from permissions.models import OptOutRule, RuleState, User
from permissions.roles import may_manage_rules
from permissions.rules.carriers import suggest_labels
from permissions.rules.draft import draft_of
from permissions.rules.history import steps_of
from permissions.rules.known import known_rules, may_change, may_see_all_of, seen_whole
from permissions.rules.listing import counts_by_state, narrowed
from permissions.rules.preview import Preview, preview
from permissions.rules.scope import NOT_WITHIN, covered, may_write_on, no_longer_covered, writes_rules
from permissions.rules.services import Stale, change_rule, extend_review, withdraw_rule, write_rule

if TYPE_CHECKING:
    from core.requests import Request

LINES = 50
FEWEST_LETTERS = 2


@require_GET
def rules(request: Request) -> HttpResponse:
    """The rules that the person may know of."""
    person, form = _person(request), RulesFilter(request.GET)
    form.is_valid()
    wanted = dict(form.cleaned_data)
    all_of_them, writes = may_manage_rules(person), writes_rules(person)
    if not all_of_them:
        wanted.pop("person", None)  # whom else a rule stops is not for everybody
    known = known_rules(person)
    page = keyset_page(
        narrowed(known, wanted).with_people(), order=("-pk",), cursor=wanted.get("cursor") or None, size=LINES
    )
    states = [(state, counts) for state, counts in zip(RuleState, counts_by_state(known).values(), strict=True)]
    context = {
        "page": page, "form": form, "wanted": wanted, "states": states, "manages": all_of_them, "writes": writes,
        "whole": seen_whole(person, page.items), "uncovered": no_longer_covered(page.items),
    }  # fmt: skip
    return render_page(request, "permissions/rules/list.html", context)


@require_GET
def rule(request: Request, pk: int) -> HttpResponse:
    """What a rule says; to those who answer for it also whom it stops, what it does, and what it said before."""
    person = _person(request)
    found = _known(person, pk)
    whole = may_see_all_of(person, found)
    context: dict[str, Any] = {"rule": found, "whole": whole, "withdraw": WithdrawForm(), "extend": ExtendForm()}
    if whole:
        told = draft_of(found)
        context |= {
            "steps": steps_of(found),
            "effect": preview(viewer=person, label=told.label, level=told.level, whom=told.whom, rule=found),
            "uncovered": no_longer_covered([found]),
            "exceptions": found.exceptions.in_force().select_related("person", "team", "approved_by"),
        }
    return render(request, "permissions/rules/rule.html", context)


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    person = _writer(request)
    form = RuleForm(request.POST or None, initial=initial_for(person) | {"label": request.GET.get("label", "")})
    if _saves(request) and form.is_valid():
        made = _write(person, form)
        if made is not None:
            notify(request, f"Written: {made}. It holds from {'now' if _begun(made) else 'its start'} on.")
            return redirect(made)
    return _form_page(request, form)


@require_http_methods(["GET", "POST"])
def change(request: Request, pk: int) -> HttpResponse:
    person = _person(request)
    found = _changeable(person, pk)
    form = RuleForm(request.POST or None, initial=initial_of(found))
    if not may_write_on(person, found.label):
        _keep_label(form, found)
    if _saves(request) and form.is_valid() and _change(person, form, found):
        notify(request, "Saved as a new version.")
        return redirect(found)
    return _form_page(request, form, found)


@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    person = _person(request)
    found, form = _changeable(person, pk), WithdrawForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    if withdraw_rule(actor=person, rule=found, note=note):
        notify(request, f"Withdrawn: {found}. It stays on record.")
    return redirect(found)


@require_POST
def extend(request: Request, pk: int) -> HttpResponse:
    """Give a rule another review date."""
    person = _person(request)
    found, form = _changeable(person, pk), ExtendForm(request.POST)
    if not form.is_valid():
        notify(request, "Give the day on which it is looked at again.", level=messages.ERROR)
        return redirect(found)
    try:
        extend_review(
            actor=person, rule=found, review_on=form.cleaned_data["review_on"], note=form.cleaned_data["note"]
        )
    except ValidationError as error:
        notify(request, " ".join(error.messages), level=messages.ERROR)
    else:
        notify(request, f"Looked at again on {form.cleaned_data['review_on']:%-d %B %Y}.")
    return redirect(found)


@require_POST
def effect(request: Request) -> HttpResponse:
    """What the rule in the form would do, as it is typed."""
    person = _person(request)
    form, changed = RuleForm(request.POST), _of_form(person, request)
    if changed is None:
        _writer(request)
    elif not may_write_on(person, changed.label):
        _keep_label(form, changed)
    look = _preview(person, form, changed)
    chosen = form.cleaned_data.get("label") and form.cleaned_data.get("level")
    outside = NOT_WITHIN if chosen and look is None else ""
    return render(request, "permissions/rules/effect.html", {"effect": look, "asked": True, "outside": outside})


@require_GET
def labels(request: Request) -> HttpResponse:
    """Labels for what was typed, of what the person may know of and writes rules on."""
    person, typed = _person(request), request.GET.get("label", "")[:200]
    found = suggest_labels(person, typed) if len(typed.strip()) >= FEWEST_LETTERS else []
    kept = covered(person, {hint.label for hint in found})
    return render(request, "permissions/rules/options.html", {"labels": [one for one in found if one.label in kept]})


@require_GET
def names(request: Request, field: str) -> HttpResponse:
    """People or teams for what was typed."""
    typed = [value for value in request.GET.getlist(field) if value.strip()]
    last = typed[-1].rpartition(",")[2].strip() if typed else ""
    chooser = _chooser_field(field)
    found = chooser.suggest(last) if len(last) >= FEWEST_LETTERS else []
    options = [(getattr(row, chooser.column), str(row)) for row in found]
    return render(request, "permissions/rules/options.html", {"names": options})


@require_POST
def choose(request: Request, field: str) -> HttpResponse:
    """One group of people or teams with the one just typed."""
    _chooser_field(field)
    return render(request, "permissions/rules/chooser.html", {"one": RuleForm(request.POST).chooser(field)})


def _chooser_field(name: str) -> Any:
    field = RuleForm.base_fields.get(name)
    if not hasattr(field, "suggest"):
        raise Http404("There is nothing at this address.")
    return field


def _person(request: Request) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied("Sign in to see rules.")
    return request.user


def _writer(request: Request) -> User:
    person = _person(request)
    if not writes_rules(person):
        raise PermissionDenied(
            "The data council and administrators write rules, and whom they let manage those of something. Tell them "
            "what should be closed, and why."
        )
    return person


def _known(person: User, pk: int) -> OptOutRule:
    found = known_rules(person).with_people().filter(pk=pk).first()
    if found is None:
        raise Http404("There is nothing at this address.")
    return found


def _changeable(person: User, pk: int) -> OptOutRule:
    found = _known(person, pk)
    if not may_change(person, found):
        raise PermissionDenied("Its owner and those who manage rules change it.")
    return found


def _saves(request: Request) -> bool:
    """Whether the form was sent to be saved, and not only to see what it would do."""
    return request.method == "POST" and "look" not in request.POST


def _begun(rule: OptOutRule) -> bool:
    return rule.state != RuleState.LATER


def _keep_label(form: RuleForm, rule: OptOutRule) -> None:
    """Only who writes rules there gives one another label: an owner would otherwise write any rule."""
    form.fields["label"].disabled = True
    form.initial["label"] = rule.label


def _write(person: User, form: RuleForm) -> OptOutRule | None:
    told = form.cleaned_data
    if not _within(person, form):
        return None
    try:
        return write_rule(actor=person, draft=form.draft(), note=told["note"], not_yet=told["not_yet"])
    except ValidationError as error:
        form.refuse(error.message_dict if hasattr(error, "error_dict") else {"": error.messages})
        return None


def _change(person: User, form: RuleForm, found: OptOutRule) -> bool:
    told = form.cleaned_data
    if told["label"] != found.label and not _within(person, form):
        return False
    try:
        change_rule(
            actor=person, rule=found, draft=form.draft(found), note=told["note"], version=told["version"],
            not_yet=told["not_yet"],
        )  # fmt: skip
    except ValidationError as error:
        form.refuse(error.message_dict if hasattr(error, "error_dict") else {"": error.messages})
        return False
    except Stale as error:
        form.add_error(None, str(error))
        return False
    return True


def _within(person: User, form: RuleForm) -> bool:
    """Whether the person writes rules on the label in the form, which says so where they do not."""
    if may_write_on(person, form.cleaned_data["label"]):
        return True
    form.refuse({"label": [NOT_WITHIN]})
    return False


def _of_form(person: User, request: Request) -> OptOutRule | None:
    """The rule that the form changes, if it is about one."""
    given = request.POST.get("rule", "")
    return _changeable(person, int(given)) if given.isdecimal() and len(given) < 19 else None


def _preview(person: User, form: RuleForm, changed: OptOutRule | None) -> Preview | None:
    """What the form would do, as soon as it says what and how much."""
    form.is_valid()
    told = form.cleaned_data
    if not told.get("label") or not told.get("level"):
        return None
    kept = changed is not None and told["label"] == changed.label
    if not kept and not may_write_on(person, told["label"]):
        return None
    return preview(viewer=person, label=told["label"], level=told["level"], whom=form.whom, rule=changed)


def _form_page(request: Request, form: RuleForm, changed: OptOutRule | None = None) -> HttpResponse:
    person = _person(request)
    shown = form if form.is_bound else None
    told = draft_of(changed) if changed else None
    look: Preview | None = None
    if shown is not None:
        look = _preview(person, shown, changed)
    elif told is not None:
        look = preview(viewer=person, label=told.label, level=told.level, whom=told.whom, rule=changed)
    context = {"form": form, "choosers": form.choosers(), "rule": changed, "effect": look, "asked": form.is_bound}
    failed = bool(form.is_bound and form.errors and _saves(request))
    return render(request, "permissions/rules/form.html", context, status=422 if failed else 200)
