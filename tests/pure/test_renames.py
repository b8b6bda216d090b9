"""Vanished datasets that came back under another name are found, and strangers are left alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harvest.renames import DatasetShape, guess_dataset_renames

FIELDS = tuple((f"field_{letter}", "string") for letter in "abcdefghij")


def _shape(ref: int, path: str, fields: tuple[tuple[str, str], ...] = FIELDS, kind: str = "table") -> DatasetShape:
    return DatasetShape(ref, tuple(path.split(".")), kind, fields)


def _pairs(gone: list[DatasetShape], new: list[DatasetShape]) -> list[tuple[object, object]]:
    return [(guess.old, guess.new) for guess in guess_dataset_renames(gone, new)]


def test_same_fields_in_the_same_container_are_a_rename() -> None:
    guesses = guess_dataset_renames([_shape(1, "crm.customers")], [_shape(2, "crm.clients")])
    assert [(guess.old, guess.new) for guess in guesses] == [(1, 2)]
    assert guesses[0].why.startswith("It stands in the same container, 10 of 10 fields")


def test_one_new_field_does_not_hide_a_rename() -> None:
    assert _pairs([_shape(1, "crm.customers")], [_shape(2, "crm.clients", (*FIELDS, ("note", "string")))]) == [(1, 2)]


def test_same_container_is_favoured() -> None:
    assert _pairs([_shape(1, "crm.customers")], [_shape(2, "erp.clients"), _shape(3, "crm.clients")]) == [(1, 3)]


def test_same_name_in_another_container_is_a_move_even_with_some_other_fields() -> None:
    changed = (*FIELDS[:8], ("x", "string"), ("y", "string"))
    guesses = guess_dataset_renames([_shape(1, "crm.customers")], [_shape(2, "archive.customers", changed)])
    assert [(guess.old, guess.new) for guess in guesses] == [(1, 2)]
    assert "another container" in guesses[0].why


def test_namesake_with_quite_other_fields_is_a_stranger() -> None:
    other = tuple((f"other_{number}", "integer") for number in range(10))
    assert _pairs([_shape(1, "crm.users")], [_shape(2, "wiki.users", other)]) == []


def test_table_does_not_become_a_view() -> None:
    assert _pairs([_shape(1, "crm.customers")], [_shape(2, "crm.clients", kind="view")]) == []


def test_few_fields_need_a_near_name() -> None:
    code_and_label = (("code", "string"), ("label", "string"))
    gone = [_shape(1, "ref.countries", code_and_label)]
    assert _pairs(gone, [_shape(2, "ref.units", code_and_label)]) == []
    assert _pairs(gone, [_shape(2, "ref.country", code_and_label)]) == [(1, 2)]


def test_two_candidates_as_good_as_each_other_are_no_guess() -> None:
    assert _pairs([_shape(1, "s.events_x")], [_shape(2, "s.events_a"), _shape(3, "s.events_b")]) == []


def test_datasets_without_fields_are_only_moved() -> None:
    assert _pairs([_shape(1, "a.x", ())], [_shape(2, "a.y", ())]) == []
    assert _pairs([_shape(1, "a.x", ())], [_shape(2, "b.x", ())]) == [(1, 2)]


def test_thousands_of_one_shape_are_paired_by_name() -> None:
    gone = [_shape(number, f"logs.day_{number}") for number in range(3000)]
    new = [_shape(number, f"archive.day_{number}") for number in range(3000)]
    assert sorted(_pairs(gone, new)) == [(number, number) for number in range(3000)]


_names = st.sampled_from(["users", "user", "orders", "order_items", "events", "x"])
_fields = st.lists(st.sampled_from([(letter, "string") for letter in "abcdefgh"]), unique=True, max_size=8).map(tuple)
_shapes = st.lists(st.tuples(st.sampled_from("st"), _names, _fields), max_size=6).map(
    lambda rows: [_shape(number, f"{where}.{name}", fields) for number, (where, name, fields) in enumerate(rows)]
)


@given(_shapes, _shapes)
def test_guesses_are_one_to_one_and_bounded(gone: list[DatasetShape], new: list[DatasetShape]) -> None:
    guesses = guess_dataset_renames(gone, new)
    assert len({guess.old for guess in guesses}) == len({guess.new for guess in guesses}) == len(guesses)
    assert all(0 <= guess.confidence <= 1 for guess in guesses)


@given(_shapes, _shapes)
def test_guessing_backwards_gives_the_same_pairs(gone: list[DatasetShape], new: list[DatasetShape]) -> None:
    back = {(guess.new, guess.old) for guess in guess_dataset_renames(new, gone)}
    assert set(_pairs(gone, new)) == back
