"""Marks words in a text that is not HTML."""

import re
from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString


def marked(text: str, words: Iterable[str]) -> SafeString:
    """`text`, escaped, with each occurrence of a word in ``<mark>``; longer words win over their parts."""
    alternatives = "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True) if word)
    if not alternatives:
        return escape(text)
    parts = re.split(f"({alternatives})", text, flags=re.IGNORECASE)
    shown = (f"<mark>{escape(part)}</mark>" if at % 2 else escape(part) for at, part in enumerate(parts))
    return SafeString("".join(shown))
