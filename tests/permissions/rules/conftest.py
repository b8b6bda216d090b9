"""What grants to manage rules lie on."""

from __future__ import annotations

import pytest

from catalog.models import Dataset
from tests.factories import (
    ContainerFactory,
    DatasetFactory,
    DomainFactory,
    SourceFactory,
)
from tests.permissions.rules.scopes import Places


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
