"""Northbeam, a fictional company that sells solar monitoring by subscription, as data.

Nothing here imports Django. `world.imagine` makes every row from a seed and a day; the builders write those rows into
real systems: `platform` and `warehouse` (PostgreSQL), `crm` (SQLite), `billing_export` (CSV) and `lake` (Parquet).
`build.build_sources` runs them all, `evolve.evolve` changes their schemas afterwards.
"""
