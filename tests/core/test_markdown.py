"""Markdown is shown safely."""

import pytest

from core.markdown import LONGEST, to_html, to_text


def test_tables_lists_and_emphasis_are_rendered() -> None:
    html = to_html("**net**\n\n- one\n\n| a |\n|---|\n| b |")
    assert all(tag in html for tag in ("<strong>net</strong>", "<li>one</li>", "<td>b</td>"))


def test_headings_stand_below_those_of_the_page() -> None:
    assert to_html("# Orders") == "<h3>Orders</h3>\n"


def test_links_lead_away_without_recommendation() -> None:
    assert to_html("[x](https://example.com)") == '<p><a href="https://example.com" rel="nofollow noopener">x</a></p>\n'


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        '[x](https://e.com "a\\" onclick=alert(1)")',
        "![x](https://tracker.example/pixel.png)",
        "<a href='https://e.com' style='position:fixed' onclick='x()'>x</a>",
    ],
)
def test_nothing_in_it_runs_or_is_fetched(hostile: str) -> None:
    html = to_html(hostile)
    tags = html.replace("&lt;", "").replace("&quot;", "")
    assert not any(
        bad in tags for bad in ("<script", "<img", 'href="javascript', 'href="data:', "<a href='", ' onclick="')
    )


def test_a_text_that_is_too_long_is_cut_and_says_so() -> None:
    html = to_html("word " * LONGEST)
    assert "Cut here" in html
    assert len(html) < LONGEST + 200


def test_deep_nesting_does_not_take_the_page_down() -> None:
    assert to_html(">" * 5_000 + " deep")


def test_plain_text_holds_the_words_without_their_marks() -> None:
    text = to_text("Start **here** for `x_y`, [a link](https://e.com)\n\n# Head\n\n- one\n- two\n\n```\ncode\n```")
    assert text == "Start here for x_y, a link Head one two code"


@pytest.mark.parametrize("plain", ["order_id of each 2*3 line", "a < b & c", "1. half", "", "<b>bold</b>"])
def test_plain_text_keeps_what_is_no_mark(plain: str) -> None:
    assert to_text(plain) in {plain, plain.removeprefix("1. ")}
