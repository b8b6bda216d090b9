"""``manage.py provider check | link | unlink``"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests
from django.core.management.base import BaseCommand, CommandError

from permissions.models import User
from permissions.oidc import discovery
from permissions.oidc.accounts import link, unlink
from permissions.oidc.conf import provider

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

    from permissions.oidc.conf import Provider


class Command(BaseCommand):
    help = "Checks the OpenID Connect provider, and links accounts to it by hand."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("check", help="Asks the provider for its addresses and keys.")
        linking = actions.add_parser("link", help="Lets somebody at the provider sign in to an account here.")
        linking.add_argument("username", help="The account here.")
        linking.add_argument("subject", help="The sub that the provider gives the person.")
        actions.add_parser("unlink", help="Undoes that.").add_argument("username")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        found = provider()
        if found is None:
            raise CommandError("No provider is set: OIDC_ISSUER is empty.")
        {"check": self._check, "link": self._link, "unlink": self._unlink}[action](found, options)

    def _check(self, found: Provider, options: dict[str, Any]) -> None:
        try:
            told = discovery.configuration(found.issuer)
            keys = discovery.keys(found.issuer).get("keys", [])
        except requests.RequestException as error:
            raise CommandError(f"The provider does not answer: {error}") from error
        logout = "yes" if told.get("backchannel_logout_supported") else "no"
        self.stdout.write(f"{told['issuer']} answers. Keys: {len(keys)}. Back-channel logout: {logout}.")

    def _link(self, found: Provider, options: dict[str, Any]) -> None:
        person = _person(options["username"])
        other = link(provider=found, subject=options["subject"], person=person)
        if other != person:
            raise CommandError(f"That subject is linked to {other.username} already.")
        self.stdout.write(f"{person.username} signs in as {options['subject']} of {found.name}.")

    def _unlink(self, found: Provider, options: dict[str, Any]) -> None:
        person = _person(options["username"])
        if not unlink(person=person):
            raise CommandError(f"{person.username} is linked to nobody at the provider.")
        self.stdout.write(f"{person.username} no longer signs in by {found.name}.")


def _person(username: str) -> User:
    person = User.objects.filter(username__iexact=username, is_service=False).first()
    if person is None:
        raise CommandError(f"There is no person called {username}.")
    return person
