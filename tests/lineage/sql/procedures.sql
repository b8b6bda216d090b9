-- a body in dollar quotes
-- dialect: postgres
-- reads: s
-- writes: t, u
-- t.a <- s.a identity
-- u.v <- s.a identity
CREATE OR REPLACE FUNCTION f() RETURNS void AS $$
BEGIN
  INSERT INTO t SELECT a FROM s;
  UPDATE u SET v = s.a FROM s WHERE s.i = u.i;
END;
$$ LANGUAGE plpgsql

-- ---
-- Snowflake's scripting
-- dialect: snowflake
-- reads: q, s
-- writes: t
-- t.a <- s.a identity
CREATE OR REPLACE PROCEDURE p() RETURNS STRING LANGUAGE SQL AS $$
DECLARE x INT;
BEGIN
  LET y := (SELECT max(a) FROM q);
  INSERT INTO t SELECT a FROM s;
  RETURN 'ok';
END;
$$

-- ---
-- cursors, loops and handlers
-- dialect: oracle
-- reads: lkp, logs, s2, src
-- writes: err, t
-- t.x <- s2.a identity
-- t.y <- s2.b identity
-- err.msg <- logs.msg identity
CREATE OR REPLACE PROCEDURE p IS
  v NUMBER;
  CURSOR c IS SELECT a FROM src;
BEGIN
  SELECT max(x) INTO v FROM lkp;
  FOR r IN (SELECT a, b FROM s2) LOOP
    INSERT INTO t (x, y) VALUES (r.a, r.b);
  END LOOP;
  COMMIT;
EXCEPTION WHEN OTHERS THEN
  INSERT INTO err SELECT msg FROM logs;
END p;

-- ---
-- temporary tables of a procedure are passed through
-- dialect: tsql
-- reads: dbo.orders
-- writes: dbo.agg
-- dbo.agg.id <- dbo.orders.id identity
-- dbo.agg.total <- dbo.orders.amt aggregation
CREATE PROCEDURE dbo.p @d DATE AS
SET NOCOUNT ON;
SELECT id, amt INTO #tmp FROM dbo.orders WHERE d = @d;
INSERT INTO dbo.agg (id, total) SELECT id, SUM(amt) FROM #tmp GROUP BY id;
DROP TABLE #tmp

-- ---
-- T-SQL needs no semicolons
-- dialect: tsql
-- reads: ctl, v, z
-- writes: w, x, y
-- x.a <-
-- y.b <- z.c identity
CREATE PROC p AS
BEGIN
  IF EXISTS (SELECT 1 FROM ctl)
    UPDATE x SET a = 1
  ELSE
    INSERT INTO y (b) SELECT c FROM z
  DELETE FROM w WHERE d IN (SELECT e FROM v)
  SELECT 1
END

-- ---
-- a try block
-- dialect: tsql
-- reads: work
-- writes: sink, work
-- work.done <-
-- sink.id <- work.id identity
CREATE PROCEDURE dbo.q AS
BEGIN
  BEGIN TRY
    WHILE EXISTS (SELECT 1 FROM work WHERE done = 0)
    BEGIN
      UPDATE TOP (10) work SET done = 1 WHERE done = 0;
      INSERT INTO sink (id) SELECT id FROM work WHERE done = 1;
    END
  END TRY
  BEGIN CATCH
    THROW;
  END CATCH
END

-- ---
-- variables hold what they are set to
-- dialect: bigquery
-- schema: src (s STRUCT<f INT64>, a INT64)
-- reads: src
-- writes: t
-- t.p <- src.s identity
-- t.q <- src.a transformation
BEGIN
  DECLARE x STRUCT<f INT64> DEFAULT (SELECT s FROM src);
  DECLARE y, z INT64;
  SET (y, z) = ((SELECT a FROM src), 3);
  INSERT INTO t (p, q) SELECT x.f, y + z;
END

-- ---
-- a loop's variable is a row
-- dialect: bigquery
-- reads: src
-- writes: t
-- t.x <- src.a identity
FOR record IN (SELECT a, b FROM src) DO
  INSERT INTO t (x) SELECT record.a;
END FOR;

-- ---
-- text that is run
-- dialect: tsql
-- reads: c
-- writes: a
-- a.b <- c.b identity
EXEC sp_executesql N'INSERT INTO a SELECT b FROM c'

-- ---
-- text that is run at once
-- dialect: snowflake
-- reads: c
-- writes: a
-- a.b <- c.b identity
EXECUTE IMMEDIATE 'INSERT INTO a SELECT b FROM c'
