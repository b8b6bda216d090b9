-- a struct counts by its column
-- dialect: bigquery
-- reads: users
-- first <- users.name identity
-- label <- users.tags transformation
-- k <- users.items transformation
SELECT u.name.first, u.tags[0].label, x.k FROM users u CROSS JOIN UNNEST(u.items) AS x

-- ---
-- the parts of a struct, by its type
-- dialect: bigquery
-- schema: t (s STRUCT<a INT64, b STRING>)
-- reads: t
-- a <- t.s identity
-- b <- t.s identity
SELECT s.* FROM t

-- ---
-- flattened JSON
-- dialect: snowflake
-- reads: t
-- id <- t.id identity
-- n <- t.payload transformation
SELECT t.id, f.value:name::string AS n FROM t, LATERAL FLATTEN(input => t.payload:items) f

-- ---
-- an exploded array
-- dialect: spark
-- reads: t
-- id <- t.id identity
-- x <- t.arr transformation
SELECT id, e.col.x FROM t LATERAL VIEW explode(arr) e AS col

-- ---
-- positions come from nowhere
-- dialect: bigquery
-- reads: t
-- x <- t.arr transformation
-- o <-
SELECT x, o FROM t CROSS JOIN UNNEST(arr) AS x WITH OFFSET AS o

-- ---
-- a lambda's own names are no columns
-- dialect: spark
-- reads: t
-- y <- t.arr transformation, t.b transformation
SELECT transform(arr, x -> x + b) AS y FROM t

-- ---
-- ClickHouse joins arrays
-- dialect: clickhouse
-- reads: db.t
-- i <- db.t.items identity
-- d <- db.t.ts transformation
SELECT i, toDate(ts) AS d FROM db.t FINAL ARRAY JOIN items AS i

-- ---
-- a query for each row
-- dialect: tsql
-- reads: dbo.d, dbo.o
-- id <- dbo.o.id identity
-- x <- dbo.d.x identity
SELECT o.id, d.x FROM dbo.o o CROSS APPLY (SELECT TOP 1 x FROM dbo.d WHERE d.oid = o.id) d
