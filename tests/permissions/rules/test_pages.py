"""The pages of rules."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Dataset
from permissions.models import OptOutRule, RoleGrant, Team, User
from permissions.rules.draft import Whom
from permissions.rules.services import change_rule, withdraw_rule
from tests.cast import signed_in
from tests.factories import UserFactory
from tests.permissions.rules.drafts import REASON, draft, soon, written


@pytest.fixture
def dana(db: None) -> User:
    """She sits in the data council."""
    dana = UserFactory.create(username="dana", first_name="Dana", last_name="Dean")
    RoleGrant.objects.create(role="council", person=dana)
    return dana


@pytest.fixture
def as_dana(dana: User) -> Client:
    return signed_in(dana)


def told(**more: Any) -> dict[str, Any]:
    """What a filled-in form sends."""
    plain = {
        "label": "source:crm", "level": "sample", "mask": "hidden", "everyone": "on", "except_people": ["dana"],
        "reason": REASON, "owner": ["dana"], "review_on": soon().isoformat(), "at_review": "nag",
    }  # fmt: skip
    return plain | more


# --- writing


def test_a_rule_is_written_and_holds_at_once(as_dana: Client, customers: Dataset, charlie: User) -> None:
    response = as_dana.post("/permissions/rules/new/", told(level="discover"))
    rule = OptOutRule.objects.get()
    assert response["Location"] == rule.get_absolute_url()
    assert not Dataset.objects.visible_to(User.objects.get(pk=charlie.pk)).exists()
    assert [one.username for one in rule.except_people.all()] == ["dana"]


def test_names_may_be_typed_with_commas_and_in_any_case(
    as_dana: Client, customers: Dataset, bob: User, charlie: User, team: Team
) -> None:
    as_dana.post("/permissions/rules/new/", told(everyone="", people=["BOB, charlie"], except_teams=["Sales"]))
    rule = OptOutRule.objects.get()
    assert {one.username for one in rule.people.all()} == {"bob", "charlie"}
    assert list(rule.except_teams.all()) == [team]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"label": "source:none"}, "Nothing that you may know of"),
        ({"label": "nonsense"}, "is not a label"),
        ({"everyone": ""}, "whom the rule keeps out"),
        ({"teams": ["none"]}, "There is no team called none"),
        ({"people": ["nobody"]}, "There is no person called nobody"),
        ({"owner": []}, "Name one person"),
        ({"reason": "because"}, "at least a sentence"),
        ({"review_on": "2020-01-01"}, "must lie in the future"),
        ({"review_on": "soon"}, "Enter a valid date"),
        ({"level": "all"}, "Select a valid choice"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_lost(
    as_dana: Client, customers: Dataset, wrong: dict[str, Any], message: str
) -> None:
    response = as_dana.post("/permissions/rules/new/", told(legal_basis="GDPR Art. 5", **wrong))
    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert "GDPR Art. 5" in page
    assert not OptOutRule.objects.exists()


def test_a_label_that_is_not_there_is_named_on_purpose(as_dana: Client, customers: Dataset) -> None:
    as_dana.post("/permissions/rules/new/", told(label="tag:later", not_yet="on"))
    assert OptOutRule.objects.get().label == "tag:later"


def test_its_effect_is_shown_before_it_is_saved(as_dana: Client, customers: Dataset, bob: User) -> None:
    for address in ("/permissions/rules/effect/", "/permissions/rules/new/"):
        page = as_dana.post(address, told(look="1", level="read")).content.decode()
        assert "Closes 1 source, 1 container and 1 dataset to 2 people." in page
    assert not OptOutRule.objects.exists()


def test_an_unfinished_form_has_an_effect_as_far_as_it_goes(as_dana: Client, customers: Dataset) -> None:
    sent = {"label": "source:crm", "level": "read", "review_on": "", "people": ["nobody"]}
    page = as_dana.post("/permissions/rules/effect/", sent).content.decode()
    assert "Nobody is affected" in page
    assert "see here whom it affects" in as_dana.post("/permissions/rules/effect/", {}).content.decode()


def test_labels_people_and_teams_are_suggested(as_dana: Client, customers: Dataset, team: Team) -> None:
    assert 'value="source:crm"' in as_dana.get("/permissions/rules/labels/", {"label": "crm"}).content.decode()
    assert "Bob Baker" in as_dana.get("/permissions/rules/names/people/", {"people": ["", "bak"]}).content.decode()
    assert "Sales" in as_dana.get("/permissions/rules/names/teams/", {"teams": "sal"}).content.decode()
    assert as_dana.get("/permissions/rules/names/reason/").status_code == 404


def test_a_person_typed_becomes_one_chosen(as_dana: Client, bob: User) -> None:
    page = as_dana.post("/permissions/rules/choose/people/", {"people": ["bob"]}).content.decode()
    assert 'value="bob" checked' in page
    assert "Bob Baker" in page


# --- a rule's page


def test_its_page_says_what_it_does_and_what_it_said_before(as_dana: Client, dana: User, customers: Dataset) -> None:
    rule = written(dana, whom=Whom(everyone=True, except_people=[dana]))
    change_rule(actor=dana, rule=rule, draft=draft(dana, level="read"), note="Wider.")
    page = as_dana.get(rule.get_absolute_url()).content.decode()
    assert "Closes 1 source" in page
    assert "<del>sample</del>" in page
    assert "Wider." in page


def test_a_reason_is_shown_as_markdown_and_never_run(as_dana: Client, dana: User, customers: Dataset) -> None:
    rule = written(dana, reason="Ask **Dana** first. <script>alert(1)</script>")
    page = as_dana.get(rule.get_absolute_url()).content.decode()
    assert "<strong>Dana</strong>" in page
    assert "<script>alert" not in page


def test_a_rule_is_changed_extended_and_withdrawn(as_dana: Client, dana: User, customers: Dataset) -> None:
    rule = written(dana)
    as_dana.post(f"{rule.get_absolute_url()}change/", told(level="read", version="1"))
    as_dana.post(f"{rule.get_absolute_url()}extend/", {"review_on": soon(300).isoformat()})
    as_dana.post(f"{rule.get_absolute_url()}withdraw/", {"note": "Over."})
    rule.refresh_from_db()
    assert (rule.level, rule.review_on, rule.state) == ("read", soon(300), "withdrawn")
    assert rule.versions.count() == 4


def test_a_change_of_what_somebody_changed_meanwhile_is_refused(
    as_dana: Client, dana: User, customers: Dataset
) -> None:
    rule = written(dana)
    change_rule(actor=dana, rule=rule, draft=draft(dana, level="read"))
    response = as_dana.post(f"{rule.get_absolute_url()}change/", told(level="discover", version="1"))
    assert response.status_code == 422
    assert b"Somebody changed this rule" in response.content


def test_the_form_keeps_what_the_rule_says(as_dana: Client, dana: User, customers: Dataset, bob: User) -> None:
    rule = written(dana, whom=Whom(people=[bob]), at_review="lapse", mask="partial")
    page = as_dana.get(f"{rule.get_absolute_url()}change/").content.decode()
    assert 'value="bob" checked' in page
    assert 'value="partial" selected' in page
    as_dana.post(
        f"{rule.get_absolute_url()}change/",
        told(everyone="", people=["bob"], except_people=[], at_review="lapse", mask="partial", version="1",
             starts_on=rule.starts_at.date().isoformat()),
    )  # fmt: skip
    assert rule.versions.count() == 1


# --- the list


def test_the_list_is_narrowed(as_dana: Client, dana: User, alice: User, bob: User, customers: Dataset) -> None:
    written(alice, label="tag:apple", whom=Whom(people=[bob]))
    withdraw_rule(actor=dana, rule=written(dana, label="tag:pear", level="read"))
    for query, shown in (
        ("", {"apple", "pear"}), ("?q=apple", {"apple"}), ("?level=read", {"pear"}), ("?owner=alice", {"apple"}),
        ("?state=withdrawn", {"pear"}), ("?state=in_force", {"apple"}), ("?person=bob", {"apple"}),
        ("?person=nobody", set()), ("?level=nonsense", {"apple", "pear"}),
    ):  # fmt: skip
        page = as_dana.get(f"/permissions/rules/{query}").content.decode()
        assert {name for name in ("apple", "pear") if f"tag:{name}" in page} == shown, query


def test_a_long_list_comes_in_pages(
    as_dana: Client, dana: User, customers: Dataset, django_assert_max_num_queries: Any
) -> None:
    for n in range(60):
        written(dana, label=f"tag:t{n}x")
    with django_assert_max_num_queries(20):
        first = as_dana.get("/permissions/rules/")
    assert first.content.count(b'class="row-link') == 50
    cursor = first.context["page"].next_cursor
    assert as_dana.get("/permissions/rules/", {"cursor": cursor}).content.count(b'class="row-link') == 10


# --- who may


def test_who_is_stopped_sees_the_rule_and_not_whom_else_it_stops(
    customers: Dataset, alice: User, bob: User, charlie: User
) -> None:
    rule = written(alice, whom=Whom(people=[bob, charlie]))
    as_charlie = signed_in(charlie)
    page = as_charlie.get(rule.get_absolute_url()).content.decode()
    assert REASON in page
    assert "Bob" not in page
    assert "Versions" not in page
    assert "source:crm" in as_charlie.get("/permissions/rules/").content.decode()
    assert as_charlie.get(f"{rule.get_absolute_url()}change/").status_code == 403


def test_who_is_not_stopped_does_not_know_of_it(customers: Dataset, alice: User, bob: User, charlie: User) -> None:
    rule = written(alice, whom=Whom(people=[bob]))
    as_charlie = signed_in(charlie)
    assert as_charlie.get(rule.get_absolute_url()).status_code == 404
    assert "source:crm" not in as_charlie.get("/permissions/rules/").content.decode()


def test_a_rule_that_hides_is_as_hidden_as_what_it_hides(customers: Dataset, alice: User, charlie: User) -> None:
    hiding = written(alice, level="discover", whom=Whom(people=[charlie]))
    inner = written(alice, label=f"dataset:{customers.key}", level="read", whom=Whom(people=[charlie]))
    as_charlie = signed_in(charlie)
    absent = as_charlie.get(reverse("permissions:rule", args=[999_999]))
    for rule in (hiding, inner):
        hidden = as_charlie.get(rule.get_absolute_url())
        assert (hidden.status_code, len(hidden.content)) == (404, len(absent.content))
    assert "crm" not in as_charlie.get("/permissions/rules/").content.decode()


def test_an_owner_changes_all_but_what_it_is_about(customers: Dataset, alice: User, bob: User) -> None:
    rule = written(bob, whom=Whom(people=[alice]))
    sent = told(label="class:everything", owner=["bob"], level="read", version="1")
    signed_in(bob).post(f"{rule.get_absolute_url()}change/", sent | {"except_people": []})
    rule.refresh_from_db()
    assert (rule.label, rule.level) == ("source:crm", "read")


@pytest.mark.parametrize("name", ["rule_new", "rule_effect"])
def test_others_do_not_write_rules(name: str, customers: Dataset, charlie: User) -> None:
    assert signed_in(charlie).post(reverse(f"permissions:{name}"), told()).status_code == 403
    assert not OptOutRule.objects.exists()


def test_only_who_manages_rules_asks_whom_they_stop(customers: Dataset, alice: User, bob: User) -> None:
    written(alice, label="tag:apple", whom=Whom(people=[bob]))
    assert "tag:apple" in signed_in(alice).get("/permissions/rules/?person=nobody").content.decode()
