"""Who was granted to manage the rules of something writes, changes and ends those on what lies in it, and no others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from catalog.models import Dataset, DatasetGrant, Domain, DomainGrant, Source, SourceGrant
from notifications.models import Notice
from notifications.subjects import still_open
from permissions.access_requests.asking import ask
from permissions.access_requests.deciding import approve
from permissions.exceptions.services import make_exception
from permissions.levels import Level
from permissions.models import AskedRule, OptOutRule, RoleGrant, Token, User
from permissions.rules.draft import Whom, draft_of
from permissions.rules.scope import covered, may_write_on, no_longer_covered
from permissions.rules.services import change_rule, write_rule
from permissions.rules.uncovered import note_uncovered
from permissions.stewards.services import take_grant
from permissions.things import find_thing
from tests.api.conftest import JSON, program, read
from tests.cast import signed_in
from tests.factories import (
    ContainerFactory,
    DatasetFactory,
    DomainFactory,
    RuleFactory,
    SourceFactory,
    TeamFactory,
    UserFactory,
)
from tests.permissions.rules.drafts import REASON, draft, soon

pytestmark = pytest.mark.django_db


@dataclass
class Places:
    """The shop lies in Sales, but its ledger in Finance; Leads is a part of Sales; the CRM is in no domain."""

    crm: Source
    shop: Source
    sales: Domain
    finance: Domain
    customers: Dataset
    orders: Dataset
    ledger: Dataset


@pytest.fixture
def places(customers: Dataset) -> Places:
    sales, finance = DomainFactory.create(slug="sales"), DomainFactory.create(slug="finance")
    DomainFactory.create(slug="leads", parent=sales)
    shop = SourceFactory.create(slug="shop", domain=sales)
    inside = {"source": shop, "container": ContainerFactory.create(source=shop, name="public")}
    orders = DatasetFactory.create(**inside, name="orders", columns=["id", "amount"])
    ledger = DatasetFactory.create(
        source=shop, container=ContainerFactory.create(source=shop, name="books"), name="ledger", domain=finance
    )
    return Places(customers.source, shop, sales, finance, customers, orders, ledger)


LABELS = (
    "source:crm", "path:crm/public", "dataset:crm.public.customers", "field:crm.public.customers#email",
    "dataset:crm.public.later", "source:shop", "path:shop/public", "path:shop/books", "dataset:shop.public.orders",
    "field:shop.public.orders#amount", "dataset:shop.books.ledger", "dataset:shop.public.later", "domain:sales",
    "domain:leads", "domain:finance", "class:pii", "tag:gold", "product:churn", "source:none", "nonsense",
)  # fmt: skip
CRM = {label for label in LABELS if label.partition(":")[2].startswith("crm")}
SHOP = {label for label in LABELS if label.partition(":")[2].startswith("shop")}
MATRIX: dict[str, set[str]] = {
    "nothing": set(),
    "curate crm": set(),
    "crm": CRM,
    "shop": SHOP,
    "crm by a team": CRM,
    "sales": {"domain:sales", "domain:leads", *SHOP} - {"source:shop", "path:shop/books", "dataset:shop.books.ledger"},
    "finance": {"domain:finance", "dataset:shop.books.ledger"},
    "orders": {"dataset:shop.public.orders", "field:shop.public.orders#amount"},
    "crm and orders": {*CRM, "dataset:shop.public.orders", "field:shop.public.orders#amount"},
    "council": set(LABELS),
    "administrator": set(LABELS),
    "engineer": set(),
}


def grant(who: str, person: User, places: Places) -> None:
    rows: dict[str, Any] = {
        "crm": (SourceGrant, places.crm), "shop": (SourceGrant, places.shop), "sales": (DomainGrant, places.sales),
        "finance": (DomainGrant, places.finance), "orders": (DatasetGrant, places.orders),
    }  # fmt: skip
    if who in ("council", "administrator", "engineer"):
        RoleGrant.objects.create(role=who, person=person)
    if who == "curate crm":
        SourceGrant.objects.create(thing=places.crm, duty="curate", person=person)
    if who == "crm by a team":
        team = TeamFactory.create(members=[person])
        SourceGrant.objects.create(thing=places.crm, duty="manage_rules", team=team)
    for name in who.split(" and "):
        if name in rows:
            model, thing = rows[name]
            model.objects.create(thing=thing, duty="manage_rules", person=person)


def again(person: User) -> User:
    return User.objects.get(pk=person.pk)


@pytest.mark.parametrize("who", MATRIX)
def test_each_grant_covers_what_lies_within_it(who: str, places: Places, bob: User) -> None:
    grant(who, bob, places)
    assert covered(again(bob), LABELS) == MATRIX[who]
    assert {label for label in LABELS if may_write_on(again(bob), label)} == MATRIX[who]


def sent(label: str) -> dict[str, Any]:
    return {
        "label": label, "level": "read", "everyone": "on", "except_people": ["bob"], "reason": REASON,
        "owner": ["bob"], "review_on": soon().isoformat(), "at_review": "nag", "not_yet": "on",
    }  # fmt: skip


def body(label: str) -> dict[str, Any]:
    plain = {"label": label, "level": "read", "everyone": True, "reason": REASON, "not_yet": True}
    return plain | {"review_on": soon().isoformat()}


def line(label: str) -> bytes:
    return (
        f'rules:\n- label: "{label}"\n  level: read\n  everyone: true\n  reason: {REASON}\n  review_on: {soon()}\n'
    ).encode()


WAYS = ("page", "api", "file")


def written(way: str, person: User, label: str) -> int:
    """Tries to write a rule on the label; the answer's status."""
    if way == "page":
        return signed_in(person).post("/permissions/rules/new/", sent(label)).status_code
    if way == "api":
        client = program(person, "read", "write")
        return client.post("/api/v1/rules", body(label), content_type=JSON).status_code
    client, file = signed_in(person), SimpleUploadedFile("rules.yaml", line(label))
    look = client.post("/permissions/rules/files/", {"file": file, "not_yet": "on"})
    if look.status_code != 200:
        return look.status_code
    form = look.context["form"]
    return client.post("/permissions/rules/files/", form.initial | {"not_yet": "on"}).status_code


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


