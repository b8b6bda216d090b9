"""Text to words."""

from hypothesis import given
from hypothesis import strategies as st

from catalog.search.text import LONGEST_QUESTION, MOST_WORDS, Analyzer, compact, fold, split_name

english = Analyzer()


def raws(text: str, analyzer: Analyzer = english) -> list[str]:
    return [word.raw for word in analyzer.words(text)]


def stems(text: str, analyzer: Analyzer = english) -> list[str]:
    return [word.stem for word in analyzer.words(text)]


def asked(text: str) -> list[str]:
    return [word.raw for word in english.question(text).words]


def test_a_name_is_split_at_separators_camel_case_and_digits() -> None:
    assert split_name("HTTPServer_logLines2") == ["HTTP", "Server", "log", "Lines", "2"]


def test_several_of_a_shortened_name_are_one_word() -> None:
    assert split_name("customerIDs") == ["customer", "IDs"]
    assert split_name("SNPs") == ["SNPs"]
    assert split_name("APIServer") == ["API", "Server"]
    assert [word.stem for word in Analyzer().question("account IDs").words] == ["account", "id"]


def test_a_split_name_keeps_its_whole_beside_its_parts() -> None:
    assert raws("cust_ordID") == ["cust", "ord", "id", "custordid"]


def test_dots_dashes_and_slashes_separate_words() -> None:
    assert raws("crm/public.order-items") == ["crm", "public", "order", "items"]


def test_accents_and_case_are_folded() -> None:
    assert raws("Ärzte ÉTUDES Straße") == ["arzte", "etudes", "strasse"]


def test_endings_do_not_matter() -> None:
    assert stems("customers") == stems("customer")


def test_endings_are_those_of_the_language_set() -> None:
    german = Analyzer("german")
    assert stems("Kunden", german) == stems("Kunde", german)
    assert stems("Kunden") != stems("Kunde")


def test_scripts_without_spaces_give_pairs_of_characters() -> None:
    assert raws("顧客データ") == ["顧客", "客デ", "デー", "ータ", "顧客データ"]


def test_a_segmenter_takes_run_together_words_apart() -> None:
    analyzer = Analyzer(segment=lambda word: ("cust", "acct") if word == "custacct" else ())
    assert raws("custacct", analyzer) == ["custacct", "cust", "acct"]


def test_a_typed_word_is_taken_apart_where_nothing_holds_it_whole() -> None:
    analyzer = Analyzer(segment=lambda word: ("cust", "acct") if word == "custacct" else ())
    question = analyzer.question("late custacct")
    assert [word.raw for word in question.taken_apart(set()).words] == ["late", "custacct"]
    assert [word.raw for word in question.taken_apart({"custacct"}).words] == ["late", "custacct", "cust", "acct"]


def test_words_of_counting_are_not_taken_apart() -> None:
    analyzer = Analyzer(segment=lambda word: ("high", "est") if word == "highest" else ())
    assert analyzer.question("highest price").parts == {}


def test_asking_words_are_not_looked_for() -> None:
    assert asked("Show me which dataset has how many orders each customer placed") == ["orders", "customer", "placed"]


def test_asking_words_count_when_there_is_nothing_else() -> None:
    assert asked("show table") == ["show", "table"]


def test_neighbours_are_also_looked_for_run_together() -> None:
    assert [word.raw for word in english.question("order items").joined] == ["orderitems"]


def test_an_identifier_is_also_looked_for_whole() -> None:
    question = english.question("order_items")
    assert [word.raw for word in question.words] == ["order", "items"]
    assert "orderitems" in [word.raw for word in question.joined]


def test_a_long_question_is_cut_and_says_so() -> None:
    question = english.question("word " * 2_000)
    assert question.shortened
    assert len(question.text) <= LONGEST_QUESTION
    assert len(english.question(" ".join(f"word{n}" for n in range(99))).words) == MOST_WORDS


def test_compact_keeps_letters_and_digits_alone() -> None:
    assert compact("Cust_Ord-ID 2") == "custordid2"


@given(st.text(alphabet=st.characters(codec=None, exclude_categories=())))
def test_any_text_gives_words_that_can_be_stored(text: str) -> None:
    question = english.question(text)
    for word in (*question.words, *question.joined):
        word.raw.encode()
        assert "\0" not in word.raw


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
