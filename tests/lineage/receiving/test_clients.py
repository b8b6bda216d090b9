"""The official client, against a live server."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import (
    DatasetEvent,
    InputDataset,
    Job,
    JobEvent,
    OutputDataset,
    Run,
    RunEvent,
    RunState,
    StaticDataset,
)
from openlineage.client.facet_v2 import column_lineage_dataset, error_message_run, parent_run, schema_dataset, sql_job
from openlineage.client.transport.http import ApiKeyTokenProvider, HttpCompression, HttpConfig, HttpTransport
from openlineage.client.uuid import generate_new_uuid
from pytest_django.live_server_helper import LiveServer
from requests import HTTPError

from lineage import models
from lineage.receiving.working import work
from permissions.models import User
from permissions.tokens.services import create_token

pytestmark = [pytest.mark.django_db(transaction=True)]

SHOP = "postgres://db.internal:5432"
PRODUCER = "https://example.org/nightly"
NOW = "2026-11-19T04:00:00Z"


@pytest.fixture(params=[None, HttpCompression.GZIP], ids=["plain", "gzip"])
def client(request: pytest.FixtureRequest, live_server: LiveServer, alice: User, unpoked: None) -> OpenLineageClient:
    secret = create_token(actor=alice, name="airflow", scopes=["lineage"]).secret
    auth = ApiKeyTokenProvider({"apiKey": secret})
    return OpenLineageClient(
        transport=HttpTransport(HttpConfig(url=live_server.url, auth=auth, compression=request.param))
    )


def event(state: RunState, run: Run, **more: Any) -> RunEvent:
    job = Job("shop.batch", "daily_revenue", facets={"sql": sql_job.SQLJobFacet(query="insert into mart.revenue …")})
    return RunEvent(eventType=state, eventTime=NOW, run=run, job=job, producer=PRODUCER, **more)


def orders() -> InputDataset:
    fields = [schema_dataset.SchemaDatasetFacetFields("amount", "numeric")]
    return InputDataset(SHOP, "shop.raw.orders", facets={"schema": schema_dataset.SchemaDatasetFacet(fields=fields)})


def revenue() -> OutputDataset:
    source = column_lineage_dataset.InputField(
        SHOP, "shop.raw.orders", "amount",
        transformations=[column_lineage_dataset.Transformation(type="DIRECT", subtype="AGGREGATION")],
    )  # fmt: skip
    facet = column_lineage_dataset.ColumnLineageDatasetFacet(
        fields={"total": column_lineage_dataset.Fields(inputFields=[source])}
    )
    return OutputDataset(SHOP, "shop.mart.revenue", facets={"columnLineage": facet})


def test_a_run_is_told_by_the_official_client(client: OpenLineageClient) -> None:
    parent = str(generate_new_uuid())
    facet = parent_run.ParentRunFacet(run=parent_run.Run(parent), job=parent_run.Job("shop.batch", "dag"))
    run = Run(str(generate_new_uuid()), facets={"parent": facet})
    client.emit(event(RunState.START, run, inputs=[orders()]))
    client.emit(event(RunState.COMPLETE, run, outputs=[revenue()]))
    work(60)

    kept = models.Run.objects.get(run_id=run.runId)
    assert (str(kept.job), kept.state) == ("daily_revenue", "completed")
    field = models.FieldEdge.objects.get()
    assert (field.upstream_path, field.downstream_path, field.step) == ("amount", "total", "aggregation")
    assert set(models.ReceivedEvent.objects.values_list("state", "token_name")) == {("understood", "airflow")}
    assert not any(one.notes for one in models.ReceivedEvent.objects.all())


def test_a_failure_and_its_message(client: OpenLineageClient) -> None:
    error = error_message_run.ErrorMessageRunFacet(message="disk full", programmingLanguage="SQL")
    run = Run(str(uuid.uuid4()), facets={"errorMessage": error})
    client.emit(event(RunState.FAIL, run))
    work(60)

    kept = models.Run.objects.get()
    assert (kept.state, kept.error) == ("failed", "disk full")


def test_events_of_jobs_and_datasets(client: OpenLineageClient) -> None:
    job = Job("shop.batch", "view", facets={})
    client.emit(JobEvent(eventTime=NOW, job=job, inputs=[orders()], outputs=[revenue()], producer=PRODUCER))
    client.emit(DatasetEvent(eventTime=NOW, dataset=StaticDataset(SHOP, "shop.raw.orders"), producer=PRODUCER))
    work(60)

    assert models.Edge.objects.get().job == models.Job.objects.get(name="view")
    assert not models.Run.objects.exists()
    assert models.ReceivedEvent.objects.filter(state="understood").count() == 2


def test_a_refusal_is_raised_where_the_client_can_see_it(live_server: LiveServer, alice: User) -> None:
    secret = create_token(actor=alice, name="reader", scopes=["read"]).secret
    transport = HttpTransport(HttpConfig(url=live_server.url, auth=ApiKeyTokenProvider({"apiKey": secret})))

    with pytest.raises(HTTPError, match="403"):
        OpenLineageClient(transport=transport).emit(event(RunState.START, Run(str(uuid.uuid4()))))
