"""Service accounts: what there is, who answers for each, and their tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Max, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from core.toasts import notify
from permissions.accounts.service_accounts import change_service_account, create_service_account, may_manage
from permissions.forms.service_accounts import NewServiceAccountForm, ServiceAccountForm
from permissions.forms.tokens import ServiceTokenForm
from permissions.models import User
from permissions.views.tokens import make_token, signed_in, status_of, token_context

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from core.requests import Request

SHOWN = 200


@require_GET
def service_accounts(request: Request) -> HttpResponse:
    """All of them for administrators; for everyone else those that they answer for."""
    person = signed_in(request)
    in_force = Q(tokens__revoked_at=None, tokens__expires_at__gt=timezone.now())
    accounts = _within_reach(person).annotate(
        held=Count("tokens", filter=in_force), last_used_at=Max("tokens__last_used_at")
    )
    context = {"accounts": accounts.order_by("first_name", "username")[:SHOWN], "may_manage": may_manage(person)}
    return render(request, "permissions/service_accounts.html", context)


@require_http_methods(["GET", "POST"])
def new_service_account(request: Request) -> HttpResponse:
    """Makes one."""
    person = signed_in(request)
    if not may_manage(person):
        raise PermissionDenied("Administrators make service accounts. Ask one, and say what the program does.")
    form = NewServiceAccountForm(request.POST or None, initial={"answered_by": person.username})
    if request.method == "POST" and form.is_valid():
        try:
            account = create_service_account(actor=person, **form.cleaned_data)
            return redirect("permissions:service_account", account.username)
        except ValidationError as error:
            form.refuse(error.message_dict)
    return render(request, "permissions/service_account_new.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@sensitive_variables("made")
@require_http_methods(["GET", "POST"])
def service_account(request: Request, username: str) -> HttpResponse:
    """One of them with its tokens; a new one's secret is on the answer to the form and nowhere else."""
    person = signed_in(request)
    account = _find(person, username)
    form = ServiceTokenForm(request.POST or None)
    made = make_token(person, account, form) if request.method == "POST" else None
    context = token_context(account, ServiceTokenForm() if made else form, made) | {
        "account": account, "may_manage": may_manage(person)
    }  # fmt: skip
    return render(request, "permissions/service_account.html", context, status=status_of(form, made))


@require_http_methods(["GET", "POST"])
def change(request: Request, username: str) -> HttpResponse:
    """Who answers for it, and whether its tokens hold."""
    person = signed_in(request)
    account = _find(person, username)
    if not may_manage(person):
        raise PermissionDenied("Administrators change service accounts.")
    initial = {"answered_by": account.answered_by.username, "is_active": account.is_active}  # type: ignore[union-attr]
    form = ServiceAccountForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        change_service_account(actor=person, account=account, **form.cleaned_data)
        notify(request, "Saved.")
        return redirect("permissions:service_account", account.username)
    context = {"form": form, "account": account}
    return render(request, "permissions/service_account_change.html", context, status=422 if form.errors else 200)


def _within_reach(person: User) -> QuerySet[User]:
    accounts = User.objects.filter(is_service=True).select_related("answered_by")
    return accounts if may_manage(person) else accounts.filter(answered_by=person)


def _find(person: User, username: str) -> User:
    account = _within_reach(person).filter(username__iexact=username).first()
    if account is None:
        raise Http404("There is no such service account.")
    return account
