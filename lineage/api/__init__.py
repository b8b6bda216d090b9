"""Lineage over REST."""
