"""A form made from a connector's configuration: whatever connectors there are, the wizard can ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from django import forms
from pydantic import SecretStr, ValidationError

from catalog.templatetags.catalog import code_quotes
from harvest.connecting import split_config
from harvest.connectors.base import ConnectorError
from harvest.connectors.registry import connector_for, connector_for_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic.fields import FieldInfo

    from harvest.connectors.base import Connector, ConnectorConfig

LONGEST = 4_096
PLAIN = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}


class ConnectionForm(forms.Form):
    """The settings of a connector. `stored` are secrets known already: a secret left empty keeps the stored one.

    `fresh` ones were typed a moment ago. With `guarded`, the other settings as stored, stored secrets are kept only
    while none of those change, so that nobody who does not know a password can send it elsewhere.
    """

    def __init__(
        self,
        config_class: type[ConnectorConfig],
        data: Mapping[str, Any] | None = None,
        *,
        values: Mapping[str, Any] | None = None,
        stored: Mapping[str, Any] | None = None,
        fresh: Mapping[str, Any] | None = None,
        guarded: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(values or {}), prefix="c", use_required_attribute=False)
        self.config_class = config_class
        self.fresh = dict(fresh or {})
        self.stored = {name: value for name, value in ({**(stored or {}), **self.fresh}).items() if value}
        self.guarded = guarded
        self.config: ConnectorConfig | None = None
        for name, info in config_class.model_fields.items():
            self.fields[name] = _field(name, info, kept=name in self.stored)

    def clean(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        if not self.errors:
            self._read(given)
        return given

    def _read(self, given: dict[str, Any]) -> None:
        try:
            self.config = self.config_class.model_validate(self._kept() | given)
        except ValidationError as error:
            for item in error.errors(include_url=False, include_context=False, include_input=False):
                name = str(item["loc"][0]) if item["loc"] else ""
                self.add_error(name if name in self.fields else None, _sentence(item["msg"]))
            return
        self._guard(given)

    def _kept(self) -> dict[str, Any]:
        return {name: value for name, value in self.stored.items() if name in self.fields}

    def _guard(self, given: dict[str, Any]) -> None:
        if self.guarded is None or self.config is None:
            return
        shown, _ = split_config(self.config)
        missing = [name for name in self._kept() if name not in given and name not in self.fresh]
        if missing and shown != dict(self.guarded):
            for name in missing:
                self.add_error(name, "The connection changed: enter this again, so that it is not sent elsewhere.")


def config_class(kind: str) -> type[ConnectorConfig]:
    """Return the configuration of a kind. Raises `ConnectorError`."""
    return connector_for(kind).Config


def read_url(url: str) -> tuple[type[Connector], dict[str, Any], dict[str, Any]]:
    """Return the connector a URL asks for, the settings it tells, and its secrets. Raises `ValueError` to be shown."""
    try:
        connector = connector_for_url(url)
    except ConnectorError as error:
        raise ValueError(str(error)) from None
    shown, secret = split_config(connector.Config.from_url(url))
    return connector, shown, secret


def _field(name: str, info: FieldInfo, *, kept: bool) -> forms.Field:
    annotation = _bare(info.annotation)
    common: dict[str, Any] = {
        "label": info.title or name.replace("_", " ").capitalize(),
        "help_text": code_quotes(info.description or ""),
        "required": info.is_required() and not kept,
    }
    if annotation is not SecretStr and not info.is_required() and info.default not in (None, ""):
        common |= {"initial": info.default, "required": True}
    return _typed(annotation, info, common, kept=kept)


def _typed(annotation: Any, info: FieldInfo, common: dict[str, Any], *, kept: bool) -> forms.Field:
    if annotation is SecretStr:
        return _secret(common, kept=kept)
    if annotation is bool:
        return forms.BooleanField(**common | {"required": False})
    if get_origin(annotation) is Literal:
        return forms.ChoiceField(choices=[(value, value) for value in get_args(annotation)], **common)
    if annotation is int:
        return forms.IntegerField(min_value=_bound(info, "ge"), max_value=_bound(info, "le"), **common)
    longest = _bound(info, "max_length") or LONGEST
    return forms.CharField(max_length=longest, widget=forms.TextInput(attrs=PLAIN), **common)


def _secret(common: dict[str, Any], *, kept: bool) -> forms.Field:
    attrs = PLAIN | {"autocomplete": "new-password"}
    if kept:
        attrs["placeholder"] = "Kept as it is; type to replace it"
    widget = forms.PasswordInput(render_value=False, attrs=attrs)
    return forms.CharField(max_length=LONGEST, strip=False, widget=widget, **common)


def _bare(annotation: Any) -> Any:
    """The type without ``| None``."""
    given = [one for one in get_args(annotation) if one is not type(None)]
    is_optional = get_origin(annotation) is not Literal and type(None) in get_args(annotation)
    return given[0] if is_optional and len(given) == 1 else annotation


def _bound(info: FieldInfo, name: str) -> int | None:
    return next((getattr(rule, name) for rule in info.metadata if getattr(rule, name, None) is not None), None)


def _sentence(message: str) -> str:
    text = message.removeprefix("Value error, ")
    return text if text.endswith((".", "!", "?")) or "://" in text else f"{text}."
