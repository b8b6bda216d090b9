"""Finds what installed apps offer by a module and a name, so that lower layers need not import the upper ones."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule


def collect(module: str, name: str) -> Iterator[Any]:
    """Every member of ``<app>.<module>.<name>`` in the order of INSTALLED_APPS."""
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, module):
            yield from getattr(import_module(f"{config.name}.{module}"), name, ())
