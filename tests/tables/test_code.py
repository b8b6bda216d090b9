"""Metadata as code: a folder written from the catalog says what the catalog says, and can be applied again."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from catalog.models import Dataset, Domain, Edit, Field
from catalog.tabular.applying import apply_folder
from catalog.tabular.as_code import read_folder, write_folder
from core.tabular.reading import Unreadable
from permissions.models import User
from tests.factories import RuleFactory

pytestmark = pytest.mark.django_db
CUSTOMERS = "datasets/crm/crm.public.customers.yaml"


def test_a_folder_that_was_written_changes_nothing(shelf: Dataset, bob: User, tmp_path: Path) -> None:
    Field.objects.filter(path="id").update(human_description="=1\n\n  odd: [text\t")
    write_folder(bob, tmp_path, {})
    parts = apply_folder(actor=bob, said=read_folder(tmp_path))
    assert sum(part.plan.rows for part in parts) > 3
    assert [part.plan.changed + part.plan.refused for part in parts] == [0] * len(parts)
    assert not Edit.objects.exists()


def test_a_folder_says_what_people_say_and_not_what_the_source_does(shelf: Dataset, bob: User, tmp_path: Path) -> None:
    write_folder(bob, tmp_path, {})
    told = yaml.safe_load((tmp_path / CUSTOMERS).read_text())
    assert "description" not in told
    assert (told["title"], told["record_key"], told["fields"]) == (
        "-Customers", "id, na me", {"phone": {"classifications": ["pii"]}},
    )  # fmt: skip


def test_a_folder_holds_what_its_writer_may_know_of(shelf: Dataset, alice: User, bob: User, tmp_path: Path) -> None:
    RuleFactory.create(label="source:crm", level="discover", people=[bob], owner=alice)
    write_folder(bob, tmp_path, {})
    assert not (tmp_path / CUSTOMERS).exists()


def test_a_folder_is_applied_as_one_edit(shelf: Dataset, alice: User, tmp_path: Path) -> None:
    Domain.objects.update(steward=alice)
    (tmp_path / "a.yaml").write_text(
        "dataset: crm.public.customers\ntitle: Who buys\ntags: [gold]\nfields:\n  id: {description: The number.}\n"
    )
    (tmp_path / "words.yml").write_text("domains:\n- domain: sales\n  description: |\n    All of\n    selling.\n")
    call_command("apply", tmp_path, "--as", "alice", "--dry-run")
    assert not Edit.objects.exists()
    call_command("apply", tmp_path, "--as", "alice", "--why", "Reviewed in 12")
    edit = Edit.objects.get()
    assert (edit.why, edit.changes.order_by().values("kind").distinct().count()) == ("Reviewed in 12", 3)
    assert Dataset.objects.get(pk=shelf.pk).title == "Who buys"
    assert Domain.objects.get(slug="sales").description == "All of\nselling."
    assert Field.objects.get(path="id").human_description == "The number."


def test_one_refusal_refuses_the_whole_folder(shelf: Dataset, alice: User, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("dataset: crm.public.customers\ntitle: Mine\n")
    (tmp_path / "b.yaml").write_text("dataset: met.weather\ntitle: Ours\nfields:\n  day: {description: Which.}\n")
    with pytest.raises(CommandError, match=r"b.yaml: You may not curate this dataset"):
        call_command("apply", tmp_path, "--as", "alice")
    assert not Edit.objects.exists()
    assert Dataset.objects.get(pk=shelf.pk).title == "-Customers"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- 1\n", "a.yaml: A file is a mapping"),
        ("a: &x [1]\nb: *x\n", "Aliases"),
        ("dataset: [\n", "no YAML"),
        ("datasets: []\n", "no list “datasets”"),
        ("dataset: x\ncolor: red\n", "no color to write"),
        ("dataset: x\nkind: table\n", "no kind to write"),
        ("tags:\n- name: Gold\n", "tag is missing"),
        ("dataset: x\ntitle: [a]\n", "“title” is a text and no list"),
        ("dataset: x\ntitle: {a: b}\n", "no text, number or list"),
        ("dataset: x\nfields: [id]\n", "“fields” is a mapping"),
        ("tags:\n- {tag: gold, name: A}\n- {tag: gold, name: B}\n", "said in a.yaml already"),
    ],
)
def test_what_is_no_metadata_is_refused_by_its_file(
    text: str, told: str, shelf: Dataset, alice: User, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(Unreadable, match=told):
        apply_folder(actor=alice, said=read_folder(tmp_path))


def test_names_of_files_lead_nowhere_else(shelf: Dataset, bob: User, tmp_path: Path) -> None:
    Dataset.objects.filter(pk=shelf.pk).update(key="../../etc/passwd")
    write_folder(bob, tmp_path / "out", {})
    assert all(path.is_relative_to(tmp_path / "out") for path in tmp_path.rglob("*") if path.is_file())
    assert len(list((tmp_path / "out/datasets/crm").glob("*.yaml"))) == 1
