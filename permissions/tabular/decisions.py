"""Rules, exceptions and requests as tables: what each reader's lists tell, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import serializers

from core.api.query import Query, many_of, text
from core.tabular.collections import Collection, Column, Kind
from permissions.access_requests.reading import readable_requests, told_requests
from permissions.exceptions.reading import readable_exceptions, told_exceptions
from permissions.levels import Level
from permissions.models import AccessRequest, RuleState
from permissions.rules.draft import content_of
from permissions.rules.known import known_rules, may_see_all_of
from permissions.rules.listing import narrowed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from permissions.models import User

WHOM = ("people", "teams", "except_people", "except_teams")
OPENLY = ("label", "level", "mask", "reason", "legal_basis", "owner", "starts_at", "review_on", "at_review")


class RuleTableQuery(Query):
    state = serializers.ChoiceField(choices=RuleState.choices, required=False, help_text="How it stands.")
    level = serializers.ChoiceField(choices=Level.choices, required=False, help_text="What it closes.")
    owner = text("Username of the owner.")


class RequestTableQuery(Query):
    state = many_of(AccessRequest.State.choices, "In one of these states.")


def rules(viewer: User, wanted: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Rules that the viewer may know of; whom one stops only for who may see all of it."""
    for rule in narrowed(known_rules(viewer), wanted).with_people().order_by("pk"):
        content = content_of(rule)
        whole = may_see_all_of(viewer, rule)
        whom = [content["everyone"], *(content[name] for name in WHOM)] if whole else [None] * (1 + len(WHOM))
        yield (rule.pk, str(rule.state), *(content[name] for name in OPENLY), *whom)


def exceptions(viewer: User, _wanted: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Exceptions that concern the viewer; nothing that is hidden from them is named."""
    for line in told_exceptions(viewer, readable_exceptions(viewer).order_by("pk")):
        one = line.exception
        person, team = one.person and one.person.username, one.team and one.team.slug
        purpose = one.purpose if line.known else None
        times = (one.starts_at.isoformat(), one.until.isoformat())
        yield (one.pk, one.rule_id, person, team, line.opens, purpose, str(one.state), one.approved_by.username, *times)


def requests(viewer: User, wanted: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Requests that concern the viewer; nothing that is hidden from them is named."""
    found = readable_requests(viewer).select_related("asker", "team").order_by("pk")
    if states := wanted.get("state"):
        found = found.filter(state__in=states)
    for line in told_requests(viewer, found):
        one = line.request
        ended = one.closed_at and one.closed_at.isoformat()
        team = one.team and one.team.slug
        yield (one.pk, one.asker.username, team, line.title, one.level, one.purpose, one.days, one.state,
               one.created_at.isoformat(), ended)  # fmt: skip


COLLECTIONS = (
    Collection(
        name="rules",
        title="Opt-out rules",
        about="What is closed to whom, and why.",
        key=("id",),
        lines=rules,
        query=RuleTableQuery,
        columns=(
            Column("id", "", "Its number.", Kind.NUMBER),
            Column("state", "", "How it stands.", word=True),
            Column("label", "", "What it closes."),
            Column("level", "", "How much of that.", word=True),
            Column("mask", "", "What stands for values.", word=True),
            Column("reason", "", "Why."),
            Column("legal_basis", "", "By what law."),
            Column("owner", "", "Username of who answers for it."),
            Column("starts_at", "", "Since when.", Kind.MOMENT),
            Column("review_on", "", "The day on which it is looked at again.", word=True),
            Column("at_review", "", "What happens then.", word=True),
            Column("everyone", "", "Whether it stops everybody it does not except.", Kind.FLAG),
            *(Column(name, "", "Whom it stops or excepts, for who may know.", Kind.NAMES) for name in WHOM),
        ),
    ),
    Collection(
        name="exceptions",
        title="Exceptions",
        about="Rules waived for somebody, until a day.",
        key=("id",),
        lines=exceptions,
        columns=(
            Column("id", "", "Its number.", Kind.NUMBER),
            Column("rule", "", "The number of the rule.", Kind.NUMBER),
            Column("person", "", "Username of who has it."),
            Column("team", "", "Or the team.", word=True),
            Column("opens", "", "What it opens."),
            Column("purpose", "", "What for."),
            Column("state", "", "How it stands.", word=True),
            Column("approved_by", "", "Username of who made it."),
            Column("starts_at", "", "Since when.", Kind.MOMENT),
            Column("until", "", "Until when.", Kind.MOMENT),
        ),
    ),
    Collection(
        name="requests",
        title="Access requests",
        about="Who asked for what, and what came of it.",
        key=("id",),
        lines=requests,
        query=RequestTableQuery,
        columns=(
            Column("id", "", "Its number.", Kind.NUMBER),
            Column("asker", "", "Username of who asked."),
            Column("team", "", "The team it is for.", word=True),
            Column("thing", "", "What they asked for."),
            Column("level", "", "How much of it.", word=True),
            Column("purpose", "", "What for."),
            Column("days", "", "For how many days.", Kind.NUMBER),
            Column("state", "", "How it stands.", word=True),
            Column("created_at", "", "When they asked.", Kind.MOMENT),
            Column("closed_at", "", "When it was decided.", Kind.MOMENT),
        ),
    ),
)
