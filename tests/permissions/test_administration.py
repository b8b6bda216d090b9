"""The administration: open in staff mode only, and rules hold there too."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from catalog.models import Classification, DataProduct, Dataset, Domain, Source, Tag
from harvest.models import Run
from permissions.models import AuditEntry, User
from permissions.querysets import Guarded
from tests.cast import in_staff_mode, signed_in
from tests.factories import DomainFactory, RuleFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_admin(root: User) -> Client:
    return in_staff_mode(root)


def listing(model: Any, address: str = "changelist") -> str:
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_{address}")


@pytest.mark.parametrize("model", [User, Domain, DataProduct, Tag, Classification, Source, Run])
def test_lists_open_in_staff_mode_and_not_before(model: Any, root: User, as_admin: Client, customers: Dataset) -> None:
    assert as_admin.get(listing(model)).status_code == 200
    outside = signed_in(root).get(listing(model), follow=True)
    assert outside.request["PATH_INFO"] == "/staff/"


def test_others_are_refused(as_alice: Client) -> None:
    assert as_alice.get("/admin/", follow=True).status_code == 403


def test_what_is_closed_to_the_administrator_is_not_listed_and_not_offered(
    root: User, as_admin: Client, customers: Dataset
) -> None:
    hidden, seen = DomainFactory.create(slug="merger", name="Merger"), DomainFactory.create(slug="sales", name="Sales")
    Tag.objects.create(slug="secret", name="Secret tag")
    for label in ("source:crm", "domain:merger", "tag:secret"):
        RuleFactory.create(label=label, level="discover", people=[root])
    assert "CRM" not in as_admin.get(listing(Source)).content.decode()
    assert as_admin.get(reverse("admin:catalog_source_change", args=[customers.source_id])).status_code == 302
    assert "Secret tag" not in as_admin.get(listing(Tag)).content.decode()
    domains = as_admin.get(listing(Domain)).content.decode()
    form = as_admin.get(reverse("admin:catalog_domain_change", args=[seen.pk])).content.decode()
    assert seen.name in domains
    assert hidden.name not in domains
    assert hidden.name not in form


def test_every_list_of_what_rules_close_goes_through_them() -> None:
    own = {model: type(site).get_queryset for model, site in admin.site._registry.items() if issubclass(model, Guarded)}
    assert own
    assert all(reads is not admin.ModelAdmin.get_queryset for reads in own.values())


def test_a_source_given_to_a_domain_takes_its_datasets_along(as_admin: Client, customers: Dataset) -> None:
    domain = DomainFactory.create(slug="sales")
    values = {"name": "CRM", "domain": domain.pk, "vanish_percent": 30, "samples": "on"}
    response = as_admin.post(reverse("admin:catalog_source_change", args=[customers.source_id]), values)
    assert response.status_code == 302
    customers.refresh_from_db()
    assert "domain:sales" in customers.labels
    entry = AuditEntry.objects.get(action="admin.changed")
    assert (entry.actor_name, entry.thing_kind) == ("root", "catalog.source")


def test_an_account_is_not_removed(as_admin: Client) -> None:
    person = UserFactory.create()
    as_admin.post(reverse("admin:permissions_user_delete", args=[person.pk]), {"post": "yes"})
    assert User.objects.filter(pk=person.pk).exists()
