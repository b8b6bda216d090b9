"""The queries to SQLite's schema and its pragmas; https://www.sqlite.org/pragma.html."""

# Shadow tables hold the insides of virtual ones.
OBJECTS = """
SELECT l.name AS name, l.type AS type, m.sql AS sql
FROM pragma_table_list l JOIN sqlite_master m ON m.name = l.name AND m.type IN ('table', 'view')
WHERE l.schema = 'main' AND l.type <> 'shadow' AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
ORDER BY m.rowid"""

COLUMNS = """
SELECT cid, name, type, "notnull" AS not_null, dflt_value, pk, hidden FROM pragma_table_xinfo(:name)
WHERE hidden <> 1 ORDER BY cid"""

FOREIGN_KEYS = """
SELECT id, seq, "table" AS target, "from" AS field, "to" AS ref_field, on_update, on_delete
FROM pragma_foreign_key_list(:name) ORDER BY id DESC, seq"""

INDEXES = """
SELECT l.name AS name, l."unique" AS is_unique, l.origin AS origin, x.name AS field, m.sql AS sql
FROM pragma_index_list(:name) l JOIN pragma_index_xinfo(l.name) x
LEFT JOIN sqlite_master m ON m.type = 'index' AND m.name = l.name
WHERE x.key = 1 ORDER BY l.seq, x.seqno"""

SIZES = """
SELECT m.tbl_name AS table_name, sum(s.pgsize) AS number
FROM dbstat s JOIN sqlite_master m ON m.name = s.name WHERE s.aggregate = TRUE GROUP BY m.tbl_name"""

ESTIMATES = "SELECT tbl AS table_name, max(CAST(stat AS INTEGER)) AS number FROM sqlite_stat1 GROUP BY tbl"
