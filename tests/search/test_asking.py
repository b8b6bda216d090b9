"""What people type, taken apart."""

from hypothesis import given
from hypothesis import strategies as st

from catalog.search.asking import MOST_OPERATORS, Operators, parse


def test_words_are_just_words() -> None:
    asked = parse("late orders e-mail a:b ://x")
    assert asked.text == "late orders e-mail a:b ://x"
    assert not asked.wanted
    assert not asked.unwanted


def test_operators_are_taken_out_of_the_words() -> None:
    asked = parse('late tag:gold SOURCE:crm field:"e mail" orders')
    assert asked.text == "late orders"
    assert asked.wanted.values == {"tag": ["gold"], "source": ["crm"], "field": ["e mail"]}


def test_a_phrase_is_demanded_and_ranked_by() -> None:
    asked = parse('"purchase order" late')
    assert asked.wanted.phrases == ["purchase order"]
    assert asked.text == "purchase order late"


def test_quotation_marks_in_a_sentence_only_quote() -> None:
    asked = parse('Which customers that live in the north have ever bought the "blue bicycle" in our shops?')
    assert not asked.wanted
    assert "blue bicycle" in asked.text


def test_a_dash_leaves_out_words_phrases_and_operators() -> None:
    asked = parse('orders -draft -"test data" -tag:old - x')
    assert asked.unwanted == Operators({"tag": ["old"]}, ["test data"], ["draft"])
    assert asked.text == "orders - x"


def test_operators_without_a_value_and_unknown_ones_are_words() -> None:
    asked = parse('tag: colour:red source:"" -')
    assert asked.text.split() == ["tag:", "colour:red", "source:", "-"]
    assert not asked.wanted


def test_so_many_operators_count_and_more_are_said_to_be_left_out() -> None:
    asked = parse(" ".join(f"tag:t{n}" for n in range(60)))
    assert len(asked.wanted.values["tag"]) == MOST_OPERATORS
    assert asked.shortened


@given(st.text(alphabet=st.characters(codec=None, exclude_categories=())) | st.text(alphabet='":- agtfield\\\n'))
def test_anything_can_be_typed(text: str) -> None:
    asked = parse(text)
    asked.text.encode()
    assert len(asked.text) <= 500
