"""The palette, the pattern page, toasts, error pages and ended sessions."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.views.defaults import server_error
from pytest_django import DjangoAssertNumQueries

from config.urls import handler403, handler404
from config.urls import urlpatterns as site
from core.toasts import notify
from permissions.models import User

pytestmark = pytest.mark.django_db


class Rule:
    reason = "Payroll is kept to the people who run it."
    owner = "Ines"
    review_on = None


class Explanation:
    """As `permissions` says it."""

    rules = (Rule,)
    level = "read"
    request_url = "/ask/"


def closed(request: HttpRequest) -> HttpResponse:
    refusal = PermissionDenied("no")
    refusal.explanation = Explanation()  # type: ignore[attr-defined]
    raise refusal


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("Only stewards certify.")


def saved(request: HttpRequest) -> HttpResponse:
    notify(request, "Saved <b>", undo="/undo/")
    return HttpResponse("<p>region</p>")


urlpatterns = [*site, path("t/closed/", closed), path("t/forbidden/", forbidden), path("t/saved/", saved)]
handlers = handler403, handler404
here = pytest.mark.urls(__name__)


def test_the_palette_finds_people_and_actions(as_alice: Client, bob: User) -> None:
    assert "Bob Baker" in as_alice.get("/palette/", {"q": "bob bak"}).content.decode().replace("<mark>", "").replace(
        "</mark>", ""
    )
    assert "Change password" in as_alice.get("/palette/").content.decode()


def test_the_palette_leaves_out_people_who_left(as_alice: Client, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert "/people/bob/" not in as_alice.get("/palette/", {"q": "bob"}).content.decode()


def test_the_palette_is_for_those_who_signed_in(client: Client, alice: User) -> None:
    assert client.get("/palette/").status_code == 302


def test_the_pattern_page_shows_both_themes(as_alice: Client) -> None:
    html = as_alice.get("/ui/").content.decode()
    assert 'data-bs-theme="light" id="components-light"' in html
    assert 'data-bs-theme="dark" id="components-dark"' in html


@here
def test_a_restricted_page_tells_why_and_how_to_ask(as_alice: Client) -> None:
    response = as_alice.get("/t/closed/")
    assert response.status_code == 403
    for said in ("Payroll is kept to the people who run it.", "Ines", 'href="/ask/"'):
        assert said in response.content.decode()


@here
def test_a_forbidden_action_says_what_it_takes(as_alice: Client) -> None:
    response = as_alice.get("/t/forbidden/")
    assert response.status_code == 403
    assert "Only stewards certify." in response.content.decode()


def test_an_unknown_page_offers_to_search(as_alice: Client) -> None:
    response = as_alice.get("/no/such/page/")
    assert response.status_code == 404
    assert 'action="/search/"' in response.content.decode()


def test_the_page_of_a_broken_server_needs_no_database(
    rf: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        response = server_error(rf.get("/"))
    assert b"Something broke on our side" in response.content


def test_a_form_from_an_old_page_is_explained(alice: User) -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/")
    assert response.status_code == 403
    assert "This form is too old" in response.content.decode()


@here
def test_htmx_gets_waiting_messages_with_the_region(as_alice: Client) -> None:
    html = as_alice.get("/t/saved/", headers={"HX-Request": "true"}).content.decode()
    assert html.startswith("<p>region</p>")
    assert 'hx-swap-oob="beforeend:#toasts"' in html
    assert "Saved &lt;b&gt;" in html
    assert 'action="/undo/"' in html


@here
def test_a_message_waits_for_the_next_page_where_no_region_is_swapped(as_alice: Client) -> None:
    assert as_alice.get("/t/saved/").content == b"<p>region</p>"
    assert "Saved &lt;b&gt;" in as_alice.get("/me/").content.decode()


def test_an_ended_session_sends_the_whole_page_to_sign_in_and_back(client: Client, alice: User) -> None:
    response = client.get(
        "/palette/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/people/alice/?a=1"}
    )
    assert response.status_code == 200
    assert response["HX-Redirect"] == "/accounts/login/?next=/people/alice/%3Fa%3D1"
