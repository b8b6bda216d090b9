"""The ways by which a table comes back: REST, the command, a file on a page, and the grid."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from catalog.models import Dataset, Edit
from core.api.problems import Problem
from core.tabular import uploads
from permissions.models import User
from tests.api.conftest import program
from tests.cast import signed_in

pytestmark = pytest.mark.django_db

ROW = "dataset,title\ncrm.public.customers,People who buy\n"
REFUSED = "dataset,title\nmet.weather,Rain\n"


def posted(client: Client, raw: str | bytes, query: str = "", media: str = "text/csv", **more: Any) -> Any:
    return client.post(f"/api/v1/tables/datasets{query}", raw, content_type=media, **more)


def test_the_api_looks_and_then_does_just_that(shelf: Dataset, alice: User) -> None:
    client = program(alice, "read", "write")
    looked = posted(client, ROW, "?dry_run=true").json()
    assert (looked["changed"], looked["edit"]) == (1, None)
    done = posted(client, ROW, f"?agreed={looked['digest']}&why=Plainly")
    assert (done.status_code, done.json()["digest"]) == (200, looked["digest"])
    assert Edit.objects.get(pk=done.json()["edit"]).why == "Plainly"
    assert Dataset.objects.get(pk=shelf.pk).title == "People who buy"
    assert posted(client, ROW, f"?agreed={looked['digest']}").status_code == 409


def test_the_api_says_which_rows_it_does_not_take(shelf: Dataset, alice: User) -> None:
    answer = posted(program(alice, "read", "write"), REFUSED)
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert answer.json()["refusals"] == [{"line": 2, "column": "", "reason": "You may not curate this dataset."}]


@pytest.mark.parametrize(
    ("raw", "media", "status"),
    [
        (ROW, "application/json", 415),
        (ROW, "application/vnd.apache.parquet", 400),
        ("dataset,color\nx,red\n", "text/csv", 400),
        ("title\nx\n", "text/csv", 400),
        ("dataset,kind\nx,table\n", "text/csv", 400),
        ("", "text/csv", 400),
    ],
)
def test_the_api_refuses_what_is_no_such_table(raw: str, media: str, status: int, shelf: Dataset, alice: User) -> None:
    assert posted(program(alice, "read", "write"), raw, media=media).status_code == status


def test_half_a_file_is_refused() -> None:
    with pytest.raises(Problem, match="Only 50 of 150 bytes arrived"):
        uploads.spooled(BytesIO(ROW.encode()), len(ROW) + 100)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    shelf: Dataset, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "LARGEST", 10)
    assert posted(program(alice, "read", "write"), ROW).status_code == 413


def test_a_table_that_is_only_taken_away_is_not_brought_back(alice: User) -> None:
    client = program(alice, "read", "write")
    assert client.post("/api/v1/tables/people", "username\nx\n", content_type="text/csv").status_code == 409
    assert client.post("/api/v1/tables/secrets", "a\nx\n", content_type="text/csv").status_code == 404
    assert posted(program(alice), ROW).status_code == 403


def test_the_command_brings_a_file_back(shelf: Dataset, alice: User, tmp_path: Path) -> None:
    file = tmp_path / "datasets.csv"
    file.write_text(ROW)
    call_command("table", "datasets", "--from", file, "--as", "alice", "--dry-run")
    assert not Edit.objects.exists()
    call_command("table", "datasets", "--from", file, "--as", "alice", "--why", "By hand")
    assert Edit.objects.get().why == "By hand"
    file.write_text(REFUSED)
    with pytest.raises(CommandError, match="Nothing was changed: 1 of 1"):
        call_command("table", "datasets", "--from", file, "--as", "alice")


def test_a_page_looks_at_a_file_and_does_what_was_agreed_to(shelf: Dataset, alice: User) -> None:
    client = signed_in(alice)
    file = SimpleUploadedFile("datasets.csv", ROW.encode())
    looked = client.post("/tables/datasets/import/", {"file": file, "why": "Plainly"})
    page = looked.content.decode()
    assert "People who buy" in page
    assert not Edit.objects.exists()
    hidden = dict(re.findall(r'name="(kept|agreed)" value="([^"]+)"', page))
    done = client.post("/tables/datasets/import/", {**hidden, "why": "Plainly"})
    assert (done.status_code, Edit.objects.get().why) == (302, "Plainly")
    stale = client.post("/tables/datasets/import/", {**hidden, "agreed": "0" * 64})
    assert stale.status_code in (200, 422)
    assert signed_in(alice).post("/tables/datasets/import/", {"kept": "never", "agreed": "x"}).status_code == 422


def test_nobody_takes_up_a_file_that_somebody_else_brought(shelf: Dataset, alice: User, bob: User) -> None:
    file = SimpleUploadedFile("datasets.csv", ROW.encode())
    page = signed_in(alice).post("/tables/datasets/import/", {"file": file}).content.decode()
    hidden = dict(re.findall(r'name="(kept|agreed)" value="([^"]+)"', page))
    answer = signed_in(bob).post("/tables/datasets/import/", hidden)
    assert (answer.status_code, "not kept any more" in answer.content.decode()) == (422, True)


def was(client: Client, url: str = "/tables/datasets/") -> str:
    found = re.search(r'name="was" value="([^"]+)"', client.get(url).content.decode())
    assert found
    return found[1]


def test_the_grid_saves_what_was_typed(shelf: Dataset, alice: User) -> None:
    client = signed_in(alice)
    typed = {"was": was(client), f"{shelf.pk}.title": "People who buy"}
    assert client.post("/tables/datasets/", typed).status_code == 302
    assert Dataset.objects.get(pk=shelf.pk).title == "People who buy"
    assert Edit.objects.get().origin == "page"


def test_the_grid_does_not_write_over_what_others_wrote_meanwhile(shelf: Dataset, alice: User) -> None:
    client = signed_in(alice)
    before = was(client)
    Dataset.objects.filter(pk=shelf.pk).update(title="Theirs", readme="Theirs as well")
    clash = client.post("/tables/datasets/", {"was": before, f"{shelf.pk}.title": "Mine"})
    assert (clash.status_code, "to: Theirs" in clash.content.decode()) == (422, True)
    client.post("/tables/datasets/", {"was": before, f"{shelf.pk}.description": "Mine"})
    shelf.refresh_from_db()
    assert (shelf.title, shelf.human_description, shelf.readme) == ("Theirs", "Mine", "Theirs as well")


def test_the_grid_keeps_what_was_typed_where_it_is_refused(shelf: Dataset, alice: User) -> None:
    client = signed_in(alice)
    weather = Dataset.objects.get(key="met.weather")
    typed = {"was": was(client), f"{shelf.pk}.title": "x" * 300, f"{weather.pk}.title": "Rain"}
    page = client.post("/tables/datasets/", typed)
    text = page.content.decode()
    assert (page.status_code, "x" * 300 in text, "At most 200" in text, "You may not curate" in text) == (
        422, True, True, True,
    )  # fmt: skip
    assert client.post("/tables/datasets/", {"was": "forged"}).status_code == 400


def test_the_grid_shows_the_columns_that_one_asks_for(shelf: Dataset, alice: User) -> None:
    page = signed_in(alice).get("/tables/datasets/?column=tags&column=licence&source=crm").content.decode()
    assert f'name="{shelf.pk}.licence"' in page
    assert f'name="{shelf.pk}.title"' not in page
    assert "met.weather" not in page
