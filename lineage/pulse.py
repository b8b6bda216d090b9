"""How regularly a job runs, and when to begin to worry: worked out anew whenever runs of it are written.

From the last 60 runs that began, a retry counting with the run that it repeats. A job is due one *slow* interval (the
90th percentile, so that weekends of a job of working days are no alarm) after its last success began, and its usual
duration, and a tenth of the usual interval, ten minutes at the least. One whose intervals differ more than fivefold
has no rhythm and is never due. A run is long from three times the usual on, and from ten minutes more at the least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Collection

LOOKED_AT = 60  # runs
LEAST = 3  # intervals that make a rhythm

_BEAT = """
    WITH recent AS (
        SELECT r.* FROM unnest(%(jobs)s::bigint[]) AS j (id) CROSS JOIN LATERAL (
            SELECT * FROM lineage_run WHERE job_id = j.id AND started_at IS NOT NULL
            ORDER BY started_at DESC LIMIT %(runs)s) AS r),
    begun AS (
        SELECT job_id, min(started_at) AS at FROM recent GROUP BY job_id, coalesce(nominal_start_at, started_at)),
    gaps AS (
        SELECT job_id, extract(epoch FROM at - lag(at) OVER (PARTITION BY job_id ORDER BY at)) AS seconds FROM begun),
    rhythm AS (
        SELECT job_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS usual,
            percentile_disc(0.9) WITHIN GROUP (ORDER BY seconds) AS slow
        FROM gaps GROUP BY job_id HAVING count(seconds) >= %(least)s),
    latest AS (SELECT DISTINCT ON (job_id) * FROM recent ORDER BY job_id, started_at DESC, id DESC),
    success AS (
        SELECT j.id AS job_id, s.started_at, coalesce(s.ended_at, s.started_at) AS ended_at
        FROM unnest(%(jobs)s::bigint[]) AS j (id) CROSS JOIN LATERAL (
            SELECT * FROM lineage_run WHERE job_id = j.id AND state = 'completed' AND started_at IS NOT NULL
            ORDER BY started_at DESC LIMIT 1) AS s),
    durations AS (
        SELECT job_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - started_at)) AS usual
        FROM recent WHERE state = 'completed' AND ended_at >= started_at GROUP BY job_id)
    UPDATE lineage_job job SET
        last_state = coalesce(latest.state, ''), last_run_at = latest.started_at, last_success_at = success.ended_at,
        usual_seconds = durations.usual, every_seconds = rhythm.usual,
        due_at = CASE WHEN rhythm.slow <= 5 * rhythm.usual THEN success.started_at + make_interval(
            secs => rhythm.slow + coalesce(durations.usual, 0) + greatest(rhythm.usual / 10, 600)) END,
        long_at = CASE WHEN latest.state = 'running' THEN latest.started_at + make_interval(
            secs => greatest(3 * durations.usual, durations.usual + 600)) END
    FROM unnest(%(jobs)s::bigint[]) AS j (id)
        LEFT JOIN latest ON latest.job_id = j.id LEFT JOIN success ON success.job_id = j.id
        LEFT JOIN durations ON durations.job_id = j.id LEFT JOIN rhythm ON rhythm.job_id = j.id
    WHERE job.id = j.id
"""


def take_pulse(jobs: Collection[int]) -> None:
    """Work out state, rhythm and due time of these jobs from their runs; one statement."""
    if jobs:
        with connection.cursor() as cursor:
            cursor.execute(_BEAT, {"jobs": list(jobs), "runs": LOOKED_AT, "least": LEAST})
