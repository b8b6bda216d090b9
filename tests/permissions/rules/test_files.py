"""Rules as a table and as code."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from catalog.models import Dataset
from permissions.models import OptOutRule, RoleGrant, Team, User
from permissions.rules.draft import Whom
from permissions.rules.files import Unreadable, exported, read_file, to_csv, to_yaml
from permissions.rules.plan import Kind, Refused, apply_rules, plan_rules
from tests.cast import signed_in
from tests.factories import UserFactory
from tests.permissions.rules.drafts import REASON, soon, written

FORMATS = [("rules.csv", to_csv), ("rules.yaml", to_yaml)]


@pytest.fixture
def several(customers: Dataset, alice: User, bob: User, team: Team) -> list[OptOutRule]:
    return [
        written(alice, whom=Whom(everyone=True, except_teams=[team], except_people=[bob]), mask="partial"),
        written(
            bob, label="tag:x", level="read", reason="=HYPERLINK is no reason, \"but\"\nit must come through; 'so'."
        ),
        written(
            alice, label="class:pii", whom=Whom(people=[bob], teams=[team]), at_review="lapse", legal_basis="-1 of 2"
        ),
    ]


def yaml(*lines: str) -> bytes:
    return ("rules:\n" + "\n".join(lines)).encode()


def one(**more: Any) -> dict[str, Any]:
    return {"label": "source:crm", "level": "read", "everyone": True, "reason": REASON, "review_on": soon()} | more


@pytest.mark.parametrize(("name", "written_as"), FORMATS)
def test_what_is_exported_and_read_again_changes_nothing(
    several: list[OptOutRule], alice: User, name: str, written_as: Any
) -> None:
    specs = read_file(name, written_as(exported()).encode())
    plan = apply_rules(actor=alice, specs=specs, prune=True)
    assert plan.counts[Kind.UNCHANGED] == 3
    assert plan.empty
    assert [rule.versions.count() for rule in several] == [1, 1, 1]


@pytest.mark.parametrize(("name", "written_as"), FORMATS)
def test_without_ids_the_same_rules_are_found_again(
    several: list[OptOutRule], alice: User, name: str, written_as: Any
) -> None:
    specs = read_file(name, written_as([spec | {"id": ""} for spec in exported()]).encode())
    assert plan_rules(actor=alice, specs=specs, prune=True).empty


def test_a_file_applied_twice_changes_something_once(customers: Dataset, alice: User) -> None:
    for _ in range(2):
        apply_rules(actor=alice, specs=[one()])
    assert OptOutRule.objects.count() == 1


def test_rules_are_added_changed_and_withdrawn(several: list[OptOutRule], alice: User) -> None:
    first, second, _ = exported()
    specs = [first | {"level": "read", "mask": "hidden"}, second, one(label=f"dataset:{Dataset.objects.get().key}")]
    plan = apply_rules(actor=alice, specs=specs, prune=True, note="From code.")
    assert plan.counts == {
        Kind.ADDED: 1, Kind.CHANGED: 1, Kind.WITHDRAWN: 1, Kind.UNCHANGED: 1, Kind.REFUSED: 0,
    }  # fmt: skip
    changed, _, gone = (OptOutRule.objects.get(pk=rule.pk) for rule in several)
    assert (changed.level, changed.versions.count(), gone.state) == ("read", 2, "withdrawn")
    assert gone.versions.first().note == "From code."  # type: ignore[union-attr]


def test_what_a_file_leaves_out_stays_unless_it_is_asked_for(several: list[OptOutRule], alice: User) -> None:
    assert plan_rules(actor=alice, specs=exported()[:1]).empty
    assert plan_rules(actor=alice, specs=exported()[:1], prune=True).counts[Kind.WITHDRAWN] == 2


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"label": "source:none"}, "Nothing that you may know of"),
        ({"label": "nonsense"}, "is not a label"),
        ({"label": ""}, "label"),
        ({"reason": "no"}, "at least a sentence"),
        ({"review_on": "2020-01-01"}, "must lie in the future"),
        ({"review_on": "soon"}, "is not a day"),
        ({"everyone": "perhaps"}, "neither yes nor no"),
        ({"everyone": False}, "whom the rule keeps out"),
        ({"people": ["nobody"]}, "no person nobody"),
        ({"teams": "none"}, "no team none"),
        ({"owner": "nobody"}, "no person nobody"),
        ({"level": "all"}, "not a valid choice"),
        ({"id": "999999"}, "no rule 999999"),
        ({"id": "x"}, "no rule x"),
        ({"reason": 7}, "is not a text"),
    ],
)
def test_one_line_that_does_not_fit_keeps_all_from_being_written(
    customers: Dataset, alice: User, wrong: dict[str, Any], message: str
) -> None:
    with pytest.raises(Refused) as caught:
        apply_rules(actor=alice, specs=[one(), one(level="sample") | wrong])
    (refused,) = caught.value.plan.of(Kind.REFUSED)
    assert refused.number == 2
    assert message in " ".join(refused.problems)
    assert not OptOutRule.objects.exists()


def test_a_rule_that_stands_twice_in_a_file_is_refused(several: list[OptOutRule], alice: User) -> None:
    first = exported()[0]
    assert plan_rules(actor=alice, specs=[first, first | {"level": "read", "mask": "hidden"}]).refused


def test_a_plan_that_is_no_longer_the_one_agreed_to_is_not_done(customers: Dataset, alice: User) -> None:
    agreed = plan_rules(actor=alice, specs=[one()]).digest
    apply_rules(actor=alice, specs=[one()])
    with pytest.raises(Refused):
        apply_rules(actor=alice, specs=[one()], agreed=agreed)


@pytest.mark.parametrize(
    ("name", "raw", "message"),
    [
        ("rules.txt", b"", "ends in"),
        ("rules.csv", b"label,colour\r\n", "no column colour"),
        ("rules.csv", b"label,level\r\nx,y,z\r\n", "more cells"),
        ("rules.csv", b'label\r\n"x', "no table"),
        ("rules.csv", b"\xff\xfe", "not UTF-8"),
        ("rules.csv", b"label\r\nx\0", "NUL"),
        ("rules.yaml", b"rules: [", "no YAML"),
        ("rules.yaml", b"- label: x", "under"),
        ("rules.yaml", b"rules:\n- 7", "not a mapping"),
        ("rules.yaml", b"rules:\n- colour: red", "no part colour"),
        ("rules.yaml", b"rules: &all\n- label: x\n- *all", "Aliases"),
        ("rules.yaml", b"rules: !!python/object/apply:os.system [ls]", "no YAML"),
        ("rules.yaml", b"[" * 100_000, "no YAML"),
        ("rules.csv", b"x" * 2_000_001, "at most"),
    ],
)
def test_what_is_no_file_of_rules_is_refused_with_what_to_do(name: str, raw: bytes, message: str) -> None:
    with pytest.raises(Unreadable, match=message):
        read_file(name, raw)


# --- the command


def rules(*arguments: str) -> str:
    out = StringIO()
    call_command("rules", *arguments, stdout=out)
    return out.getvalue()


def test_rules_are_kept_as_code(several: list[OptOutRule], tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(rules("export"))
    assert "3 unchanged" in rules("apply", str(file), "--actor", "alice", "--prune")
    file.write_text(file.read_text().replace("tag:x", "tag:y"))
    dry = rules("apply", str(file), "--actor", "alice", "--dry-run", "--not-yet")
    assert "Closes: tag:x → tag:y" in dry
    assert not OptOutRule.objects.filter(label="tag:y").exists()
    rules("apply", str(file), "--actor", "alice", "--not-yet")
    assert OptOutRule.objects.filter(label="tag:y").exists()


def test_a_file_that_does_not_fit_fails(several: list[OptOutRule], tmp_path: Path) -> None:
    file = tmp_path / "rules.csv"
    file.write_text(rules("export", "--csv").replace("tag:x", "nonsense"))
    for arguments in (["--dry-run"], []):
        with pytest.raises(CommandError, match="not fit"):
            rules("apply", str(file), "--actor", "alice", *arguments)
    with pytest.raises(CommandError, match="No such file"):
        rules("apply", str(tmp_path / "none.csv"), "--actor", "alice")


# --- the pages


@pytest.fixture
def as_dana(db: None) -> Client:
    dana = UserFactory.create(username="dana")
    RoleGrant.objects.create(role="council", person=dana)
    return signed_in(dana)


FILES = "/permissions/rules/files/"


def brought(client: Client, text: str, **more: Any) -> Any:
    return client.post(FILES, {"file": SimpleUploadedFile("rules.yaml", text.encode()), **more})


def test_a_file_is_looked_at_before_anything_changes(as_dana: Client, several: list[OptOutRule]) -> None:
    text = as_dana.get(f"{FILES}yaml/").content.decode()
    look = brought(as_dana, text.replace("tag:x", "tag:y"), not_yet="on")
    assert "<ins>tag:y</ins>" in look.content.decode()
    assert not OptOutRule.objects.filter(label="tag:y").exists()
    kept = {name: look.context["form"].initial[name] for name in ("name", "text", "agreed")}
    assert as_dana.post(FILES, kept | {"not_yet": "on"}).status_code == 302
    assert OptOutRule.objects.filter(label="tag:y").exists()
    again = as_dana.post(FILES, kept | {"not_yet": "on"})
    assert (again.status_code, "say all of this already" in again.content.decode()) == (200, True)


def test_what_does_not_fit_is_shown_line_by_line(as_dana: Client, several: list[OptOutRule]) -> None:
    text = as_dana.get(f"{FILES}yaml/").content.decode()
    look = brought(as_dana, text.replace("tag:x", "nonsense"))
    assert look.status_code == 422
    assert "is not a label" in look.content.decode()
    assert "Do all of it" not in look.content.decode()
    assert "under" in brought(as_dana, "- x").content.decode()


def test_others_take_nothing_away(several: list[OptOutRule], charlie: User) -> None:
    for address in (FILES, f"{FILES}csv/"):
        assert signed_in(charlie).get(address).status_code == 403
