"""What Northbeam's council asks to be said of data, and how that went in the last two months."""

from datetime import timedelta

from django.utils import timezone

from catalog.models import Classification, CompletenessDay, Domain, Protocol
from catalog.protocol.evaluating import follow
from catalog.protocol.services import save_protocol
from catalog.protocol.trend import note_day
from demo import people
from demo.people import People, Person

DAYS = 60
# Name, who wrote it, why, what it asks, and of what: a domain, a kind, a classification, certified ones.
LINES: tuple[tuple[str, Person, str, tuple[str, ...], dict[str, object]], ...] = (
    (
        "Every dataset", people.PRIYA, "So that a newcomer can tell what it is and whom to ask.",
        ("description", "domain", "steward"), {},
    ),
    (
        "Certified data", people.PRIYA, "Others build on it without asking: it must answer by itself.",
        ("title", "long_description", "owner", "steward", "active_people", "grain", "record_key"), {"certified": True},
    ),
    (
        "Personal data", people.NADIA, "Article 30 of the GDPR asks for it; nobody deletes in time what has no time.",
        ("owner", "retention", "classified"), {"classification": "pii"},
    ),
    ("Finance", people.PRIYA, "The auditors read these.", ("grain", "record_key", "delivery"), {"domain": "finance"}),
    ("Streams and files", people.YUKI, "", ("stage", "delivery"), {"domain": "fleet", "kind": "file_set"}),
)  # fmt: skip


def settle_protocol(by_name: People, domains: dict[str, Domain]) -> int:
    """Ask for it, count every dataset, and tell of two months in which it got better; returns the number of lines."""
    for name, author, about, requires, of in LINES:
        values = {"name": name, "about": about, "requires": list(requires), **of}
        if "domain" in of:
            values["domain"] = domains[str(of["domain"])]
        if "classification" in of:
            values["classification"] = Classification.objects.filter(slug=of["classification"]).first()
        protocol = Protocol.objects.filter(name=name).first() or Protocol()
        save_protocol(actor=by_name[author.username], protocol=protocol, values=values)
    follow()
    note_day()
    _tell_of_earlier_days()
    return len(LINES)


def _tell_of_earlier_days() -> None:
    """Each domain began with less, and got it in steps of its own."""
    today = timezone.localdate()
    earlier = []
    for one in CompletenessDay.objects.filter(day=today):
        begun = 0.45 + (one.domain_id or 0) % 5 / 10
        for back in range(1, DAYS):
            share = 1 - (1 - begun) * min(back * (one.domain_id or 1) % 7 / 70 + back / DAYS, 1)
            earlier.append(
                CompletenessDay(
                    day=today - timedelta(days=back), domain_id=one.domain_id, datasets=one.datasets, asked=one.asked,
                    met=round(one.met * share), complete=round(one.complete * share**2),
                )
            )  # fmt: skip
    CompletenessDay.objects.filter(day__lt=today).delete()
    CompletenessDay.objects.bulk_create(earlier)
