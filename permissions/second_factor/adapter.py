"""What allauth asks about second factors."""

from __future__ import annotations

from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings

from core.secrets import seal, unseal
from permissions.models import User


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Keeps secrets encrypted, as those of sources are, and names the site by its configured address."""

    def encrypt(self, text: str) -> str:
        return seal({"secret": text})

    def decrypt(self, encrypted_text: str) -> str:
        return str(unseal(encrypted_text)["secret"])

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002  # allauth's name
        """What a key is called until its owner calls it something."""
        return f"Key {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Keys are bound to this host: one that was made under another name of the site would not be found."""
        return {"id": urlsplit(settings.CONCORD_URL).hostname or "localhost", "name": "Concord"}
