"""Facts into the catalog: staged by COPY, then a handful of set-based statements.

`staging` holds what was read in temporary tables, `matching` finds what is new, changed or gone, `applying` writes
it in one transaction, `versions` keeps schema history. The number of statements does not depend on how many facts
there are, and memory stays flat.
"""
