"""Whoever changes the record from inside the database is found out, and what they changed is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from permissions.audit import record
from permissions.audit.recording import entry, write
from permissions.audit.retention import drop_old_months
from permissions.audit.sealing import seal
from permissions.audit.verifying import (
    BEYOND,
    CHANGED,
    DOUBLED,
    FORGED,
    MARK,
    MOVED,
    REMOVED,
    UNMARKED,
    Verifier,
)
from permissions.models import AuditCheckpoint, AuditEntry, AuditHead

pytestmark = pytest.mark.django_db


@pytest.fixture
def ten() -> Iterator[None]:
    """Ten sealed entries, numbered from one, in a database whose triggers a superuser has switched off."""
    for number in range(10):
        record("rule.changed", actor=None, thing=f"rule {number}", after={"number": number})
    seal()
    execute("SET LOCAL session_replication_role = replica")
    yield
    execute("SET LOCAL session_replication_role = DEFAULT")


def execute(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def found() -> list[tuple[int, int, str]]:
    return [(one.first, one.last, one.what) for one in Verifier().findings()]


def test_an_untouched_record_verifies(ten: None) -> None:
    verifier = Verifier()
    assert list(verifier.findings()) == []
    assert (verifier.checked, verifier.sequence) == (10, 10)


@pytest.mark.parametrize(
    "assignment",
    [
        "note = 'nothing'", "actor_name = 'eve'", "actor_id = 7", "address = '10.0.0.1'", "after = '{\"number\": 9}'",
        "before = '{}'", "at = at - interval '1 second'", "thing_name = 'another'", "action = 'rule.created'",
        "digest = replace(digest, '.', '.0')",
    ],
)  # fmt: skip
def test_a_changed_entry_is_found(ten: None, assignment: str) -> None:
    execute(f"UPDATE permissions_auditentry SET {assignment} WHERE sequence = 4")
    assert found() == [(4, 4, CHANGED)]


def test_an_entry_with_another_hash_is_found(ten: None) -> None:
    execute("UPDATE permissions_auditentry SET hash = 'x.y' WHERE sequence = 4")
    assert [(first, last) for first, last, _ in found()] == [(4, 4), (5, 5)]


def test_removed_entries_are_found(ten: None) -> None:
    execute("DELETE FROM permissions_auditentry WHERE sequence IN (1, 4, 5, 8)")
    assert found() == [(1, 1, REMOVED), (4, 5, REMOVED), (8, 8, REMOVED)]


def test_entries_removed_from_the_end_are_found_even_after_others_followed(ten: None) -> None:
    execute("DELETE FROM permissions_auditentry WHERE sequence > 7")
    assert found() == [(8, 10, REMOVED)]
    record("rule.changed", actor=None)
    seal()
    assert found() == [(8, 10, REMOVED)]


def test_removed_entries_whose_gap_was_closed_are_found(ten: None) -> None:
    execute("DELETE FROM permissions_auditentry WHERE sequence = 4")
    execute("UPDATE permissions_auditentry SET sequence = sequence - 1 WHERE sequence > 4")
    assert (4, 4, MOVED) in found()


def test_swapped_entries_are_found(ten: None) -> None:
    execute("""
        UPDATE permissions_auditentry AS entry SET sequence = other.sequence, hash = other.hash
        FROM permissions_auditentry AS other
        WHERE entry.sequence IN (4, 6) AND other.sequence IN (4, 6) AND entry.sequence <> other.sequence
    """)
    assert found() == [(4, 4, MOVED), (6, 6, MOVED)]


def copy_of(number: int, **values: Any) -> AuditEntry:
    """A copy of an entry, as somebody would make it who can write to the table and has not the key."""
    copy = AuditEntry.objects.get(sequence=number)
    copy.pk = uuid4()
    for name, value in values.items():
        setattr(copy, name, value)
    copy.save(force_insert=True)
    return copy


def test_an_entry_put_in_is_found(ten: None) -> None:
    copy_of(4)
    assert found() == [(4, 4, DOUBLED)]


def test_an_entry_put_in_at_the_end_is_found(ten: None) -> None:
    copy_of(10, sequence=11)
    assert found() == [(11, 11, BEYOND)]


def test_an_entry_put_in_before_it_is_sealed_is_found_before_and_after(ten: None) -> None:
    copy_of(4, sequence=None, hash="")
    assert found() == [(0, 0, FORGED)]
    seal()
    assert found() == [(11, 11, CHANGED)]


def test_a_changed_end_is_found(ten: None) -> None:
    AuditHead.objects.update(sequence=9)
    assert (9, 9, MARK) in found()


def test_a_removed_end_is_found_even_after_the_sealer_went_on(ten: None) -> None:
    AuditHead.objects.all().delete()
    assert found() == [(10, 10, UNMARKED)]
    record("rule.changed", actor=None)
    seal()
    assert found() == [(11, 11, REMOVED)]


def test_without_the_key_nobody_chains_anew(ten: None, settings: Any) -> None:
    """With all of our code and all rights in the database, and another key."""
    ours = settings.CONCORD_AUDIT_KEYS
    execute("DELETE FROM permissions_auditentry WHERE sequence = 4")
    execute("UPDATE permissions_auditentry SET sequence = NULL, hash = ''")
    AuditHead.objects.all().delete()
    settings.CONCORD_AUDIT_KEYS = ("another key" * 4,)
    seal()
    settings.CONCORD_AUDIT_KEYS = ours
    assert len(found()) >= 9


def test_keys_are_changed_by_putting_a_new_one_in_front(ten: None, settings: Any) -> None:
    settings.CONCORD_AUDIT_KEYS = ("a new key " * 4, *settings.CONCORD_AUDIT_KEYS)
    record("rule.changed", actor=None)
    seal()
    assert found() == []
    settings.CONCORD_AUDIT_KEYS = settings.CONCORD_AUDIT_KEYS[:1]
    assert "does not list" in found()[0][2]


def test_verify_can_begin_on_a_day(ten: None) -> None:
    today = datetime.now(UTC)
    write([entry("rule.changed", actor=None, at=today + timedelta(days=2))])
    seal()
    execute("UPDATE permissions_auditentry SET note = 'x' WHERE sequence IN (4, 11)")
    verifier = Verifier(since=(today + timedelta(days=1)).date())
    assert [one.first for one in verifier.findings()] == [11]
    assert verifier.checked == 1


# --- the command


def test_the_command_prints_an_end_that_a_later_one_holds_it_to(ten: None, capsys: Any) -> None:
    call_command("audit", "verify")
    end = capsys.readouterr().out.split()[-1]
    assert end.startswith("10:")
    record("rule.changed", actor=None)
    call_command("audit", "verify", "--head", end)
    AuditEntry.objects.all().delete()
    AuditHead.objects.all().delete()
    call_command("audit", "verify")  # nothing is left to tell of a record
    with pytest.raises(CommandError):
        call_command("audit", "verify", "--head", end)
    assert "entry 10: not the one" in capsys.readouterr().err


def test_the_command_names_what_was_tampered_with_and_fails(ten: None, capsys: Any) -> None:
    execute("UPDATE permissions_auditentry SET note = 'x' WHERE sequence = 4")
    with pytest.raises(CommandError, match="1 findings") as failure:
        call_command("audit", "verify")
    assert failure.value.returncode == 1
    assert "entry 4: changed after it was written" in capsys.readouterr().err


# --- months


def written_long_ago(months: int, count: int) -> None:
    """Entries of the middle of a month that many months ago."""
    then = datetime.now(UTC).replace(day=15) - timedelta(days=30 * months)
    entries = [entry("rule.changed", actor=None, at=then + timedelta(seconds=number)) for number in range(count)]
    write(entries)


def test_old_months_are_removed_and_the_chain_goes_on(settings: Any) -> None:
    settings.AUDIT_MONTHS = 2
    for months, count in ((4, 3), (3, 2), (1, 2), (4, 1), (0, 1)):  # one of the fourth month was sealed late
        written_long_ago(months, count)
        seal()
    assert drop_old_months() == 2
    seal()
    assert list(AuditCheckpoint.objects.values_list("first", "last")) == [(1, 3), (4, 5), (8, 8)]
    assert list(AuditEntry.objects.order_by("sequence").values_list("sequence", flat=True)) == [6, 7, 9, 10, 11]
    assert found() == []
    execute("SET LOCAL session_replication_role = replica")
    execute("DELETE FROM permissions_auditentry WHERE sequence = 7")
    execute("UPDATE permissions_auditcheckpoint SET last = 2 WHERE first = 1")
    assert [(first, last) for first, last, _ in found()] == [(1, 2), (3, 3), (7, 7)]


def test_everything_is_kept_unless_the_settings_say_otherwise(settings: Any) -> None:
    settings.AUDIT_MONTHS = None
    written_long_ago(40, 1)
    assert drop_old_months() == 0


def test_a_month_that_was_tampered_with_stays_as_evidence(settings: Any) -> None:
    settings.AUDIT_MONTHS = 1
    written_long_ago(4, 3)
    seal()
    execute("SET LOCAL session_replication_role = replica")
    execute("UPDATE permissions_auditentry SET note = 'x'")
    assert drop_old_months() == 0
    assert AuditEntry.objects.count() == 3
