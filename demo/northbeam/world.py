"""Everything that happened at Northbeam, imagined once; each source then tells its part of it."""

from dataclasses import dataclass
from datetime import date

from demo.northbeam import account_log, customers, fleet, invoicing, readings, subscriptions, support, usage
from demo.northbeam.chance import DAY

HISTORY_DAYS = 90
SEED = 20_17


@dataclass(frozen=True)
class World:
    """What the sources share. `today` is the day of the build: the last complete day is the one before."""

    today: date
    seed: int
    accounts: list[customers.Account]
    account_events: list[account_log.AccountEvent]
    users: list[customers.AppUser]
    addresses: list[customers.Address]
    lives: list[subscriptions.Life]
    subscriptions: list[subscriptions.Subscription]
    methods: list[invoicing.PaymentMethod]
    invoices: list[invoicing.Invoice]
    payments: list[invoicing.Payment]
    sites: list[fleet.Site]
    devices: list[fleet.Device]
    readings: list[readings.Reading]
    sessions: list[usage.LoginSession]
    tickets: list[support.Ticket]

    @property
    def first(self) -> date:
        """The first day of the history."""
        return self.today - DAY * HISTORY_DAYS


def imagine(today: date, seed: int = SEED) -> World:
    """The same `today` and `seed` always give the same world."""
    first = today - DAY * HISTORY_DAYS
    opened = customers.open_accounts(today, seed)
    lives = subscriptions.live(opened, today, seed)
    accounts, account_events = account_log.account_log(lives, today, seed)
    invited = customers.invite_users(accounts, seed)
    addresses = customers.give_addresses(accounts, seed)
    agreed = subscriptions.subscription_rows(lives, today, seed)
    invoices = invoicing.issue_invoices(lives, agreed, today, seed)
    sites = fleet.build_sites(accounts, addresses, today, seed)
    devices = fleet.install_devices(sites, today, seed)
    sessions = usage.sign_in(invited, accounts, first, today, seed)
    users = usage.remember_last_login(invited, sessions)
    return World(
        today=today,
        seed=seed,
        accounts=accounts,
        account_events=account_events,
        users=users,
        addresses=addresses,
        lives=lives,
        subscriptions=agreed,
        methods=invoicing.payment_methods(accounts, users, seed),
        invoices=invoices,
        payments=list(invoicing.collect_payments(invoices, today, seed)),
        sites=sites,
        devices=devices,
        readings=list(readings.read_sites(sites, devices, first, today, seed)),
        sessions=sessions,
        tickets=support.open_tickets(users, first, today, seed),
    )
