"""Datasets of a data product carry its label."""

from django.db import migrations

LABEL = """
    UPDATE catalog_dataset d SET labels = d.labels || ('product:' || p.slug) FROM catalog_dataproduct p
    WHERE p.id = d.product_id AND NOT d.labels @> ARRAY['product:' || p.slug]
"""
UNLABEL = """
    UPDATE catalog_dataset d SET labels = array_remove(d.labels, 'product:' || p.slug) FROM catalog_dataproduct p
    WHERE p.id = d.product_id
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0007_former_names")]

    operations = [migrations.RunSQL(LABEL, UNLABEL)]
