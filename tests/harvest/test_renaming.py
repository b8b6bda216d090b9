"""Accepting that a dataset has another name, and retiring a source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Dataset, FieldClassification, Source
from harvest import services
from harvest.models import RenameGuess, Run, Schedule
from harvest.renaming import AlreadyDecided, accept_rename, reject_rename
from permissions.models import User
from tests.factories import (
    ClassificationFactory,
    ContainerFactory,
    DatasetFactory,
    DomainFactory,
    FieldFactory,
    RuleFactory,
    SourceFactory,
    relabel,
)
from tests.harvest.pages import harvest, make_file, register


@pytest.fixture
def old(crm: Source, alice: User) -> Dataset:
    now = timezone.now()
    old = DatasetFactory.create(
        source=crm, name="orders_old", archived_at=now, title="Orders", human_description="As placed.",
        described_by=alice, described_at=now, owner=alice, domain=DomainFactory.create(slug="sales"), tags=["gold"],
        classified=["finance"], certified_at=now, certified_by=alice, stage="analysis", columns=["id"],
    )  # fmt: skip
    FieldFactory.create(dataset=old, name="email", human_description="Whom we write to.", described_by=alice)
    return old


@pytest.fixture
def new(crm: Source) -> Dataset:
    return DatasetFactory.create(source=crm, name="orders", columns=["id", "email"])


@pytest.fixture
def guess(old: Dataset, new: Dataset) -> RenameGuess:
    run = Run.objects.create(source=old.source, state="succeeded")
    return RenameGuess.objects.create(run=run, old=old, new=new, confidence=0.93, why="They look alike.")


def test_what_people_wrote_goes_along(guess: RenameGuess, old: Dataset, new: Dataset, alice: User) -> None:
    accept_rename(guess=guess, actor=alice)

    new.refresh_from_db()
    assert (new.title, new.human_description, new.described_by) == ("Orders", "As placed.", alice)
    assert (new.described_at, new.owner, new.domain, new.stage) == (old.described_at, alice, old.domain, "analysis")
    assert (new.certified_at, new.certified_by) == (old.certified_at, alice)
    assert [tag.slug for tag in new.tags.all()] == ["gold"]
    assert new.fields.get(path="email").human_description == "Whom we write to."
    old.refresh_from_db()
    assert old.successor == new
    assert old.title == "Orders"


def test_labels_follow_so_that_rules_hold_at_once(guess: RenameGuess, old: Dataset, new: Dataset, alice: User) -> None:
    FieldClassification.objects.create(
        field=old.fields.get(path="email"), classification=ClassificationFactory.create(slug="pii.contact"),
        state="confirmed", decided_by=alice, decided_at=timezone.now(),
    )  # fmt: skip

    accept_rename(guess=guess, actor=alice)

    new.refresh_from_db()
    assert {"domain:sales", "tag:gold", "class:finance"} <= set(new.labels)
    assert set(new.fields.get(path="email").labels) == {"class:pii.contact", "class:pii"}


def test_what_somebody_wrote_of_the_new_one_stays(guess: RenameGuess, new: Dataset, alice: User, bob: User) -> None:
    Dataset.objects.filter(pk=new.pk).update(title="Mine", owner=bob)
    new.fields.filter(path="email").update(human_description="Mine too.")

    accept_rename(guess=guess, actor=alice)

    new.refresh_from_db()
    assert (new.title, new.owner, new.human_description) == ("Mine", bob, "As placed.")
    assert new.fields.get(path="email").human_description == "Mine too."


def test_a_decision_on_the_new_field_outlives_one_on_the_old(
    guess: RenameGuess, old: Dataset, new: Dataset, alice: User
) -> None:
    pii, secret = ClassificationFactory.create(slug="pii"), ClassificationFactory.create(slug="secret")
    before, now = old.fields.get(path="email"), new.fields.get(path="email")
    FieldClassification.objects.create(field=before, classification=pii, state="rejected", decided_by=alice)
    FieldClassification.objects.create(field=now, classification=pii, state="confirmed")
    FieldClassification.objects.create(field=before, classification=secret, state="rejected", decided_by=alice)
    FieldClassification.objects.create(field=now, classification=secret, state="suggested")

    accept_rename(guess=guess, actor=alice)

    states = dict(now.classified.values_list("classification__slug", "state"))
    assert states == {"pii": "confirmed", "secret": "rejected"}


def test_a_guess_is_decided_once_and_its_rivals_with_it(
    guess: RenameGuess, old: Dataset, new: Dataset, alice: User
) -> None:
    other = DatasetFactory.create(source=old.source)
    rival = RenameGuess.objects.create(run=guess.run, old=old, new=other, confidence=0.7, why="A little alike.")
    accept_rename(guess=guess, actor=alice)

    rival.refresh_from_db()
    assert rival.state == "rejected"
    with pytest.raises(AlreadyDecided, match="accepted before"):
        reject_rename(guess=guess, actor=alice)


def test_rejecting_moves_nothing(guess: RenameGuess, old: Dataset, new: Dataset, alice: User) -> None:
    reject_rename(guess=guess, actor=alice)

    new.refresh_from_db()
    old.refresh_from_db()
    assert (new.title, old.successor) == ("", None)


def test_rules_that_closed_the_old_place_are_counted(guess: RenameGuess, old: Dataset, alice: User) -> None:
    old.container = ContainerFactory.create(source=old.source, name="archive")
    old.save()
    relabel(old)
    RuleFactory.create(label="path:crm/archive")

    assert accept_rename(guess=guess, actor=alice).rules == 1


def test_rules_that_name_the_old_dataset_hold_for_the_new_one(
    guess: RenameGuess, old: Dataset, new: Dataset, alice: User, charlie: User
) -> None:
    RuleFactory.create(label=f"dataset:{old.key}", level="discover", people=[charlie])

    assert accept_rename(guess=guess, actor=alice).rules == 0
    assert not Dataset.objects.visible_to(charlie).filter(pk=new.pk).exists()


# --- retiring


@pytest.fixture
def harvested(alice: User, tmp_path: Path, settings: Any) -> Source:
    settings.HARVEST_BRAKES = settings.HARVEST_BRAKES | {"file_roots": (str(tmp_path),)}
    source = register(make_file(tmp_path), alice, cron="0 3 * * *")
    harvest(source)
    Dataset.objects.filter(name="contacts").update(title="People we know")
    return source


def test_retiring_archives_and_keeps_what_people_wrote(harvested: Source, alice: User) -> None:
    services.retire_source(source=harvested, actor=alice)

    assert not Dataset.objects.present().exists()
    assert Dataset.objects.get(name="contacts").title == "People we know"
    assert not Schedule.objects.get().task.enabled
    with pytest.raises(services.NotPossible, match="retired"):
        services.start_run(source=harvested, actor=alice)


def test_bringing_back_undoes_retiring_and_nothing_else(harvested: Source, alice: User) -> None:
    gone = DatasetFactory.create(source=harvested, archived_at=timezone.now())
    services.retire_source(source=harvested, actor=alice)

    services.restore_source(source=harvested, actor=alice)

    assert set(Dataset.objects.present().values_list("name", flat=True)) == {"contacts", "notes", "orders_old"}
    gone.refresh_from_db()
    assert gone.archived_at
    assert Schedule.objects.get().task.enabled
    assert harvest(harvested).state == "succeeded"


def test_a_source_under_harvest_is_not_retired(alice: User) -> None:
    source = SourceFactory.create(owner=alice)
    run = Run.objects.create(source=source, state="running")

    with pytest.raises(services.AlreadyActive) as caught:
        services.retire_source(source=source, actor=alice)

    assert caught.value.run == run
