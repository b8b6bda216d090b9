"""Bodies that are too large, too deep, or not what they say."""

from __future__ import annotations

import gzip
import json

import pytest

from lineage.openlineage.bodies import BadBody, TooLarge, parse, spelling, unzip


def test_a_gzip_body_of_several_members_is_read_whole():
    assert unzip(gzip.compress(b"[1,") + gzip.compress(b"2]"), 100) == b"[1,2]"


def test_a_gzip_bomb_is_stopped_where_it_passes_the_bound():
    bomb = gzip.compress(b"0" * 50_000_000)

    assert len(bomb) < 60_000
    with pytest.raises(TooLarge, match="1,000,000 bytes"):
        unzip(bomb, 1_000_000)


@pytest.mark.parametrize(
    "data", [b"{}", gzip.compress(b"{}", mtime=0)[:-9], b"\x1f\x8b"], ids=["plain", "cut", "empty"]
)
def test_what_is_no_whole_gzip_is_refused(data: bytes):
    with pytest.raises(BadBody):
        unzip(data, 100)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not JSON"),
        (b"{", "line 1 column 2"),
        (b"\xff\xfe{}", "UTF-8"),
        (b"[" * 100_000, "too deep"),
        (b'{"a":' * 100_000, "too deep"),
        (b"9" * 10_000, "too many digits"),
        (b"{} {}", "not JSON"),
    ],
)
def test_what_is_no_json_is_refused_in_words(body: bytes, said: str):
    with pytest.raises(BadBody, match=said):
        parse(body)


def test_one_event_has_one_spelling():
    one, other = parse(b'{"a": 1, "b": "\\u2615"}'), parse('{"b":"☕","a":1}'.encode())

    assert spelling(one) == spelling(other)
    assert json.loads(spelling(one)) == one
