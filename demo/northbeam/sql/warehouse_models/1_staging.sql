-- Sources made readable: right types, one name for one thing, no aggregation.

CREATE SCHEMA staging;
COMMENT ON SCHEMA staging IS 'One view per source table: names and types made consistent, personal data kept apart. No business logic.';

CREATE VIEW staging.stg_account AS
SELECT
    account_id, account_number, kind AS account_kind, status AS account_status, display_name AS account_name, country_code,
    coalesce(acquisition_channel, 'unknown') AS acquisition_channel, marketing_opt_in, created_at::date AS opened_on,
    closed_at::date AS closed_on
FROM landing.platform_account;
COMMENT ON VIEW staging.stg_account IS 'Accounts, with days instead of times and no fax numbers.';

CREATE VIEW staging.stg_user AS
SELECT user_id, account_id, role AS user_role, locale, extract(year FROM birth_date)::integer AS birth_year, created_at::date AS invited_on
FROM landing.platform_app_user;
COMMENT ON VIEW staging.stg_user IS 'People without anything that names them. Names and addresses are in stg_user_contact.';

CREATE VIEW staging.stg_user_contact AS
SELECT user_id, lower(email) AS email, phone, given_name || ' ' || family_name AS full_name
FROM landing.platform_app_user;
COMMENT ON VIEW staging.stg_user_contact IS 'Names, addresses and telephone numbers of people. Personal data.';

CREATE VIEW staging.stg_plan AS
SELECT
    plan_code, name AS plan_name, audience, period AS billing_period,
    CASE period WHEN 'monthly' THEN 1 WHEN 'quarterly' THEN 3 ELSE 12 END AS period_months, retired_on IS NULL AS is_offered
FROM landing.platform_plan;

CREATE VIEW staging.stg_subscription AS
SELECT
    subscription_id, account_id, plan_code, status AS subscription_status, currency, (monthly_minor / 100.0)::numeric(12, 2) AS monthly_amount,
    started_on, trial_ends_on, cancelled_at::date AS cancelled_on, cancel_reason
FROM landing.platform_subscription;

CREATE VIEW staging.stg_subscription_event AS
SELECT event_id, subscription_id, from_status, to_status, occurred_at, occurred_at::date AS occurred_on, actor
FROM landing.platform_subscription_event;

CREATE VIEW staging.stg_invoice AS
SELECT
    invoice_id, invoice_number, account_id, subscription_id, status AS invoice_status, issued_on, due_on, currency,
    (net_minor / 100.0)::numeric(12, 2) AS net_amount, (tax_minor / 100.0)::numeric(12, 2) AS tax_amount, (total_minor / 100.0)::numeric(12, 2) AS total_amount, paid_at::date AS paid_on
FROM landing.platform_invoice;
COMMENT ON VIEW staging.stg_invoice IS 'Invoices, amounts in major units of the invoice''s currency.';

CREATE VIEW staging.stg_payment AS
SELECT
    payment_id, invoice_id, (amount_minor / 100.0)::numeric(12, 2) AS amount, currency, status AS payment_status, provider_reference,
    failure_code, created_at::date AS attempted_on
FROM landing.platform_payment;

CREATE VIEW staging.stg_site AS
SELECT site_id, account_id, city, country_code, peak_power_kw, has_battery, commissioned_on
FROM landing.platform_site;
COMMENT ON VIEW staging.stg_site IS 'Sites to the precision of a city: coordinates and postcodes are left behind on purpose.';

CREATE VIEW staging.stg_device AS
SELECT device_id, site_id, kind AS device_kind, manufacturer, model_code, status AS device_status, firmware_version, installed_on, last_seen_at
FROM landing.platform_device;

CREATE VIEW staging.stg_alert AS
SELECT alert_id, device_id, code AS alert_code, severity, raised_at, cleared_at, extract(epoch FROM cleared_at - raised_at) / 60 AS open_minutes
FROM landing.platform_device_alert;

CREATE VIEW staging.stg_reading AS
SELECT
    site_id, reading_on, production_kwh, consumption_kwh, export_kwh, production_kwh - export_kwh AS self_consumption_kwh,
    firmware_version, quality_flag
FROM landing.platform_reading_daily
WHERE quality_flag <> 'C';
COMMENT ON VIEW staging.stg_reading IS 'Daily energy without estimated readings (quality flag C).';

CREATE VIEW staging.stg_session AS
SELECT session_id, user_id, client, started_at, started_at::date AS started_on, ended_at - started_at AS duration
FROM landing.platform_login_session;

CREATE VIEW staging.stg_ticket AS
SELECT
    ticket_id, account_id, agent_handle, status AS ticket_status, priority, channel, topic, opened_at,
    extract(epoch FROM first_reply_at - opened_at) / 3600 AS hours_to_reply,
    extract(epoch FROM solved_at - opened_at) / 3600 AS hours_to_solve, satisfaction
FROM landing.platform_ticket;

CREATE VIEW staging.stg_campaign AS
SELECT
    id AS campaign_id, code AS campaign_code, name AS campaign_name, channel, (budget_minor / 100.0)::numeric(12, 2) AS budget,
    (spent_minor / 100.0)::numeric(12, 2) AS spent, starts_on::date AS starts_on, ends_on::date AS ends_on
FROM landing.crm_campaign;

CREATE VIEW staging.stg_lead AS
SELECT
    id AS lead_id, created_at::timestamptz::date AS created_on, country AS country_code, source, campaign_id,
    status AS lead_status, converted_at::timestamptz::date AS converted_on, account_number
FROM landing.crm_lead;

CREATE VIEW staging.stg_opportunity AS
SELECT
    id AS opportunity_id, company_id, stage, (amount_minor / 100.0)::numeric(12, 2) AS amount, currency, probability,
    opened_at::timestamptz::date AS opened_on, closed_at::timestamptz::date AS closed_on, lost_reason
FROM landing.crm_opportunity;

CREATE VIEW staging.stg_charge AS
SELECT charge_id, created::date AS charged_on, amount::numeric AS amount, upper(currency) AS currency, status AS charge_status, fee::numeric AS fee, payout_id
FROM landing.billing_charge;

CREATE VIEW staging.stg_app_event AS
SELECT
    event_id, dt AS happened_on, payload ->> 'event_name' AS event_name, (payload -> 'user' ->> 'account_id')::bigint AS account_id,
    payload -> 'device' ->> 'os' AS operating_system
FROM landing.lake_app_event;
