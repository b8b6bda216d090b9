"""The pages about rules, access, people and programs: by axe, light and dark, and on a telephone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from catalog.models import Dataset
from notifications.models import Webhook
from permissions.access_requests.asking import ask
from permissions.levels import Level
from permissions.models import AuditEntry, Role, User
from permissions.stewards.services import give_grant
from permissions.things import find_thing
from permissions.tokens.services import create_token
from tests.browser.accessibility import assert_accessible_in_both_themes, assert_fits_a_telephone
from tests.factories import (
    ContainerFactory,
    DatasetFactory,
    ExceptionFactory,
    RoleFactory,
    SourceFactory,
    TeamFactory,
    UserFactory,
)
from tests.permissions.rules.drafts import written

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PURPOSE = "To reconcile last quarter's invoices."


@pytest.fixture
def paths(ada: User) -> list[str]:
    """Pages with something on each; Ada administers."""
    RoleFactory.create(role=Role.ADMINISTRATOR, person=ada)
    olga, bob = (
        UserFactory.create(username=name, first_name=name.title(), last_name="Owens") for name in ("olga", "bob")
    )
    team = TeamFactory.create(slug="support", name="Support", members=[bob])
    source = SourceFactory.create(slug="crm", name="CRM", owner=olga)
    invoices: Dataset = DatasetFactory.create(
        source=source, container=ContainerFactory.create(source=source, name="public"), name="invoices", columns=["id"]
    )
    give_grant(actor=olga, thing=source, duty="curate", whom=team)
    rule = written(olga, level="read")
    exception = ExceptionFactory.create(rule=rule, team=team, person=None, until=timezone.now() + timedelta(days=9))
    mine = written(ada, label=f"dataset:{invoices.key}", level="read")
    request = ask(actor=bob, thing=find_thing(bob, f"dataset:{invoices.pk}"), level=Level.READ, purpose=PURPOSE, days=7)
    create_token(actor=ada, name="nightly report", kept_from=["source:crm"])
    UserFactory.create(username="airflow", is_service=True, answered_by=ada, first_name="Airflow")
    hook = Webhook(
        name="Alerts", host="https://hooks.example.org", feed="record", topics=["rule"], owner=ada, speaks_for=ada
    )
    hook.secrets = {"url": "https://hooks.example.org/in", "key": "whsec_" + "a" * 32}
    hook.save()
    entry = AuditEntry.objects.filter(action="rule.created").latest("at")
    thing = f"thing=dataset:{invoices.pk}"
    return [
        "/permissions/rules/", "/permissions/rules/new/", rule.get_absolute_url(), f"{mine.get_absolute_url()}change/",
        "/permissions/requests/deciding/",
        request.get_absolute_url(), "/permissions/exceptions/",
        "/permissions/exceptions/new/", exception.get_absolute_url(), f"/permissions/explain/?{thing}&who=bob",
        f"/permissions/explain/everybody/?{thing}", "/permissions/audit/", f"/permissions/audit/{entry.pk}/",
        "/people/bob/", "/people/bob/sessions/", "/teams/", "/teams/of/support/",
        "/permissions/roles/", f"/permissions/grants/source/{source.pk}/", "/me/", "/me/tokens/", "/me/sessions/",
        "/service-accounts/of/airflow/", "/webhooks/", hook.get_absolute_url(),
        "/webhooks/new/", "/staff/",
    ]  # fmt: skip


def test_axe_finds_nothing_on_them_and_each_fits_a_telephone(page: Page, paths: list[str]) -> None:
    for path in paths:
        answer = page.goto(path)
        assert answer, path
        assert answer.ok, path
        page.wait_for_load_state("networkidle")
        assert_accessible_in_both_themes(page)
        assert_fits_a_telephone(page)
