-- through a temporary table
-- dialect: postgres
-- reads: src
-- writes: y
-- y.a <- src.a identity
-- y.c <- src.b transformation
CREATE TEMP TABLE x AS SELECT * FROM src;
CREATE TABLE y AS SELECT a, b + 1 AS c FROM x;
DROP TABLE x

-- ---
-- through a table that is swapped in by renaming
-- dialect: postgres
-- reads: a, a_new, s
-- writes: a, a_new, a_old, z
-- a_new.id <- s.id identity
-- a_new.v <- s.v identity
-- z.id <- s.id identity
CREATE TABLE a_new AS SELECT id, v FROM s;
ALTER TABLE a RENAME TO a_old;
ALTER TABLE a_new RENAME TO a;
INSERT INTO z SELECT id FROM a

-- ---
-- two inserts into one table add up
-- dialect: ansi
-- reads: s1, s2, t
-- writes: t, u
-- t.a <- s1.x identity, s2.p aggregation
-- u.a <- s1.x identity, s2.p aggregation
INSERT INTO t (a) SELECT x FROM s1;
INSERT INTO t (a) SELECT sum(p) FROM s2;
CREATE TABLE u AS SELECT a FROM t

-- ---
-- a name is made anew
-- dialect: bigquery
-- schema: src (a STRING, c STRING)
-- reads: src
-- writes: t1, t2
-- t1.a <- src.a identity
-- t2.c <- src.c identity
CREATE TEMP TABLE f (a STRING);
INSERT INTO f SELECT a FROM src;
INSERT INTO t1 SELECT a FROM f;
DROP TABLE f;
CREATE TEMP TABLE f (c STRING);
INSERT INTO f SELECT c FROM src;
INSERT INTO t2 SELECT c FROM f

-- ---
-- a table variable
-- dialect: tsql
-- reads: a
-- writes: b
-- b.id <- a.id identity
DECLARE @t TABLE (id INT);
INSERT INTO @t SELECT id FROM a;
INSERT INTO b SELECT id FROM @t

-- ---
-- USE completes the names that follow
-- dialect: snowflake
-- reads: raw.s
-- writes: marts.t
-- marts.t.a <- raw.s.a identity
USE SCHEMA marts;
CREATE TABLE t AS SELECT a FROM raw.s

-- ---
-- one that cannot be read does not spoil the next
-- dialect: postgres
-- reads: good, other, tbl
-- problems: 1
-- a <- good.a identity
garbage here FROM tbl JOIN other;
SELECT a FROM good

-- ---
-- partitions exchanged
-- dialect: hive
-- reads: tab2
-- writes: tab1
ALTER TABLE tab1 EXCHANGE PARTITION (p = 'x') WITH TABLE tab2
