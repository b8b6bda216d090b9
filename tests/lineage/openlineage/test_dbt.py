"""dbt's producer put right."""

from __future__ import annotations

from typing import Any

from lineage.openlineage.dbt import corrected
from lineage.openlineage.events import Event
from tests.lineage.openlineage.making import dataset, read, run_event

DBT = "https://github.com/OpenLineage/OpenLineage/tree/1.54.0/integration/dbt"


def dbt_event(name: str, kind: str, node: str = "", **more: Any) -> dict[str, Any]:
    facets = {"jobType": {"jobType": kind}} | ({"dbt_node": {"unique_id": node}} if node else {})
    return run_event(producer=DBT, **more) | {"job": {"namespace": "shop", "name": name, "facets": facets}}


def meant(payload: dict[str, Any]) -> Event:
    event = corrected(read(payload))
    assert event is not None
    return event


def test_a_model_is_one_job_however_dbt_was_started():
    names = ("shop.mart.shop.orders", "shop.mart.shop.orders.build.run", "model.shop.orders")

    jobs = {meant(dbt_event(name, "MODEL", "model.shop.orders")).job for name in names}

    assert jobs == {("shop", "model.shop.orders")}


def test_the_tests_of_a_model_are_a_job_beside_it():
    event = dbt_event("shop.mart.shop.orders.build.test", "TEST", "model.shop.orders")

    assert meant(event).job == ("shop", "model.shop.orders.test")


def test_statements_of_a_model_are_no_jobs():
    assert corrected(read(dbt_event("model.shop.orders.sql.3", "SQL"))) is None


def test_failures_that_are_not_stored_are_no_dataset():
    audit, real = dataset("shop.mart_dbt_test__audit.not_null_id"), dataset("shop.mart.orders")
    event = dbt_event("test.shop.x", "TEST", "test.shop.x", inputs=[real], outputs=[audit])

    assert meant(event).outputs == ()


def test_other_producers_are_taken_at_their_word():
    event = read(run_event(job="load.sql.1"))

    assert corrected(event) is event
