"""``manage.py rules list | add | withdraw | export | apply``"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import models

from permissions.levels import Level
from permissions.models import OptOutRule, Team, User
from permissions.rules.draft import RuleDraft, Whom
from permissions.rules.files import Unreadable, exported, read_file, to_csv, to_yaml
from permissions.rules.plan import Kind, Plan, Refused, apply_rules, plan_rules
from permissions.rules.services import withdraw_rule, write_rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

M = TypeVar("M", bound=models.Model)

EXAMPLE = """\
Concord is open unless a rule says otherwise. For example:

  manage.py rules add class:pii sample --everyone --except-teams support \\
      --reason "Personal data stays with the people who need it." --owner dana --review-on 2027-01-31
"""


class Command(BaseCommand):
    help = "Lists, writes and withdraws opt-out rules; writes and reads files of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.epilog = EXAMPLE
        actions = parser.add_subparsers(dest="action", required=True)
        listing = actions.add_parser("list", help="Shows the rules in force.")
        listing.add_argument("--all", action="store_true", help="Also those that have ended or not begun.")
        withdraw = actions.add_parser("withdraw", help="Ends a rule; it stays on record.")
        withdraw.add_argument("id", type=int)
        _describe_rule(actions.add_parser("add", help="Writes a rule, in force at once."))

        export = actions.add_parser("export", help="Prints every rule that has not ended.")
        export.add_argument("--csv", action="store_true", help="As a table instead of YAML.")
        _describe_apply(actions.add_parser("apply", help="Makes the rules what a file says, all of it or nothing."))

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        does = {"list": self._list, "add": self._add, "withdraw": self._withdraw, "export": self._export}
        (does | {"apply": self._apply})[action](options)

    def _export(self, options: dict[str, Any]) -> None:
        self.stdout.write((to_csv if options["csv"] else to_yaml)(exported()), ending="")

    def _apply(self, options: dict[str, Any]) -> None:
        (actor,) = _found(User, "username", [options["actor"]])
        wanted = {name: options[name] for name in ("prune", "not_yet")}
        try:
            specs = read_file(options["file"].name, options["file"].read_bytes())
            plan = plan_rules(actor=actor, specs=specs, **wanted)
            for line in _told(plan):
                self.stdout.write(line)
            if not options["dry_run"]:
                apply_rules(actor=actor, specs=specs, **wanted, note=f"From {options['file'].name}.")
        except (OSError, Unreadable, Refused) as error:
            raise CommandError(str(error)) from error
        if options["dry_run"] and plan.refused:
            raise CommandError("Something does not fit. Nothing would be changed.")

    def _list(self, options: dict[str, Any]) -> None:
        rules = OptOutRule.objects.all() if options["all"] else OptOutRule.objects.in_force()
        found = rules.select_related("owner").order_by("pk")
        for rule in found.prefetch_related("people", "teams", "except_people", "except_teams"):
            self.stdout.write(_line(rule))
        if not found:
            self.stdout.write("No rule is in force: everything is open to everyone who signs in.")

    def _add(self, options: dict[str, Any]) -> None:
        whom = Whom(
            everyone=options["everyone"],
            people=_found(User, "username", options["people"]),
            teams=_found(Team, "slug", options["teams"]),
            except_people=_found(User, "username", options["except_people"]),
            except_teams=_found(Team, "slug", options["except_teams"]),
        )
        plain = ("label", "level", "mask", "reason", "review_on", "at_review", "legal_basis")
        (owner,) = _found(User, "username", [options["owner"]])
        try:
            draft = RuleDraft(owner=owner, whom=whom, **{name: options[name] for name in plain})
            rule = write_rule(actor=owner, draft=draft, not_yet=options["not_yet"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(_line(rule))

    def _withdraw(self, options: dict[str, Any]) -> None:
        rule = OptOutRule.objects.filter(pk=options["id"]).first()
        if rule is None:
            raise CommandError(f"There is no rule {options['id']}; `manage.py rules list --all` shows all.")
        if not withdraw_rule(actor=None, rule=rule):
            raise CommandError(f"Rule {rule.pk} was withdrawn already.")
        self.stdout.write(f"Rule {rule.pk} no longer holds: {rule}.")


def _describe_rule(parser: CommandParser) -> None:
    parser.add_argument("label", help="What it closes, such as class:pii, source:crm or path:crm/public.")
    parser.add_argument("level", choices=Level.values, help="What it closes of that.")
    parser.add_argument("--mask", choices=OptOutRule.Mask.values, default="hidden", help="What stands for values.")
    parser.add_argument("--not-yet", action="store_true", help="Nothing carries the label so far, and that is right.")
    parser.add_argument("--reason", required=True, help="Shown to everyone the rule stops.")
    parser.add_argument("--owner", required=True, metavar="USERNAME", help="Who answers for the rule.")
    parser.add_argument("--review-on", required=True, type=_date, metavar="DATE", help="As 2027-01-31.")
    parser.add_argument("--at-review", choices=OptOutRule.AtReview.values, default="nag", help="What happens then.")
    parser.add_argument("--legal-basis", default="")
    parser.add_argument("--everyone", action="store_true", help="Keeps everyone out who is not excepted.")
    for name, kind in (("people", "USERNAME"), ("teams", "SLUG")):
        parser.add_argument(f"--{name}", nargs="+", default=[], metavar=kind, help=f"Whom it keeps out: {name}.")
        parser.add_argument(f"--except-{name}", nargs="+", default=[], metavar=kind, help=f"Whom it spares: {name}.")


def _describe_apply(parser: CommandParser) -> None:
    parser.add_argument("file", type=Path, help="A .yaml, .yml or .csv file.")
    parser.add_argument("--actor", required=True, metavar="USERNAME", help="Who does it.")
    parser.add_argument("--dry-run", action="store_true", help="Say what would change, and change nothing.")
    parser.add_argument("--prune", action="store_true", help="Withdraw rules that are not in the file.")
    parser.add_argument("--not-yet", action="store_true", help="Allow labels that nothing carries so far.")


def _told(plan: Plan) -> Iterator[str]:
    """A line for each rule that changes or does not fit, and one of counts."""
    for row in plan.rows:
        if row.kind != Kind.UNCHANGED:
            yield f"{row.kind.label}: {row.title}{f' (rule {row.number} of the file)' if row.number else ''}"
            yield from (f"    {one.part}: {one.before} → {one.after}" for one in row.differences)
            yield from (f"    {problem}" for problem in row.problems)
    yield ", ".join(f"{count} {kind.label}" for kind, count in plan.counts.items())


def _date(text: str) -> date:
    return date.fromisoformat(text)


def _found(model: type[M], field: str, names: Iterable[str]) -> list[M]:
    """The rows so called. Raises `CommandError` naming those that are not there."""
    wanted = list(dict.fromkeys(names))
    found = {getattr(row, field): row for row in model._default_manager.filter(**{f"{field}__in": wanted})}
    if missing := [name for name in wanted if name not in found]:
        kind = model._meta.verbose_name
        raise CommandError(f"There is no {kind} {', '.join(missing)}.")
    return [found[name] for name in wanted]


def _line(rule: OptOutRule) -> str:
    ended = f", withdrawn {rule.withdrawn_at:%Y-%m-%d}" if rule.withdrawn_at else ""
    spared = ", ".join(_names(rule, "except_people", "except_teams"))
    stopped = ", ".join([*(["everyone"] if rule.everyone else []), *_names(rule, "people", "teams")])
    whom = f"{stopped} except {spared}" if spared else stopped
    head = f"{rule.pk}  {rule.label}  {rule.level}  {whom}"
    return f"{head}\n    {rule.reason} ({rule.owner.username}, review {rule.review_on}{ended})"


def _names(rule: OptOutRule, people: str, teams: str) -> Iterator[str]:
    yield from (person.username for person in getattr(rule, people).all())
    yield from (f"team {team.slug}" for team in getattr(rule, teams).all())
