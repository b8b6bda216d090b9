"""``manage.py load_datasets``: datasets from a file into a pushed source."""

from __future__ import annotations

import gzip
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Container, Dataset, DatasetChange, DatasetTag, Field, Origin, Source, Tag
from harvest.models import Run
from tests.factories import SourceFactory

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS: dict[str, Any] = {
    "id": "sales.orders",
    "title": "Orders of the shop",
    "description": "Every order.",
    "tags": ["Gold", "Übersicht"],
    "fields": ["id", {"name": "total", "type": "numeric(10,2)", "label": "Total", "description": "With tax."}],
    "owner": "Sales team",
    "container": "sales",
}


def load(path: Path, *lines: object, options: tuple[str, ...] = ()) -> str:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text(text, encoding="utf-8")
    out = StringIO()
    call_command("load_datasets", str(path), "--source", "portal", *options, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "portal.jsonl"


def test_a_line_becomes_a_dataset_with_its_fields_tags_and_owner(file: Path) -> None:
    assert "1 datasets, 2 fields" in load(file, ORDERS)
    dataset = Dataset.objects.get(key="portal.sales.orders")
    assert (dataset.name, dataset.title, dataset.description) == ("orders", "Orders of the shop", "Every order.")
    assert (dataset.harvested_owner, dataset.source.kind) == ("Sales team", "push")
    assert Container.objects.get().path == "sales"
    assert [(field.name, field.type, field.harvested_description) for field in Field.objects.order_by("position")] == [
        ("id", "unknown", ""),
        ("total", "decimal", "Total: With tax."),
    ]
    assert set(DatasetTag.objects.values_list("tag__name", "origin")) == {
        ("Gold", Origin.HARVEST),
        ("Übersicht", Origin.HARVEST),
    }
    assert "tag:gold" in dataset.labels


def test_a_second_time_changes_nothing(file: Path) -> None:
    load(file, ORDERS)
    before = dict(DatasetChange.objects.values_list("dataset_id", "xid"))
    assert "0 added, 0 changed, 0 archived" in load(file, ORDERS)
    assert dict(DatasetChange.objects.values_list("dataset_id", "xid")) == before


def test_a_file_adds_to_a_source_and_replaces_it_when_asked(file: Path) -> None:
    load(file, ORDERS)
    assert "1 added, 0 changed, 0 archived" in load(file, {"id": "refunds"})
    assert "0 added, 0 changed, 1 archived" in load(file, {"id": "refunds"}, options=("--replace",))


def test_a_title_follows_the_file_until_somebody_writes_another(file: Path) -> None:
    load(file, ORDERS)
    load(file, ORDERS | {"title": "Orders, new"})
    assert Dataset.objects.get().title == "Orders, new"
    Dataset.objects.update(title="Ours")
    load(file, ORDERS | {"title": "Orders, newer"})
    assert Dataset.objects.get().title == "Ours"


def test_tags_that_the_file_no_longer_has_go_and_those_of_people_stay(file: Path) -> None:
    load(file, ORDERS)
    dataset = Dataset.objects.get()
    DatasetTag.objects.create(dataset=dataset, tag=Tag.objects.create(slug="mine", name="Mine"))
    load(file, ORDERS | {"tags": []})
    assert set(dataset.tags.values_list("slug", flat=True)) == {"mine"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: this is not JSON"),
        ('{"title": "x"}', "line 2: id: field required"),
        ('{"id": ""}', "line 2: id: string should have at least 1 character"),
        ('{"id": 7}', "line 2: id: input should be a valid string"),
        ("[]", "line 2: "),
        ('{"id": "a", "tags": "x"}', "line 2: tags: input should be a valid list"),
        ('{"id": "a", "kind": "spoon"}', "line 2: kind: value error, must be one of table"),
        ('{"id": "first"}', "line 2: the dataset first stands in line 1 already"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_written(line: str, message: str, file: Path) -> None:
    with pytest.raises(CommandError, match=message):
        load(file, {"id": "first"}, line)
    assert not Source.objects.exists()
    assert not Run.objects.exists()


def test_bad_lines_are_left_out_when_asked(file: Path) -> None:
    out = load(file, {"id": "first"}, "{", {"id": "second"}, options=("--skip-bad",))
    assert "Left out line 2" in out
    assert set(Dataset.objects.values_list("name", flat=True)) == {"first", "second"}


def test_keys_that_mean_nothing_are_told(file: Path) -> None:
    assert "Not kept, for they mean nothing here: year." in load(file, {"id": "a", "year": 2017})


def test_text_that_is_not_utf8_is_named(file: Path) -> None:
    file.write_bytes(b'{"id": "\xff"}\n')
    with pytest.raises(CommandError, match="line 1: this is not UTF-8 text"):
        call_command("load_datasets", str(file))


def test_a_gzipped_file_is_read_and_a_torn_one_refused(tmp_path: Path) -> None:
    whole = gzip.compress(json.dumps(ORDERS).encode())
    (tmp_path / "a.jsonl.gz").write_bytes(whole)
    call_command("load_datasets", str(tmp_path / "a.jsonl.gz"), stdout=StringIO())
    assert Dataset.objects.get().source.slug == "a"
    (tmp_path / "b.jsonl.gz").write_bytes(whole[:-12])
    with pytest.raises(CommandError):
        call_command("load_datasets", str(tmp_path / "b.jsonl.gz"))
    assert not Source.objects.filter(slug="b").exists()


def test_a_harvested_source_is_not_filled(file: Path) -> None:
    SourceFactory.create(slug="portal", kind="postgresql")
    with pytest.raises(CommandError, match="is harvested"):
        load(file, ORDERS)


def test_strange_names_and_texts_are_kept(file: Path) -> None:
    tags = ["顧客", " ", "t" * 300]
    load(file, {"id": 'a."b".c/ü\t🦆', "title": "x" * 5_000, "tags": tags, "fields": ["a.b"]})
    dataset = Dataset.objects.get()
    assert dataset.name == 'a."b".c/ü\t🦆'
    assert len(dataset.title) == 200
    assert dataset.tags.count() == 2
