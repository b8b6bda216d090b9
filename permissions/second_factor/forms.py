"""allauth's forms of keys, which what makes no sense must not break."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms

BROKEN = (KeyError, TypeError, ValueError, AttributeError)  # what the library under it raises for broken answers


class AddKeyForm(forms.AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    def clean(self) -> Any:
        try:
            return super().clean()
        except BROKEN as error:
            raise get_adapter().validation_error("incorrect_code") from error


class _Careful:
    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except BROKEN as error:
            raise get_adapter().validation_error("incorrect_code") from error


class UseKeyForm(_Careful, forms.AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class ConfirmByKeyForm(_Careful, forms.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class PasskeyForm(_Careful, forms.LoginWebAuthnForm):  # type: ignore[misc]
    pass
