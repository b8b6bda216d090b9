"""What a source is called, and whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from catalog.models import Domain, Source
from permissions.models import User

if TYPE_CHECKING:
    from harvest.connectors.base import ConnectorConfig


class DetailsForm(forms.ModelForm):  # type: ignore[type-arg]  # no subscript when run
    """Name, description, domain, and whether values may be looked at."""

    domain = forms.ModelChoiceField(
        Domain.objects.none(),
        required=False,
        empty_label="None yet",
        help_text="The part of the business whose data it holds, unless a dataset says otherwise.",
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Domain.objects.visible_to(viewer)
        # What the source has already stays a choice: saving must not take it out of a domain that rules close.
        self.fields["domain"].queryset = (known | Domain.objects.filter(pk=self.instance.domain_id)).distinct()  # type: ignore[attr-defined]

    class Meta:
        model = Source
        fields = ["name", "description", "domain", "samples"]
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}
        labels = {"samples": "Look at values"}
        help_texts = {
            "name": "As people call it.",
            "description": "What is in it and what it is for, in a sentence.",
            "samples": "Takes a sample and a light profile of each dataset, read-only, bounded in rows and time. It is "
            "also how personal data is recognised.",
        }


class EditForm(DetailsForm):
    """What else a registered source has: an owner, and when a harvest stops and asks."""

    owner_name = forms.CharField(
        label="Owner",
        required=False,
        max_length=150,
        help_text="Username of the person who answers for it and may change it.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
    )

    class Meta(DetailsForm.Meta):
        fields = [*DetailsForm.Meta.fields, "vanish_percent"]
        labels = DetailsForm.Meta.labels | {"vanish_percent": "Ask when more would vanish than, in percent"}
        help_texts = DetailsForm.Meta.help_texts | {
            "vanish_percent": "A harvest in which more of the datasets would be archived stops and waits for you."
        }

    def clean_owner_name(self) -> User | None:
        name = self.cleaned_data["owner_name"].strip()
        if not name:
            return None
        person = User.objects.filter(username__iexact=name, is_active=True, is_service=False).first()
        if person is None:
            raise forms.ValidationError("Nobody has this username.")
        return person


def suggested_name(config: ConnectorConfig) -> str:
    """The name a source has by itself."""
    return config.default_name()[:120]
