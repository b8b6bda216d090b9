-- Parts of core that are computed from other parts.

CREATE VIEW core.dim_plan AS
SELECT plan_code, plan_name, audience, billing_period, period_months, is_offered FROM staging.stg_plan;
COMMENT ON VIEW core.dim_plan IS 'Plans, retired ones included.';

CREATE MATERIALIZED VIEW core.dim_device AS
SELECT
    d.device_id, d.site_id, s.account_id, d.device_kind, d.manufacturer, d.model_code, d.device_status, d.firmware_version,
    d.installed_on, d.last_seen_at
FROM staging.stg_device AS d
JOIN core.dim_site AS s USING (site_id);
CREATE UNIQUE INDEX dim_device_key ON core.dim_device (device_id);
COMMENT ON MATERIALIZED VIEW core.dim_device IS 'Devices with the account they belong to. Refreshed after core_load.';

CREATE MATERIALIZED VIEW core.fct_subscription_month AS
WITH state AS (
    SELECT
        m.month, e.subscription_id, e.to_status,
        row_number() OVER (PARTITION BY m.month, e.subscription_id ORDER BY e.occurred_on DESC, e.event_id DESC) AS latest
    FROM (SELECT DISTINCT month FROM core.dim_date) AS m
    JOIN core.fct_subscription_event AS e ON e.occurred_on < m.month + interval '1 month'
)
SELECT
    state.month, s.subscription_id, s.account_id, s.plan_code, state.to_status AS subscription_status,
    round(s.monthly_amount * x.to_eur, 2) AS monthly_eur
FROM state
JOIN staging.stg_subscription AS s USING (subscription_id)
JOIN core.exchange_rate AS x ON x.currency = s.currency AND x.month = state.month
WHERE state.latest = 1;
CREATE INDEX fct_subscription_month_month ON core.fct_subscription_month (month);
COMMENT ON MATERIALIZED VIEW core.fct_subscription_month IS 'State of each subscription at the end of each month, with its monthly price in euro.';

CREATE VIEW core.fct_alert AS
SELECT a.alert_id, d.site_id, d.account_id, a.alert_code, a.severity, a.raised_at, a.open_minutes, a.cleared_at IS NULL AS is_open
FROM staging.stg_alert AS a
JOIN core.dim_device AS d USING (device_id);

CREATE MATERIALIZED VIEW core.fct_lead AS
SELECT
    l.lead_id, l.created_on, l.country_code, l.source, c.campaign_code, l.lead_status, l.converted_on, a.account_id,
    l.converted_on - l.created_on AS days_to_convert
FROM staging.stg_lead AS l
LEFT JOIN staging.stg_campaign AS c USING (campaign_id)
LEFT JOIN core.dim_account AS a USING (account_number);
