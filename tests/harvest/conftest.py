"""Facts as a connector would yield them, and the catalog after they were reconciled."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from catalog.models import Source
from harvest import facts
from harvest.models import Run
from harvest.reconcile.applying import Outcome, reconcile
from harvest.reconcile.staging import Staging
from tests.factories import SourceFactory


@pytest.fixture
def shop(db: None) -> Source:
    return SourceFactory.create(slug="shop", name="Shop", kind="sqlalchemy")


def container(*path: str) -> facts.Container:
    return facts.Container(path, "schema")


def table(name: str, **values: object) -> facts.Dataset:
    return facts.Dataset(name, ("public", name), "table", **values)  # type: ignore[arg-type]


def column(dataset: str, position: int, name: str, **values: object) -> facts.Field:
    given = {"native_type": "text", "type": "string"} | values
    return facts.Field(dataset, position, name, **given)  # type: ignore[arg-type]


CUSTOMERS = (
    container("public"),
    table("customers", comment="Everyone who buys.", rows=10),
    column("customers", 1, "id", native_type="integer", type="integer", nullable=False),
    column("customers", 2, "email", comment="Where we write to."),
    facts.Constraint("customers", "customers_pkey", "primary", ("id",)),
)
ORDERS = (
    table("orders"),
    column("orders", 1, "id", native_type="integer", type="integer", nullable=False),
    column("orders", 2, "customer_id", native_type="integer", type="integer"),
    facts.Constraint("orders", "orders_customer", "foreign", ("customer_id",), "", "customers", ("id",)),
    facts.Index("orders", "orders_by_customer", ("customer_id",), method="btree"),
)
SALES = (
    facts.Dataset("sales", ("public", "sales"), "view", sql="select * from orders"),
    column("sales", 1, "customer_id", native_type="integer", type="integer"),
    facts.Dependency("sales", "orders", ("customer_id",)),
)
SHOP = (*CUSTOMERS, *ORDERS, *SALES)

Harvest = Callable[..., Outcome]


@pytest.fixture
def harvest(shop: Source) -> Harvest:
    """Reconcile the catalog with some facts of the shop."""

    def run(seen: Iterable[facts.Fact], *, dry: bool = False, confirmed: bool = False) -> Outcome:
        shop.refresh_from_db()
        row = Run.objects.create(source=shop, state=Run.State.SUCCEEDED)
        with Staging() as staging:
            for fact in seen:
                staging.add(fact)
            staging.finish()
            return reconcile(shop, staging, run_id=row.pk, last_seen=None, limit=50, dry=dry, confirmed=confirmed)

    return run
