"""The catalog's tables."""

from catalog.tabular import datasets, fields, words

COLLECTIONS = (datasets.COLLECTION, fields.COLLECTION, *words.COLLECTIONS)
