"""``manage.py second_factor remove USERNAME``"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from permissions.models import User
from permissions.second_factor.services import remove_factors

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Takes the second factors from somebody who has lost theirs."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("remove", help="The person then signs in with the password alone.").add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        person = User.objects.filter(username__iexact=username).first()
        if person is None:
            raise CommandError(f"There is no person called {username}.")
        removed = remove_factors(actor=None, person=person)
        self.stdout.write(f"Removed from {person.username}: {removed}.")