def changed(way: str, person: User, rule: OptOutRule, **more: Any) -> int:
    if way == "page":
        data = sent(rule.label) | {"level": "sample", "version": rule.version} | more
        return signed_in(person).post(f"{rule.get_absolute_url()}change/", data).status_code
    if way == "api":
        client = program(person, "read", "write")
        tag = client.get(f"/api/v1/rules/{rule.pk}").headers.get("ETag", '"none"')
        told = {"level": "sample"} | more
        headers = {"If-Match": tag}
        return client.patch(f"/api/v1/rules/{rule.pk}", told, content_type=JSON, headers=headers).status_code
    text = line(more.get("label", rule.label)) + f"  id: {rule.pk}\n".encode()
    client, file = signed_in(person), SimpleUploadedFile("rules.yaml", text)
    look = client.post("/permissions/rules/files/", {"file": file, "not_yet": "on"})
    if look.status_code != 200:
        return look.status_code
    return client.post("/permissions/rules/files/", look.context["form"].initial | {"not_yet": "on"}).status_code


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


# --- when the grant ends


@pytest.fixture
def rule(places: Places, bob: User) -> OptOutRule:
    """Bob's, by his grant on the CRM."""
    grant("crm", bob, places)
    return write_rule(actor=again(bob), draft=draft(bob, whom=Whom(everyone=True, except_people=[bob])))


def test_a_rule_says_that_no_grant_covers_it_any_more(rule: OptOutRule, bob: User, root: User) -> None:
    says = "No grant covers this rule any more"
    assert says not in signed_in(root).get(rule.get_absolute_url()).content.decode()
    SourceGrant.objects.all().delete()
    for person in (bob, root):  # he owns it still
        assert says in signed_in(person).get(rule.get_absolute_url()).content.decode()
    assert "No grant covers it" in signed_in(root).get("/permissions/rules/").content.decode()
    assert read(program(root, "read"), f"rules/{rule.pk}")["covered"] is False
    assert rule.state == "in_force"


