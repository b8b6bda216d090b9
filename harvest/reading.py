"""The first half of a run: what the source has, into the catalog."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.utils import timezone

from catalog.models import Source
from harvest import facts
from harvest.connecting import scope_of
from harvest.connectors.base import Connector
from harvest.models import Run, RunProblem
from harvest.progress import Progress
from harvest.reconcile.applying import Outcome, reconcile
from harvest.reconcile.staging import Staging
from harvest.reconcile.transformations import record_transformations
from harvest.remembering import remember

FORMAT = "1"  # raised when we begin to store more of each fact, so that every source is read in full again
LOOK_EVERY = 2_000  # facts between two looks at the clock


def read_source(run: Run, connector: Connector, progress: Progress) -> bool:
    """Bring the catalog in step with the source; returns whether there was anything to do.

    Raises `ConnectorError`, `TooMuchVanished`, `Cancelled` or `OutOfTime`.
    """
    source = run.source
    signature = _signature(source, connector)
    if signature and signature == source.signature and not run.dry:
        _finish_unchanged(run, progress)
        return False
    with Staging() as staging:
        _stage(connector, source, staging, progress)
        progress.write(phase=Run.Phase.RECONCILE, **_counters(staging))
        outcome = reconcile(
            source,
            staging,
            run_id=run.pk,
            last_seen=last_success(source),
            limit=Run.DIFF_LENGTH,
            dry=run.dry,
            confirmed=run.confirmed,
        )
        _record(run, staging, outcome, progress)
        if staging.counts[facts.Transformation] and not run.dry:
            record_transformations(source, tick=progress.tick)
    complete = not any(problem.path is not None for problem in staging.problems)
    if not run.dry:
        remember(source, connector)
        Source.objects.filter(pk=source.pk).update(signature=signature if signature and complete else "")
    return True


def _signature(source: Source, connector: Connector) -> str:
    theirs = connector.signature()
    if theirs is None:
        return ""
    settings = json.dumps([FORMAT, source.config, source.include, source.exclude], sort_keys=True, default=str)
    return hashlib.sha256(f"{settings}\n{theirs}".encode()).hexdigest()


def _finish_unchanged(run: Run, progress: Progress) -> None:
    progress.write(unchanged=True, facts_done_at=timezone.now(), datasets_read=run.datasets_expected or 0)


def _stage(connector: Connector, source: Source, staging: Staging, progress: Progress) -> None:
    progress.write(phase=Run.Phase.READ)
    add = staging.add
    for number, fact in enumerate(connector.facts(scope_of(source))):
        add(fact)
        if number % LOOK_EVERY == 0:
            progress.tick(**_counters(staging))
    staging.finish()


def _counters(staging: Staging) -> dict[str, int]:
    return {"datasets_read": staging.counts[facts.Dataset], "fields_read": staging.counts[facts.Field]}


def _record(run: Run, staging: Staging, outcome: Outcome, progress: Progress) -> None:
    problems = [*staging.problems, *outcome.problems]
    add_problems(run, problems, Run.Phase.READ)
    progress.write(
        **outcome.counts._asdict(), diff=outcome.diff, problem_count=len(problems), facts_done_at=timezone.now()
    )


def add_problems(run: Run, problems: list[facts.Problem], phase: Run.Phase) -> None:
    """Keep what could not be read, for the run's page."""
    RunProblem.objects.bulk_create(
        [
            RunProblem(run=run, object=_clean(item.object), message=_clean(item.message), phase=phase)
            for item in problems
        ],
        batch_size=1000,
    )


def _clean(text: str) -> str:
    return text.replace("\0", "\ufffd")[:5_000]


def last_success(source: Source) -> datetime | None:
    """When the source was last harvested with success, or None."""
    return (
        Run.objects.filter(source=source, state=Run.State.SUCCEEDED, dry=False)
        .order_by("-finished_at")
        .values_list("finished_at", flat=True)
        .first()
    )
