"""What the site says to browsers, and what it takes from strangers."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from catalog.models import Dataset
from permissions.models import User
from tests.factories import FieldFactory, SampleFactory, UserFactory
from tests.security.addresses import ADDRESSES

pytestmark = pytest.mark.django_db

AN_ENTRY = UUID("0199c1f0-2a6c-7b30-9f3c-0d6f1f0b6a11")
SCRIPT = "<script>alert(1)</script>"
HOSTILE = (
    f"{SCRIPT} <img src=x onerror=alert(1)> [a](javascript:alert(1)) <svg onload=alert(1)> [b](data:text/html,x)"
    ' <a href="/" hx-get="/" hx-trigger="load">c</a>'
)
ELSEWHERE = ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:///evil.example"]


@pytest.mark.parametrize("page", ["/", "/accounts/login/", "/browse/", "/never-was/", "/api/v1/docs", "/admin/"])
def test_every_page_forbids_frames_and_scripts_of_its_own(page: str, as_alice: Client) -> None:
    response = as_alice.get(page)
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy.replace("style-src 'self' 'unsafe-inline'", "")  # styles, of the API's own page
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert (response["X-Frame-Options"], response["X-Content-Type-Options"]) == ("DENY", "nosniff")


def test_no_page_holds_a_script_or_style_of_its_own(customers: Dataset, as_alice: Client) -> None:
    for page in ("/", "/browse/", "/search/", "/sources/", f"/datasets/{customers.pk}/", "/me/", "/ui/"):
        body = as_alice.get(page).content.decode()
        for inline in ("<script>", " style=", "<style", " onclick=", "javascript:"):
            assert inline not in body, (page, inline)


def test_hostile_text_is_shown_and_never_run(customers: Dataset, as_alice: Client) -> None:
    FieldFactory.create(dataset=customers, name=SCRIPT, harvested_description=HOSTILE, native_type=SCRIPT, position=9)
    SampleFactory.create(dataset=customers, columns=["id", SCRIPT], rows=[["1", HOSTILE]])
    Dataset.objects.filter(pk=customers.pk).update(
        name=SCRIPT, title=SCRIPT, human_description=HOSTILE, sql=SCRIPT, details={SCRIPT: SCRIPT}, grain=HOSTILE,
        partition_key=HOSTILE, lifecycle="deprecated", deprecation_note=HOSTILE,
    )  # fmt: skip
    pages = [f"/datasets/{customers.pk}/{tab}" for tab in ("", "schema/", "sample/", "history/", "lineage/")]
    for page in (*pages, "/browse/sources/crm/", "/people/alice/data/", "/", f"/search/?q={SCRIPT}"):
        body = as_alice.get(page).content.decode()
        for run in (
            "<script>",
            "<img",
            "<svg onload",
            'href="javascript:',
            'href="data:',
            '<a href="/" hx-get',
        ):
            assert run not in body, (page, run)


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_no_form_is_taken_without_its_token(name: str, alice: User, customers: Dataset) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    values = {"slug": "crm", "username": "alice", "key": "x", "entry_id": AN_ENTRY}
    address = reverse(name, kwargs={parameter: values.get(parameter, 1) for parameter in ADDRESSES[name]})
    for method in (strict.post, strict.put, strict.patch, strict.delete):
        assert method(address).status_code >= 400, name


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_led_elsewhere(target: str, as_alice: Client) -> None:
    answer = as_alice.post("/me/theme/", {"theme": "dark", "next": target})
    assert answer["Location"] == "/"
    UserFactory.create(username="signer").set_password("")
    person = User.objects.get(username="signer")
    person.set_password("Heron-42-heron")
    person.save()
    signed = Client().post(
        f"{reverse('account_login')}", {"login": "signer", "password": "Heron-42-heron", "next": target}
    )
    assert signed.status_code == 302
    assert "evil" not in signed["Location"]
    assert "javascript" not in signed["Location"]


def test_signing_in_gives_a_new_session(client: Client, alice: User) -> None:
    alice.set_password("Heron-42-heron")
    alice.save()
    client.post("/me/theme/", {"theme": "dark"})
    session = client.session
    session["kept"] = 1
    session.save()
    before = session.session_key
    client.post(reverse("account_login"), {"login": "alice", "password": "Heron-42-heron"})
    assert client.session.session_key != before


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP"])
def test_a_made_up_address_does_not_help_to_guess(header: str, alice: User) -> None:
    statuses = [
        Client().post(
            reverse("account_login"), {"login": "alice", "password": f"guess{n}"}, headers={header: f"10.0.0.{n}"}
        )
        for n in range(7)
    ]
    assert "Too many" in statuses[-1].content.decode()
    assert "Too many" not in statuses[0].content.decode()


@pytest.mark.parametrize("spelled", ["ALICE", "Alice", " alice "])
def test_another_spelling_does_not_help_to_guess(spelled: str, alice: User) -> None:
    for n in range(5):
        Client().post(reverse("account_login"), {"login": "alice", "password": f"guess{n}"})
    answer = Client().post(reverse("account_login"), {"login": spelled, "password": "guess"})
    assert "Too many" in answer.content.decode()


def test_a_forgotten_password_tells_not_who_has_an_account(alice: User) -> None:
    page = reverse("account_reset_password")
    known, unknown = (Client().post(page, {"email": email}) for email in (alice.email, "nobody@example.org"))
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert "http" not in "".join(str(one.body) for one in mail.outbox if one.to == ["nobody@example.org"]).replace(
        "http://testserver/accounts", ""
    )


def test_another_host_is_not_answered(client: Client) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/", headers={"X-Forwarded-Host": "evil.example"}).status_code != 200


def test_the_demo_signs_nobody_in_where_it_is_off(client: Client, alice: User, settings: Settings) -> None:
    settings.CONCORD_DEMO = False
    assert client.post("/demo/sign-in/", {"username": "alice"}).status_code == 404
    assert "_auth_user_id" not in client.session
