-- Copies of what the sources hold, as they came. Loaded every night at 03:12 UTC, replaced as a whole.

CREATE SCHEMA landing;
COMMENT ON SCHEMA landing IS 'Copies of the sources, one table each, columns as they came. Not for analysis: read staging.';

CREATE TABLE landing.platform_account (
    account_id bigint, account_number text, kind text, status text, display_name text, country_code text,
    fax_number text, acquisition_channel text, marketing_opt_in boolean, created_at timestamptz, closed_at timestamptz,
    _loaded_at timestamptz NOT NULL
);
CREATE TABLE landing.platform_app_user (
    user_id bigint, account_id bigint, email text, phone text, given_name text, family_name text, birth_date date,
    role text, locale text, created_at timestamptz,
    _loaded_at timestamptz NOT NULL
);
CREATE TABLE landing.platform_plan (
    plan_code text, name text, audience text, period text, offered_from date, retired_on date,
    _loaded_at timestamptz NOT NULL
);
CREATE TABLE landing.platform_subscription (
    subscription_id bigint, account_id bigint, plan_code text, status text, currency text, monthly_minor integer,
    started_on date, trial_ends_on date, cancelled_at timestamptz, cancel_reason text,
    _loaded_at timestamptz NOT NULL
);
CREATE TABLE landing.platform_subscription_event (
    event_id bigint, subscription_id bigint, from_status text, to_status text, occurred_at timestamptz, actor text, note text,
    _loaded_at timestamptz NOT NULL
);
CREATE TABLE landing.platform_invoice (
    invoice_id bigint, invoice_number text, account_id bigint, subscription_id bigint, status text, issued_on date,
    due_on date, currency text, net_minor integer, tax_minor integer, total_minor integer, paid_at timestamptz,
    _loaded_at timestamptz NOT NULL
);
CREATE TABLE landing.platform_payment (
    payment_id uuid, invoice_id bigint, amount_minor integer, currency text, status text, provider_reference text,
    failure_code text, created_at timestamptz,
    _loaded_at timestamptz NOT NULL
);
CREATE TABLE landing.platform_site (
    site_id bigint, account_id bigint, city text, postcode text, country_code text, peak_power_kw numeric(8, 2),
    has_battery boolean, latitude numeric(8, 5), longitude numeric(8, 5), commissioned_on date,
    _loaded_at timestamptz NOT NULL
);
CREATE TABLE landing.platform_device (
    device_id uuid, site_id bigint, kind text, manufacturer text, model_code text, serial_number text, status text,
    firmware_version text, installed_on date, last_seen_at timestamptz,
    _loaded_at timestamptz NOT NULL
);
CREATE TABLE landing.platform_device_alert (
    alert_id bigint, device_id uuid, code text, severity text, raised_at timestamptz, cleared_at timestamptz, details jsonb,
    _loaded_at timestamptz NOT NULL
);
CREATE TABLE landing.platform_reading_daily (
    site_id bigint, reading_on date, production_kwh numeric(10, 3), consumption_kwh numeric(10, 3), export_kwh numeric(10, 3),
    firmware_version text, quality_flag text, received_at timestamptz,
    _loaded_at timestamptz NOT NULL
);
CREATE TABLE landing.platform_login_session (
    session_id uuid, user_id bigint, client text, started_at timestamptz, ended_at timestamptz, ip_address inet,
    _loaded_at timestamptz NOT NULL
);
CREATE TABLE landing.platform_ticket (
    ticket_id bigint, account_id bigint, agent_handle text, status text, priority smallint, channel text, topic text,
    opened_at timestamptz, first_reply_at timestamptz, solved_at timestamptz, satisfaction smallint,
    _loaded_at timestamptz NOT NULL
);
CREATE TABLE landing.crm_campaign (
    id integer, code text, name text, channel text, budget_minor integer, spent_minor integer, starts_on text, ends_on text,
    _loaded_at timestamptz NOT NULL
);
CREATE TABLE landing.crm_lead (
    id integer, created_at text, first_name text, last_name text, email text, phone text, country text, source text,
    campaign_id integer, status text, roof_m2 integer, converted_at text, account_number text, owner_id integer,
    _loaded_at timestamptz NOT NULL
);
CREATE TABLE landing.crm_opportunity (
    id integer, company_id integer, title text, stage text, amount_minor integer, currency text, probability numeric,
    opened_at text, closed_at text, lost_reason text, owner_id integer,
    _loaded_at timestamptz NOT NULL
);
CREATE TABLE landing.billing_charge (
    charge_id text, created text, amount text, currency text, status text, fee text, payout_id text, customer_email text,
    country text,
    _loaded_at timestamptz NOT NULL
);
CREATE TABLE landing.lake_app_event (
    event_id uuid, dt date, payload jsonb,
    _loaded_at timestamptz NOT NULL
);
CREATE TABLE landing.load_log (
    load_id     integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    table_name  text NOT NULL,
    day         date NOT NULL,
    started_at  timestamptz NOT NULL,
    finished_at timestamptz,
    row_count   bigint,
    outcome     text NOT NULL CHECK (outcome IN ('loaded', 'failed', 'skipped')),
    message     text
);

COMMENT ON TABLE landing.platform_account IS 'account.account of the product platform.';
COMMENT ON TABLE landing.platform_reading_daily IS 'fleet.reading_daily of the product platform, the last 90 days.';
COMMENT ON TABLE landing.platform_login_session IS 'app.login_session of the product platform, the last 90 days, up to the end of the day before the load.';
COMMENT ON TABLE landing.billing_charge IS 'The payment provider''s charge files, all months, amounts as text in major units.';
COMMENT ON TABLE landing.lake_app_event IS 'Events of the app from the lake, one JSON object each.';
COMMENT ON TABLE landing.load_log IS 'One row per table and night: what the loader did. Look here first when a number is missing.';
COMMENT ON COLUMN landing.platform_login_session._loaded_at IS 'When the loader copied the row.';
