"""Everything that is done to sources and runs; pages, the API, commands and tasks all call these."""

from __future__ import annotations

import logging
from typing import Any

from celery import Celery, current_app
from django.db import IntegrityError, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as QueueError

from catalog.labels import refresh_dataset_labels
from catalog.models import Domain, Source
from core.slugs import free_slug
from harvest.audit import told
from harvest.connecting import split_config
from harvest.connectors.base import ConnectorConfig
from harvest.models import Run
from harvest.reading import last_success
from harvest.reconcile.joining import take_back
from harvest.schedules import pause_schedule, resume_schedule, set_schedule
from lineage.recording import close_jobs_but
from permissions.audit import record
from permissions.models import User

logger = logging.getLogger(__name__)

RESERVED = "new"  # the address of the wizard, so no source's short name


class AlreadyActive(Exception):
    """The source has a run that waits or works; `run` is it."""

    def __init__(self, run: Run) -> None:
        super().__init__(f"{run.source} is being harvested already.")
        self.run = run


class NotPossible(Exception):
    """The run or source is not in a state that allows it; `str()` says why."""


@transaction.atomic
def register_source(  # noqa: PLR0913 - what the wizard asks for
    *,
    actor: User | None,
    name: str,
    kind: str,
    config: ConnectorConfig,
    include: list[str] | None = None,
    exclude: list[str] | None = None,
    description: str = "",
    domain: Domain | None = None,
    samples: bool = True,
    cron: str = "",
    paused: bool = False,
) -> Source:
    """Register a source; it is harvested when somebody starts a run or its schedule is due.

    A `paused` schedule begins with the first harvest that is not a dry run.
    """
    shown, secret = split_config(config)
    source = Source(
        slug=_slug(name),
        name=name,
        kind=kind,
        config=shown,
        include=include or [],
        exclude=exclude or [],
        description=description,
        domain=domain,
        owner=actor,
        samples=samples,
    )
    source.secrets = secret
    source.save()
    set_schedule(source, cron, enabled=not paused)
    record("source.registered", actor=actor, thing=source, after=told(source))
    return source


def _slug(name: str) -> str:
    slug = free_slug(Source.objects.all(), name)
    return slug if slug != RESERVED else free_slug(Source.objects.all(), f"{name} source")


def start_run(
    *, source: Source, actor: User | None, trigger: str = Run.Trigger.PERSON, dry: bool = False, send_now: bool = True
) -> Run:
    """Queue a harvest of `source`.

    Raises `AlreadyActive`, as a source has one run at a time, or `NotPossible` for a retired source.
    """
    try:
        with transaction.atomic():
            run = Run.objects.create(source=source, requested_by=actor, trigger=trigger, dry=dry)
            if Source.objects.filter(pk=source.pk).exclude(retired_at=None).exists():
                raise NotPossible(f"{source} is retired. Bring it back before harvesting it.")
            if not dry:
                resume_schedule(source)
    except IntegrityError:
        active = Run.objects.filter(source=source, state__in=Run.ACTIVE).select_related("source").first()
        if active is None:  # it ended in between
            return start_run(source=source, actor=actor, trigger=trigger, dry=dry, send_now=send_now)
        raise AlreadyActive(active) from None
    if send_now:
        transaction.on_commit(lambda: send(run))
    return run


def send(run: Run, queue: Celery = current_app) -> bool:
    """Hand the run to a worker; when the queue is away it stays queued, and the sweep sends it later."""
    try:
        queue.send_task("harvest.run", args=[run.pk], retry=False)
    except (QueueError, OSError) as error:
        logger.warning("run %s waits: the queue is away (%s)", run.pk, type(error).__name__)
        return False
    return True


@transaction.atomic
def cancel_run(*, run: Run, actor: User | None) -> None:
    """Ask a run to stop; one that no worker has begun stops at once. Raises `NotPossible` when it has ended."""
    now = timezone.now()
    waits = {Run.State.QUEUED: "Stopped before it began.", Run.State.CONFIRM: "Not confirmed. Nothing was changed."}
    for state, message in waits.items():
        waiting = Run.objects.filter(pk=run.pk, state=state)
        if waiting.update(state=Run.State.CANCELLED, finished_at=now, message=message):
            break
    else:
        if not Run.objects.filter(pk=run.pk, state=Run.State.RUNNING).update(cancel_requested=True):
            raise NotPossible("This harvest has ended already.")
    record("run.cancelled", actor=actor, thing=run, after={"source": run.source})


