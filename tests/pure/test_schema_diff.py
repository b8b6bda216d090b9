"""Two snapshots of a schema, compared the way a reader of the data would."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.schema_diff import FieldState, classify, diff, from_json, to_json
from catalog.types import TYPES


def _field(path: str, native: str = "text", type_: str = "string", **rest: Any) -> FieldState:
    return FieldState(path, native, type_)._replace(**rest)


def _table(*fields: FieldState) -> tuple[FieldState, ...]:
    return tuple(field._replace(position=number) for number, field in enumerate(fields, 1))


def _kinds(before: tuple[FieldState, ...], after: tuple[FieldState, ...]) -> list[tuple[str, str]]:
    return [(change.kind, change.path) for change in diff(before, after)]


ID = _field("id", "integer", "integer", nullable=False, key=True)
EMAIL = _field("email", nullable=False)
NOTE = _field("note")


def test_added_field_is_compatible() -> None:
    changes = diff(_table(ID), _table(ID, NOTE))
    assert [change.message for change in changes] == ["`note` was added (text)."]
    assert classify(changes) == "compatible"


def test_removed_field_breaks() -> None:
    changes = diff(_table(ID, NOTE), _table(ID))
    assert [(change.kind, change.breaking) for change in changes] == [("removed", True)]


def test_field_that_may_now_be_empty_breaks() -> None:
    changes = diff(_table(EMAIL), _table(EMAIL._replace(nullable=True)))
    assert changes[0].message == "`email` may now be empty."
    assert classify(changes) == "breaking"


def test_field_that_is_never_empty_any_more_is_compatible() -> None:
    assert classify(diff(_table(NOTE), _table(NOTE._replace(nullable=False)))) == "compatible"


@pytest.mark.parametrize(
    ("native", "type_", "kind", "impact"),
    [
        ("bigint", "integer", "type_widened", "compatible"),
        ("smallint", "integer", "type_narrowed", "breaking"),
        ("text", "string", "type_changed", "breaking"),
    ],
)
def test_type_change_is_classified(native: str, type_: str, kind: str, impact: str) -> None:
    changes = diff(_table(ID), _table(ID._replace(native_type=native, type=type_)))
    assert [change.kind for change in changes] == [kind]
    assert classify(changes) == impact


def test_another_spelling_of_a_type_is_no_change() -> None:
    assert diff(_table(ID), _table(ID._replace(native_type="int4"))) == ()


def test_moved_field_has_no_impact() -> None:
    changes = diff(_table(ID, EMAIL, NOTE), _table(NOTE, ID, EMAIL))
    assert [(change.kind, change.path) for change in changes] == [("moved", "note")]
    assert classify(changes) == "none"


def test_fields_pushed_along_by_a_new_one_did_not_move() -> None:
    assert _kinds(_table(ID, EMAIL), _table(ID, NOTE, EMAIL)) == [("added", "note")]


def test_changed_default_is_compatible() -> None:
    changes = diff(_table(NOTE), _table(NOTE._replace(default="'x'")))
    assert (changes[0].kind, classify(changes)) == ("default_changed", "compatible")


def test_leaving_the_key_breaks() -> None:
    changes = diff(_table(ID), _table(ID._replace(key=False)))
    assert [change.kind for change in changes] == ["key_removed"]
    assert "no primary key any more" in changes[0].message
    assert classify(changes) == "breaking"


def test_first_key_is_compatible() -> None:
    assert classify(diff(_table(ID._replace(key=False)), _table(ID))) == "compatible"


def test_wider_key_breaks_because_the_old_one_may_repeat() -> None:
    changes = diff(_table(ID, EMAIL), _table(ID, EMAIL._replace(key=True)))
    assert [(change.kind, change.breaking) for change in changes] == [("key_added", True)]


@pytest.mark.parametrize(
    ("old", "new"), [("email", "e_mail"), ("custName", "cust_name"), ("phone", "phone_number"), ("zip", "zip_code")]
)
def test_near_name_in_the_same_place_is_a_rename(old: str, new: str) -> None:
    changes = diff(_table(ID, _field(old), NOTE), _table(ID, _field(new), NOTE))
    assert [(change.kind, change.before, change.after, change.breaking) for change in changes] == [
        ("renamed", old, new, True)
    ]
    assert 0 < (changes[0].confidence or 0) <= 1


@pytest.mark.parametrize(("old", "new"), [("fax", "website"), ("colour", "weight"), ("email", "last_login")])
def test_unlike_names_are_no_rename(old: str, new: str) -> None:
    assert _kinds(_table(ID, _field(old)), _table(ID, _field(new))) == [("removed", old), ("added", new)]


def test_another_type_is_no_rename() -> None:
    after = _table(ID, _field("e_mail", "integer", "integer"))
    assert _kinds(_table(ID, EMAIL), after) == [("removed", "email"), ("added", "e_mail")]


def test_each_field_is_renamed_at_most_once() -> None:
    changes = diff(_table(_field("phone")), _table(_field("phone_1"), _field("phone_2")))
    assert sorted(change.kind for change in changes) == ["added", "renamed"]


def test_removed_struct_reports_itself_and_not_its_parts() -> None:
    before = _table(ID, _field("home", "struct", "struct"), _field("home.street"), _field("home.zip"))
    assert _kinds(before, _table(ID)) == [("removed", "home")]


def test_renamed_struct_is_followed_into_its_parts() -> None:
    before = _table(_field("addr", "struct", "struct"), _field("addr.street"), _field("addr.zip"))
    after = _table(_field("address", "struct", "struct"), _field("address.street"))
    assert _kinds(before, after) == [("renamed", "address"), ("removed", "addr.zip")]


def test_part_that_changes_is_reported_once() -> None:
    before = _table(_field("home", "struct<zip:int>", "struct"), _field("home.zip", "int", "integer"))
    after = _table(_field("home", "struct<zip:bigint>", "struct"), _field("home.zip", "bigint", "integer"))
    assert _kinds(before, after) == [("type_widened", "home.zip")]


def test_names_with_dots_are_one_name() -> None:
    assert _kinds(_table(_field('"a.b"')), _table(_field('"a.b"'), _field("c"))) == [("added", "c")]


def test_doubled_path_is_refused() -> None:
    with pytest.raises(ValueError, match="'id' twice"):
        diff(_table(ID, ID), ())


@pytest.mark.parametrize(
    ("stored", "complaint"),
    [
        ({"kind": "vanished"}, "unknown kind"),
        ({"kind": "added"}, "incomplete"),
        ({"kind": "added", "colour": "red"}, "colour"),
    ],
)
def test_stored_change_that_does_not_fit_is_refused(stored: dict[str, str], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        from_json([stored])


NATIVES = ("integer", "bigint", "text", "varchar(10)", "numeric(10,2)", "struct<a:int>")
_names = st.sampled_from(["id", "email", "e_mail", "name", "first_name", "price", "home"])
_states = st.builds(
    FieldState,
    path=st.one_of(_names, st.builds("{}.{}".format, _names, _names)),
    native_type=st.sampled_from(NATIVES),
    type=st.sampled_from(TYPES),
    nullable=st.booleans(),
    key=st.booleans(),
    position=st.integers(1, 20),
    default=st.sampled_from(["", "0", "now()"]),
    generated=st.sampled_from(["", "identity"]),
)


def _with_parents(states: list[FieldState]) -> tuple[FieldState, ...]:
    known = {state.path for state in states}
    parents = {state.parent for state in states} - known - {""}
    return (*states, *(FieldState(path, "struct", "struct") for path in sorted(parents)))


snapshots = st.lists(_states, max_size=8, unique_by=lambda state: state.path).map(_with_parents)


@given(snapshots)
def test_a_schema_does_not_differ_from_itself(snapshot: tuple[FieldState, ...]) -> None:
    assert diff(snapshot, snapshot) == ()
    assert classify(()) == "none"


@given(snapshots, snapshots)
def test_changes_survive_being_stored(before: tuple[FieldState, ...], after: tuple[FieldState, ...]) -> None:
    changes = diff(before, after)
    assert from_json(json.loads(json.dumps(to_json(changes)))) == changes


@given(snapshots, snapshots)
def test_what_one_direction_adds_or_removes_the_other_undoes(
    before: tuple[FieldState, ...], after: tuple[FieldState, ...]
) -> None:
    forth, back = diff(before, after), diff(after, before)
    assert sorted(change.path for change in forth if change.kind == "added") == sorted(
        change.path for change in back if change.kind == "removed"
    )


@given(snapshots, snapshots)
def test_no_change_at_all_means_the_same_paths(before: tuple[FieldState, ...], after: tuple[FieldState, ...]) -> None:
    if not diff(before, after):
        assert {state.path for state in before} == {state.path for state in after}
