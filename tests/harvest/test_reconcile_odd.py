"""Odd facts into the catalog: every name, every size, what nests and what is unknown."""

from __future__ import annotations

import pytest

from catalog.models import Container, Dataset, Field, Routine
from harvest import facts
from tests.harvest.conftest import CUSTOMERS, ORDERS, SALES, SHOP, Harvest, column, container, table


@pytest.mark.parametrize(
    "name",
    [
        "with space",
        'with "quote"',
        "with.dot",
        "ümläut",
        "🌵",
        "tab\tand\nline",
        "back\\slash",
        "x" * 1000,
        "\\N",
        "\x02",
    ],
)
def test_any_name_comes_through_and_is_found_again(harvest: Harvest, name: str) -> None:
    seen = [container("public"), table(name), column(name, 1, name)]

    harvest(seen)
    outcome = harvest(seen)

    assert outcome.counts == (0, 0, 0, 0)
    expected = name.replace("\x02", "\ufffd")
    assert Dataset.objects.get().name == expected
    assert Field.objects.get().name == expected


def test_names_that_differ_in_case_are_different(harvest: Harvest) -> None:
    harvest([container("public"), table("Users"), table("users"), column("users", 1, "ID"), column("users", 2, "id")])

    assert set(Dataset.objects.values_list("name", flat=True)) == {"Users", "users"}
    assert set(Field.objects.values_list("name", flat=True)) == {"ID", "id"}


def test_text_with_nul_and_markup_is_kept_as_text(harvest: Harvest) -> None:
    harvest([container("public"), table("a", comment="<script>alert(1)</script>\0 end", details={"k\0": ["v\0"]})])

    dataset = Dataset.objects.get()
    assert dataset.harvested_description == "<script>alert(1)</script>\ufffd end"
    assert dataset.details == {"k\ufffd": ["v\ufffd"]}


def test_a_comment_beyond_all_measure_is_cut_and_reported(harvest: Harvest) -> None:
    seen = [container("public"), table("a", comment="x" * 50_000)]

    outcome = harvest(seen)

    assert len(Dataset.objects.get().harvested_description) == 20_000
    assert harvest(seen).counts.changed == 0
    assert outcome.counts.added == 1


def test_a_name_that_the_source_gives_twice_is_kept_once_and_reported(harvest: Harvest) -> None:
    outcome = harvest([container("public"), table("a"), facts.Dataset("other", ("public", "a"), "table"),
                       column("a", 1, "x"), column("a", 2, "x")])  # fmt: skip

    assert Dataset.objects.count() == 1
    assert {problem.object for problem in outcome.problems} == {"public.a", "public.a.x"}


def test_a_table_without_columns_is_a_dataset(harvest: Harvest) -> None:
    harvest([container("public"), table("empty")])

    assert Dataset.objects.get().schema_versions.get().states == ()


def test_nested_fields_know_the_field_around_them(harvest: Harvest) -> None:
    harvest([container("public"), table("a"), column("a", 1, "home", type="struct"),
             column("a", 2, "street", parent="home")])  # fmt: skip

    assert set(Field.objects.values_list("path", "parent_path")) == {("home", ""), ("home.street", "home")}


def test_partitions_know_their_parent(harvest: Harvest) -> None:
    harvest([container("public"), table("events", partition_key="RANGE (day)"), table("events_2026", parent="events")])

    assert Dataset.objects.get(name="events_2026").parent == Dataset.objects.get(name="events")


def test_containers_nest_and_an_empty_one_is_archived(harvest: Harvest) -> None:
    inner = facts.Dataset("x", ("lake", "raw", "x"), "file_set")
    lake = [facts.Container(("lake",), "folder"), facts.Container(("lake", "raw"), "folder")]
    harvest([*lake, inner, container("public"), table("a")])

    harvest([*lake, inner], confirmed=True)

    raw = Container.objects.get(name="raw")
    assert raw.parent == Container.objects.get(name="lake")
    assert raw.labels == ["source:shop", "path:shop/lake", "path:shop/lake/raw"]
    assert Container.objects.get(name="public").archived_at is not None


def test_routines_follow_the_source(harvest: Harvest) -> None:
    first = facts.Routine(("public", "total"), "function", "integer", "numeric", "sql")
    harvest([*SHOP, first, facts.Routine(("public", "old"), "function")])

    harvest([*SHOP, first._replace(comment="Adds up."), facts.Routine(("public", "new"), "procedure")])

    assert set(Routine.objects.values_list("path", "harvested_description")) == {
        ("public.total", "Adds up."),
        ("public.new", ""),
    }


def test_an_unknown_number_of_rows_stays_unknown(harvest: Harvest) -> None:
    harvest([container("public"), table("a"), table("b", rows=-1, size=0)])

    assert list(Dataset.objects.order_by("name").values_list("row_estimate", "size_bytes")) == [(None, None), (None, 0)]


def test_a_new_row_estimate_is_no_change_of_the_dataset(harvest: Harvest) -> None:
    harvest(SHOP)

    outcome = harvest([CUSTOMERS[0], table("customers", comment="Everyone who buys.", rows=99), *CUSTOMERS[2:],
                       *ORDERS, *SALES])  # fmt: skip

    assert outcome.counts == (0, 0, 0, 0)
    assert Dataset.objects.get(name="customers").row_estimate == 99
