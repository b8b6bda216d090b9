"""The description of the API, and the page that shows it."""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from jsonschema import Draft202012Validator

from catalog.models import Dataset
from config.api import urlpatterns
from permissions.models import User
from tests.api.conftest import program
from tests.factories import FieldFactory, RuleFactory, SampleFactory, SchemaVersionFactory

UNDESCRIBED = {"schema", "docs"}


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    out = StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=out)
    return yaml.safe_load(out.getvalue())  # type: ignore[no-any-return]


def test_it_describes_every_address_without_a_warning(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    addresses = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(one.pattern)) for one in urlpatterns}
    shown = {re.sub(r"\{(\w+)\}", r"{\1}", path.removeprefix("/api/v1/")) for path in described["paths"]}
    assert {re.sub(r"\{\w+\}", "{}", one) for one in shown} == {
        re.sub(r"\{\w+\}", "{}", one) for one in addresses - UNDESCRIBED
    }


def test_every_operation_tells_what_else_may_be_answered(described: dict[str, Any]) -> None:
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            codes = set(operation["responses"])
            assert {"400", "401", "403", "404", "429"} <= codes, (path, method)
            # what is taken away is there or not: there is no state to have read before
            assert method in ("get", "post", "delete") or codes & {"409", "412"}, (path, method)
            assert operation["description"], (path, method)
            assert {"token": []} in operation["security"], (path, method)


@pytest.mark.django_db
def test_what_is_answered_is_what_is_described(
    described: dict[str, Any], customers: Dataset, alice: User, bob: User
) -> None:
    FieldFactory.create(dataset=customers, name="phone", classified=["pii"])
    SampleFactory.create(dataset=customers)
    SchemaVersionFactory.create(dataset=customers)
    RuleFactory.create(label="class:pii", level="read", people=[bob], owner=alice)
    asked = {
        "/api/v1/datasets": "datasets", "/api/v1/datasets/{id}": f"datasets/{customers.pk}",
        "/api/v1/datasets/{id}/fields": f"datasets/{customers.pk}/fields",
        "/api/v1/datasets/{id}/versions": f"datasets/{customers.pk}/versions",
        "/api/v1/sources": "sources", "/api/v1/sources/{slug}": "sources/crm", "/api/v1/me": "me",
    }  # fmt: skip
    for path, address in asked.items():
        key = next(one for one in described["paths"] if re.sub(r"\{pk\}", "{id}", one) == path)
        schema = described["paths"][key]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        body = program(bob).get(f"/api/v1/{address}").json()
        validator = Draft202012Validator({**schema, "components": described["components"]})
        assert not list(validator.iter_errors(body)), address


@pytest.mark.django_db
def test_the_description_is_open_to_everybody(alice: User) -> None:
    assert Client().get("/api/v1/schema").status_code == 200


@pytest.mark.django_db
def test_the_page_of_the_api_needs_no_other_host_and_no_inline_script(alice: User) -> None:
    page = Client().get("/api/v1/docs")
    html = page.content.decode()
    assert page.status_code == 200
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', html)
    assert not re.findall(r"<script(?![^>]*src=)", html)
    policy = page["Content-Security-Policy"]
    assert "'unsafe-inline'" in policy.partition("style-src")[2].partition(";")[0]
    assert "script-src" not in policy
    script = Client().get("/api/v1/docs?script=")
    assert script["Content-Type"].startswith("application/javascript")


@pytest.mark.django_db
def test_other_pages_keep_the_strict_policy(as_alice: Client) -> None:
    assert "unsafe-inline" not in as_alice.get("/me/")["Content-Security-Policy"]
