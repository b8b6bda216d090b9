"""Northbeam's five sources in the catalog: registered with schedules, harvested, removed."""

import secrets
from typing import NamedTuple

from pydantic import SecretStr

from catalog.models import Domain, Source
from demo import people
from demo.northbeam.build import Places
from demo.northbeam.reader import give_password
from demo.people import People, Person
from harvest.connectors.base import ConnectorConfig
from harvest.connectors.files.config import FilesConfig
from harvest.connectors.postgres.config import PostgresConfig
from harvest.connectors.sql.config import SQLConfig
from harvest.schedules import set_schedule
from harvest.services import register_source, update_source


class SourceText(NamedTuple):
    name: str
    kind: str
    cron: str
    domain: str
    owner: Person
    description: str


SOURCES = {
    "platform": SourceText(
        "Platform", "postgresql", "*/30 * * * *", "product", people.YUKI,
        "The product platform: the database behind the app, billing, fleet and the help desk.",
    ),
    "warehouse": SourceText(
        "Warehouse", "postgresql", "15 4 * * *", "platform", people.ROSA,
        "Copies of all sources, modelled into dimensions, facts and marts every night after 03:12 UTC.",
    ),
    "crm": SourceText(
        "CRM", "sqlalchemy", "0 5 * * *", "marketing", people.MARCUS,
        "Nightly export of the CRM in which Sales and Marketing keep leads, companies and opportunities.",
    ),
    "billing-export": SourceText(
        "Billing export", "files", "0 6 * * *", "finance", people.PRIYA,
        "CSV files of the payment provider: charges and payouts by month, refunds, disputes.",
    ),
    "lake": SourceText(
        "Lake", "files", "30 5 * * *", "product", people.YUKI,
        "Events as Parquet, a folder a day: app, devices, web site, forecasts.",
    ),
}  # fmt: skip


def registered() -> list[Source]:
    """Northbeam's sources that the catalog knows, in the order of `SOURCES`."""
    known = {source.slug: source for source in Source.objects.filter(slug__in=SOURCES)}
    return [known[slug] for slug in SOURCES if slug in known]


def strangers() -> list[Source]:
    """Sources that are not Northbeam's."""
    return list(Source.objects.exclude(slug__in=SOURCES))


def register_sources(places: Places, by_name: People, domains: dict[str, Domain]) -> list[Source]:
    """Register what is not registered, and give all of them the reader's new password."""
    password = secrets.token_urlsafe(24)
    give_password(places.server, places.reader, password)
    known = {source.slug: source for source in registered()}
    for slug, config in _configs(places, password).items():
        text = SOURCES[slug]
        if slug in known:
            update_source(source=known[slug], actor=None, config=config, cron=text.cron)
        else:
            register_source(
                actor=by_name[text.owner.username],
                name=text.name,
                kind=text.kind,
                config=config,
                description=text.description,
                domain=domains[text.domain],
                cron=text.cron,
            )
    return registered()


def _configs(places: Places, password: str) -> dict[str, ConnectorConfig]:
    def database(name: str) -> PostgresConfig:
        server = places.server
        return PostgresConfig(
            host=server.host, port=server.port, database=name, user=places.reader, password=SecretStr(password)
        )

    return {
        "platform": database(places.platform),
        "warehouse": database(places.warehouse),
        "crm": SQLConfig(url=f"sqlite:///{places.crm}"),
        "billing-export": FilesConfig(path=str(places.billing_export)),
        "lake": FilesConfig(path=str(places.lake)),
    }


def unregister_sources() -> None:
    """Remove Northbeam's sources and all that is known of them from the catalog."""
    for source in registered():
        set_schedule(source, "")
        source.delete()
