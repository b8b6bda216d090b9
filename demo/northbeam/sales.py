"""What Sales and Marketing keep in the CRM: campaigns, leads, companies, contacts, opportunities, activities."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from demo.northbeam import personal
from demo.northbeam.chance import DAY, moment, stream
from demo.northbeam.customers import Account, AppUser

LEADS = 480
LEAD_DAYS = 180
STAGES = ("discovery", "site_survey", "proposal", "negotiation")
SELLERS = ("Hanna Voss", "Owen Price", "Mikael Ström")


class CrmUser(NamedTuple):
    id: int
    name: str
    email: str
    region: str
    quota_minor: int


class Campaign(NamedTuple):
    id: int
    code: str
    name: str
    channel: str
    budget_minor: int
    spent_minor: int
    starts_on: str
    ends_on: str | None


class Lead(NamedTuple):
    id: int
    created_at: str
    first_name: str
    last_name: str
    email: str
    phone: str | None
    country: str
    source: str
    campaign_id: int | None
    status: str
    roof_m2: int | None
    converted_at: str | None
    account_number: str | None
    owner_id: int


class LeadStatusHistory(NamedTuple):
    id: int
    lead_id: int
    old_status: str | None
    new_status: str
    changed_at: str


class Company(NamedTuple):
    id: int
    name: str
    registration_no: str | None
    country: str
    employees: int
    account_number: str | None
    owner_id: int


class Contact(NamedTuple):
    id: int
    company_id: int
    name: str
    email: str
    mobile: str
    birthday: str | None
    do_not_call: int


class Opportunity(NamedTuple):
    id: int
    company_id: int
    title: str
    stage: str
    amount_minor: int
    currency: str
    probability: float
    opened_at: str
    closed_at: str | None
    lost_reason: str | None
    owner_id: int


class StageHistory(NamedTuple):
    id: int
    opportunity_id: int
    from_stage: str | None
    to_stage: str
    changed_at: str


class CampaignMember(NamedTuple):
    campaign_id: int
    lead_id: int
    responded: int


class Activity(NamedTuple):
    id: int
    kind: str
    lead_id: int | None
    opportunity_id: int | None
    happened_at: str
    minutes: int
    notes: str | None


def sellers() -> list[CrmUser]:
    regions = ("GB", "GB", "SE/DE")
    return [
        CrmUser(number, name, f"{name.split()[0].lower()}@northbeam.example", region, 12_000_000)
        for number, (name, region) in enumerate(zip(SELLERS, regions, strict=True), start=1)
    ]


def campaigns(today: date) -> list[Campaign]:
    named = {"Autumn sun": "paid_search", "Neighbours": "referral", "Solar Fair": "trade_fair", "Winter bills": "email"}
    return [_campaign(number, name, channel, today) for number, (name, channel) in enumerate(named.items(), start=1)]


def _campaign(number: int, name: str, channel: str, today: date) -> Campaign:
    starts = today - DAY * (170 - 35 * number)
    ends = None if number == 4 else (starts + DAY * 60).isoformat()
    code = f"C{today.year % 100}-{number:02d}"
    return Campaign(number, code, name, channel, 900_000 + number * 150_000, 310_000 * number, starts.isoformat(), ends)


def gather_leads(accounts: list[Account], users: list[AppUser], today: date, seed: int) -> list[Lead]:
    """Leads of the last half year. Those that became customers carry the number of their account."""
    rng = stream(seed, "leads")
    won = [a for a in accounts if (today - a.created_at.date()).days < LEAD_DAYS - 30]
    owners = {user.account_id: user for user in users if user.role == "owner"}
    converted = [_converted(account, owners[account.account_id], rng) for account in won]
    others = [_unconverted(today, rng) for _ in range(LEADS - len(converted))]
    ordered = sorted(converted + others, key=lambda lead: lead.created_at)
    return [lead._replace(id=number) for number, lead in enumerate(ordered, start=1)]


def _converted(account: Account, owner: AppUser, rng: Random) -> Lead:
    created = account.created_at - timedelta(days=rng.randrange(2, 28), minutes=rng.randrange(600))
    return Lead(
        0, created.isoformat(), owner.given_name, owner.family_name, owner.email, owner.phone, account.country_code,
        account.acquisition_channel or "unknown", rng.choice((None, 1, 2, 3, 4)), "converted", rng.randrange(20, 200),
        account.created_at.isoformat(), account.account_number, rng.randrange(1, 4),
    )  # fmt: skip


def _unconverted(today: date, rng: Random) -> Lead:
    country = rng.choice(("GB", "DE", "SE"))
    given, family = rng.choice(personal.GIVEN_NAMES[country]), rng.choice(personal.FAMILY_NAMES[country])
    age = rng.randrange(1, LEAD_DAYS)
    status = rng.choice(("new", "contacted", "qualified")) if age < 40 else rng.choice(("disqualified", "contacted"))
    return Lead(
        0, moment(today - DAY * age, rng).isoformat(), given, family,
        personal.email(given, family, rng.randrange(1000, 9999), "example.net"),
        personal.phone(country, rng) if rng.random() < 0.7 else None, country,
        rng.choice(("organic_search", "paid_search", "trade_fair", "referral")), rng.choice((None, 1, 2, 3, 4)), status,
        rng.randrange(20, 200) if rng.random() < 0.6 else None, None, None, rng.randrange(1, 4),
    )  # fmt: skip


def lead_history(leads: list[Lead], seed: int) -> list[LeadStatusHistory]:
    """The log of lead states; steps between creation and the present state are a day or two apart."""
    rng = stream(seed, "lead history")
    moves = [move for lead in leads for move in _lead_moves(lead, rng)]
    return [LeadStatusHistory(number, *move) for number, move in enumerate(moves, start=1)]


def _lead_moves(lead: Lead, rng: Random) -> Iterator[tuple[int, str | None, str, str]]:
    paths = {"disqualified": ("new", "contacted", "disqualified")}
    usual = ("new", "contacted", "qualified", "converted")
    path = paths.get(lead.status, usual[: usual.index(lead.status) + 1] if lead.status in usual else usual)
    before, at = None, lead.created_at
    for status in path:
        stamp = lead.converted_at if status == "converted" and lead.converted_at else at
        yield lead.id, before, status, stamp
        before, at = status, f"{stamp[:11]}{rng.randrange(20, 24)}:{rng.randrange(60):02d}:00+00:00"


def companies(accounts: list[Account], seed: int) -> list[Company]:
    """Businesses that are customers, and some that may become so."""
    rng = stream(seed, "companies")
    ours = [
        (a.display_name, a.organisation_number, a.country_code, a.account_number)
        for a in accounts
        if a.kind == "business"
    ]
    prospects = [
        (
            f"{rng.choice(personal.FAMILY_NAMES[country])} {rng.choice(('Logistics', 'Foods', 'Mills'))}",
            None,
            country,
            None,
        )
        for country in rng.choices(("GB", "DE", "SE"), k=40)
    ]
    return [
        Company(number, name, registration, country, rng.randrange(3, 400), account, rng.randrange(1, 4))
        for number, (name, registration, country, account) in enumerate([*ours, *prospects], start=1)
    ]


def contacts(firms: list[Company], seed: int) -> list[Contact]:
    rng = stream(seed, "contacts")
    wanted = [firm for firm in firms for _ in range(rng.choice((1, 1, 2)))]
    return [_contact(number, firm, rng) for number, firm in enumerate(wanted, start=1)]


def _contact(number: int, firm: Company, rng: Random) -> Contact:
    given = rng.choice(personal.GIVEN_NAMES[firm.country])
    family = rng.choice(personal.FAMILY_NAMES[firm.country])
    born = date(rng.randrange(1955, 2001), rng.randrange(1, 13), rng.randrange(1, 29)).isoformat()
    return Contact(
        number, firm.id, f"{given} {family}", personal.email(given, family, number, "example.net"),
        personal.phone(firm.country, rng), born if rng.random() < 0.3 else None, int(rng.random() < 0.1),
    )  # fmt: skip


def opportunities(firms: list[Company], today: date, seed: int) -> list[Opportunity]:
    rng = stream(seed, "opportunities")
    return [_opportunity(number, firm, today, rng) for number, firm in enumerate(firms, start=1)]


def _opportunity(number: int, firm: Company, today: date, rng: Random) -> Opportunity:
    opened = moment(today - DAY * rng.randrange(30, 170), rng)
    won = firm.account_number is not None
    lost = not won and rng.random() < 0.4
    stage = "won" if won else "lost" if lost else rng.choice(STAGES)
    closed = (opened + timedelta(days=rng.randrange(5, 28))).isoformat() if won or lost else None
    currency = {"GB": "GBP", "DE": "EUR", "SE": "SEK"}[firm.country]
    return Opportunity(
        number, firm.id, f"Works for {firm.name}", stage, rng.randrange(30_000, 600_000), currency,
        {"won": 1.0, "lost": 0.0}.get(stage, round(rng.uniform(0.1, 0.8), 2)), opened.isoformat(), closed,
        rng.choice(("price", "no decision", "roof unsuitable")) if lost else None, firm.owner_id,
    )  # fmt: skip


def stage_history(deals: list[Opportunity]) -> list[StageHistory]:
    """Entry into the first stage and into the present one."""
    moves = [(deal.id, None, STAGES[0], deal.opened_at) for deal in deals]
    moves += [(d.id, STAGES[0], d.stage, d.closed_at or d.opened_at) for d in deals if d.stage != STAGES[0]]  # type: ignore[misc]
    return [
        StageHistory(number, *move) for number, move in enumerate(sorted(moves, key=lambda m: (m[3], m[0])), start=1)
    ]


def campaign_members(leads: list[Lead], seed: int) -> list[CampaignMember]:
    rng = stream(seed, "campaign members")
    return [CampaignMember(lead.campaign_id, lead.id, int(rng.random() < 0.4)) for lead in leads if lead.campaign_id]


def activities(leads: list[Lead], deals: list[Opportunity], seed: int) -> list[Activity]:
    rng = stream(seed, "activities")
    calls = [("call", lead.id, None, lead.created_at) for lead in leads if lead.status != "new"]
    visits = [("visit", None, deal.id, deal.opened_at) for deal in deals]
    return [
        Activity(number, kind, lead, deal, at, rng.randrange(5, 90), rng.choice((None, None, "Call back next week.")))
        for number, (kind, lead, deal, at) in enumerate([*calls, *visits], start=1)
    ]
