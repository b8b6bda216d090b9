"""Labels: what protected things carry and rules name, written ``prefix:value``."""

import re

from django.core.exceptions import ValidationError

PREFIXES = ("source", "path", "domain", "product", "class", "tag", "dataset", "field", "definition")

_SHAPE = re.compile(r"(?s)([a-z]+):(.+)")


def validate_label(label: str) -> None:
    """Raise `ValidationError` unless `label` has a known prefix and a value."""
    match = _SHAPE.fullmatch(label)
    if match is None or match[1] not in PREFIXES:
        known = ", ".join(f"{prefix}:…" for prefix in PREFIXES)
        raise ValidationError(f"“{label}” is not a label. Labels are {known}; for example class:pii.")
