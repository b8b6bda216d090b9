"""The queries to information_schema; SCOPE(column) stands for the condition that the schema is wanted.

Names are compared and ordered as bytes: on a case-sensitive server two tables may differ in case alone, and the
collation of information_schema would mix them up.
"""

SYSTEM = ("information_schema", "mysql", "performance_schema", "sys")

SCHEMATA = """
SELECT schema_name AS schema_name, '' AS comment FROM information_schema.schemata
WHERE SCOPE(schema_name) ORDER BY BINARY schema_name"""

SCHEMATA_MARIADB = SCHEMATA.replace("''", "schema_comment")

NAMES = """
SELECT table_schema AS schema_name, table_name AS table_name FROM information_schema.tables
WHERE SCOPE(table_schema) AND table_type <> 'SEQUENCE' ORDER BY BINARY table_schema, BINARY table_name"""

TABLES = """
SELECT table_schema AS schema_name, table_name AS table_name, table_type AS table_type, engine AS engine,
       row_format AS row_format, table_collation AS table_collation, table_rows AS table_rows,
       data_length + index_length AS size, create_time AS create_time, update_time AS update_time,
       table_comment AS comment
FROM information_schema.tables
WHERE SCOPE(table_schema) AND table_type <> 'SEQUENCE' ORDER BY BINARY table_schema, BINARY table_name"""

VIEWS = """
SELECT table_schema AS schema_name, table_name AS table_name, view_definition AS view_definition, definer AS definer,
       security_type AS security_type, check_option AS check_option, is_updatable AS is_updatable
FROM information_schema.views WHERE SCOPE(table_schema)"""

PARTITIONS = """
SELECT table_schema AS schema_name, table_name AS table_name, partition_method AS method,
       partition_expression AS expression, subpartition_method AS submethod, subpartition_expression AS subexpression
FROM information_schema.partitions
WHERE SCOPE(table_schema) AND partition_ordinal_position = 1 AND coalesce(subpartition_ordinal_position, 1) = 1"""

COLUMNS = """
SELECT table_schema AS schema_name, table_name AS table_name, column_name AS column_name,
       ordinal_position AS position, column_default AS column_default, is_nullable AS is_nullable,
       data_type AS data_type, column_type AS column_type, collation_name AS collation_name, extra AS extra,
       generation_expression AS expression, column_comment AS comment
FROM information_schema.columns
WHERE SCOPE(table_schema) ORDER BY BINARY table_schema, BINARY table_name, ordinal_position"""

KEYS = """
SELECT table_schema AS schema_name, table_name AS table_name, constraint_name AS constraint_name,
       referenced_table_name IS NOT NULL AS is_foreign, column_name AS column_name,
       referenced_table_schema AS ref_schema, referenced_table_name AS ref_table,
       referenced_column_name AS ref_column
FROM information_schema.key_column_usage
WHERE SCOPE(table_schema)
ORDER BY BINARY table_schema, BINARY table_name, is_foreign, BINARY constraint_name, ordinal_position"""

RULES = """
SELECT constraint_schema AS schema_name, table_name AS table_name, constraint_name AS constraint_name,
       update_rule AS update_rule, delete_rule AS delete_rule
FROM information_schema.referential_constraints WHERE SCOPE(constraint_schema)"""

CHECKS_MARIADB = """
SELECT constraint_schema AS schema_name, table_name AS table_name, constraint_name AS constraint_name,
       level AS level, check_clause AS check_clause
FROM information_schema.check_constraints
WHERE SCOPE(constraint_schema) ORDER BY BINARY constraint_schema, BINARY table_name, BINARY constraint_name"""

CHECKS = """
SELECT t.table_schema AS schema_name, t.table_name AS table_name, c.constraint_name AS constraint_name,
       'Table' AS level, c.check_clause AS check_clause
FROM information_schema.check_constraints c
JOIN information_schema.table_constraints t
  ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name
WHERE SCOPE(t.table_schema) AND t.constraint_type = 'CHECK'
ORDER BY BINARY t.table_schema, BINARY t.table_name, BINARY c.constraint_name"""

INDEXES = """
SELECT table_schema AS schema_name, table_name AS table_name, index_name AS index_name, non_unique AS non_unique,
       column_name AS column_name, collation AS direction, sub_part AS sub_part, index_type AS index_type,
       expression AS expression
FROM information_schema.statistics
WHERE SCOPE(table_schema)
ORDER BY BINARY table_schema, BINARY table_name, BINARY index_name, seq_in_index"""

INDEXES_MARIADB = INDEXES.replace("expression AS expression", "NULL AS expression")

ROUTINES = """
SELECT routine_schema AS schema_name, routine_name AS routine_name, specific_name AS specific_name,
       routine_type AS routine_type, dtd_identifier AS dtd_identifier, routine_body AS routine_body,
       routine_comment AS comment
FROM information_schema.routines
WHERE SCOPE(routine_schema) AND routine_type IN ('FUNCTION', 'PROCEDURE')
ORDER BY BINARY routine_schema, BINARY routine_name, routine_type"""

PARAMETERS = """
SELECT specific_schema AS schema_name, specific_name AS specific_name, routine_type AS routine_type,
       parameter_mode AS parameter_mode, parameter_name AS parameter_name, dtd_identifier AS dtd_identifier
FROM information_schema.parameters
WHERE SCOPE(specific_schema) AND ordinal_position > 0
ORDER BY BINARY specific_schema, BINARY specific_name, routine_type, ordinal_position"""
