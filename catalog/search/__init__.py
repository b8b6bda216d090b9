"""Search of the catalog, inside the permission predicate. The index is a cache of PostgreSQL."""
