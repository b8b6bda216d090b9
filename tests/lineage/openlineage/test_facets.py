"""Each facet that is understood, as it should be and as it should not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.openlineage import facets
from lineage.openlineage.facets import Assertion, DatasetName, FieldSource, JobName, Parent

ORDERS = {"namespace": "pg", "name": "raw.orders"}


def test_nested_fields_are_named_by_their_way():
    told = facets.schema(
        {"fields": [{"name": "day", "type": "DATE"}, {"name": "totals", "fields": [{"name": "net"}]}, {"type": "no"}]}
    )
    assert [(field.path, field.type) for field in told] == [("day", "DATE"), ("totals", ""), ("totals.net", "")]


def test_fields_come_from_fields_directly_or_not():
    told = facets.column_lineage(
        {
            "fields": {
                "total": {
                    "inputFields": [
                        ORDERS | {"field": "amount", "transformations": [{"type": "DIRECT", "subtype": "AGGREGATION"}]}
                    ]
                }
            },
            "dataset": [ORDERS | {"field": "day", "transformations": [{"type": "INDIRECT", "subtype": "GROUP_BY"}]}],
        }
    )
    assert told == (
        FieldSource("total", DatasetName("pg", "raw.orders"), "amount", True, "aggregation"),
        FieldSource("", DatasetName("pg", "raw.orders"), "day", False, "group_by"),
    )


def test_column_lineage_of_older_versions():
    told = facets.column_lineage(
        {"fields": {"a": {"inputFields": [ORDERS | {"field": "b"}], "transformationType": "IDENTITY"}}}
    )
    assert told == (FieldSource("a", DatasetName("pg", "raw.orders"), "b", True, "identity"),)


def test_who_started_a_run():
    facet = {"run": {"runId": "r"}, "job": {"namespace": "n", "name": "dag"}, "root": {"run": {"runId": "top"}}}

    assert facets.parent(facet) == Parent("r", JobName("n", "dag"), "top", None)
    assert facets.parent({"run": {}, "job": {}}) is None


def test_numbers_alone_are_counts():
    metrics = {"rowCount": 120, "bytes": "many", "columnMetrics": {"a": {"nullCount": 0, "quantiles": {"0.5": 2.5}}}}

    assert facets.quality_metrics(metrics) == {
        "rowCount": 120, "columns": {"a": {"nullCount": 0, "quantiles": {"0.5": 2.5}}}
    }  # fmt: skip
    assert facets.statistics({"rowCount": True, "size": float("inf")}) == {}


def test_assertions_that_are_repeated_count_once():
    one = {"assertion": "not_null", "column": "id", "success": True, "severity": "warn"}

    assert facets.assertions({"assertions": [one, one]}) == (Assertion("not_null", "id", True, "warn", "", ""),)


def test_the_rest_in_a_word_each():
    assert facets.sql({"query": "select 1", "dialect": "duckdb"}) == ("select 1", "duckdb")
    assert facets.owners({"owners": [{"name": "team:finance", "type": "MAINTAINER"}, {}]}) == (
        ("team:finance", "MAINTAINER"),
    )
    assert facets.documentation({"description": "One row a day"}) == "One row a day"
    assert facets.lifecycle({"lifecycleStateChange": "rename", "previousIdentifier": ORDERS}) == (
        "RENAME", DatasetName("pg", "raw.orders"),
    )  # fmt: skip
    assert facets.symlinks({"identifiers": [ORDERS, {"name": "x"}]}) == (DatasetName("pg", "raw.orders"),)
    assert facets.data_source({"name": "pg", "uri": "pg/shop"}) == ("pg", "pg/shop")
    assert facets.error({"message": "no such table"}) == "no such table"
    assert facets.engine({"name": "dbt", "version": "1.11"}) == "dbt 1.11"
    assert facets.job_type({"processingType": "batch", "integration": "DBT"}) == ("BATCH", "DBT", "")
    assert facets.nominal_time({"nominalStartTime": "2026-11-19T00:00:00Z"}) == (
        datetime(2026, 11, 19, tzinfo=UTC),
        None,
    )


READERS = (
    facets.schema, facets.column_lineage, facets.sql, facets.source_code, facets.location, facets.data_source,
    facets.owners, facets.documentation, facets.lifecycle, facets.symlinks, facets.quality_metrics, facets.statistics,
    facets.assertions, facets.parent, facets.error, facets.engine, facets.job_type, facets.nominal_time,
    facets.dbt_node,
)  # fmt: skip
WORDS = (
    "fields", "name", "type", "inputFields", "dataset", "transformations", "namespace", "field", "owners", "run", "job",
    "identifiers", "columnMetrics", "quantiles", "assertions", "runId", "root", "nominalStartTime", "description",
    "lifecycleStateChange", "previousIdentifier", "query",
)  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("reader", READERS)
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=50, deadline=None)
@given(facet=st.dictionaries(st.sampled_from(WORDS), ANYTHING, max_size=5))
def test_no_shape_makes_a_reader_fail(reader: Callable[[dict[str, Any]], Any], facet: dict[str, Any]):
    reader(facet)


def test_fields_nested_without_end_end():
    facet: dict[str, Any] = {"name": "x"}
    for _ in range(500):
        facet = {"name": "x", "fields": [facet]}

    assert len(facets.schema({"fields": [facet]})) == facets.DEEPEST + 1
