"""Rules that fill gaps: written, looked at before they run, run, and switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import escape
from django.views.decorators.http import require_http_methods

from catalog.curation.facts import FACTS
from catalog.curation.filling import make_rule, preview_rule, rules_seen_by, run_rule, switch_rule
from catalog.curation.outcome import Refused
from catalog.views.page import reader
from core.partials import render_page
from core.toasts import notify
from permissions.things import NOTHING

if TYPE_CHECKING:
    from django.http import HttpResponse

    from catalog.models import MetadataRule
    from core.requests import Request
    from permissions.models import User

OF_DATASETS = ("domain", "owner", "steward", "tags", "classifications", "stage", "nature", "delivery", "retention")


class RuleForm(forms.Form):
    """Which things, and what is said of them where nobody has said it."""

    name = forms.CharField(max_length=120)
    pattern = forms.CharField(label="Datasets", max_length=500, help_text="Keys that fit, as <code>crm.*</code>.")
    field_pattern = forms.CharField(
        label="Fields", max_length=200, required=False,
        help_text="Names that fit, as <code>*_email</code>. Leave it empty to speak of the datasets themselves.",
    )  # fmt: skip

    def __init__(self, data: object = None) -> None:
        super().__init__(data, auto_id="rule-%s")  # type: ignore[arg-type]
        for name in OF_DATASETS:
            fact = FACTS["dataset"][name]
            self.fields[name] = forms.CharField(
                label=fact.label, required=False, max_length=500, help_text=escape(fact.help)
            )

    @property
    def given(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in OF_DATASETS if self.cleaned_data[name]}


@require_http_methods(["GET", "POST"])
def listed(request: Request) -> HttpResponse:
    """The rules that the reader may see, and a form for another."""
    person, form = reader(request), RuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (made := _made(person, form)):
        notify(request, "Written. Look at what it would do, and run it.")
        return redirect(made)
    context = {"rules": rules_seen_by(person).select_related("author", "last_edit"), "form": form}
    return render_page(request, "catalog/metadata_rules/list.html", context, status=422 if form.errors else 200)


def _made(person: User, form: RuleForm) -> MetadataRule | None:
    try:
        told = {name: form.cleaned_data[name] for name in ("name", "pattern", "field_pattern")}
        return make_rule(actor=person, given=form.given, **told)
    except Refused as refused:
        for one in refused.refusals:
            form.add_error(one.fact if one.fact in form.fields else None, one.reason)
        return None


@require_http_methods(["GET", "POST"])
def one(request: Request, pk: int) -> HttpResponse:
    """One rule with what a run would do now."""
    person = reader(request)
    rule = rules_seen_by(person).filter(pk=pk).select_related("author", "last_edit").first()
    if rule is None:
        raise Http404(NOTHING)
    if request.method == "POST":
        _act(request, person, rule)
        return redirect(rule)
    preview, refused = None, ""
    if rule.author_id == person.pk:
        try:
            preview = preview_rule(rule=rule)
        except Refused as error:
            refused = str(error)
    context = {"rule": rule, "preview": preview, "refused": refused, "own": rule.author_id == person.pk}
    return render_page(request, "catalog/metadata_rules/one.html", context)


def _act(request: Request, person: User, rule: MetadataRule) -> None:
    choice = request.POST.get("choice", "")
    if choice in ("on", "off"):
        switch_rule(actor=person, rule=rule, on=choice == "on")
        notify(request, "It runs after each harvest." if choice == "on" else "It does not run any more.")
    elif choice == "run" and rule.author_id == person.pk:
        try:
            outcome = run_rule(rule=rule)
        except Refused as refused:
            notify(request, str(refused), level=messages.ERROR)
            return
        undo = reverse("catalog:edit_undo", args=[outcome.edit.pk]) if outcome.edit else ""
        notify(request, f"It spoke of {outcome.changed:,} thing{'' if outcome.changed == 1 else 's'}.", undo=undo)
