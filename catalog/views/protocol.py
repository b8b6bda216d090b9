"""The protocols: what must be said of which data, and changing that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from catalog.models import Classification, Dataset, Domain, Protocol
from catalog.protocol.requirements import CHOICES, known
from catalog.protocol.services import (
    WHO,
    domains_to_write_for,
    may_write,
    remove_protocol,
    save_protocol,
    visible_protocols,
)
from catalog.views.page import reader
from core.partials import render_page
from core.toasts import notify
from permissions.roles import may_manage_rules
from permissions.things import NOTHING

if TYPE_CHECKING:
    from django.http import HttpResponse

    from core.requests import Request
    from permissions.models import User

COUNTED = "Within a minute every dataset is counted by it."


class ProtocolForm(forms.Form):
    """Of which datasets, and what."""

    name = forms.CharField(max_length=120)
    about = forms.CharField(
        label="Why", required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Shown to those who are to do it.",
    )  # fmt: skip
    domain = forms.ModelChoiceField(Domain.objects.none(), required=False, empty_label="Every domain")
    kind = forms.ChoiceField(required=False, choices=[("", "Every kind"), *Dataset.Kind.choices])
    classification = forms.ModelChoiceField(
        Classification.objects.all(), required=False, empty_label="Classified or not",
        help_text="The dataset carries it, or one of its fields does.",
    )  # fmt: skip
    certified = forms.BooleanField(
        label="Only certified datasets", required=False,
        help_text="It must be so before a dataset is certified, and stay so.",
    )  # fmt: skip
    requires = forms.MultipleChoiceField(
        label="Must have", choices=CHOICES, widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        error_messages={"required": "Choose at least one."},
    )  # fmt: skip

    def __init__(self, data: Any, *, initial: dict[str, Any], viewer: User) -> None:
        super().__init__(data, initial=initial, auto_id="protocol-%s")
        domain: Any = self.fields["domain"]
        domain.queryset = domains_to_write_for(viewer).order_by("name")
        if not may_manage_rules(viewer):
            domain.required, domain.empty_label = True, None

    def refuse(self, error: ValidationError) -> None:
        for name, messages in error.message_dict.items() if hasattr(error, "error_dict") else [(None, error.messages)]:
            self.add_error(name if name in self.fields else None, messages)


@require_safe
def listed(request: Request) -> HttpResponse:
    """What is asked of which datasets."""
    person = reader(request)
    lines = [(one, known(one.requires), may_write(person, one.domain)) for one in visible_protocols(person)]
    writes = may_manage_rules(person) or domains_to_write_for(person).exists()
    return render_page(request, "catalog/missing/protocols.html", {"lines": lines, "writes": writes, "tab": "protocol"})


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    person = reader(request)
    if not may_manage_rules(person) and not domains_to_write_for(person).exists():
        raise PermissionDenied(WHO)
    return _form(request, person, Protocol())


@require_http_methods(["GET", "POST"])
def one(request: Request, pk: int) -> HttpResponse:
    """One protocol, to be changed or removed by those who may, and read by all others."""
    person = reader(request)
    found = visible_protocols(person).filter(pk=pk).first()
    if found is None:
        raise Http404(NOTHING)
    if not may_write(person, found.domain):
        if request.method == "POST":
            raise PermissionDenied(WHO)
        context = {"protocol": found, "requires": known(found.requires)}
        return render_page(request, "catalog/missing/protocol.html", context)
    if request.method == "POST" and request.POST.get("choice") == "remove":
        remove_protocol(actor=person, protocol=found)
        notify(request, f"Removed: {found.name}.")
        return redirect("catalog:protocols")
    return _form(request, person, found)


def _form(request: Request, person: User, found: Protocol) -> HttpResponse:
    columns = ("name", "about", "domain", "kind", "classification", "certified", "requires")
    told = {name: getattr(found, name) for name in columns} if found.pk else {}
    form = ProtocolForm(request.POST or None, initial=told, viewer=person)
    if request.method == "POST" and form.is_valid():
        try:
            save_protocol(actor=person, protocol=found, values=form.cleaned_data)
        except ValidationError as error:
            form.refuse(error)
        else:
            notify(request, f"Saved: {found.name}. {COUNTED}")
            return redirect("catalog:protocols")
    context = {"form": form, "protocol": found if found.pk else None}
    return render_page(request, "catalog/missing/edit.html", context, status=422 if form.errors else 200)
