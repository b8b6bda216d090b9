"""Who was granted to manage the rules of something writes, changes and ends those on what lies in it, and no others."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.models import DatasetGrant
from permissions.models import OptOutRule, Token, User
from permissions.rules.scope import covered, may_write_on
from tests.api.conftest import JSON, program, read
from tests.cast import signed_in
from tests.factories import (
    DatasetFactory,
    RuleFactory,
)
from tests.permissions.rules.scopes import (
    LABELS,
    MATRIX,
    WAYS,
    Places,
    again,
    body,
    changed,
    grant,
    line,
    sent,
    written,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", MATRIX)
def test_each_grant_covers_what_lies_within_it(who: str, places: Places, bob: User) -> None:
    grant(who, bob, places)
    assert covered(again(bob), LABELS) == MATRIX[who]
    assert {label for label in LABELS if may_write_on(again(bob), label)} == MATRIX[who]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("who", ["nothing", "crm", "sales", "orders", "council"])
def test_rules_are_written_on_what_a_grant_covers_and_on_nothing_else(
    who: str, way: str, places: Places, bob: User
) -> None:
    grant(who, bob, places)
    labels = {label for label in LABELS if label != "nonsense"}
    if way != "api":  # one service is behind all: the API tries every label, the others two an answer
        labels = {*sorted(MATRIX[who] & labels)[:2], *sorted(labels - MATRIX[who])[:2]}
    refused = {"page": {403, 422}, "api": {403}, "file": {403, 422}}[way]
    for label in labels:
        status = written(way, bob, label)
        assert status in ({201, 302} if label in MATRIX[who] else refused), (label, status)
    assert set(OptOutRule.objects.values_list("label", flat=True)) == MATRIX[who] & labels


@pytest.mark.parametrize("way", WAYS)
def test_a_covered_rule_is_changed_and_no_other(way: str, places: Places, alice: User, bob: User) -> None:
    grant("crm", bob, places)
    inside = RuleFactory.create(label="source:crm", level="discover", owner=alice, people=[alice])
    outside = RuleFactory.create(label="source:shop", level="discover", owner=alice, people=[alice])
    assert changed(way, bob, inside) in {200, 302}
    inside.refresh_from_db()
    assert inside.level != "discover"
    assert changed(way, bob, outside) in {403, 404, 422}
    outside.refresh_from_db()
    assert outside.level == "discover"


@pytest.mark.parametrize("way", WAYS)
def test_a_covered_rule_does_not_leave_the_grant(way: str, places: Places, alice: User, bob: User) -> None:
    grant("crm", bob, places)
    rule = RuleFactory.create(label="source:crm", level="discover", owner=alice, people=[alice])
    assert changed(way, bob, rule, label="class:pii") in {403, 422}
    assert changed(way, bob, rule, label="path:crm/public") in {200, 302}
    rule.refresh_from_db()
    assert rule.label == "path:crm/public"


@pytest.mark.parametrize("way", ["page", "api"])
def test_a_covered_rule_is_ended_and_no_other(way: str, places: Places, alice: User, bob: User) -> None:
    grant("crm", bob, places)
    for label, expected in (("source:crm", "withdrawn"), ("source:shop", "in_force")):
        rule = RuleFactory.create(label=label, owner=alice, people=[alice])
        if way == "page":
            signed_in(bob).post(f"{rule.get_absolute_url()}withdraw/", {"note": "Over."})
        else:
            program(bob, "read", "write").post(f"/api/v1/rules/{rule.pk}/withdraw", {}, content_type=JSON)
        rule.refresh_from_db()
        assert rule.state == expected


def test_pruning_by_a_file_ends_only_what_the_grant_covers(places: Places, alice: User, bob: User) -> None:
    grant("crm", bob, places)
    for label in ("source:crm", "source:shop", "class:pii"):
        RuleFactory.create(label=label, owner=bob, people=[alice])
    client = signed_in(bob)
    export = client.get("/permissions/rules/files/yaml/").content
    assert [label in export for label in (b"source:crm", b"source:shop", b"class:pii")] == [True, False, False]
    file = SimpleUploadedFile("rules.yaml", line("path:crm/public"))
    look = client.post("/permissions/rules/files/", {"file": file, "prune": "on"})
    client.post("/permissions/rules/files/", look.context["form"].initial)
    ended = OptOutRule.objects.exclude(withdrawn_at=None)
    assert [rule.label for rule in ended] == ["source:crm"]


def test_effects_are_told_of_what_the_grant_covers_alone(places: Places, bob: User) -> None:
    grant("crm", bob, places)
    client, api = signed_in(bob), program(bob, "read")
    for label, seen in (("source:crm", True), ("source:shop", False), ("class:pii", False)):
        page = client.post("/permissions/rules/effect/", sent(label)).content.decode()
        assert ("Closes" in page, "does not hold all" in page) == (seen, not seen)
        asked = {"label": label, "level": "read", "everyone": True}
        assert api.post("/api/v1/rules/preview", asked, content_type=JSON).status_code == (200 if seen else 403)
    options = client.get("/permissions/rules/labels/", {"label": "public"}).content.decode()
    assert "path:crm/public" in options
    assert "shop" not in options


def test_the_list_holds_what_the_grant_covers_whole(places: Places, alice: User, bob: User, charlie: User) -> None:
    grant("crm", bob, places)
    inside = RuleFactory.create(label="path:crm/public", owner=alice, people=[charlie])
    RuleFactory.create(label="source:shop", owner=alice, people=[charlie])
    (told,) = read(program(bob, "read"), "rules")["items"]
    assert (told["id"], told["people"], told["covered"]) == (inside.pk, ["charlie"], True)
    page = signed_in(bob).get("/permissions/rules/").content.decode()
    assert "Write a rule" in page
    assert "source:shop" not in page


@pytest.mark.parametrize("label", ["dataset:crm.public.customers", "path:crm/public", "tag:gold"])
def test_a_rule_that_hides_something_from_who_manages_it_stays_hidden(
    label: str, places: Places, alice: User, bob: User
) -> None:
    grant("crm", bob, places)
    rule = RuleFactory.create(label=label, level="discover", owner=alice, people=[bob])
    for address in (rule.get_absolute_url(), f"{rule.get_absolute_url()}change/"):
        assert signed_in(bob).get(address).status_code == 404
    assert read(program(bob, "read"), "rules")["items"] == []


def test_what_is_hidden_is_covered_as_what_never_was(places: Places, alice: User, bob: User) -> None:
    """Otherwise the refusal would tell that the ledger is there, and elsewhere."""
    grant("sales", bob, places)
    RuleFactory.create(label="dataset:shop.books.ledger", level="discover", owner=alice, people=[bob])
    labels = ["dataset:shop.books.ledger", "dataset:shop.books.never", "path:shop/books", "path:shop/never"]
    assert covered(again(bob), labels) == set(labels)


def test_a_token_limited_to_labels_writes_no_rules(places: Places, bob: User) -> None:
    grant("crm", bob, places)
    client = program(bob, "read", "write")
    Token.objects.update(only_labels=["source:crm"])
    assert client.post("/api/v1/rules", body("source:crm"), content_type=JSON).status_code == 403


def test_a_field_whose_dataset_s_name_is_ambiguous_lies_in_each(places: Places, bob: User) -> None:
    """``a#b#c`` is the field ``b#c`` of ``a``, or ``c`` of ``a#b``."""
    container = places.customers.container
    plain = DatasetFactory.create(source=places.crm, container=container, name="a")
    odd = DatasetFactory.create(source=places.crm, container=container, name="a#b")
    label = "field:crm.public.a#b#c"
    DatasetGrant.objects.create(thing=plain, duty="manage_rules", person=bob)
    assert not may_write_on(again(bob), label)
    DatasetGrant.objects.create(thing=odd, duty="manage_rules", person=bob)
    assert may_write_on(again(bob), label)
