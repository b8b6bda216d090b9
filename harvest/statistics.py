"""What the planner knows of the catalog: told at once after a harvest, and not when autovacuum comes round."""

from django.db import connection

from harvest.models import Run

MANY = 20  # datasets; fewer change no plan

FACTS = (
    "catalog_container", "catalog_dataset", "catalog_field", "catalog_constraint", "catalog_index", "lineage_node",
    "lineage_edge", "lineage_fieldedge",
)  # fmt: skip
VALUES = ("catalog_fieldclassification", "catalog_sample", "catalog_fieldprofile")


def refresh_statistics(run: Run, tables: tuple[str, ...]) -> None:
    """Analyze `tables` when the run wrote many datasets: plans made for an empty catalog take minutes on a full one."""
    if not run.dry and run.added + run.changed + run.archived + run.restored >= MANY:
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(tables)}")