def test_its_owner_and_the_council_are_told_once_that_a_grant_is_taken_away(
    rule: OptOutRule, root: User, bob: User
) -> None:
    take_grant(actor=root, grant=SourceGrant.objects.get())
    note_uncovered()
    told = Notice.objects.filter(kind="rule_uncovered")
    assert sorted(one.person.username for one in told) == ["bob", "root"]
    assert [still_open(one.person, [one]) for one in told] == [[one] for one in told]


def test_it_is_told_in_the_morning_when_a_grant_ends_otherwise_and_again_when_it_does_so_again(
    rule: OptOutRule, places: Places, bob: User
) -> None:
    assert note_uncovered() == 0
    SourceGrant.objects.all().delete()
    assert (note_uncovered(), note_uncovered()) == (1, 0)
    grant("crm", bob, places)
    assert note_uncovered() == 0
    SourceGrant.objects.all().delete()
    assert note_uncovered() == 1


def test_a_thing_that_moves_elsewhere_takes_its_rule_from_the_grant(places: Places, bob: User) -> None:
    grant("sales", bob, places)
    rule = write_rule(actor=again(bob), draft=draft(bob, label="dataset:shop.public.orders"))
    assert no_longer_covered([rule]) == set()
    Dataset.objects.filter(pk=places.orders.pk).update(domain=places.finance)
    assert no_longer_covered(OptOutRule.objects.with_people()) == {rule.pk}


def test_the_council_takes_it_over_by_changing_it(rule: OptOutRule, root: User) -> None:
    SourceGrant.objects.all().delete()
    change_rule(actor=root, rule=rule, draft=replace(draft_of(rule), level="read"))
    assert no_longer_covered(OptOutRule.objects.with_people()) == set()


def test_without_the_grant_its_owner_keeps_all_but_its_label(rule: OptOutRule, bob: User) -> None:
    SourceGrant.objects.all().delete()
    assert changed("api", bob, rule, level="read") == 200
    assert changed("api", bob, rule, label="path:crm/public") == 403
    assert written("api", bob, "source:crm") == 403


def test_what_the_council_wrote_is_never_called_uncovered(places: Places, root: User) -> None:
    rule = write_rule(actor=root, draft=draft(root))
    RoleGrant.objects.all().delete()
    assert no_longer_covered([rule]) == set()


# --- exceptions


def test_who_manages_the_rules_decides_on_exceptions_from_them(
    places: Places, alice: User, bob: User, charlie: User
) -> None:
    grant("crm", bob, places)
    for label in ("source:crm", "source:shop"):
        RuleFactory.create(label=label, level="read", owner=alice, people=[charlie])
    asked = {}
    for dataset in (places.customers, places.orders):
        thing = find_thing(charlie, f"dataset:{dataset.pk}")
        request = ask(actor=charlie, thing=thing, level=Level.READ, purpose="For the yearly report.", days=5)
        asked[dataset.pk] = AskedRule.objects.get(request=request)
    assert approve(actor=again(bob), asked=asked[places.customers.pk], until=soon(3)) is not None
    page = signed_in(bob).get(asked[places.orders.pk].request.get_absolute_url())
    assert page.status_code == 404


def test_who_manages_the_rules_makes_no_exception_for_themselves(places: Places, alice: User, bob: User) -> None:
    grant("crm", bob, places)
    rule = RuleFactory.create(label="source:crm", level="read", owner=alice, people=[bob])
    with pytest.raises(Exception, match="for themselves"):
        make_exception(actor=again(bob), rule=rule, person=bob, until=soon(3), purpose="To read it myself.")
    other = UserFactory.create()
    made = make_exception(actor=again(bob), rule=rule, person=other, until=soon(3), purpose="They asked me to.")
    assert made.until > timezone.now() + timedelta(days=2)


def test_who_manages_the_rules_of_a_thing_asks_who_may_see_it(places: Places, bob: User, client: Client) -> None:
    grant("crm", bob, places)
    mine, other = (
        f"/permissions/explain/everybody/?thing=dataset:{one.pk}" for one in (places.customers, places.orders)
    )
    assert signed_in(bob).get(mine).status_code == 200
    assert signed_in(bob).get(other).status_code == 403
