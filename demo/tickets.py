"""What Northbeam's people said about data in the last weeks, and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.utils import timezone

from catalog.models import Dataset, Field
from demo import people
from feedback.kinds import Kind, Priority, Severity
from feedback.linking import route_upstream
from feedback.models import Comment, Event, Ticket
from feedback.services import move, prioritise, report
from feedback.talking import comment, vote
from feedback.workflow import State

if TYPE_CHECKING:
    from demo.people import People, Person


class Told(NamedTuple):
    """One ticket: who reported it how many days ago, and how far it has come."""

    key: str
    by: Person
    days: int
    kind: Kind
    severity: Severity
    title: str
    body: str = ""
    impact: str = ""
    state: State = State.NEW
    field: str = ""
    words: str = ""  # of the last step
    says: tuple[tuple[Person, str], ...] = ()
    also: tuple[Person, ...] = ()  # whom it hits too
    priority: Priority = Priority.NORMAL
    upstream: str = ""  # where it was traced to


_WAYS = {
    State.NEW: (),
    State.TRIAGED: (State.TRIAGED,),
    State.IN_PROGRESS: (State.TRIAGED, State.IN_PROGRESS),
    State.FIXED: (State.TRIAGED, State.IN_PROGRESS, State.FIXED),
    State.CONFIRMED: (State.TRIAGED, State.IN_PROGRESS, State.FIXED, State.CONFIRMED),
    State.DECLINED: (State.DECLINED,),
}

TICKETS = (
    Told(
        "warehouse.mart.marketing_funnel", people.SAM, 6, Kind.DUPLICATE, Severity.MAJOR,
        "Leads of the trade fair are counted twice",
        "The funnel shows 214 leads for the week of the fair. We scanned 107 badges.",
        "I report the cost of a lead to the board on Friday.",
        State.TRIAGED, also=(people.MARCUS, people.VIKTOR), priority=Priority.HIGH, upstream="crm.lead",
        says=((people.MARCUS, "It is in the CRM already: both the fair's app and the import write a lead."),),
    ),
    Told(
        "warehouse.mart.finance_mrr_month", people.AMARA, 12, Kind.WRONG, Severity.BLOCKER,
        "September is 4,100 lower than the invoices",
        "Credit notes of August are taken off in September as well.",
        "Closing of the month: auditors ask for the difference.",
        State.IN_PROGRESS, also=(people.PRIYA, people.VIKTOR), priority=Priority.URGENT,
        says=((people.PRIYA, "Confirmed. The join to credit notes has no month in it; we fix the model."),),
    ),
    Told(
        "warehouse.mart.executive_week", people.AMARA, 20, Kind.STALE, Severity.MAJOR,
        "Monday's figures come on Tuesday", "", "It is looked at on Monday at eight.", State.CONFIRMED,
        words="The load starts at four now, after the billing export.", priority=Priority.HIGH,
        says=((people.VIKTOR, "The export comes at three since the clocks changed. We move the load."),),
    ),
    Told(
        "warehouse.core.dim_account", people.JONAS, 3, Kind.UNCLEAR, Severity.MINOR,
        "What does segment 'other' hold?", "About a tenth of the accounts. Is it small companies, or unknown?",
        state=State.NEW, field="segment",
    ),
    Told(
        "warehouse.core.dim_account", people.SAM, 31, Kind.MISSING, Severity.MINOR,
        "Accounts of resellers have no country", "All that came in by a reseller since spring.",
        "Territory planning.", State.FIXED, words="Taken from the invoice address where the account has none.",
        says=((people.ELIN, "The sign-up of resellers never asked. It does from this week on."),),
    ),
    Told(
        "warehouse.mart.product_active_customer", people.AMARA, 9, Kind.QUESTION, Severity.MINOR,
        "Why is this 15 more than Finance says?", "Product and Finance both call it active customers.",
        "One slide, two numbers.", State.TRIAGED, also=(people.JONAS, people.VIKTOR),
        says=((people.TOMAS, "We count who signed in within 30 days, Finance who pays. It is for the council."),),
    ),
    Told(
        "warehouse.core.fct_energy_day", people.JONAS, 40, Kind.WRONG, Severity.MAJOR,
        "Negative energy on the day of the firmware update", "Devices of batch C report the counter since reset.",
        "Savings promised to customers.", State.CONFIRMED, words="Counters that fall are read as a reset.",
        priority=Priority.HIGH, says=((people.YUKI, "The counter starts anew. We handle the reset in staging."),),
    ),
    Told(
        "platform.fleet.reading_daily", people.YUKI, 2, Kind.MISSING, Severity.MAJOR,
        "Two sites in Malmö send nothing since Tuesday", "The gateways answer, and no reading arrives.",
        "Alarms of customers.", State.IN_PROGRESS, priority=Priority.HIGH,
    ),
    Told(
        "warehouse.core.fct_invoice", people.AMARA, 55, Kind.IDEA, Severity.COSMETIC,
        "Show the credit note beside its invoice", "", "It saves me a join every week.", State.DECLINED,
        words="fct_credit_note has it, by invoice_id: a second copy would drift apart.",
    ),
    Told(
        "warehouse.legacy.customer_master", people.SAM, 70, Kind.STALE, Severity.MINOR,
        "Nothing new since March", "", "Mail merge.", State.DECLINED,
        words="It is retired: use warehouse.core.dim_account, which has all of it and more.",
    ),
    Told(
        "warehouse.mart.customer_churn_risk", people.TOMAS, 16, Kind.UNCLEAR, Severity.MINOR,
        "Is a risk of 0.8 bad?", "Higher is worse, I guess. Nothing says so.", "Calls to customers.", State.FIXED,
        words="The description says it: the share expected to leave within 90 days.",
    ),
    Told(
        "platform.billing.subscription", people.PRIYA, 25, Kind.DUPLICATE, Severity.MAJOR,
        "Some subscriptions are open twice after an upgrade", "The old one is not ended when the plan changes.",
        "Counted twice in recurring revenue.", State.CONFIRMED, priority=Priority.HIGH,
        words="The upgrade ends the old one in the same transaction since release 5.3.",
    ),
    Told(
        "lake.web_session", people.MARCUS, 4, Kind.WRONG, Severity.MINOR,
        "Campaign is empty for half of the visits", "Since the consent banner changed.", "Attribution.",
        also=(people.SAM,),
    ),
)  # fmt: skip


@transaction.atomic
def settle_tickets(by_name: People) -> int:
    """Report what was not reported before; returns how many."""
    datasets = {one.key: one for one in Dataset.objects.with_context().filter(key__in=[told.key for told in TICKETS])}
    known = set(Ticket.objects.filter(dataset__in=datasets.values()).values_list("dataset__key", "title"))
    new = [told for told in TICKETS if told.key in datasets and (told.key, told.title) not in known]
    for told in new:
        _tell(told, datasets[told.key], by_name)
    return len(new)


def _tell(told: Told, dataset: Dataset, by_name: People) -> None:
    """Everything by the services, and then moved back to the days it is said to have happened on."""
    begun = timezone.now()
    field = Field.objects.filter(dataset=dataset, path=told.field).first() if told.field else None
    ticket = report(
        actor=by_name[told.by.username], dataset=dataset, field=field, kind=told.kind, severity=told.severity,
        title=told.title, body=told.body, impact=told.impact,
    )  # fmt: skip
    for person in told.also:
        if by_name[person.username] != ticket.reporter:
            vote(actor=by_name[person.username], ticket=ticket)
    for person, words in told.says:
        comment(actor=by_name[person.username], ticket=ticket, body=words)
    if ticket.assignee and told.priority is not Priority.NORMAL:
        prioritise(actor=ticket.assignee, ticket=ticket, priority=told.priority)
    _take_upstream(told, ticket)
    _take_steps(told, ticket)
    _move_back(told.days, begun)


def _take_upstream(told: Told, ticket: Ticket) -> None:
    above = Dataset.objects.with_context().filter(key=told.upstream).first() if told.upstream else None
    if above is not None and ticket.assignee is not None:
        route_upstream(actor=ticket.assignee, ticket=ticket, dataset=above, words="Both ways of import write a lead.")


def _take_steps(told: Told, ticket: Ticket) -> None:
    ticket.refresh_from_db()
    steward, reporter = ticket.assignee, ticket.reporter
    if steward is None or reporter is None:
        return
    for to in _WAYS[told.state]:
        actor = reporter if to is State.CONFIRMED else steward
        words = told.words if to in (State.FIXED, State.DECLINED) else ""
        move(actor=actor, ticket=ticket, to=to, words=words)


def _move_back(days: int, begun: datetime) -> None:
    """What was written since `begun` happened over some days, which many days ago began."""
    rows = [
        *Event.objects.filter(at__gte=begun).order_by("pk"),
        *Comment.objects.filter(created_at__gte=begun).order_by("pk"),
    ]
    start, step = timezone.now() - timedelta(days=days, hours=3), timedelta(hours=days * 24 / (len(rows) + 2))
    for place, row in enumerate(rows):
        name = "at" if isinstance(row, Event) else "created_at"
        type(row)._default_manager.filter(pk=row.pk).update(**{name: start + place * step})
    last = start + len(rows) * step
    for ticket in Ticket.objects.filter(created_at__gte=begun):
        fixed = last if ticket.fixed_at else None
        answered = start + step if ticket.first_answer_at else None
        Ticket.objects.filter(pk=ticket.pk).update(
            created_at=start, updated_at=last, state_since=last, fixed_at=fixed, first_answer_at=answered
        )
