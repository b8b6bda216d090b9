"""Northbeam's domains, data products and tags."""

from typing import NamedTuple

from catalog.models import DataProduct, Domain, Tag
from demo import people
from demo.people import People, Person


class DomainText(NamedTuple):
    name: str
    steward: Person
    description: str


class ProductText(NamedTuple):
    name: str
    domain: str
    owner: Person
    description: str
    audience: str = ""
    promise: str = ""


DOMAINS = {
    "customer": DomainText("Customer", people.ELIN, "Who subscribes, and everything we know about them."),
    "finance": DomainText("Finance", people.PRIYA, "What is charged, paid and owed."),
    "product": DomainText("Product", people.TOMAS, "How the app is used, and what it offers."),
    "marketing": DomainText("Marketing", people.MARCUS, "Leads, campaigns and visits before somebody is a customer."),
    "fleet": DomainText("Fleet", people.YUKI, "Sites, devices and the energy they report."),
    "support": DomainText("Support", people.ELIN, "Requests for help, and how they end."),
    "platform": DomainText("Data platform", people.ROSA, "What the warehouse needs to run: copies, calendars, logs."),
    "people": DomainText("People", people.LENA, "Northbeam's own staff."),
}

PRODUCTS = {
    "customer-360": ProductText(
        "Customer 360",
        "customer",
        people.ELIN,
        "One row per customer for whoever talks to them, new each morning.",
        "Sales, support, and whoever writes to customers",
        "- New by **7:00** each working day, complete to midnight.\n- A column stays for 90 days once we say it goes.",
    ),
    "revenue": ProductText(
        "Revenue", "finance", people.PRIYA, "Invoices, payments and recurring revenue, reconciled with the provider."
    ),
    "energy-insights": ProductText(
        "Energy insights", "fleet", people.YUKI, "What each site made and used; feeds the monthly letter to customers."
    ),
    "app-usage": ProductText("App usage", "product", people.TOMAS, "Sign-ins and feature use, by account and day."),
}

TAGS = {
    "gold": (people.ROSA, "Checked and kept up: begin here."),
    "gdpr": (people.NADIA, "A request for erasure reaches it."),
    "board-report": (people.PRIYA, "A number of the board's report is made of it."),
    "monthly-letter": (people.YUKI, "The letter to customers quotes it."),
    "do-not-join": (people.NADIA, "Joined with others it tells who somebody is."),
    "event-log": (people.TOMAS, "A row is something that happened, and is never changed."),
}


class Vocabulary(NamedTuple):
    domains: dict[str, Domain]
    products: dict[str, DataProduct]
    tags: dict[str, Tag]


def settle_vocabulary(by_name: People) -> Vocabulary:
    """Make the words, or bring those of an earlier build up to date."""
    domains = {slug: _domain(slug, text, by_name) for slug, text in DOMAINS.items()}
    products = {slug: _product(slug, text, domains, by_name) for slug, text in PRODUCTS.items()}
    tags = {name: _tag(name, owner, says, by_name) for name, (owner, says) in TAGS.items()}
    return Vocabulary(domains, products, tags)


def _tag(name: str, owner: Person, says: str, by_name: People) -> Tag:
    values = {"name": name, "owner": by_name[owner.username], "description": says}
    return Tag.objects.update_or_create(slug=name, defaults=values)[0]


def _domain(slug: str, text: DomainText, by_name: People) -> Domain:
    values = {"name": text.name, "description": text.description, "steward": by_name[text.steward.username]}
    return Domain.objects.update_or_create(slug=slug, defaults=values)[0]


def _product(slug: str, text: ProductText, domains: dict[str, Domain], by_name: People) -> DataProduct:
    values = {
        "name": text.name,
        "description": text.description,
        "domain": domains[text.domain],
        "owner": by_name[text.owner.username],
        "audience": text.audience,
        "promise": text.promise,
    }
    return DataProduct.objects.update_or_create(slug=slug, defaults=values)[0]
