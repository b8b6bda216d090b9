"""Jobs and their runs over REST."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.handlers import NOTHING
from core.api.lists import answer, page_of, read_page
from core.api.query import ListQuery, text
from core.api.views import ApiView
from lineage.jobs import jobs_shown, may_read_code, visible_jobs
from lineage.models import Job, Run
from lineage.pipelines import ORDER, find_jobs
from lineage.standing import Standing, causes_of, standing_of, waiting_for
from permissions.api import reader

RUNS = 50
STANDINGS = [str(one) for one in Standing]


class JobRefSerializer(serializers.ModelSerializer[Job]):
    class Meta:
        model = Job
        fields = ("id", "namespace", "name")


class JobSerializer(JobRefSerializer):
    """A job: how it stands, and how it usually runs."""

    standing = serializers.ChoiceField(choices=STANDINGS)
    usual_seconds = serializers.FloatField(allow_null=True, help_text="How long a run takes, by the median.")
    every_seconds = serializers.FloatField(allow_null=True, help_text="From one run to the next, by the median.")
    because_of = JobRefSerializer(many=True, help_text="Jobs upstream that stand badly first, where it does.")

    class Meta(JobRefSerializer.Meta):
        fields = (  # type: ignore[assignment]
            "id", "namespace", "name", "technology", "processing", "standing", "last_run_at", "last_success_at",
            "usual_seconds", "every_seconds", "due_at", "because_of",
        )  # fmt: skip


class JobRunSerializer(serializers.ModelSerializer[Run]):
    """One time that a job ran."""

    seconds = serializers.FloatField(allow_null=True, help_text="How long it took.")
    error = serializers.CharField(help_text="Empty where you may not read all that the job touches.")

    class Meta:
        model = Run
        fields = ("run_id", "state", "started_at", "ended_at", "seconds", "nominal_start_at", "error")


class JobDetailSerializer(JobSerializer):
    """A job with its last runs."""

    waiting = JobRefSerializer(many=True, help_text="Jobs downstream that stand badly too.")
    runs = JobRunSerializer(many=True)

    class Meta(JobSerializer.Meta):
        fields = (*JobSerializer.Meta.fields, "description", "location", "waiting", "runs")  # type: ignore[assignment]


class JobsQuery(ListQuery):
    q = text("Words in its name or namespace.", max_length=200)
    standing = serializers.ChoiceField(choices=STANDINGS, required=False, help_text="How it stands now.")
    technology = text("What runs it.", max_length=80)


class JobsView(ApiView):
    """Jobs."""

    query = JobsQuery

    @extend_schema(operation_id="jobs", tags=["lineage"], responses=page_of(JobSerializer))
    def get(self, request: Request) -> Response:
        """Jobs that you may know of, the latest seen first, with what those that are late wait for."""
        person, now, wanted = reader(request), timezone.now(), self.wanted
        sought = {name: wanted.get(name, "") for name in ("q", "standing", "technology")}
        page = read_page(find_jobs(person, now, **sought), wanted, order=ORDER)
        causes = causes_of(person, page.items, now)
        for job in page.items:
            job.standing = standing_of(job, now)  # type: ignore[attr-defined]
            job.because_of = [cause.job for cause in causes.get(job.pk, [])]  # type: ignore[attr-defined]
        return answer(request, page, JobSerializer(page.items, many=True).data)


class JobView(ApiView):
    """One job."""

    @extend_schema(operation_id="job", tags=["lineage"], responses=JobDetailSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One job: how it stands and why, and its last runs."""
        person, now = reader(request), timezone.now()
        job = visible_jobs(person).filter(pk=pk).first()
        if job is None:
            raise Http404(NOTHING)
        told: dict[str, Any] = {
            "standing": standing_of(job, now),
            "because_of": [cause.job for cause in causes_of(person, [job], now).get(job.pk, [])],
            "waiting": waiting_for(person, job, now),
        }
        if not jobs_shown(person, [job.pk]):
            job.description = job.location = ""
        runs = list(job.runs.order_by("-started_at", "-pk")[:RUNS])
        if not may_read_code(person, job):
            for run in runs:
                run.error = ""
        for name, value in told.items():
            setattr(job, name, value)
        return Response(JobDetailSerializer(job).data | {"runs": JobRunSerializer(runs, many=True).data})
