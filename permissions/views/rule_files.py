"""Rules as files: taken away, and brought back with a look at what would change first."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from core.toasts import notify
from permissions.audit import note
from permissions.models import User
from permissions.rules.files import LARGEST, Unreadable, exported, read_file, to_csv, to_yaml
from permissions.rules.known import changeable_rules
from permissions.rules.plan import Kind, Refused, apply_rules, plan_rules
from permissions.rules.scope import writes_rules

if TYPE_CHECKING:
    from core.requests import Request
    from permissions.rules.plan import Plan

WRITERS = {"csv": (to_csv, "text/csv"), "yaml": (to_yaml, "application/yaml")}
ORDER = (Kind.REFUSED, Kind.WITHDRAWN, Kind.CHANGED, Kind.ADDED)


class FileForm(forms.Form):
    """A file of rules, or the text of one that was looked at."""

    file = forms.FileField(label="File", required=False, help_text="A table (.csv) or code (.yaml), in UTF-8.")
    prune = forms.BooleanField(label="Withdraw rules that are not in the file", required=False)
    not_yet = forms.BooleanField(label="Allow labels that nothing carries so far", required=False)
    name = forms.CharField(required=False, max_length=255, widget=forms.HiddenInput)
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    agreed = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def content(self) -> tuple[str, str]:
        """Return the file's name and its text. Raises `Unreadable`."""
        given = self.cleaned_data["file"]
        if given is None:
            return self.cleaned_data["name"], self.cleaned_data["text"].replace("\r\n", "\n")
        if given.size > LARGEST:
            raise Unreadable(f"The file has {given.size:,} bytes; at most {LARGEST:,} are read.")
        try:
            return given.name, given.read().decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise Unreadable("The file is not UTF-8 text.") from error


@require_GET
def export(request: Request, ending: str) -> HttpResponse:
    """Every rule that the person writes and that has not ended, as a table or as code."""
    person = _writer(request)
    if ending not in WRITERS:
        raise Http404("There is nothing at this address.")
    write, kind = WRITERS[ending]
    note("export.read", actor=person, thing="opt-out rules", after={"format": ending})
    name = f"rules-{timezone.localdate():%Y-%m-%d}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(
        write(exported(changeable_rules(person))), content_type=f"{kind}; charset=utf-8", headers=headers
    )


@require_http_methods(["GET", "POST"])
def files(request: Request) -> HttpResponse:
    """Takes a file, shows what it would change, and changes that once somebody agrees."""
    person = _writer(request)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "GET" or not form.is_valid():
        return render(request, "permissions/rules/files.html", {"form": form})
    told = form.cleaned_data
    wanted = {"prune": told["prune"], "not_yet": told["not_yet"]}
    mine = changeable_rules(person)
    try:
        name, text = form.content()
        specs = read_file(name, text.encode())
        if told["agreed"]:
            plan = apply_rules(
                actor=person, specs=specs, among=mine, **wanted, note=f"From {name}.", agreed=told["agreed"]
            )
            notify(request, _done(plan))
            return redirect("permissions:rules")
        plan = plan_rules(actor=person, specs=specs, among=mine, **wanted)
    except Unreadable as error:
        form.add_error("file", str(error))
        return render(request, "permissions/rules/files.html", {"form": form}, status=422)
    except Refused as refused:
        plan = refused.plan
        notify(request, "This is not what you agreed to any more. Look again.", level=messages.WARNING)
    return _look(request, plan, {"name": name, "text": text, **wanted})


def _look(request: Request, plan: Plan, kept: dict[str, Any]) -> HttpResponse:
    groups = [(kind, plan.of(kind)) for kind in ORDER if plan.of(kind)]
    form = FileForm(initial=kept | {"agreed": plan.digest})
    context = {"form": form, "plan": plan, "groups": groups, "same": plan.counts[Kind.UNCHANGED], **kept}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if plan.refused else HTTPStatus.OK
    return render(request, "permissions/rules/files_look.html", context, status=status)


def _done(plan: Plan) -> str:
    counts = [f"{count} {kind.label}" for kind, count in plan.counts.items() if count]
    return f"Done: {', '.join(counts)}."


def _writer(request: Request) -> User:
    if not isinstance(request.user, User) or not writes_rules(request.user):
        raise PermissionDenied("Those who write rules take them away and bring them back.")
    return request.user
