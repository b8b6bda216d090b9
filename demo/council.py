"""What Northbeam's words mean, who decides on that, and what is being decided."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.utils import timezone

from catalog.models import Dataset
from definitions.days import today
from definitions.deciding import cast_vote, close_vote, decide_locally
from definitions.drafting import Bound, Text, start_definition
from definitions.linking import link
from definitions.models import Definition, DefinitionVersion, Proposal, Seat
from definitions.proposing import propose
from definitions.remarks import remark
from definitions.seats import save_seat
from definitions.voting import Choice
from demo import people

if TYPE_CHECKING:
    from collections.abc import Mapping

    from catalog.models import Domain
    from demo.people import People, Person
    from permissions.models import User

SEATS = (
    ("Finance", people.PRIYA, people.AMARA),
    ("Product", people.TOMAS, people.JONAS),
    ("Customer", people.ELIN, None),
    ("Legal", people.NADIA, None),
    ("Data engineering", people.YUKI, people.ROSA),
)


class Said(NamedTuple):
    """One definition: whose, how many days ago it was agreed on, and in what data it is seen (key, fields)."""

    name: str
    kind: str
    by: Person
    days: int
    text: Text
    domain: str = ""  # empty for what holds everywhere
    seen: tuple[tuple[str, tuple[str, ...]], ...] = ()
    means: tuple[tuple[str, str], ...] = ()  # fields of datasets that hold it
    objects: tuple[Person, str] | None = None
    review_in: int = 200


WORDS = (
    Said(
        "Account", "term", people.ELIN, 210,
        Text(
            "One agreement with one party, private or business, that we may send an invoice to. A household with two"
            " roofs is **one** account; a company with two legal entities is two.",
            why="Everything is counted by account, and nothing by e-mail address.",
            examples=["A family with solar on house and barn", "A reseller with a contract of its own"],
            counter_examples=["A lead that left an address", "A second person who signs in from the same household"],
            synonyms=["customer account"], false_friends=["User: a person who signs in; an account has several"],
        ),
        seen=(("warehouse.core.dim_account", ("account_id",)),),
        means=(("warehouse.core.dim_account", "account_id"), ("warehouse.mart.customer_360", "account_id")),
    ),
    Said(
        "Monthly recurring revenue", "metric", people.PRIYA, 180,
        Text(
            "What active and past due subscriptions are worth a month, in euro, at the end of the month. Yearly prices"
            " count a twelfth; trials, pauses and one-off fees count nothing.",
            why="The board sees it every month, and investors once a quarter.",
            synonyms=["MRR", "recurring revenue"], false_friends=["Revenue: what was invoiced"],
        ),
        seen=(("warehouse.mart.finance_mrr_month", ("month",)),),
        means=(("warehouse.mart.finance_mrr_month", "mrr_eur"),),
        objects=(people.TOMAS, "A past due subscription that nobody uses is no revenue to count on."), review_in=-6,
    ),
    Said(
        "Sign-in", "term", people.TOMAS, 160,
        Text(
            "Somebody of an account proves who they are to the app. Tokens that renew themselves are none.",
            examples=["Password and code on the telephone"], counter_examples=["The app refreshing in the background"],
            synonyms=["login"],
        ),
        seen=(("warehouse.core.fct_login_day", ("account_id", "day")),),
    ),
    Said(
        "Churn", "metric", people.PRIYA, 120,
        Text(
            "The share of accounts with a running subscription at the start of a month that have none at its end."
            " Pauses are no churn until they exceed 90 days.",
            why="Every plan for the year begins with it.", synonyms=["churn rate"],
        ),
    ),
    Said(
        "One customer is one account", "schema_rule", people.ELIN, 90,
        Text(
            "Datasets about customers have one row per account, or say in their grain what one row is. Legal entities"
            " of one company are joined, never merged.",
            why="Two reports that count different rows cannot agree.",
        ),
    ),
    Said(
        "Qualified lead", "term", people.MARCUS, 75,
        Text(
            "A lead with a roof of its own and a budget, confirmed by somebody who spoke to them.",
            counter_examples=["Somebody who downloaded the brochure"],
        ),
        domain="marketing",
    ),
    Said(
        "Active customer", "state", people.AMARA, 140,
        Text(
            "An account that **paid an invoice** in the last 30 days.",
            why="It is the number in the board report.", examples=["Pays monthly, has not opened the app for a year"],
            counter_examples=["On trial, signs in every day"], criterion="is_active_finance",
        ),
        domain="finance", seen=(("warehouse.mart.customer_360", ("account_id",)),),
    ),
    Said(
        "Active customer", "state", people.JONAS, 130,
        Text(
            "An account of which **somebody signed in** within the last 28 days, whether it pays or is on trial.",
            why="It shows whether people use what we make.", examples=["On trial, signs in every day"],
            counter_examples=["Pays monthly, has not opened the app for a year"], criterion="is_active_product",
        ),
        domain="product", seen=(("warehouse.mart.customer_360", ("account_id",)),),
    ),
)  # fmt: skip

PROPOSED = Text(
    "An account that **pays**: it has paid an invoice within the last 30 days, and has not cancelled. Whether anybody"
    " signs in is *engagement*, and a word of its own.",
    why="Finance and Product both say *active*, and the board asks each month why the numbers differ.",
    examples=["Pays monthly, has not opened the app for a year"],
    counter_examples=["On trial, signs in every day", "Cancelled, and pays until the end of the quarter"],
    synonyms=["paying customer"], false_friends=["Engaged customer: somebody signed in within 28 days"],
    criterion="is_active_finance AND subscription_status <> 'cancelled'",
)  # fmt: skip
REASON = (
    "Two definitions of one word are in force: 30 days of payment in Finance, 28 days of sign-ins in Product. Slides"
    " with both went to the board in September. This keeps the word for those who pay, and gives Product one more."
)
REMARKS = (
    (people.TOMAS, "I can live without the word if *engaged customer* is agreed on at the same meeting."),
    (people.NADIA, "Fine for me. Nothing personal is in it."),
)
VOTES = (
    (people.PRIYA, Choice.APPROVE, "It is what we report."),
    (people.NADIA, Choice.APPROVE, ""),
    (people.TOMAS, Choice.OBJECT, "Product loses its number before there is another word for it."),
)


@transaction.atomic
def settle_council(by_name: People, domains: Mapping[str, Domain]) -> int:
    """Give the seats and agree on the words, where that was not done before; returns how many definitions there are."""
    if not Seat.objects.exists():
        _give_seats(by_name)
    if not Definition.objects.filter(slug="account").exists():
        for said in WORDS:
            _agree(said, by_name, domains)
        _put_to_the_vote(by_name)
    return Definition.objects.count()


def _give_seats(by_name: People) -> None:
    for represents, person, deputy in SEATS:
        save_seat(
            actor=by_name[people.ROSA.username], represents=represents, person=by_name[person.username],
            deputy=by_name[deputy.username] if deputy else None, begins_on=today() - timedelta(days=300),
            ends_on=today() + timedelta(days=430),
        )  # fmt: skip


def _agree(said: Said, by_name: People, domains: Mapping[str, Domain]) -> None:
    author, keys = by_name[said.by.username], [key for key, _ in said.seen]
    datasets = {one.key: one for one in Dataset.objects.filter(key__in=keys)}
    bindings = [Bound(datasets[key], key_fields=list(names)) for key, names in said.seen if key in datasets]
    made = start_definition(
        actor=author, name=said.name, kind=said.kind, scope="local" if said.domain else "enterprise",
        domain=domains[said.domain] if said.domain else None, text=said.text, bindings=bindings,
    )  # fmt: skip
    proposal = propose(actor=author, definition=made, reason="So that two reports say the same with one word.")
    if said.domain:
        decide_locally(actor=by_name[people.ELIN.username], proposal=proposal, approve=True)
    else:
        _vote_on(said, proposal, by_name)
    _link(said, made)
    _move_back(said, proposal)


def _vote_on(said: Said, proposal: Proposal, by_name: People) -> None:
    for seat in Seat.objects.with_people():
        against = said.objects is not None and seat.person == by_name[said.objects[0].username]
        cast_vote(
            actor=seat.person, proposal=proposal, seat=seat, choice=Choice.OBJECT if against else Choice.APPROVE,
            reason=said.objects[1] if said.objects and against else "",
        )  # fmt: skip
    close_vote(actor=by_name[people.ELIN.username], proposal=proposal)


def _link(said: Said, made: Definition) -> None:
    made.refresh_from_db()
    for key, path in said.means:
        dataset = Dataset.objects.with_context().filter(key=key).first()
        field = dataset.fields.filter(path=path).first() if dataset else None
        steward: User | None = dataset.responsible if dataset else None  # type: ignore[assignment]
        if dataset is not None and field is not None and steward is not None:
            link(actor=steward, definition=made, dataset=dataset, field=field)


def _move_back(said: Said, proposal: Proposal) -> None:
    """It was agreed on so many days ago; votes themselves say when they were cast, and nobody changes that."""
    then = timezone.now() - timedelta(days=said.days)
    closes = None if said.domain else then
    Proposal.objects.filter(pk=proposal.pk).update(
        opened_at=then - timedelta(days=6), decided_at=then, closes_at=closes
    )
    DefinitionVersion.objects.filter(pk=proposal.version_id).update(published_at=then)
    review_on = today() + timedelta(days=said.review_in)
    Definition.objects.filter(pk=proposal.definition_id).update(created_at=then, review_on=review_on)


def _put_to_the_vote(by_name: People) -> None:
    """The word that two domains use, for the whole company: three have voted, two have not."""
    author, seats = by_name[people.AMARA.username], {seat.person_id: seat for seat in Seat.objects.all()}
    dataset = Dataset.objects.filter(key="warehouse.mart.customer_360").first()
    made = start_definition(
        actor=author, name="Active customer", kind="state", scope="enterprise", domain=None, text=PROPOSED,
        bindings=[Bound(dataset, key_fields=["account_id"])] if dataset else [],
    )  # fmt: skip
    proposal = propose(actor=author, definition=made, reason=REASON)
    for person, words in REMARKS:
        remark(actor=by_name[person.username], proposal=proposal, body=words)
    for person, choice, reason in VOTES:
        voter = by_name[person.username]
        cast_vote(actor=voter, proposal=proposal, seat=seats[voter.pk], choice=choice, reason=reason)
    now = timezone.now()
    Proposal.objects.filter(pk=proposal.pk).update(
        opened_at=now - timedelta(days=5), closes_at=now + timedelta(days=2, hours=3)
    )
