"""A rule that hides what is in a domain hides the domain as well."""

from __future__ import annotations

import pytest
from django.test import Client

from catalog.models import Domain, Source
from harvest.forms.details import EditForm
from permissions.access import forget_denials
from permissions.models import User
from tests.cast import signed_in
from tests.factories import DomainFactory, ExceptionFactory, RuleFactory

pytestmark = pytest.mark.django_db

PAGES = ("/browse/domains/", "/domains/above/", "/domains/below/", "/people/alice/data/", "/sources/", "/sources/crm/",
         "/api/v1/sources", "/api/v1/sources/crm")  # fmt: skip


@pytest.fixture
def merger(crm: Source, alice: User) -> Domain:
    """Between two others, Alice's, with the customers in it."""
    above = DomainFactory.create(slug="above")
    merger = DomainFactory.create(slug="merger", name="Project Heron", parent=above, steward=alice)
    DomainFactory.create(slug="below", parent=merger)
    crm.domain = merger
    crm.save()
    return merger


@pytest.fixture
def as_outsider(merger: Domain, charlie: User) -> Client:
    RuleFactory.create(label="domain:merger", level="discover", people=[charlie])
    return signed_in(charlie)


@pytest.mark.parametrize("page", PAGES)
def test_a_hidden_domain_is_named_on_no_page(page: str, as_outsider: Client, as_alice: Client) -> None:
    assert "Project Heron" in as_alice.get(page).content.decode()
    assert "Heron" not in as_outsider.get(page).content.decode()


def test_a_hidden_domain_has_no_page(as_outsider: Client, as_alice: Client) -> None:
    assert as_alice.get("/domains/merger/").status_code == 200
    assert as_outsider.get("/domains/merger/").status_code == 404


def test_sources_are_not_found_by_a_hidden_domain(as_outsider: Client, as_alice: Client) -> None:
    assert len(as_alice.get("/api/v1/sources?domain=merger").json()["items"]) == 1
    assert as_outsider.get("/api/v1/sources?domain=merger").json()["items"] == []


def test_an_exception_shows_the_domain_again(as_outsider: Client, charlie: User) -> None:
    rule = charlie.stopped_by.get()
    ExceptionFactory.create(rule=rule, person=charlie, label="domain:merger")
    assert as_outsider.get("/domains/merger/").status_code == 200


def test_editing_a_source_neither_offers_hidden_domains_nor_loses_its_own(
    merger: Domain, crm: Source, charlie: User
) -> None:
    other = DomainFactory.create(slug="heron2")
    for slug in ("merger", "heron2"):
        RuleFactory.create(label=f"domain:{slug}", level="discover", people=[charlie])
    forget_denials(charlie)
    choices = EditForm(instance=crm, viewer=charlie).fields["domain"].queryset  # type: ignore[attr-defined]
    assert merger in choices
    assert other not in choices


@pytest.mark.parametrize("page", ["/browse/domains/", "/domains/merger/"])
def test_what_is_written_about_a_domain_is_for_those_who_may_read_of_it(
    page: str, merger: Domain, charlie: User, as_alice: Client
) -> None:
    Domain.objects.filter(pk=merger.pk).update(description="Two become one in spring.")
    RuleFactory.create(label="domain:merger", level="read", people=[charlie])
    assert "Two become one" in as_alice.get(page).content.decode()
    shown = signed_in(charlie).get(page).content.decode()
    assert "Project Heron" in shown
    assert "Two become one" not in shown
