-- Answers, each owned by the department that asked.

CREATE SCHEMA mart;
COMMENT ON SCHEMA mart IS 'Answers ready to use, each owned by one department.';

CREATE VIEW mart.finance_active_customer AS
SELECT i.account_id, max(i.paid_on) AS last_paid_on, count(*) AS invoices_paid, sum(i.net_eur) AS net_eur
FROM core.fct_invoice AS i
CROSS JOIN core.reporting_day AS r
WHERE i.invoice_status = 'paid' AND i.paid_on > r.day - 30
GROUP BY i.account_id;
COMMENT ON VIEW mart.finance_active_customer IS 'Active customers as Finance counts them: at least one invoice paid in the last 30 days.';

CREATE VIEW mart.product_active_customer AS
SELECT l.account_id, max(l.day) AS last_login_on, sum(l.sessions) AS sessions, max(l.people) AS people
FROM core.fct_login_day AS l
CROSS JOIN core.reporting_day AS r
WHERE l.day > r.day - 28
GROUP BY l.account_id;
COMMENT ON VIEW mart.product_active_customer IS 'Active customers as Product counts them: somebody of the account signed in within the last 28 days.';

CREATE VIEW mart.customer_360 AS
SELECT
    a.account_id, a.account_number, a.account_name, a.account_kind, a.country_code, a.opened_on, a.tenure_days,
    s.subscription_status, s.plan_code, s.monthly_amount, s.currency, f.account_id IS NOT NULL AS is_active_finance,
    p.account_id IS NOT NULL AS is_active_product, p.last_login_on, f.last_paid_on, coalesce(t.open_tickets, 0) AS open_tickets
FROM core.dim_account AS a
LEFT JOIN staging.stg_subscription AS s USING (account_id)
LEFT JOIN mart.finance_active_customer AS f USING (account_id)
LEFT JOIN mart.product_active_customer AS p USING (account_id)
LEFT JOIN (
    SELECT account_id, count(*) AS open_tickets FROM core.fct_ticket WHERE ticket_status NOT IN ('solved', 'closed') GROUP BY account_id
) AS t USING (account_id);
COMMENT ON VIEW mart.customer_360 IS 'Everything about a customer on one row: plan, payments, sign-ins, tickets.';
COMMENT ON COLUMN mart.customer_360.is_active_finance IS 'In mart.finance_active_customer.';
COMMENT ON COLUMN mart.customer_360.is_active_product IS 'In mart.product_active_customer. Not the same as is_active_finance.';

CREATE VIEW mart.finance_mrr_month AS
SELECT month, count(*) AS subscriptions, sum(monthly_eur) AS mrr_eur, round(avg(monthly_eur), 2) AS average_eur
FROM core.fct_subscription_month
WHERE subscription_status IN ('active', 'past_due')
GROUP BY month;
COMMENT ON VIEW mart.finance_mrr_month IS 'Monthly recurring revenue at month end, in euro: active and past due subscriptions, trials and pauses left out.';

CREATE VIEW mart.finance_receivable_ageing AS
SELECT
    i.account_id, a.account_name, count(*) AS open_invoices, sum(i.total_eur) AS open_eur, max(r.day - i.due_on) AS oldest_days,
    CASE WHEN max(r.day - i.due_on) <= 0 THEN 'not due' WHEN max(r.day - i.due_on) <= 30 THEN '1-30' ELSE 'over 30' END AS bucket
FROM core.fct_invoice AS i
JOIN core.dim_account AS a USING (account_id)
CROSS JOIN core.reporting_day AS r
WHERE i.invoice_status IN ('open', 'uncollectible')
GROUP BY i.account_id, a.account_name;

CREATE VIEW mart.finance_reconciliation AS
SELECT
    coalesce(p.attempted_on, c.charged_on) AS day, count(p.payment_id) AS payments, count(c.charge_id) AS charges,
    sum(c.fee) AS fees, count(*) FILTER (WHERE c.charge_id IS NULL) AS missing_in_export
FROM core.fct_payment AS p
LEFT JOIN staging.stg_charge AS c USING (charge_id)
WHERE p.payment_status IN ('succeeded', 'refunded')
GROUP BY 1;
COMMENT ON VIEW mart.finance_reconciliation IS 'Payments of the platform against charges of the provider, by day.';

CREATE VIEW mart.marketing_funnel AS
SELECT
    date_trunc('week', created_on)::date AS week, source, count(*) AS leads,
    count(*) FILTER (WHERE lead_status IN ('qualified', 'converted')) AS qualified,
    count(*) FILTER (WHERE lead_status = 'converted') AS converted,
    round(avg(days_to_convert), 1) AS average_days_to_convert