def confirm_run(*, run: Run, actor: User | None) -> Run:
    """Agree to what would vanish and harvest again. Raises `NotPossible` or `AlreadyActive`."""
    with transaction.atomic():
        asked = Run.objects.filter(pk=run.pk, state=Run.State.CONFIRM)
        if not asked.update(state=Run.State.CANCELLED, message="Confirmed; a new harvest took its place."):
            raise NotPossible("This harvest does not wait for a confirmation.")
        again = start_run(source=run.source, actor=actor, send_now=False)
        Run.objects.filter(pk=again.pk).update(confirmed=True)
        record("run.confirmed", actor=actor, thing=run, after={"source": run.source, "new run": again.pk})
        transaction.on_commit(lambda: send(again))
    return again


@transaction.atomic
def update_source(*, source: Source, actor: User | None, config: ConnectorConfig | None = None, **values: Any) -> None:
    """Change how a source is reached or what is taken from it.

    `values` are attributes of `Source`, and ``cron``. Secrets that `config` leaves empty stay as they are.
    """
    was = Source.objects.select_for_update(of=("self",)).select_related("domain", "owner").get(pk=source.pk)
    before = told(was)
    cron = values.pop("cron", None)
    for name, value in values.items():
        setattr(source, name, value)
    if config is not None:
        shown, secret = split_config(config)
        source.config = shown
        source.secrets = source.secrets | {name: value for name, value in secret.items() if value}
    source.save()
    if "domain" in values:
        refresh_dataset_labels("d.source_id = %s", [source.pk])
    if cron is not None:
        set_schedule(source, cron)
    note = "Secrets were entered anew." if source.sealed != was.sealed and config is not None else ""
    record("source.changed", actor=actor, thing=source, before=before, after=told(source), note=note)


@transaction.atomic
def retire_source(*, source: Source, actor: User | None) -> None:
    """Harvest `source` no more and archive its datasets; what people wrote stays, and `restore_source` undoes it.

    Raises `AlreadyActive` while a harvest is under way.
    """
    locked = Source.objects.select_for_update().get(pk=source.pk)
    if active := Run.objects.active().filter(source=locked).select_related("source").first():
        raise AlreadyActive(active)
    if locked.retired_at:
        return
    now = timezone.now()
    Source.objects.filter(pk=source.pk).update(retired_at=now, signature="")
    Run.objects.filter(source=source, state=Run.State.CONFIRM).update(
        state=Run.State.CANCELLED, message="The source was retired."
    )
    pause_schedule(source)
    source.datasets.filter(archived_at=None).update(archived_at=now, last_seen_at=last_success(source) or now)
    source.containers.filter(archived_at=None).update(archived_at=now)
    take_back(source)
    close_jobs_but(namespace=source.slug, names=(), seen_at=now)
    source.retired_at = now
    record("source.retired", actor=actor, thing=source)


@transaction.atomic
def restore_source(*, source: Source, actor: User | None) -> None:
    """Bring a retired source back, with the datasets that were archived when it was retired."""
    retired_at = Source.objects.select_for_update().get(pk=source.pk).retired_at
    if retired_at is None:
        return
    Source.objects.filter(pk=source.pk).update(retired_at=None)
    source.datasets.filter(archived_at=retired_at).update(archived_at=None, last_seen_at=None)
    source.containers.filter(archived_at=retired_at).update(archived_at=None)
    resume_schedule(source)
    source.retired_at = None
    record("source.restored", actor=actor, thing=source)


@transaction.atomic
def discard_source(*, source: Source, actor: User | None) -> None:
    """Remove a source that was registered and never harvested, only tried.

    Raises `NotPossible` for any other, or `AlreadyActive` while it is tried.
    """
    locked = Source.objects.select_for_update().get(pk=source.pk)
    if active := Run.objects.active().filter(source=locked).select_related("source").first():
        raise AlreadyActive(active)
    if not is_untouched(locked):
        raise NotPossible(f"{source} has been harvested. Retire it instead: what people wrote is kept.")
    record("source.discarded", actor=actor, thing=locked, before=told(locked))
    set_schedule(locked, "")
    locked.delete()


def is_untouched(source: Source) -> bool:
    """Whether nothing of the source has come into the catalog, and nothing is on its way."""
    real = Run.objects.filter(source=source, dry=False)
    ended_early = [Run.State.FAILED, Run.State.CANCELLED]
    return not (real.exclude(state__in=ended_early).exists() or source.datasets.exists())
