"""Requests of every kind that the description allows, and many that it does not, against a live server.

Fails on an answer 5xx, and on any answer that the description does not hold. A longer run: docs/api.md.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.servers.basehttp import WSGIRequestHandler
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from catalog.models import Dataset
from catalog.search.feed import catch_up
from harvest.models import Run, RunProblem
from permissions.models import Token, User
from permissions.tokens.services import create_token
from tests.factories import FieldFactory, RoleFactory, RuleFactory, SampleFactory, SchemaVersionFactory

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

CONFIG = Path(__file__).with_name("schemathesis.toml")
HOOKS = Path(__file__).with_name("schemathesis_hooks.py")
HALF = r"^/api/v1/(datasets|rules|sources|tickets|webhooks)\b"  # of the requests, so that two can share the work
FEW = ("--phases", "examples,coverage,fuzzing", "--max-examples", "4", "--seed", "1", "--no-shrink")


@pytest.fixture
def catalog(customers: Dataset, alice: User, search_dir: Path) -> Dataset:
    """One of everything that an address tells of, some of it closed to Alice, who administers, and so is told most."""
    RoleFactory.create(person=alice)
    FieldFactory.create(dataset=customers, name="phone", classified=["pii"])
    RuleFactory.create(label="class:pii", level="read", people=[alice], owner=alice)
    SampleFactory.create(dataset=customers)
    SchemaVersionFactory.create(dataset=customers)
    run = Run.objects.create(source=customers.source, state="succeeded", added=1)
    RunProblem.objects.create(run=run, object="public.leads", message="no right", phase="read")
    catch_up()
    return customers


@pytest.mark.parametrize("part", ["--include-path-regex", "--exclude-path-regex"])
def test_no_request_gets_an_answer_that_is_not_described(
    part: str, catalog: Dataset, alice: User, live_server: LiveServer, settings: Settings,
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    monkeypatch.setattr("harvest.services.send", lambda run: True)
    # Headers and body leave in two pieces: without this the second waits 40 ms for the client to have the first.
    monkeypatch.setattr(WSGIRequestHandler, "disable_nagle_algorithm", True)
    scopes = (Token.Scope.READ, Token.Scope.HARVEST, Token.Scope.WRITE, Token.Scope.LINEAGE)
    secret = create_token(actor=alice, name="fuzzing", scopes=scopes).secret
    done = subprocess.run(
        [str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(CONFIG), "--no-color", "run",
         f"{live_server.url}/api/v1/schema", "--header", f"Authorization: Bearer {secret}", part, HALF, *FEW],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env=os.environ | {"SCHEMATHESIS_HOOKS": str(HOOKS)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
