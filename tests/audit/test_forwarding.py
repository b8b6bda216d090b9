"""Entries leave in their order, each at least once, and whoever does not answer holds up nobody."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from permissions.audit import record
from permissions.audit.forwarding import forward
from permissions.audit.sealing import seal
from permissions.models import AuditForward

pytestmark = pytest.mark.django_db


class Receiver(HTTPServer):
    """Keeps what it was sent; answers `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.status = 200
        self.bodies: list[str] = []
        self.headers: list[Any] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/audit?x=1"

    @property
    def names(self) -> list[str]:
        return [json.loads(line)["thing_name"] for body in self.bodies for line in body.splitlines()]


class Answering(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.headers.append(self.headers)
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.AUDIT_FORWARD = (server.url,)
    yield server
    server.shutdown()
    server.server_close()


def done(*names: str) -> None:
    for name in names:
        record("team.joined", actor=None, thing=name)
    seal()


def test_entries_arrive_once_and_in_their_order(receiver: Receiver, settings: Any) -> None:
    settings.AUDIT_FORWARD_TOKEN = "for the collector"
    done("a", "b")
    assert forward() == 2
    done("c")
    assert forward() == 1
    assert forward() == 0
    assert receiver.names == ["a", "b", "c"]
    assert receiver.headers[0]["Authorization"] == "Bearer for the collector"


def test_nothing_leaves_before_it_is_sealed(receiver: Receiver) -> None:
    record("team.joined", actor=None)
    assert forward() == 0


@pytest.mark.parametrize("status", [500, 302, 404])
def test_what_was_not_taken_is_sent_again_before_what_follows(receiver: Receiver, status: int) -> None:
    receiver.status = status
    done("a")
    assert forward() == 0
    assert AuditForward.objects.get().error == f"answered {status}"
    receiver.status = 204
    done("b")
    assert forward() == 2
    assert receiver.names == ["a", "a", "b"]
    assert AuditForward.objects.get().error == ""


def test_whoever_does_not_answer_holds_up_nobody(receiver: Receiver, settings: Any) -> None:
    settings.AUDIT_FORWARD = ("http://127.0.0.1:9/", receiver.url)
    done("a")
    assert forward() == 1
    assert receiver.names == ["a"]


def test_more_than_a_batch_arrives_in_order(receiver: Receiver) -> None:
    done(*(str(number) for number in range(450)))
    assert forward() == 450
    assert receiver.names == [str(number) for number in range(450)]


def test_entries_go_to_syslog_each_after_its_length(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.AUDIT_FORWARD = (f"syslog://127.0.0.1:{server.getsockname()[1]}",)
        done("ä\nb")
        assert forward() == 1
        taken, _ = server.accept()
        with taken, taken.makefile("rb") as stream:
            length, _, message = stream.read().partition(b" ")
    assert int(length) == len(message)
    head, _, line = message.decode().partition(" - audit - ")
    assert head.startswith("<110>1 ")
    assert json.loads(line)["thing_name"] == "ä\nb"


def test_entries_go_to_standard_output(settings: Any, capfd: Any) -> None:
    settings.AUDIT_FORWARD = ("stdout:",)
    done("a")
    forward()
    assert json.loads(capfd.readouterr().out)["action"] == "team.joined"


def test_no_secret_of_an_address_is_kept(settings: Any) -> None:
    settings.AUDIT_FORWARD = ("https://user:s3cret@127.0.0.1:9/t0ken?key=s3cret",)
    done("a")
    forward()
    assert AuditForward.objects.get().name == "https://127.0.0.1:9"
