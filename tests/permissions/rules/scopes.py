"""Grants to manage rules, and the labels that each covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.models import Dataset, DatasetGrant, Domain, DomainGrant, Source, SourceGrant
from permissions.models import OptOutRule, RoleGrant, User
from tests.api.conftest import JSON, program
from tests.cast import signed_in
from tests.factories import (
    TeamFactory,
)
from tests.permissions.rules.drafts import REASON, soon


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
