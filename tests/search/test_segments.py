"""Run-together words, taken apart by what is known."""

from catalog.search.segments import Segmenter
from catalog.search.text import Analyzer

stem = Analyzer().stem
plain = Segmenter("english", stem, {}, {})


def test_a_run_together_name_is_taken_apart_by_known_words() -> None:
    assert plain.parts("listedsecurity") == ("listed", "security")
    assert plain.parts("haslegalname") == ("has", "legal", "name")


def test_a_catalogs_own_words_count() -> None:
    assert plain.parts("zorbulid") == ()
    assert Segmenter("english", stem, {"zorbul": 3}, {}).parts("zorbulid") == ("zorbul", "id")


def test_words_stay_whole() -> None:
    for word in ("customer", "customers", "information", "id", "category", "x" * 90, "naïveté"):
        assert plain.parts(word) == ()


def test_a_word_that_prose_uses_stays_whole() -> None:
    assert plain.parts("breakpoint") == ("break", "point")
    assert Segmenter("english", stem, {}, {"breakpoint": 3}).parts("breakpoint") == ()


def test_short_forms_stand_for_words() -> None:
    assert plain("cust") == ("customer",)
    assert plain("custid") == ("cust", "id", "customer", "identifier")


def test_a_language_without_a_lexicon_splits_by_the_catalog_alone() -> None:
    german = Segmenter("german", Analyzer("german").stem, {"kunden": 5, "nummer": 4}, {})
    assert german.parts("kundennummer") == ("kunden", "nummer")
