-- joined tables may both be changed
-- dialect: mysql
-- reads: b
-- writes: a, b
-- a.x <- b.y identity
-- b.z <- a.w identity
UPDATE a JOIN b ON a.id = b.id SET a.x = b.y, b.z = a.w WHERE a.q > 1

-- ---
-- the target is named by its alias in FROM
-- dialect: tsql
-- reads: src
-- writes: tab
-- tab.x <- src.y identity
UPDATE t SET t.x = s.y FROM tab t INNER JOIN src s ON t.id = s.id

-- ---
-- a row of columns is set from a query
-- dialect: oracle
-- reads: s
-- writes: t
-- t.a <- s.x identity
-- t.b <- s.y identity
UPDATE t SET (a, b) = (SELECT x, y FROM s WHERE s.id = t.id)

-- ---
-- a named query before the update
-- dialect: postgres
-- reads: s
-- writes: t
-- t.v <- s.v aggregation
WITH c AS (SELECT id, max(v) AS m FROM s GROUP BY id)
UPDATE t SET v = c.m FROM c WHERE c.id = t.id

-- ---
-- a scalar subquery
-- dialect: postgres
-- reads: s
-- writes: t
-- t.a <- s.b aggregation
UPDATE t SET a = (SELECT max(b) FROM s WHERE s.id = t.id)

-- ---
-- the first rows alone
-- dialect: tsql
-- writes: t
-- t.done <-
UPDATE TOP (100) t SET done = 1 WHERE done = 0

-- ---
-- deleting reads what it is told by
-- dialect: postgres
-- reads: b.c
-- writes: a.b
DELETE FROM a.b AS t USING (SELECT col FROM b.c) AS d WHERE t.col = d.col

-- ---
-- MySQL names what loses rows before FROM
-- dialect: mysql
-- reads: t2
-- writes: t1
DELETE t1 FROM t1 JOIN t2 ON t1.id = t2.id

-- ---
-- what a deletion returns goes into another table
-- dialect: postgres
-- reads: a
-- writes: a, b
-- b.id <- a.id identity
-- b.d <- a.d identity
WITH moved AS (DELETE FROM a WHERE d < now() RETURNING id, d)
INSERT INTO b SELECT id, d FROM moved
