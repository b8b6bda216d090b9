"""A folder of scripts: jobs with what they read and make, closed when their script is gone."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from catalog.models import Dataset
from lineage.models import Edge, FieldEdge, Job
from lineage.scripts import read_folder
from tests.factories import DatasetFactory

pytestmark = pytest.mark.django_db
LOAD = """CREATE TEMP TABLE t AS SELECT id, email FROM customers WHERE name <> '';
INSERT INTO public.contacts (id, address) SELECT id, lower(email) FROM t;
INSERT INTO elsewhere.copy SELECT address FROM public.contacts;"""


@pytest.fixture
def contacts(customers: Dataset) -> Dataset:
    return DatasetFactory.create(
        source=customers.source, container=customers.container, name="contacts", columns=["id", "address"]
    )


def edges() -> set[tuple[str, str]]:
    return {(str(edge.upstream), str(edge.downstream)) for edge in Edge.objects.current()}


def test_a_script_is_a_job_with_its_fields_from_end_to_end(
    contacts: Dataset, customers: Dataset, tmp_path: Path
) -> None:
    (tmp_path / "load.sql").write_text(LOAD)
    read_folder(customers.source, tmp_path)
    job = Job.objects.get()
    assert (job.name, job.code) == ("load.sql", LOAD)
    assert ("crm.public.customers", "crm.public.contacts") in edges()
    assert ("crm.public.contacts", "elsewhere.copy") in edges()
    assert not any("t" in pair for pair in edges())
    assert ("crm.public.customers", "elsewhere.copy") not in edges()
    found = FieldEdge.objects.get(downstream_path="address", upstream_path="email")
    assert (found.step, LOAD[found.start : found.end]) == ("transformation", "email")


def test_reading_again_changes_nothing_and_a_gone_script_is_closed(
    contacts: Dataset, customers: Dataset, tmp_path: Path
) -> None:
    path = tmp_path / "load.sql"
    path.write_text(LOAD)
    read_folder(customers.source, tmp_path)
    before = set(Edge.objects.values_list("pk", "closed_at"))
    read_folder(customers.source, tmp_path)
    assert set(Edge.objects.values_list("pk", "closed_at")) == before
    path.unlink()
    assert read_folder(customers.source, tmp_path).closed == 1
    assert edges() == set()


def test_what_cannot_be_read_is_told_with_its_place(customers: Dataset, tmp_path: Path) -> None:
    (tmp_path / "bad.sql").write_text("SELECT 1;\nINSERT INTO x SELECT FROM (((")
    out, err = StringIO(), StringIO()
    call_command("read_scripts", "crm", str(tmp_path), stdout=out, stderr=err)
    assert "bad.sql: Line 2" in err.getvalue()
    assert "Line 2" in Job.objects.get().problem
