"""Who else may do what at Northbeam: duties that those who answer for things gave to others."""

from typing import NamedTuple

from catalog.models import Domain, Source
from demo import people
from demo.people import People, Person
from permissions.models import Answerable, Duty, Team, User
from permissions.stewards.services import give_grant


class GrantText(NamedTuple):
    kind: str
    name: str  # its slug
    duty: Duty
    whom: Person | str  # a person, or the slug of a team


GRANTS = (
    GrantText("domain", "finance", Duty.CURATE, people.AMARA),
    GrantText("domain", "finance", Duty.TRIAGE, "finance"),
    GrantText("domain", "product", Duty.CURATE, people.JONAS),
    GrantText("domain", "customer", Duty.TRIAGE, "support"),
    GrantText("domain", "people", Duty.MANAGE_RULES, people.LENA),
    GrantText("source", "crm", Duty.CURATE, "marketing"),
    GrantText("source", "billing-export", Duty.MANAGE_SOURCE, "data-engineering"),
)
KINDS: dict[str, tuple[type[Answerable], str]] = {"domain": (Domain, "slug"), "source": (Source, "slug")}


def settle_grants(by_name: People) -> int:
    """Give what is not given yet, as the council does; returns how many there are."""
    council = by_name[people.PRIYA.username]
    given = [(_thing(text), text) for text in GRANTS]
    for thing, text in given:
        if thing is not None:
            give_grant(actor=council, thing=thing, duty=text.duty, whom=_whom(text.whom, by_name))
    return len(GRANTS)


def _thing(text: GrantText) -> Answerable | None:
    model, column = KINDS[text.kind]
    found: Answerable | None = model._default_manager.filter(**{column: text.name}).first()
    return found


def _whom(whom: Person | str, by_name: People) -> User | Team:
    return Team.objects.get(slug=whom) if isinstance(whom, str) else by_name[whom.username]
