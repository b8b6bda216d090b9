"""Rules and words in the administration."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Dataset, Domain, Source
from permissions.models import OptOutRule, Team, User
from tests.cast import signed_in
from tests.factories import DomainFactory, ExceptionFactory, RuleFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_admin(db: None) -> Client:
    return signed_in(UserFactory.create(username="root", is_staff=True, is_superuser=True))


@pytest.mark.parametrize("model", [OptOutRule, Team, User, Domain, Source])
def test_lists_open(model: type, as_admin: Client, customers: Dataset) -> None:
    ExceptionFactory.create(team=Team.objects.create(slug="x", name="x"))
    assert as_admin.get(reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")).status_code == 200  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", ["add", "change"])
def test_rules_are_only_looked_at(address: str, as_admin: Client) -> None:
    rule = RuleFactory.create()
    arguments = [rule.pk] if address == "change" else []
    response = as_admin.post(reverse(f"admin:permissions_optoutrule_{address}", args=arguments), {"label": "tag:x"})
    assert response.status_code == 403


def test_nobody_deletes_a_rule(as_admin: Client) -> None:
    rule = RuleFactory.create()
    as_admin.post(reverse("admin:permissions_optoutrule_delete", args=[rule.pk]), {"post": "yes"})
    assert OptOutRule.objects.filter(pk=rule.pk).exists()


def test_a_source_given_to_a_domain_takes_its_datasets_along(as_admin: Client, customers: Dataset) -> None:
    domain = DomainFactory.create(slug="sales")
    values = {"name": "CRM", "domain": domain.pk, "vanish_percent": 30, "samples": "on"}
    response = as_admin.post(reverse("admin:catalog_source_change", args=[customers.source_id]), values)
    assert response.status_code == 302
    customers.refresh_from_db()
    assert "domain:sales" in customers.labels
