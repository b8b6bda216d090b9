"""Northbeam's nightly jobs say what its data says: the sessions of the app were not loaded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from demo import pipelines
from lineage.models import Job
from lineage.standing import Standing, standing_of


@pytest.mark.django_db
def test_last_night_the_sessions_failed_and_what_is_made_of_them_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipelines, "NIGHTS", 6)
    assert pipelines.settle_pipelines() == pipelines.settle_pipelines() == 24
    now = timezone.now() + timedelta(hours=6)
    bad = {job.name: standing_of(job, now) for job in Job.objects.all() if standing_of(job, now) != Standing.FINE}
    assert bad["nightly_warehouse.landing.platform_login_session"] == Standing.FAILED
    assert bad["nightly_warehouse.core_load.fct_login_day"] == Standing.LATE