FROM core.fct_lead
GROUP BY 1, 2;
COMMENT ON VIEW mart.marketing_funnel IS 'Leads by week of creation and source, and how far they came.';

CREATE VIEW mart.marketing_campaign_return AS
SELECT
    c.campaign_code, c.campaign_name, c.channel, c.spent, count(l.lead_id) AS leads, count(l.account_id) AS customers,
    round(c.spent / nullif(count(l.account_id), 0), 2) AS cost_per_customer
FROM staging.stg_campaign AS c
LEFT JOIN core.fct_lead AS l USING (campaign_code)
GROUP BY c.campaign_code, c.campaign_name, c.channel, c.spent;

CREATE MATERIALIZED VIEW mart.product_daily_active AS
SELECT d.day, count(l.account_id) AS accounts, coalesce(sum(l.people), 0) AS people, coalesce(sum(l.sessions), 0) AS sessions
FROM core.dim_date AS d
LEFT JOIN core.fct_login_day AS l USING (day)
CROSS JOIN core.reporting_day AS r
WHERE d.day > r.day - 90
GROUP BY d.day;
COMMENT ON MATERIALIZED VIEW mart.product_daily_active IS 'Accounts and people that signed in, by day, last 90 days.';

CREATE VIEW mart.product_feature_use AS
SELECT e.event_name, e.happened_on, a.account_kind, count(*) AS events, count(DISTINCT e.account_id) AS accounts
FROM staging.stg_app_event AS e
JOIN core.dim_account AS a USING (account_id)
GROUP BY e.event_name, e.happened_on, a.account_kind;

CREATE VIEW mart.support_response AS
SELECT
    date_trunc('week', opened_on)::date AS week, topic, count(*) AS tickets, round(avg(hours_to_reply), 1) AS hours_to_reply,
    round(avg(hours_to_solve), 1) AS hours_to_solve, round(avg(satisfaction), 2) AS satisfaction
FROM core.fct_ticket
GROUP BY 1, 2;
COMMENT ON VIEW mart.support_response IS 'How fast and how well Support answers, by week and topic.';

CREATE VIEW mart.fleet_health AS
SELECT
    d.manufacturer, d.device_kind, d.firmware_version, count(*) AS devices,
    count(*) FILTER (WHERE d.device_status = 'online') AS online, coalesce(sum(a.alerts), 0) AS alerts
FROM core.dim_device AS d
LEFT JOIN (SELECT site_id, count(*) AS alerts FROM core.fct_alert WHERE severity <> 'info' GROUP BY site_id) AS a USING (site_id)
GROUP BY d.manufacturer, d.device_kind, d.firmware_version;

CREATE MATERIALIZED VIEW mart.energy_savings_month AS
SELECT
    date_trunc('month', e.day)::date AS month, s.account_id, s.country_code, sum(e.production_kwh) AS production_kwh,
    sum(e.self_consumption_kwh) AS self_consumption_kwh, round(avg(e.self_sufficiency), 4) AS self_sufficiency,
    round(sum(e.self_consumption_kwh) * 0.27, 2) AS saved_eur, count(e.consumption_kwh) AS days_with_consumption
FROM core.fct_energy_day AS e
JOIN core.dim_site AS s USING (site_id)
GROUP BY 1, 2, 3;
COMMENT ON MATERIALIZED VIEW mart.energy_savings_month IS 'What the monthly letter to customers says: energy made, used and saved.';
COMMENT ON COLUMN mart.energy_savings_month.self_sufficiency IS 'Average of the days with a known consumption.';

CREATE VIEW mart.customer_churn_risk AS
SELECT
    c.account_id, c.account_number, c.plan_code, c.subscription_status,
    round(least(1, 0.1 + 0.4 * (NOT c.is_active_product)::integer + 0.3 * (c.subscription_status = 'past_due')::integer
        + 0.1 * c.open_tickets), 2) AS risk,
    'rules-2' AS model_version
FROM mart.customer_360 AS c
WHERE c.subscription_status IN ('active', 'past_due', 'paused');
COMMENT ON VIEW mart.customer_churn_risk IS 'Chance that a customer leaves within three months, from rules that Product and Data agreed on.';

CREATE VIEW mart.executive_week AS
SELECT
    d.iso_week, min(d.day) AS monday, sum(p.accounts) AS account_days, max(m.mrr_eur) AS mrr_eur,
    (SELECT count(*) FROM mart.finance_active_customer) AS active_customers
FROM core.dim_date AS d
JOIN mart.product_daily_active AS p USING (day)
JOIN mart.finance_mrr_month AS m ON m.month = d.month
GROUP BY d.iso_week;
COMMENT ON VIEW mart.executive_week IS 'The Monday page of the management.';
