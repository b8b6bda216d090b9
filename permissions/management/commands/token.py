"""``manage.py token create | list | revoke``"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from permissions.models import Token, User
from permissions.tokens.services import MOST_DAYS, USUAL_DAYS, create_token, revoke_token

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Makes, lists and revokes tokens of the API."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="Makes a token and prints its secret, this once.")
        create.add_argument("username", help="Whom it speaks for.")
        create.add_argument("name", help="What uses it.")
        create.add_argument("--scopes", nargs="+", choices=Token.Scope.values, default=["read"])
        create.add_argument("--days", type=int, default=USUAL_DAYS, help=f"How long it holds, at most {MOST_DAYS}.")
        create.add_argument("--only", nargs="+", default=[], metavar="LABEL", help="Reads only what carries one.")
        create.add_argument(
            "--kept-from", nargs="+", default=[], metavar="LABEL", help="Reads nothing that carries one."
        )
        listing = actions.add_parser("list", help="Shows tokens, never their secrets.")
        listing.add_argument("username", nargs="?", help="Only those of this person.")
        listing.add_argument("--all", action="store_true", help="Also those that have ended.")
        actions.add_parser("revoke", help="Ends a token.").add_argument("id", type=int)

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        {"create": self._create, "list": self._list, "revoke": self._revoke}[action](options)

    def _create(self, options: dict[str, Any]) -> None:
        wanted = {name: options[name] for name in ("name", "scopes", "days", "kept_from")}
        try:
            made = create_token(actor=None, owner=_person(options["username"]), only_labels=options["only"], **wanted)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stderr.write(f"{_line(made.token)}\nThe token, shown this once:")
        self.stdout.write(made.secret)

    def _list(self, options: dict[str, Any]) -> None:
        tokens = Token.objects.all() if options["all"] else Token.objects.in_force()
        if options["username"]:
            tokens = tokens.filter(owner=_person(options["username"]))
        for token in tokens.select_related("owner"):
            self.stdout.write(_line(token))

    def _revoke(self, options: dict[str, Any]) -> None:
        token = Token.objects.select_related("owner").filter(pk=options["id"]).first()
        if token is None:
            raise CommandError(f"There is no token {options['id']}; `manage.py token list --all` shows all.")
        if not revoke_token(actor=None, token=token):
            raise CommandError(f"Token {token.pk} was revoked already.")
        self.stdout.write(f"Token {token.pk} no longer holds: {token.name}, of {token.owner.username}.")


def _person(username: str) -> User:
    person = User.objects.filter(username__iexact=username, is_active=True).first()
    if person is None:
        raise CommandError(f"There is no active account {username}.")
    return person


def _line(token: Token) -> str:
    used = f"{token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else "never"
    scopes = ", ".join(token.scopes)
    head = f"{token.pk}  {token.owner.username}  {token.name}  {token.hint}…  {scopes}"
    return f"{head}\n    {token.state}, until {token.expires_at:%Y-%m-%d}, last used {used}"
