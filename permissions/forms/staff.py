"""The form that starts staff mode."""

from django import forms

from permissions.models.staff import LEAST_REASON


class StaffModeForm(forms.Form):
    """Why it is needed."""

    reason = forms.CharField(
        label="What for",
        min_length=LEAST_REASON,
        max_length=300,
        help_text="A sentence or a ticket number. It stands in the record beside whatever you do.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    next = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)
