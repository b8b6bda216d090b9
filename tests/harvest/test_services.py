"""Registering, scheduling and finding again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from catalog.models import Source
from core.secrets import UnreadableSecret
from harvest import services, tasks
from harvest.connectors.postgres import PostgresConfig
from harvest.models import Run, Schedule
from harvest.schedules import describe_cron, parse_cron, set_schedule


@pytest.fixture
def config() -> PostgresConfig:
    return PostgresConfig(host="db.example.org", database="shop", user="reader", password="hunter2")


@pytest.fixture
def shop(db: None, config: PostgresConfig) -> Source:
    return services.register_source(actor=None, name="Shop", kind="postgresql", config=config, cron="0 3 * * *")


def test_a_password_is_stored_encrypted_only(shop: Source) -> None:
    shop.refresh_from_db()

    assert "hunter2" not in json.dumps(shop.config)
    assert "hunter2" not in shop.sealed
    assert shop.secrets == {"password": "hunter2"}


def test_an_empty_password_keeps_the_one_known(shop: Source, config: PostgresConfig) -> None:
    changed = config.model_copy(update={"host": "new.example.org", "password": None})

    services.update_source(source=shop, actor=None, config=changed)

    shop.refresh_from_db()
    assert (shop.config["host"], shop.secrets) == ("new.example.org", {"password": "hunter2"})


def test_a_secret_sealed_with_a_lost_key_says_what_to_do(shop: Source, settings: Any) -> None:
    from cryptography.fernet import Fernet

    settings.CONCORD_ENCRYPTION_KEYS = (Fernet.generate_key().decode(),)

    with pytest.raises(UnreadableSecret, match="CONCORD_ENCRYPTION_KEYS"):
        _ = shop.secrets


def test_sources_of_one_name_get_short_names_of_their_own(shop: Source, config: PostgresConfig) -> None:
    again = services.register_source(actor=None, name="Shop", kind="postgresql", config=config)

    assert (shop.slug, again.slug) == ("shop", "shop-2")


def test_a_schedule_becomes_a_task_for_beat(shop: Source) -> None:
    task = PeriodicTask.objects.get(task="harvest.scheduled")

    assert (task.enabled, json.loads(task.args), str(task.crontab.hour)) == (True, [shop.pk], "3")


def test_an_empty_schedule_ends_it(shop: Source) -> None:
    set_schedule(shop, "")

    assert not Schedule.objects.exists()
    assert not PeriodicTask.objects.filter(task="harvest.scheduled").exists()


@pytest.mark.parametrize("line", ["", "* * *", "61 * * * *", "a b c d e", "* * * * * *"])
def test_what_is_no_schedule_is_refused(line: str) -> None:
    with pytest.raises(ValidationError):
        parse_cron(line)


def test_a_schedule_is_told_in_words() -> None:
    assert describe_cron("0 3 * * *") == "At 03:00 AM"


def test_a_schedule_does_not_start_a_second_harvest(shop: Source) -> None:
    services.start_run(source=shop, actor=None, send_now=False)

    tasks.harvest_by_schedule(shop.pk)

    assert Run.objects.count() == 1


def test_the_sweep_sends_what_nobody_works_on(shop: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    monkeypatch.setattr(services, "send", lambda run: sent.append(run.pk))
    run = services.start_run(source=shop, actor=None, send_now=False)
    Run.objects.filter(pk=run.pk).update(created_at=timezone.now() - 2 * tasks.PATIENCE)

    tasks.sweep()

    assert sent == [run.pk]


def test_the_sweep_leaves_a_run_that_was_just_queued(shop: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    monkeypatch.setattr(services, "send", lambda run: sent.append(run.pk))
    services.start_run(source=shop, actor=None, send_now=False)

    tasks.sweep()

    assert sent == []
