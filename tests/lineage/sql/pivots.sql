-- values become columns
-- dialect: snowflake
-- schema: sales (dept text, q text, amt int)
-- reads: sales
-- dept <- sales.dept identity
-- q1 <- sales.amt aggregation
-- q2 <- sales.amt aggregation
SELECT * FROM (SELECT dept, q, amt FROM sales) PIVOT (SUM(amt) FOR q IN ('Q1' AS q1, 'Q2' AS q2))

-- ---
-- brackets name the values
-- dialect: tsql
-- reads: src
-- id <- src.id identity
-- a <- src.v aggregation
-- b <- src.v aggregation
SELECT id, [a], [b] FROM (SELECT id, k, v FROM src) s PIVOT (MAX(v) FOR k IN ([a], [b])) p

-- ---
-- several aggregates at once
-- dialect: bigquery
-- schema: produce (product string, sales int64, year int64, quarter string)
-- reads: produce
-- product <- produce.product identity
-- total_Q1 <- produce.sales aggregation
-- latest_Q1 <- produce.year aggregation
-- total_Q2 <- produce.sales aggregation
-- latest_Q2 <- produce.year aggregation
SELECT * FROM produce PIVOT (SUM(sales) AS total, MAX(year) AS latest FOR quarter IN ('Q1', 'Q2'))

-- ---
-- columns become values, and their names say which
-- dialect: snowflake
-- schema: monthly (empid int, jan int, feb int)
-- reads: monthly
-- empid <- monthly.empid identity
-- m <- monthly.feb conditional, monthly.jan conditional
-- s <- monthly.feb transformation, monthly.jan transformation
SELECT empid, m, s FROM monthly UNPIVOT (s FOR m IN (jan, feb))

-- ---
-- one after the other
-- dialect: snowflake
-- schema: sales (id int, jan int, feb int, north int, south int)
-- reads: sales
-- id <- sales.id identity
-- score <- sales.feb transformation, sales.jan transformation
-- heads <- sales.north transformation, sales.south transformation
SELECT id, score, heads FROM sales UNPIVOT (score FOR mon IN (jan, feb)) UNPIVOT (heads FOR region IN (north, south))

-- ---
-- as a statement
-- dialect: duckdb
-- reads: cities
-- country <- cities.country identity
PIVOT cities ON year USING sum(population) GROUP BY country
