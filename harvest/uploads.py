"""Artifacts that are uploaded: harvested here and now, and remembered as those of a folder are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

from catalog.models import Source
from harvest.connecting import brakes, scope_of
from harvest.connectors.base import Connector
from harvest.connectors.dbt import DbtConnector
from harvest.connectors.dbt.config import DbtConfig
from harvest.facts import Transformation
from harvest.locks import source_lock
from harvest.models import Run
from harvest.pushed import Busy, recorded, tell
from harvest.reading import add_problems, last_success
from harvest.reconcile.applying import reconcile
from harvest.reconcile.staging import Staging
from harvest.reconcile.transformations import record_transformations
from harvest.remembering import recall, remember
from harvest.services import start_run
from permissions.models import User


def take_artifacts(
    *, source: Source, actor: User | None, path: Path, confirmed: bool = False, dry: bool = False
) -> Run:
    """Harvest a dbt source from artifacts at `path`, over what it knows from before; all or nothing.

    Raises `ConnectorError`, `Busy`, `TooMuchVanished`, `AlreadyActive` or `NotPossible`.
    """
    config = DbtConfig(path=str(path), told=str(source.config.get("told", "")))
    bounds = replace(brakes(), file_roots=(str(path.parent),))
    with source_lock(source.pk) as taken, DbtConnector(config, bounds) as connector, Staging() as staging:
        if not taken:
            raise Busy(f"{source} is being filled or harvested at this moment.")
        recall(source, cast("Connector", connector))
        version = connector.describe()
        for fact in connector.facts(scope_of(source)):
            staging.add(fact)
        staging.finish()
        run = start_run(source=source, actor=actor, trigger=Run.Trigger.API, dry=dry, send_now=False)
        with recorded(run, staging):
            outcome = reconcile(
                source, staging, run_id=run.pk, last_seen=last_success(source), limit=Run.DIFF_LENGTH, dry=dry,
                confirmed=confirmed,
            )  # fmt: skip
            tell(run, outcome)
            problems = [*staging.problems, *outcome.problems]
            add_problems(run, problems, Run.Phase.READ)
            run.problem_count = len(problems)
            if not dry:
                remember(source, cast("Connector", connector))
                if staging.counts[Transformation]:
                    record_transformations(source)
                Source.objects.filter(pk=source.pk).update(version=version)
        return run
