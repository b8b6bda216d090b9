-- files
-- dialect: redshift
-- reads: path:s3://bucket/key
-- writes: t
COPY t FROM 's3://bucket/key'

-- ---
-- out to a file
-- dialect: duckdb
-- reads: t
-- writes: path:/data/x.csv
COPY (SELECT a FROM t) TO '/data/x.csv'

-- ---
-- unloaded by a query in text
-- dialect: redshift
-- reads: u
-- a <- u.a identity
UNLOAD ('SELECT a FROM u') TO 's3://x'

-- ---
-- loaded
-- dialect: hive
-- reads: path:hdfs://x/y
-- writes: t
LOAD DATA INPATH 'hdfs://x/y' OVERWRITE INTO TABLE t

-- ---
-- read by a function
-- dialect: duckdb
-- reads: path:s3://x/y.parquet
-- writes: t
-- t.a <- path:s3://x/y.parquet.a identity
CREATE TABLE t AS SELECT a FROM read_parquet('s3://x/y.parquet')
