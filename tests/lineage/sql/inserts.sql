-- columns are filled by a list
-- dialect: postgres
-- reads: s
-- writes: t
-- t.a <- s.x identity
-- t.b <- s.y identity
INSERT INTO t (a, b) SELECT x, y FROM s

-- ---
-- columns are filled by position where the target is known
-- dialect: postgres
-- schema: t (a int, b int)
-- schema: s (x int, y int)
-- reads: s
-- writes: t
-- t.a <- s.x identity
-- t.b <- s.y transformation
INSERT INTO t SELECT x, y + 1 FROM s

-- ---
-- a conflict changes nothing of where values come from
-- dialect: postgres
-- schema: s (id int, v int)
-- reads: s
-- writes: t
-- t.id <- s.id identity
-- t.v <- s.v identity
INSERT INTO t SELECT * FROM s ON CONFLICT (id) DO UPDATE SET v = excluded.v

-- ---
-- several tables by conditions
-- dialect: snowflake
-- reads: s
-- writes: t1, t2
-- t1.a <- s.x identity
-- t2.x <- s.x identity
-- t2.y <- s.y identity
INSERT ALL WHEN x > 1 THEN INTO t1 (a) VALUES (x) ELSE INTO t2
SELECT x, y FROM s

-- ---
-- Hive puts FROM first
-- dialect: hive
-- reads: s
-- writes: t1, t2
-- t1.a <- s.a identity
-- t1.b <- s.b identity
-- t2.c <- s.c identity
FROM s INSERT OVERWRITE TABLE t1 SELECT a, b INSERT INTO TABLE t2 SELECT c

-- ---
-- values may be queries, in every row
-- dialect: ansi
-- reads: a, b
-- writes: t
-- t.col1 <-
-- t.col2 <- a.id aggregation, b.id aggregation
INSERT INTO t VALUES (1, (SELECT max(id) FROM a)), (2, (SELECT max(id) FROM b))

-- ---
-- REPLACE is an insert
-- dialect: mysql
-- reads: s
-- writes: t
-- t.a <- s.b identity
REPLACE INTO t (a) SELECT b FROM s

-- ---
-- into a directory
-- dialect: spark
-- reads: t
-- writes: path:/data/x
-- path:/data/x.a <- t.a identity
INSERT OVERWRITE LOCAL DIRECTORY '/data/x' USING parquet SELECT a FROM t
