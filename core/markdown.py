"""Markdown of people and of sources as HTML that is safe to show."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

LONGEST = 50_000  # characters; longer text is cut, and says so
LONGEST_TEXT = 5_000  # characters that plain text is made of
MARKS = re.compile(r"[*_`~\[\]<>&#|\\=+-]|^\s*\d+[.)]|^(?: {4}|\t)", re.MULTILINE)  # text without any of them is plain
TAGS = {
    *("p", "br", "hr", "h3", "h4", "h5", "h6", "blockquote", "pre", "code", "em", "strong", "s", "a"),
    *("ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
LOWERED = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6", "h6": "h6"}


def to_html(text: str) -> SafeString:
    """`text` rendered as CommonMark with tables and strikethrough; HTML in it is shown as text, not run."""
    html = _parser().render(_bounded(text))
    clean = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="nofollow noopener")
    return SafeString(clean)


def to_text(text: str) -> str:
    """The words of Markdown without its marks, on one line, for lists and excerpts; longer text is cut."""
    text = text[:LONGEST_TEXT]
    words = _words(_parser().parse(text)) if MARKS.search(text) else [text]
    return " ".join(" ".join(words).split())


def _words(tokens: Iterable[Token]) -> Iterator[str]:
    """What each block says, one text a block."""
    for token in tokens:
        if token.type == "inline":
            yield "".join(_spoken(part) for part in token.children or ())
        elif token.type in {"fence", "code_block"}:
            yield token.content


def _spoken(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    return token.content  # of a link its text; of an image its alternative text; of emphasis nothing


def _bounded(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}\n\n*Cut here: the text is longer than {LONGEST:,} characters.*"


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])
    parser.core.ruler.push("lower_headings", _lower_headings)
    return parser


def _lower_headings(state: StateCore) -> None:
    """Headings of a description stand below those of the page it is shown on."""
    for token in state.tokens:
        token.tag = LOWERED.get(token.tag, token.tag)
