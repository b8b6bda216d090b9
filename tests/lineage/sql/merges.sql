-- a merge updates by its source and inserts from it alone
-- dialect: snowflake
-- reads: s1, s2
-- writes: tgt
-- tgt.x <- s2.b transformation, tgt.x transformation
-- tgt.y <-
-- tgt.id <- s1.a identity
MERGE INTO tgt AS t
USING (SELECT s1.a, s2.b FROM s1 JOIN s2 ON s1.i = s2.i) AS s ON t.id = s.a
WHEN MATCHED AND s.b > 1 THEN UPDATE SET t.x = s.b + t.x, y = 1
WHEN NOT MATCHED THEN INSERT (id, x) VALUES (s.a, s.b)

-- ---
-- stars of a merge meet by name
-- dialect: databricks
-- schema: src (id int, v int)
-- reads: src
-- writes: tgt
-- tgt.id <- src.id identity
-- tgt.v <- src.v identity
MERGE INTO tgt USING src ON tgt.id = src.id
WHEN MATCHED THEN UPDATE SET *
WHEN NOT MATCHED THEN INSERT *

-- ---
-- rows the target alone has are deleted
-- dialect: tsql
-- reads: dbo.s
-- writes: dbo.t
-- dbo.t.v <- dbo.s.v identity
-- dbo.t.id <- dbo.s.id identity
MERGE dbo.t AS tgt USING dbo.s AS src ON tgt.id = src.id
WHEN MATCHED THEN UPDATE SET tgt.v = src.v
WHEN NOT MATCHED BY TARGET THEN INSERT (id, v) VALUES (src.id, src.v)
WHEN NOT MATCHED BY SOURCE THEN DELETE;

-- ---
-- unqualified values of an insert are the source's
-- dialect: bigquery
-- reads: deliveries
-- writes: stock
-- stock.product <- deliveries.product identity
-- stock.quantity <- deliveries.quantity identity
MERGE stock t USING deliveries s ON t.product = s.product
WHEN NOT MATCHED THEN INSERT (product, quantity) VALUES (product, quantity)

-- ---
-- a whole row goes in by position
-- dialect: bigquery
-- schema: stock (product string, quantity int64)
-- schema: deliveries (p string, q int64)
-- reads: deliveries
-- writes: stock
-- stock.product <- deliveries.p identity
-- stock.quantity <- deliveries.q transformation
MERGE stock USING (SELECT p, q * 2 FROM deliveries) ON FALSE
WHEN NOT MATCHED THEN INSERT ROW

-- ---
-- a named query inside the source
-- dialect: snowflake
-- reads: raw
-- writes: t
-- t.v <- raw.v identity
MERGE INTO t USING (WITH c AS (SELECT id, v FROM raw) SELECT * FROM c) s ON t.id = s.id
WHEN MATCHED THEN UPDATE SET v = s.v
