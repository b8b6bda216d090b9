"""The help desk: agents, tickets, their states and messages."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from demo.northbeam.chance import DAY, moment, stream
from demo.northbeam.customers import AppUser

TICKETS = 260
TOPICS = {
    "missing_consumption": ("Consumption is empty since the update", 2),
    "no_data": ("The app shows no data since yesterday", 2),
    "invoice": ("Question about my last invoice", 3),
    "battery": ("Battery does not charge at night", 3),
    "change_plan": ("I would like to change my plan", 4),
    "sign_in": ("I cannot sign in on my new phone", 3),
    "moving": ("We are moving, what happens to the panels?", 4),
}
USUAL = [topic for topic in TOPICS if topic != "missing_consumption"]


class Agent(NamedTuple):
    agent_id: int
    handle: str
    full_name: str
    email: str
    languages: list[str]
    hired_on: date


class Ticket(NamedTuple):
    ticket_id: int
    account_id: int
    user_id: int
    agent_id: int | None
    status: str
    priority: int
    channel: str
    topic: str
    subject: str
    opened_at: datetime
    first_reply_at: datetime | None
    solved_at: datetime | None
    satisfaction: int | None


class TicketEvent(NamedTuple):
    event_id: int
    ticket_id: int
    from_status: str | None
    to_status: str
    occurred_at: datetime
    agent_id: int | None


class TicketMessage(NamedTuple):
    message_id: int
    ticket_id: int
    sent_at: datetime
    from_customer: bool
    sender_email: str
    body: str


class CannedReply(NamedTuple):
    reply_key: str
    language: str
    body: str


STAFF = (
    Agent(1, "d.osei", "Daniel Osei", "d.osei@northbeam.example", ["en"], date(2022, 5, 2)),
    Agent(2, "k.lund", "Karin Lund", "k.lund@northbeam.example", ["sv", "en"], date(2023, 2, 13)),
    Agent(3, "m.frost", "Maeve Frost", "m.frost@northbeam.example", ["en"], date(2024, 9, 1)),
    Agent(4, "s.becker", "Sven Becker", "s.becker@northbeam.example", ["de", "en"], date(2023, 8, 21)),
)
REPLIES = (
    CannedReply("restart_gateway", "en", "Please unplug the gateway for ten seconds and wait for the green light."),
    CannedReply("restart_gateway_de", "de", "Bitte trennen Sie das Gateway für zehn Sekunden vom Strom."),
    CannedReply("invoice_where", "en", "Your invoices are under Account, Billing."),
)


def open_tickets(users: list[AppUser], first: date, today: date, seed: int) -> list[Ticket]:
    """Tickets of the period in the order of opening; the firmware's flaw shows in the last two weeks."""
    rng = stream(seed, "tickets")
    span = (today - first).days
    days = sorted(first + DAY * int(span * rng.random() ** 0.85) for _ in range(TICKETS))
    old_users = [user for user in users if user.created_at.date() < first]
    return [_ticket(number, rng.choice(old_users), day, today, rng) for number, day in enumerate(days, start=1)]


def _ticket(number: int, user: AppUser, day: date, today: date, rng: Random) -> Ticket:
    age = (today - day).days
    topic = "missing_consumption" if age <= 14 and rng.random() < 0.4 else rng.choice(USUAL)
    subject, priority = TOPICS[topic]
    opened = moment(day, rng)
    reply = opened + timedelta(minutes=rng.randrange(4, 900))
    replied, solved = age > 1, age > 3 and rng.random() < 0.9
    open_status = rng.choice(("open", "waiting_on_customer")) if replied else "new"
    return Ticket(
        ticket_id=number,
        account_id=user.account_id,
        user_id=user.user_id,
        agent_id=rng.randrange(1, 5) if replied else None,
        status=("closed" if age > 14 else "solved") if solved else open_status,
        priority=priority,
        channel=rng.choice(("email", "email", "app", "chat", "phone")),
        topic=topic,
        subject=subject,
        opened_at=opened,
        first_reply_at=reply if replied else None,
        solved_at=reply + timedelta(hours=rng.randrange(1, 30)) if solved else None,
        satisfaction=rng.choices((1, 2, 3, 4, 5), (5, 7, 15, 38, 35))[0] if solved and rng.random() < 0.5 else None,
    )


def ticket_events(tickets: list[Ticket]) -> list[TicketEvent]:
    """The log of ticket states in the order of time."""
    moves = sorted(
        (at, t.ticket_id, before or "", after, t.agent_id) for t in tickets for before, after, at in _moves(t)
    )
    return [
        TicketEvent(number, ticket_id, before or None, after, at, agent)
        for number, (at, ticket_id, before, after, agent) in enumerate(moves, start=1)
    ]


def _moves(ticket: Ticket) -> Iterator[tuple[str | None, str, datetime]]:
    yield None, "new", ticket.opened_at
    if ticket.first_reply_at:
        yield "new", "open", ticket.first_reply_at
        if ticket.status == "waiting_on_customer":
            yield "open", "waiting_on_customer", ticket.first_reply_at + timedelta(minutes=1)
    if ticket.solved_at:
        yield "open", "solved", ticket.solved_at
        if ticket.status == "closed":
            yield "solved", "closed", ticket.solved_at + timedelta(days=7)


def ticket_messages(tickets: list[Ticket], users: list[AppUser]) -> list[TicketMessage]:
    by_id = {user.user_id: user for user in users}
    texts = [text for ticket in tickets for text in _texts(ticket, by_id[ticket.user_id])]
    return [TicketMessage(number, *text) for number, text in enumerate(texts, start=1)]


def _texts(ticket: Ticket, user: AppUser) -> Iterator[tuple[int, datetime, bool, str, str]]:
    call = f" You can call me at {user.phone}." if user.phone and ticket.ticket_id % 5 == 0 else ""
    body = f"Hello, {ticket.subject[0].lower()}{ticket.subject[1:]}.{call} {user.given_name} {user.family_name}"
    yield ticket.ticket_id, ticket.opened_at, True, user.email, body
    if ticket.first_reply_at and ticket.agent_id:
        agent = STAFF[ticket.agent_id - 1]
        reply = f"Dear {user.given_name}, thank you for writing. I am looking into it. {agent.full_name}"
        yield ticket.ticket_id, ticket.first_reply_at, False, agent.email, reply
