-- the outer side of USING
-- dialect: postgres
-- schema: t1 (id int, a int)
-- schema: t2 (id int, b int)
-- reads: t1, t2
-- id <- t2.id identity
-- b <- t2.b identity
SELECT id, b FROM t1 RIGHT JOIN t2 USING (id)

-- ---
-- both sides of a full join
-- dialect: postgres
-- schema: t1 (id int)
-- schema: t2 (id int)
-- reads: t1, t2
-- id <- t1.id identity, t2.id identity
SELECT id FROM t1 FULL JOIN t2 USING (id)

-- ---
-- a star shows a merged column once
-- dialect: postgres
-- schema: t1 (id int, a int)
-- schema: t2 (id int, b int)
-- reads: t1, t2
-- id <- t1.id identity
-- a <- t1.a identity
-- id <- t2.id identity
-- b <- t2.b identity
SELECT * FROM t1 JOIN t2 USING (id)

-- ---
-- a natural join
-- dialect: postgres
-- schema: t1 (id int)
-- schema: t2 (id int, value int)
-- reads: t1, t2
-- id <- t1.id identity
-- value <- t2.value identity
SELECT id, value FROM t1 NATURAL JOIN t2

-- ---
-- without a schema a bare name of two tables is nobody's
-- dialect: postgres
-- reads: t1, t2
-- a <- ?.a identity
SELECT a FROM t1 JOIN t2 ON t1.x = t2.x

-- ---
-- the schema says whose it is
-- dialect: postgres
-- schema: t1 (x int)
-- schema: t2 (x int, a int)
-- reads: t1, t2
-- a <- t2.a identity
SELECT a FROM t1 JOIN t2 ON t1.x = t2.x

-- ---
-- a table by its whole name
-- dialect: ansi
-- reads: db.t, db.u
-- a <- db.t.a identity
SELECT db.t.a FROM db.t JOIN db.u ON db.t.i = db.u.i
