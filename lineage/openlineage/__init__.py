"""OpenLineage: what producers say of their jobs, runs and datasets, read with patience and merged in any order.

Pure: it knows no Django. https://openlineage.io/spec/2-0-2/OpenLineage.json is what it reads.
"""
