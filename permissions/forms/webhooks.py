"""The forms that make and change a webhook."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html

from notifications.models import Webhook
from permissions.forms.people import person_field
from permissions.forms.requests import ServiceForm
from permissions.webhooks.record import topics

URL = {"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}


class WebhookForm(ServiceForm):
    """What it is told and where."""

    name = forms.CharField(max_length=80, help_text="What receives it, as people call it.")
    url = forms.CharField(
        label="Address", max_length=2_000, required=False, widget=forms.TextInput(attrs=URL),
        help_text="Leave it empty to keep the one it has, which is not shown again.",
    )  # fmt: skip
    topics = forms.MultipleChoiceField(label="Tell it of", widget=forms.CheckboxSelectMultiple)
    format = forms.ChoiceField(label="As", choices=Webhook.Format.choices, widget=forms.RadioSelect, initial="json")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (topic, format_html('<strong>{}</strong> <span class="quiet">{}</span>', topic, words))
            for topic, words in topics().items()
        ]
        self.fields["topics"].choices = choices  # type: ignore[attr-defined]


class NewWebhookForm(WebhookForm):
    """And for whom it speaks."""

    url = forms.CharField(
        label="Address", max_length=2_000, widget=forms.TextInput(attrs=URL),
        help_text="Begins with https://. It is kept as a secret is, and not shown again.",
    )  # fmt: skip
    speaks_for = person_field(
        "Speaks for", required=False,
        help_text="Username of a service account: the webhook is told what that may know. Empty: what you may know.",
    )  # fmt: skip
    field_order = ("name", "url", "format", "speaks_for", "topics")
