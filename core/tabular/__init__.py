"""Tables in and out: what a collection holds, declared once, as CSV, JSON lines, Parquet and XLSX.

Each app declares its collections in ``<app>/tables.py`` as ``COLLECTIONS``.
"""
