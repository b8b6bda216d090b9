"""Plain YAML: what people keep under review, read without surprises."""

from __future__ import annotations

from typing import Any

import yaml

LARGEST = 2_000_000  # bytes of a file


class NotPlain(ValueError):
    """The text is no plain YAML; `str()` says why."""


class _Loader(yaml.SafeLoader):
    """Plain values only: an alias could make a small file grow without end, and a day is told as it is written."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise NotPlain("Aliases (*name) are not read. Write the values out.")
        return super().compose_node(parent, index)


class _Dumper(yaml.SafeDumper):
    """Long texts as blocks, as people write them."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def load(raw: bytes) -> Any:
    """Return what a file says. Raises `NotPlain`."""
    if len(raw) > LARGEST:
        raise NotPlain(f"The file has {len(raw):,} bytes; at most {LARGEST:,} are read.")
    try:
        return yaml.load(raw.decode("utf-8-sig"), Loader=_Loader)  # noqa: S506 - it is a SafeLoader
    except NotPlain:
        raise
    except UnicodeDecodeError as error:
        raise NotPlain("The file is not UTF-8 text.") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:  # ValueError: a day or a number that there is not
        raise NotPlain(f"This is no YAML: {str(error)[:300]}") from error


def dump(told: Any) -> str:
    return str(yaml.dump(told, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110))
