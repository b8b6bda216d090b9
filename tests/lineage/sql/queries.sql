-- recursion
-- dialect: postgres
-- reads: tree
-- n <- tree.id identity
-- p <- tree.id identity, tree.parent identity
WITH RECURSIVE r (n, p) AS (
  SELECT id, parent FROM tree WHERE parent IS NULL
  UNION ALL
  SELECT c.id, r.n FROM tree c JOIN r ON c.parent = r.n
)
SELECT n, p FROM r

-- ---
-- all but some columns, others renamed
-- dialect: snowflake
-- schema: t (a int, b int, c int)
-- reads: t
-- z <- t.a identity
-- c <- t.c identity
SELECT * EXCLUDE (b) RENAME (a AS z) FROM t

-- ---
-- a column replaced in a star
-- dialect: bigquery
-- schema: t (a string, b string)
-- reads: t
-- a <- t.a transformation
-- b <- t.b identity
SELECT * REPLACE (lower(a) AS a) FROM t

-- ---
-- a star nobody can expand
-- dialect: postgres
-- reads: t
-- writes: v
-- v.* <- t.* identity
-- v.y <- t.x transformation
CREATE VIEW v AS SELECT *, x + 1 AS y FROM t

-- ---
-- through stars by name
-- dialect: postgres
-- reads: t
-- c <- t.c identity
WITH a AS (SELECT * FROM t), b AS (SELECT * FROM a) SELECT c FROM b

-- ---
-- set operations meet by position
-- dialect: postgres
-- reads: t1, t2, t3
-- x <- t1.a identity, t2.b identity, t3.c identity
SELECT a AS x FROM t1 UNION ALL SELECT b FROM t2 EXCEPT SELECT c FROM t3

-- ---
-- how a column takes part
-- dialect: postgres
-- reads: x
-- a <- x.a identity
-- s <- x.a transformation, x.b transformation
-- t <- x.c aggregation
-- u <- x.d conditional, x.e transformation
-- r <- x.f window, x.g window
SELECT a, a + b AS s, sum(c) AS t, CASE WHEN d THEN e END AS u, rank() OVER (PARTITION BY f ORDER BY g) AS r FROM x GROUP BY a

-- ---
-- names given before in the same list
-- dialect: snowflake
-- schema: t (a int, b int)
-- reads: t
-- c <- t.a transformation, t.b transformation
-- d <- t.a transformation, t.b transformation
SELECT a + b AS c, c * 2 AS d FROM t

-- ---
-- the table's own column comes first
-- dialect: redshift
-- schema: t (a text, b text)
-- reads: t
-- b <- t.a transformation, t.b transformation
-- original <- t.b identity
SELECT a || b AS b, b AS original FROM t

-- ---
-- queries in expressions
-- dialect: postgres
-- reads: t, u, w
-- mx <- u.x aggregation
-- e <-
SELECT (SELECT max(x) FROM u WHERE u.k = t.k) AS mx, EXISTS (SELECT 1 FROM w WHERE w.id = t.id) AS e FROM t

-- ---
-- a view names its columns
-- dialect: postgres
-- reads: t
-- writes: v
-- v.p <- t.a identity
-- v.q <- t.b identity
CREATE VIEW v (p, q) AS SELECT a, b FROM t

-- ---
-- a materialized view that fills a table
-- dialect: clickhouse
-- reads: events
-- writes: agg
-- agg.d <- events.ts transformation
CREATE MATERIALIZED VIEW mv TO agg (d Date) AS SELECT toDate(ts) AS d FROM events

-- ---
-- clauses no parser knows
-- dialect: oracle
-- reads: b
-- writes: mv
-- mv.a <- b.a identity
CREATE MATERIALIZED VIEW mv REFRESH COMPLETE ON DEMAND AS SELECT a FROM b

-- ---
-- titles of columns
-- dialect: teradata
-- reads: employee
-- writes: v
-- v.name <- employee.name identity
-- v.dob <- employee.dob identity
CREATE VIEW v AS SELECT name, dob (TITLE 'Birth date') FROM employee

-- ---
-- pipes
-- dialect: bigquery
-- reads: ds.t
-- c <- ds.t.c identity
-- s <- ds.t.b aggregation
FROM ds.t |> WHERE a > 1 |> AGGREGATE SUM(b) AS s GROUP BY c

-- ---
-- everything that a table function makes, gathered in an array
-- dialect: postgres
-- schema: t (a int)
-- reads: t
-- h <- t.a transformation
SELECT h FROM (SELECT array(SELECT * FROM generate_series(1, t.a)) AS hrs FROM t) AS s CROSS JOIN unnest(s.hrs) AS u (h)
