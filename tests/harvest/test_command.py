"""``manage.py harvest``."""

from __future__ import annotations

import json
import sqlite3
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Dataset, Source
from harvest.models import Run


@pytest.fixture
def url(db: None, tmp_path: Path, settings: Any) -> str:
    settings.HARVEST_BRAKES = settings.HARVEST_BRAKES | {"file_roots": (str(tmp_path),)}
    with sqlite3.connect(tmp_path / "shop.db") as database:
        database.executescript("create table customers (id integer primary key); create table orders (id integer);")
    return f"sqlite:///{tmp_path}/shop.db"


def harvest(*words: str) -> str:
    out = StringIO()
    call_command("harvest", *words, stdout=out)
    return out.getvalue()


def test_a_url_is_registered_and_harvested(url: str) -> None:
    told = harvest(url)

    assert "2 datasets" in told
    assert set(Dataset.objects.values_list("name", flat=True)) == {"customers", "orders"}


def test_the_same_url_is_the_same_source(url: str) -> None:
    harvest(url)
    harvest(url)

    assert Source.objects.count() == 1


def test_a_source_is_harvested_by_its_short_name(url: str) -> None:
    harvest(url, "--name", "Corner shop")

    assert "nothing had changed" in harvest("corner-shop")


def test_the_outcome_is_printed_as_json(url: str) -> None:
    outcome = json.loads(harvest(url, "--json"))

    assert (outcome["state"], outcome["added"], outcome["fields_read"]) == ("succeeded", 2, 2)


def test_include_and_exclude_choose_datasets(url: str) -> None:
    harvest(url, "--include", "*", "--exclude", "*orders")

    assert list(Dataset.objects.values_list("name", flat=True)) == ["customers"]


def test_a_dry_run_of_a_new_url_leaves_nothing_behind(url: str) -> None:
    outcome = json.loads(harvest(url, "--dry-run", "--json"))

    assert [entry["path"].split(".")[-1] for entry in outcome["diff"]["added"]] == ["customers", "orders"]
    assert not Source.objects.exists()
    assert not Dataset.objects.exists()


def test_an_unknown_name_is_told_with_the_names_there_are(url: str) -> None:
    harvest(url)

    with pytest.raises(CommandError, match=r"There is no source “crm”\. Give a URL, or one of: shop"):
        harvest("crm")


@pytest.mark.parametrize("wrong", ["nosuch://host/db", "postgresql://", "sqlite:////nowhere/at/all.db"])
def test_a_url_that_leads_nowhere_says_why(db: None, wrong: str) -> None:
    with pytest.raises(CommandError) as refused:
        harvest(wrong)

    assert len(str(refused.value)) > 20


def test_a_password_in_a_wrong_url_is_never_printed(db: None) -> None:
    with pytest.raises(CommandError) as refused:
        harvest("postgresql://me:hunter2@127.0.0.1:1/shop")

    assert "hunter2" not in str(refused.value)


def test_a_source_under_harvest_is_not_harvested_twice(url: str) -> None:
    harvest(url)
    Run.objects.create(source=Source.objects.get(), state="running")

    with pytest.raises(CommandError, match="already"):
        harvest(url)
