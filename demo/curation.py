"""Puts what people wrote on the harvested datasets, as if they had worked in the catalog for weeks."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone

from catalog.labels import refresh_dataset_labels
from catalog.models import Dataset, DatasetTag, Domain, Field, FieldClassification, Visit
from catalog.services import refresh_popularity
from demo import people
from demo.people import People
from demo.registering import SOURCES
from demo.vocabulary import DOMAINS, Vocabulary
from demo.written import PLACES, WRITTEN, Written

CONFIRMED = ("pii.contact", "pii.financial")  # what the data protection officer has been through
READERS = (people.AMARA, people.JONAS, people.SAM, people.PRIYA, people.TOMAS, people.MARCUS, people.VIKTOR)


@transaction.atomic
def curate(by_name: People, words: Vocabulary) -> int:
    """Write everything; returns the number of datasets that somebody wrote about."""
    datasets = {dataset.key: dataset for dataset in Dataset.objects.filter(source__slug__in=SOURCES)}
    known = {key: text for key, text in WRITTEN.items() if key in datasets}
    for key, text in known.items():
        _write(datasets[key], text, datasets, by_name, words)
    settle_domains()
    _confirm_personal_data(by_name)
    _browse(datasets, by_name)
    return len(known)


def settle_domains() -> None:
    """Give every dataset the domain, stage, nature and delivery of its place."""
    domains = Domain.objects.in_bulk(DOMAINS, field_name="slug")
    of_northbeam = Dataset.objects.filter(source__slug__in=SOURCES)
    for place in PLACES:
        values = {"stage": place.stage, "nature": place.nature, "delivery": place.delivery}
        of_northbeam.filter(key__startswith=place.beginning).update(domain=domains[place.domain], **values)
    refresh_dataset_labels("s.slug = ANY(%s)", [list(SOURCES)])


def _write(dataset: Dataset, text: Written, datasets: dict[str, Dataset], by_name: People, words: Vocabulary) -> None:
    at = _some_days_ago(dataset.key)
    steward = by_name[text.steward.username] if text.steward else None
    values: dict[str, Any] = {"title": text.title, "grain": text.grain, "steward": steward, "published_at": at}
    values["owner"] = by_name[text.owner.username] if text.owner else None
    values["product"] = words.products[text.product] if text.product else None
    if text.key:
        values["human_key"] = list(text.key)
    if text.description:
        values |= {"human_description": text.description, "described_by": steward, "described_at": at}
    if text.certified:
        values |= {"certified_at": at, "certified_by": steward, "certification_note": text.certified}
        values["certified_until"] = (at + timedelta(days=365)).date()
    if text.deprecated:
        values |= {"lifecycle": Dataset.Lifecycle.DEPRECATED, "deprecation_note": text.deprecated}
        values["successor"] = datasets.get(text.successor)
    Dataset.objects.filter(pk=dataset.pk).update(**values)
    for path, words_of_it in text.fields.items():
        described = {"human_description": words_of_it, "described_by": steward, "described_at": at}
        Field.objects.filter(dataset=dataset, path=path).update(**described)
    tags = [DatasetTag(dataset=dataset, tag=words.tags[tag]) for tag in text.tags]
    DatasetTag.objects.bulk_create(tags, ignore_conflicts=True)


def _some_days_ago(key: str) -> datetime:
    """A moment within the last two months that is always the same number of days ago for a key."""
    return timezone.now() - timedelta(days=Random(key).randrange(3, 60), hours=3)  # noqa: S311 - made-up data


def _confirm_personal_data(by_name: People) -> None:
    """The data protection officer agreed to what was recognised with confidence."""
    FieldClassification.objects.filter(
        field__dataset__source__slug__in=SOURCES,
        classification__slug__in=CONFIRMED,
        state=FieldClassification.State.SUGGESTED,
        confidence__gte=0.95,
    ).update(
        state=FieldClassification.State.CONFIRMED,
        origin="human",
        decided_by=by_name[people.NADIA.username],
        decided_at=timezone.now() - timedelta(days=9),
    )


def _browse(datasets: dict[str, Dataset], by_name: People) -> None:
    """People opened what somebody wrote about, the certified most of all."""
    rng = Random("visits")  # noqa: S311 - made-up data
    now = timezone.now()
    visits = [
        Visit(
            person=by_name[reader.username],
            dataset=datasets[key],
            at=now - timedelta(hours=rng.randrange(1, 600)),
            times=rng.randrange(1, 9),
        )
        for key, text in WRITTEN.items()
        for reader in READERS
        if key in datasets and rng.random() < (0.8 if text.certified else 0.3)
    ]
    Visit.objects.bulk_create(visits, ignore_conflicts=True)
    refresh_popularity()
