"""A run's page in each state, and what its buttons do."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from kombu.exceptions import OperationalError

from catalog.models import Dataset, Source
from harvest import services
from harvest.models import Run
from harvest.watching import pace_of, steps_of
from permissions.models import User
from tests.cast import signed_in
from tests.factories import ContainerFactory, DatasetFactory
from tests.harvest.pages import change, finish, harvest, make_file, register

HTMX = {"HX-Request": "true"}


@pytest.fixture
def file(tmp_path: Path, settings: Any) -> Path:
    settings.HARVEST_BRAKES = settings.HARVEST_BRAKES | {"file_roots": (str(tmp_path),)}
    return make_file(tmp_path)


@pytest.fixture
def source(alice: User, file: Path) -> Source:
    return register(file, alice)


@pytest.fixture
def client(alice: User) -> Client:
    return signed_in(alice)


def running(source: Source, **values: Any) -> Run:
    now = timezone.now()
    started = {"started_at": now - timedelta(seconds=20), "heartbeat_at": now} | values
    return Run.objects.create(source=source, state="running", **started)


def test_a_run_under_way_is_asked_for_again_every_second(client: Client, source: Source) -> None:
    run = running(source, phase="read", datasets_read=50, datasets_expected=200, fields_read=950)

    page = client.get(run.get_absolute_url()).content.decode()

    assert 'hx-trigger="every 1s"' in page
    assert re.search(r'about <span class="nowrap">[12]\u00a0min</span> left', page)
    assert "facts/s" in page
    assert "Reload</a></noscript>" in page


def test_what_is_asked_for_again_is_only_the_region(client: Client, source: Source) -> None:
    run = running(source)

    region = client.get(f"{run.get_absolute_url()}?at=running-connect", headers=HTMX).content.decode()

    assert "<html" not in region
    assert "data-announce" not in region


def test_a_new_phase_is_said_once(client: Client, source: Source) -> None:
    run = running(source, phase="profile")

    region = client.get(f"{run.get_absolute_url()}?at=running-read", headers=HTMX).content.decode()

    assert 'data-announce="looking at values"' in region


def test_a_run_that_ended_is_not_asked_for_again(client: Client, source: Source) -> None:
    run = harvest(source)

    page = client.get(f"{run.get_absolute_url()}?at=running-read", headers=HTMX).content.decode()

    assert "hx-trigger" not in page
    assert 'data-announce="The harvest succeeded"' in page
    assert "contacts" in page


def test_a_worker_that_fell_silent_is_told_of(client: Client, source: Source) -> None:
    run = running(source, heartbeat_at=timezone.now() - timedelta(minutes=5))

    assert "No sign of life" in client.get(run.get_absolute_url()).content.decode()


def test_starting_while_a_run_is_under_way_leads_to_it(client: Client, source: Source) -> None:
    run = running(source)

    response = client.post(f"/sources/{source.slug}/harvest/", follow=True)

    assert response.redirect_chain == [(run.get_absolute_url(), 302)]
    assert "is being harvested already" in response.content.decode()


def test_starting_while_the_queue_is_away_says_so_and_waits(
    client: Client, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "send", lambda run: False)

    page = client.post(f"/sources/{source.slug}/harvest/", follow=True).content.decode()

    assert "The queue is away" in page
    assert Run.objects.get().state == "queued"


def test_a_failed_run_says_which_part_and_offers_to_try_again(client: Client, source: Source, file: Path) -> None:
    file.unlink()
    run = harvest(source)

    page = client.get(run.get_absolute_url()).content.decode()

    assert "It is not there" in page
    assert "Try again" in page
    assert "Change the connection" in page


def test_what_would_vanish_waits_for_an_answer(client: Client, source: Source, file: Path) -> None:
    harvest(source)
    change(file, "drop table contacts; drop table notes; drop table orders_old; create table one (id int)")
    run = harvest(source)
    page = client.get(run.get_absolute_url()).content.decode()
    assert "3 of 3 datasets are no longer in the source" in page
    assert Dataset.objects.present().count() == 3

    response = client.post(f"/runs/{run.pk}/confirm/")

    again = finish(Run.objects.get(state="queued"))
    assert response["Location"] == again.get_absolute_url()
    assert [dataset.name for dataset in Dataset.objects.present()] == ["one"]


def test_not_confirming_keeps_everything(client: Client, source: Source, file: Path) -> None:
    harvest(source)
    change(file, "drop table contacts; drop table notes; drop table orders_old")
    run = harvest(source)

    client.post(f"/runs/{run.pk}/cancel/")

    run.refresh_from_db()
    assert (run.state, run.message) == ("cancelled", "Not confirmed. Nothing was changed.")
    assert Dataset.objects.present().count() == 3


def test_a_run_that_waits_is_cancelled_at_once(client: Client, source: Source) -> None:
    run = services.start_run(source=source, actor=None, send_now=False)

    page = client.post(f"/runs/{run.pk}/cancel/", follow=True).content.decode()

    assert "Stopped before it began" in page


def test_cancelling_what_has_ended_is_told(client: Client, source: Source) -> None:
    run = harvest(source)

    assert "has ended already" in client.post(f"/runs/{run.pk}/cancel/", follow=True).content.decode()


def test_long_lists_are_cut_and_say_so(client: Client, source: Source) -> None:
    listed = [{"id": number, "path": f"t{number}", "kind": "table"} for number in range(500)]
    run = Run.objects.create(source=source, state="succeeded", added=1234, diff={"added": listed})

    page = client.get(run.get_absolute_url()).content.decode()

    assert "the first 500 are listed" in page
    assert "1,234" in page


def test_hostile_names_are_escaped(client: Client, source: Source, file: Path) -> None:
    change(file, 'create table "<script>alert(1)</script>" (id int)')
    run = harvest(source)

    page = client.get(run.get_absolute_url()).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_phases_show_where_a_run_failed() -> None:
    run = Run(state="failed", phase="read")

    assert [step.state for step in steps_of(run)] == ["done", "failed", "todo", "todo"]
    assert [step.word for step in steps_of(Run(state="queued", dry=True))] == ["Connect", "Read", "Compare"]


def test_the_time_left_is_guessed_from_the_harvest_before() -> None:
    now = timezone.now()
    counters = {"datasets_read": 100, "datasets_expected": 400, "fields_read": 900}
    run = Run(state="running", phase="read", started_at=now - timedelta(seconds=10))

    pace = pace_of(run, counters, now)

    assert pace is not None
    assert (pace.share, pace.speed, pace.remaining) == (0.25, 100.0, 30.0)
    assert pace_of(run, None, now) is None


def test_a_queue_that_cannot_be_reached_leaves_the_run_waiting(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("connection refused")

    run = services.start_run(source=source, actor=None, send_now=False)
    monkeypatch.setattr("celery.app.base.Celery.send_task", away)

    assert services.send(run) is False
    run.refresh_from_db()
    assert run.state == "queued"


def test_what_breaks_readers_stands_first_by_its_title(client: Client, source: Source, file: Path) -> None:
    harvest(source)
    Dataset.objects.filter(name="contacts").update(title="Whom we call")
    change(file, "alter table contacts drop column city; create table added (id int)")
    run = harvest(source)

    page = client.get(run.get_absolute_url())

    assert [section.title for section in page.context["difference"].sections] == ["Changed", "New"]
    assert 'Whom we call</a> <span class="quiet">contacts</span>' in page.content.decode()


def test_the_page_of_a_source_shows_no_empty_container(client: Client, source: Source) -> None:
    full = ContainerFactory.create(source=source, name="full")
    DatasetFactory.create(source=source, container=full)
    ContainerFactory.create(source=source, name="hollow")

    assert [one.container for one in client.get(source.get_absolute_url()).context["containers"]] == [full]
