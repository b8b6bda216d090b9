from django.db import migrations


class Migration(migrations.Migration):
    """Which pairs of nodes changed, by transaction: no model, for only `lineage.reach` and triggers look at it."""

    dependencies = [("lineage", "0003_openlineage")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE lineage_edgechange (
                xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
                at timestamptz NOT NULL DEFAULT now(),
                upstream bigint,
                downstream bigint
            );
            CREATE INDEX lineage_edgechange_xid ON lineage_edgechange (xid);
            """,
            "DROP TABLE lineage_edgechange;",
        ),
    ]
