"""One harvest in a process of its own, timed from inside: what `benchmarks.harvest` runs again and again.

    python -m benchmarks.harvest_once first|unchanged postgresql://…/bench_1000

`first` harvests a source that the catalog does not know, `unchanged` one that it knows. The facts are measured, and
how long search takes to follow; looking at values is another phase and is left out. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from typing import Any


def harvest(mode: str, url: str) -> dict[str, Any]:
    """Harvest once and return what it took."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.db import connection

    from catalog.models import Source
    from harvest import services
    from harvest.connecting import connect
    from harvest.connectors.registry import connector_for_url
    from harvest.models import Run
    from harvest.progress import Progress
    from harvest.reading import read_source

    connector = connector_for_url(url)
    config = connector.Config.from_url(url)
    name = config.default_name()
    if mode == "first":
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE catalog_source, catalog_datasetchange CASCADE")
        services.register_source(actor=None, name=name, kind=connector.kind, config=config, samples=False)
    source = Source.objects.get(name=name)
    run = services.start_run(source=source, actor=None, trigger=Run.Trigger.COMMAND, send_now=False)
    begin = time.perf_counter()
    with connect(source) as opened:
        read_source(run, opened, Progress(run, settings.HARVEST_SECONDS))
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    Run.objects.filter(pk=run.pk).update(state=Run.State.SUCCEEDED)
    return {
        "seconds": round(seconds, 4),
        "peak_mb": round(peak),
        "relations": run.datasets_read,
        "columns": run.fields_read,
        "unchanged": run.unchanged,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=["first", "unchanged"])
    parser.add_argument("url")
    arguments = parser.parse_args()
    print(json.dumps(harvest(arguments.mode, arguments.url)))


if __name__ == "__main__":
    main()
