"""Tables as files: one and the same in every format, by every way."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet
import pytest
from django.core.management import CommandError, call_command

from catalog.models import Dataset, Domain, Field
from core.tabular import writing
from core.tabular.cells import from_xlsx, meant
from core.tabular.collections import collections
from core.tabular.writing import FORMATS
from permissions.models import AuditEntry, User
from tests.api.conftest import program
from tests.cast import signed_in
from tests.factories import DatasetFactory, DomainFactory, FieldFactory

pytestmark = pytest.mark.django_db

HOSTILE = '=HYPERLINK(1)\nline two, "quoted"\ttab é \x0b _x0041_ \''


@pytest.fixture
def described(customers: Dataset) -> Dataset:
    Dataset.objects.filter(pk=customers.pk).update(human_description=HOSTILE, row_estimate=12)
    FieldFactory.create(dataset=customers, name="phone", classified=["pii", "contact"], position=4)
    return customers


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def rows(name: str, person: User, form: str) -> list[dict[str, Any]]:
    file = io.BytesIO()
    FORMATS[form].write(collections()[name], person, {}, file)
    read: list[dict[str, Any]] = READERS[form](file.getvalue())
    return read


def _of_csv(raw: bytes) -> list[dict[str, Any]]:
    table = csv.DictReader(io.StringIO(raw.decode(), newline=""))
    return [{name: meant(cell) for name, cell in row.items()} for row in table]


def _of_xlsx(raw: bytes) -> list[dict[str, Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(raw)).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    names, *lines = sheet.iter_rows(values_only=True)
    return [
        {str(name): "" if cell is None else from_xlsx(str(cell)) for name, cell in zip(names, line, strict=True)}
        for line in lines
    ]


READERS: dict[str, Any] = {
    "csv": _of_csv,
    "jsonl": lambda raw: [json.loads(line) for line in raw.splitlines()],
    "parquet": lambda raw: pyarrow.parquet.read_table(io.BytesIO(raw)).to_pylist(),
    "xlsx": _of_xlsx,
}


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_the_same(form: str, described: Dataset, bob: User) -> None:
    (row,) = rows("datasets", bob, form)
    assert (row["dataset"], row["description"], row["owner"]) == ("crm.public.customers", HOSTILE, "alice")
    assert row["rows"] in (12, "12")
    last = rows("fields", bob, form)[-1]
    assert (last["field"], last["nullable"]) in (("phone", True), ("phone", "yes"))
    assert last["classifications"] in (["contact", "pii"], "contact pii")
    assert last["key_position"] in (None, "")


@pytest.mark.parametrize("name", collections())
@pytest.mark.parametrize("form", FORMATS)
def test_every_collection_goes_out_empty_or_not(name: str, form: str, described: Dataset, root: User) -> None:
    assert all(set(row) == set(collections()[name].names) for row in rows(name, root, form))


def test_a_dataset_carries_its_sources_domain_apart(described: Dataset, bob: User) -> None:
    own, of_source = DomainFactory.create(slug="own"), DomainFactory.create(slug="around")
    described.source.domain = of_source
    described.source.save()
    Dataset.objects.filter(pk=described.pk).update(domain=Domain.objects.get(pk=own.pk))
    (row,) = rows("datasets", bob, "jsonl")
    assert (row["domain"], row["source_domain"]) == ("own", "around")


def test_the_api_narrows_as_the_list_does(described: Dataset, bob: User) -> None:
    DatasetFactory.create(name="weather")
    answer = program(bob).get("/api/v1/tables/datasets?format=csv&source=crm")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert [row["dataset"] for row in _of_csv(content(answer))] == ["crm.public.customers"]


def test_the_api_refuses_what_a_table_does_not_take(bob: User) -> None:
    answer = program(bob).get("/api/v1/tables/tags?source=crm")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert program(bob).get("/api/v1/tables/secrets").status_code == 404
    assert program(bob).get("/api/v1/tables/secrets?source=crm").status_code == 404


def test_a_program_may_ask_for_any_media_type(described: Dataset, bob: User) -> None:
    answer = program(bob).get("/api/v1/tables/datasets", headers={"Accept": "text/csv"})
    assert answer.status_code == 200


def test_what_was_taken_is_on_record(described: Dataset, bob: User) -> None:
    signed_in(bob).get("/tables/fields/file/?format=parquet&dataset=crm.public.customers")
    entry = AuditEntry.objects.get(action="export.read")
    assert (entry.actor_name, entry.thing_name) == ("bob", "fields as Parquet")
    assert entry.after == {"format": "parquet", "rows": 4, "narrowed": {"dataset": ["crm.public.customers"]}}


def test_the_command_writes_what_a_person_may_know_of(described: Dataset, bob: User, tmp_path: Path) -> None:
    out = tmp_path / "fields.csv"
    call_command("table", "fields", "dataset=crm.public.customers", "--as", "bob", "--output", out)
    assert [row["field"] for row in _of_csv(out.read_bytes())] == ["id", "name", "email", "phone"]
    with pytest.raises(CommandError, match="no table"):
        call_command("table", "secrets", "--as", "bob")
    with pytest.raises(CommandError, match="no such parameter"):
        call_command("table", "fields", "color=red", "--as", "bob")


def test_more_than_a_sheet_holds_is_refused_and_not_cut(
    described: Dataset, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MOST_XLSX_ROWS", 3)
    answer = signed_in(bob).get("/tables/fields/file/?format=xlsx")
    assert answer.status_code == 400
    Field.objects.filter(dataset=described, path="id").update(human_description="x" * 40_000)
    monkeypatch.setattr(writing, "MOST_XLSX_ROWS", 100)
    answer = program(bob).get("/api/v1/tables/fields?format=xlsx")
    assert (answer.status_code, "40,000" in answer.json()["detail"]) == (400, True)


def test_the_page_lists_every_table(bob: User) -> None:
    page = signed_in(bob).get("/tables/").content.decode()
    assert all(f"/tables/{name}/file/" in page for name in collections())
