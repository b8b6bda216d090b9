"""How form fields look, kept out of the forms themselves."""

from typing import Any

from django.forms import BoundField, Select
from django.utils.safestring import SafeString

CLASSES = {"checkbox": "form-check-input", "radioselect": "", "checkboxselectmultiple": ""}


def styled(field: BoundField, label: str) -> SafeString:
    """The field's widget with the class its kind is drawn by; Django itself ties help and errors to it."""
    plain = "form-select" if isinstance(field.field.widget, Select) else "form-control"
    css = CLASSES.get(field.widget_type, plain)
    own = field.field.widget.attrs.get("class", "")
    attrs: dict[str, Any] = {"class": f"{css} {own}".strip()}
    if field.field.widget.attrs.get("placeholder") == label:
        attrs["placeholder"] = False  # the label says it already, and goes on saying it
    shown = field.as_widget(attrs=attrs)
    return SafeString(shown + field.as_hidden(only_initial=True)) if field.field.show_hidden_initial else shown
