"""Words of a search are marked in what it found."""

from core.marking import marked


def test_words_are_marked_in_any_case_and_as_they_stand() -> None:
    assert marked("Customer orders", ["ORDER", "cust"]) == "<mark>Cust</mark>omer <mark>order</mark>s"


def test_the_longest_word_wins_where_several_fit() -> None:
    assert marked("orders", ["or", "order"]) == "<mark>order</mark>s"


def test_the_text_and_the_words_are_escaped() -> None:
    assert marked("a<b>.c", ["<b>", "."]) == "a<mark>&lt;b&gt;</mark><mark>.</mark>c"


def test_no_words_mark_nothing() -> None:
    assert marked("orders", []) == "orders"
