"""Where webhooks lead: never into the server's own network, whatever a name says now or a moment later."""

from __future__ import annotations

import socket
from ipaddress import ip_network
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from notifications.webhooks.places import Refused, checked, place_of
from notifications.webhooks.posting import post
from tests.webhooks.receiver import Receiver


def named(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Have every name mean these addresses; returns the names that were asked for."""
    asked: list[str] = []

    def look_up(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "192.0.0.1", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:0a00:0001::1", "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "fec0::1",
    ],
)  # fmt: skip
def test_what_is_inside_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, address)
    with pytest.raises(Refused, match="do not reach"):
        checked(place_of("https://hooks.example.org/x"))


def test_one_address_inside_among_others_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, "93.184.216.34", "10.0.0.1")
    with pytest.raises(Refused):
        checked(place_of("https://hooks.example.org/x"))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x", "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://0x7f000001/",
        "https://2130706433/", "https://127.1/", "https://017700000001/", "https://[::ffff:127.0.0.1]/",
    ],
)  # fmt: skip
def test_however_it_is_spelt(url: str) -> None:
    with pytest.raises(Refused):
        checked(place_of(url))


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "ftp://example.org/", "file:///etc/passwd", "https://", "https://user:pw@example.org/",
        "https://user@example.org", "https://example.org/#x", "https://example.org:99999/", "https://exa mple.org/",
        "https://example.org/a\r\nX: y", "https://[::1/", "https://example.org/" + "x" * 2_000, "javascript:alert(1)",
        "https://example.org/\u00fc", "gopher://example.org:70/_x", "//example.org/x",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        place_of(url)


def test_what_is_public_must_not_travel_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, "93.184.216.34")
    with pytest.raises(Refused, match="https"):
        checked(place_of("http://hooks.example.org/x"))
    assert checked(place_of("https://hooks.example.org/x")) == ["93.184.216.34"]


def test_a_network_of_ones_own_can_be_allowed(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.WEBHOOK_NETWORKS = (ip_network("10.20.0.0/16"),)
    named(monkeypatch, "10.20.1.1")
    assert checked(place_of("http://hooks.internal/x")) == ["10.20.1.1"]
    named(monkeypatch, "10.21.1.1")
    with pytest.raises(Refused):
        checked(place_of("http://hooks.internal/x"))


def test_the_address_that_was_checked_is_the_one_connected_to(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, receiver: Receiver
) -> None:
    """A name that means something else the second time: it is not asked a second time."""
    asked = named(monkeypatch, "127.0.0.1")
    connected: list[Any] = []
    connect = socket.create_connection

    def note(to: Any, *more: Any) -> socket.socket:
        connected.append(to)
        return connect(to, *more)

    monkeypatch.setattr(socket, "create_connection", note)
    answer = post(f"http://hooks.example.org:{receiver.server_port}/ok", b"{}", {})
    assert (answer.status, asked.count("hooks.example.org")) == (204, 1)
    assert connected == [("127.0.0.1", receiver.server_port)]
    assert receiver.got[0].headers["host"] == f"hooks.example.org:{receiver.server_port}"


def test_a_name_that_now_leads_inside_gets_nothing(monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> None:
    named(monkeypatch, "192.168.0.7")
    answer = post("https://hooks.example.org/ok", b"{}", {})
    assert (answer.status, receiver.got) == (None, [])
    assert "do not reach" in answer.text


def test_what_speaks_no_tls_is_told_nothing(receiver: Receiver) -> None:
    answer = post(receiver.url().replace("http:", "https:"), b"secret", {})
    assert (answer.status, receiver.got) == (None, [])


def test_what_is_shown_holds_nothing_secret() -> None:
    assert place_of("https://hooks.slack.com/services/T0/B0/secret?x=y").shown == "https://hooks.slack.com"
    assert place_of("https://example.org:8443/x").shown == "https://example.org:8443"
