-- What came with the first billing system and is still queried by somebody.

CREATE SCHEMA legacy;

CREATE TABLE legacy.customer_master (
    cust_no     varchar(12) PRIMARY KEY,
    nm1         varchar(60),
    nm2         varchar(60),
    eml         varchar(120),
    tel         varchar(30),
    cc_no       varchar(19),
    birthdt     varchar(10),
    stat        char(1),
    crt_dt      date,
    upd_dt      date
);
COMMENT ON TABLE legacy.customer_master IS 'DEPRECATED. Customers of the first billing system, frozen in June 2024. Use core.dim_account.';

CREATE VIEW legacy.rpt_cust_actv_v2 AS
SELECT c.cust_no, c.nm1, a.account_id
FROM legacy.customer_master AS c
LEFT JOIN core.dim_account AS a ON a.account_number = c.cust_no
WHERE c.stat = 'A';
