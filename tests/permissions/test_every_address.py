"""An outsider and a stranger try every address the site has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from catalog.models import Dataset
from harvest.models import Run
from permissions.models import OptOutRule, User
from tests.factories import DatasetFactory, SampleFactory, SchemaVersionFactory

NOT_OURS = {"admin", "account", "openid"}
OPEN_TO_STRANGERS = {
    "permissions:theme", "permissions:welcome", "permissions:demo_sign_in",
    "api:docs", "api:schema",  # they describe the program and hold nothing of the catalog
}  # fmt: skip
TOKEN = re.compile(rb"[A-Za-z0-9]{64}")  # against forged requests: it may spell anything
AN_ENTRY = UUID("0199c1f0-2a6c-7b30-9f3c-0d6f1f0b6a11")
MADE_UP = {"core:patterns"}  # shows examples that happen to be called like the cast's data


def named(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every named address with the parameters it takes."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            if not entry.namespace or entry.namespace.split(":")[0] not in NOT_OURS:
                yield from named(entry, inner)
        elif isinstance(entry, URLPattern) and entry.name and not entry.name.startswith("account_"):
            yield f"{space}{entry.name}", entry.pattern.converters


ADDRESSES = {name: parameters for name, parameters in named(get_resolver()) if ":" in name}


@pytest.fixture
def secret(customers: Dataset, alice: User) -> Dataset:
    """The customers with everything that pages show of a dataset."""
    SampleFactory.create(dataset=customers)
    SchemaVersionFactory.create(dataset=customers)
    DatasetFactory.create(source=customers.source, container=customers.container, name="customers_2026")
    Run.objects.create(source=customers.source, state="succeeded")
    return customers


def address(name: str, dataset: Dataset) -> str:
    """The address that leads to the secret, or to what hangs on it."""
    run = Run.objects.get(source=dataset.source)
    rule = OptOutRule.objects.order_by("pk").first()
    container = dataset.container_id
    values: dict[str, Any] = {
        "pk": container
        if "container" in name
        else run.pk
        if "run" in name
        else rule.pk
        if rule and "rule" in name
        else dataset.pk,
        "slug": dataset.source.slug,
        "source": dataset.source.slug,
        "number": 1,
        "username": "alice",
        "entry_id": AN_ENTRY,
        "field": "people",
        "kind": "dataset",
    }
    return reverse(name, kwargs={parameter: values.get(parameter, dataset.pk) for parameter in ADDRESSES[name]})


@pytest.mark.parametrize("name", sorted(set(ADDRESSES) - MADE_UP))
def test_an_outsider_learns_nothing(
    name: str, secret: Dataset, as_charlie: Client, hidden_from_charlie: OptOutRule
) -> None:
    response = as_charlie.get(address(name, secret))
    assert response.status_code in {200, 302, 400, 401, 403, 404, 405}
    shown = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    told = TOKEN.sub(b"", shown)
    for leak in (b"customers", b"CRM", b"crm.public"):
        assert leak not in told, f"{name} names {leak!r} to somebody who may not know of it"


@pytest.mark.parametrize("name", sorted(set(ADDRESSES) - OPEN_TO_STRANGERS))
def test_a_stranger_is_asked_to_sign_in(name: str, secret: Dataset, client: Client) -> None:
    response = client.get(address(name, secret))
    assert response.status_code in {302, 401, 403, 405}
    if response.status_code == 302:
        assert "login" in response["Location"]
