"""`concord` against a live server."""

from __future__ import annotations

import io
import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from catalog.models import Dataset
from catalog.search.feed import catch_up
from concord_cli.account import Account, current, keep, place
from concord_cli.main import main
from harvest.models import Run
from permissions.models import User
from permissions.tokens.services import create_token
from tests.factories import FieldFactory, RuleFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("CONCORD_SERVER", raising=False)
    monkeypatch.delenv("CONCORD_TOKEN", raising=False)
    monkeypatch.setattr("harvest.services.send", lambda run: True)


@pytest.fixture
def as_alice_there(live_server: Any, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    use(live_server.url, alice, monkeypatch)


def use(url: str, person: User, monkeypatch: pytest.MonkeyPatch, *scopes: str) -> None:
    monkeypatch.setenv("CONCORD_SERVER", url)
    secret = create_token(actor=person, name="a shell", scopes=scopes or ("read", "harvest")).secret
    monkeypatch.setenv("CONCORD_TOKEN", secret)


def test_logging_in_keeps_the_account_where_only_its_owner_reads_it(
    live_server: Any, alice: User, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = create_token(actor=alice, name="a shell").secret
    monkeypatch.setattr("sys.stdin", io.StringIO(secret + "\n"))
    assert main(["login", f"{live_server.url}/"]) == 0
    assert "You are Alice Archer (alice)." in capsys.readouterr().out
    assert current() == Account(live_server.url, secret)
    assert stat.S_IMODE(place().stat().st_mode) == 0o600
    assert main(["show", "nothing.here"]) == 1
    assert "nothing at this address" in capsys.readouterr().err


def test_a_token_that_does_not_hold_is_not_kept(
    live_server: Any, alice: User, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("cnd_wrong\n"))
    assert main(["login", live_server.url]) == 1
    assert "unknown" in capsys.readouterr().err
    assert not place().exists()


def test_a_kept_token_goes_to_no_other_server(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    keep(Account("https://concord.example.org", "cnd_secret"))
    monkeypatch.setenv("CONCORD_SERVER", "https://evil.example.org")
    assert main(["show", "a.b"]) == 1
    assert "no token for https://evil.example.org" in capsys.readouterr().err


@pytest.mark.usefixtures("as_alice_there", "search_dir")
def test_searching_prints_a_table_or_json(customers: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    catch_up()
    assert main(["search", "customers", "--source", "crm"]) == 0
    assert "crm.public.customers" in capsys.readouterr().out
    assert main(["search", "customers", "--json", "--limit", "1"]) == 0
    assert json.loads(capsys.readouterr().out)["items"][0]["dataset"]["name"] == "customers"
    assert main(["search", '"customers of old"']) == 0
    assert "each was looked for by itself" in capsys.readouterr().err
    assert main(["search", "customers", "--source", "other"]) == 1
    assert "Nothing found" in capsys.readouterr().err
    assert main(["search", "customers", "--limit", "0"]) == 1
    assert "limit: Ensure this value" in capsys.readouterr().err


@pytest.mark.usefixtures("as_alice_there")
def test_showing_tells_of_every_field(customers: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(205):
        FieldFactory.create(dataset=customers, name=f"f{number}")
    assert main(["show", "CRM.public.customers"]) == 0
    shown = capsys.readouterr().out
    assert "Alice Archer" in shown
    assert "f204" in shown
    assert main(["show", "crm.public.customers", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["fields"]) == 208


@pytest.mark.usefixtures("as_alice_there")
def test_names_from_sources_do_not_steer_the_terminal(customers: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    FieldFactory.create(dataset=customers, name="a\x1b]0;pwned\x07b\u202ec")
    main(["show", "crm.public.customers"])
    shown = capsys.readouterr().out
    assert "\x1b]" not in shown
    assert "\u202e" not in shown


def test_what_is_closed_is_explained(
    live_server: Any, customers: Dataset, charlie: User, alice: User, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    RuleFactory.create(
        label="source:crm", level="read", people=[charlie], owner=alice, reason="A merger, not yet told."
    )
    use(live_server.url, charlie, monkeypatch)
    assert main(["show", "crm.public.customers"]) == 1
    told = capsys.readouterr().err
    assert "A merger, not yet told." in told
    assert "Ask Alice Archer" in told


@pytest.mark.usefixtures("as_alice_there")
def test_harvesting_starts_a_run(customers: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["harvest", "crm", "--dry", "--json"]) == 0
    assert (json.loads(capsys.readouterr().out)["state"], Run.objects.get().dry) == ("queued", True)
    assert main(["harvest", "crm"]) == 1
    assert "being harvested already" in capsys.readouterr().err


@pytest.mark.usefixtures("as_alice_there")
@pytest.mark.parametrize(("state", "code"), [("succeeded", 0), ("failed", 1), ("cancelled", 1), ("confirm", 3)])
def test_waiting_ends_with_the_run(
    customers: Dataset, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], state: str, code: int
) -> None:
    monkeypatch.setattr("harvest.services.send", lambda run: Run.objects.filter(pk=run.pk).update(state=state))
    assert main(["harvest", "crm", "--wait"]) == code
    assert state in capsys.readouterr().out


@pytest.mark.usefixtures("as_alice_there")
def test_waiting_is_bounded(customers: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["harvest", "crm", "--wait", "--timeout", "0.1"]) == 1
    assert "goes on" in capsys.readouterr().err


class _Elsewhere(BaseHTTPRequestHandler):
    """Something that is not Concord: sends some away, and answers the rest with a page."""

    def do_GET(self) -> None:
        moved = "/moved/" in self.path
        self.send_response(302 if moved else 200)
        if moved:
            self.send_header("Location", "https://evil.example.org/")
        self.end_headers()
        self.wfile.write(b"<html>")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Elsewhere)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("path", "told"),
    [("", "not Concord"), ("/moved", "sends to https://evil.example.org/")],
)
def test_what_is_not_concord_is_recognised(
    elsewhere: str, path: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONCORD_SERVER", elsewhere + path)
    monkeypatch.setenv("CONCORD_TOKEN", "cnd_x")
    assert main(["show", "a.b"]) == 1
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("server", ["ftp://x", "concord", "http://", "http://127.0.0.1:9"])
def test_a_server_that_cannot_be_asked_is_told(server: str, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setenv("CONCORD_SERVER", server)
    monkeypatch.setenv("CONCORD_TOKEN", "cnd_x")
    assert main(["show", "a.b"]) == 1
    assert capsys.readouterr().err.startswith("concord: ")


def test_the_script_is_installed() -> None:
    told = subprocess.run([Path(sys.executable).with_name("concord"), "--help"], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("usage: concord")


def test_without_an_account_one_is_told_to_log_in(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "x"]) == 1
    assert "concord login" in capsys.readouterr().err


def test_a_damaged_file_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    place().parent.mkdir(parents=True)
    place().write_text("server = [")
    assert main(["search", "x"]) == 1
    assert str(place()) in capsys.readouterr().err
