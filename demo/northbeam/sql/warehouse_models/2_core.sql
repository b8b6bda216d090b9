-- What the company is made of: dimensions and facts, loaded every night by core_load.

CREATE SCHEMA core;
COMMENT ON SCHEMA core IS 'Dimensions and facts that every department shares. Changes need the agreement of the council.';

CREATE TABLE core.reporting_day (
    day date PRIMARY KEY
);
COMMENT ON TABLE core.reporting_day IS 'One row: the last complete day. "Last 30 days" in any mart ends here.';

CREATE TABLE core.exchange_rate (
    currency char(3) NOT NULL,
    month    date NOT NULL,
    to_eur   numeric(12, 6) NOT NULL,
    PRIMARY KEY (currency, month)
);
COMMENT ON TABLE core.exchange_rate IS 'Average rate of the month, fixed by Finance on its first working day.';

CREATE TABLE core.dim_date (
    day         date PRIMARY KEY,
    iso_week    text NOT NULL,
    month       date NOT NULL,
    quarter     text NOT NULL,
    is_weekend  boolean NOT NULL,
    season      text NOT NULL
);

CREATE TABLE core.dim_account (
    account_id          bigint PRIMARY KEY,
    account_number      text NOT NULL UNIQUE,
    account_name        text NOT NULL,
    account_kind        text NOT NULL,
    account_status      text NOT NULL,
    country_code        char(2) NOT NULL,
    acquisition_channel text NOT NULL,
    opened_on           date NOT NULL,
    closed_on           date,
    user_count          integer NOT NULL,
    site_count          integer NOT NULL,
    tenure_days         integer NOT NULL
);
COMMENT ON TABLE core.dim_account IS 'One row per account, as of the last load. The customer dimension: join everything to this.';
COMMENT ON COLUMN core.dim_account.account_id IS 'Key of the product platform.';
COMMENT ON COLUMN core.dim_account.tenure_days IS 'Days from opening to closing, or to the reporting day.';
COMMENT ON COLUMN core.dim_account.acquisition_channel IS 'unknown where the platform has none.';

CREATE TABLE core.dim_site (
    site_id         bigint PRIMARY KEY,
    account_id      bigint NOT NULL REFERENCES core.dim_account,
    city            text,
    country_code    char(2) NOT NULL,
    peak_power_kw   numeric(8, 2) NOT NULL,
    size_class      text NOT NULL,
    has_battery     boolean NOT NULL,
    commissioned_on date NOT NULL
);
COMMENT ON COLUMN core.dim_site.size_class IS 'small below 5 kWp, medium below 15, large from 15.';

CREATE TABLE core.fct_invoice (
    invoice_id      bigint PRIMARY KEY,
    invoice_number  text NOT NULL,
    account_id      bigint NOT NULL REFERENCES core.dim_account,
    subscription_id bigint NOT NULL,
    plan_code       text NOT NULL,
    invoice_status  text NOT NULL,
    issued_on       date NOT NULL,
    due_on          date NOT NULL,
    paid_on         date,
    currency        char(3) NOT NULL,
    net_amount      numeric(12, 2) NOT NULL,
    net_eur         numeric(12, 2) NOT NULL,
    total_eur       numeric(12, 2) NOT NULL
);
COMMENT ON TABLE core.fct_invoice IS 'One row per invoice of the last year, in its currency and in euro.';
COMMENT ON COLUMN core.fct_invoice.net_eur IS 'Before tax, at the rate of the month of issue.';

CREATE TABLE core.fct_payment (
    payment_id     uuid PRIMARY KEY,
    invoice_id     bigint NOT NULL REFERENCES core.fct_invoice,
    account_id     bigint NOT NULL,
    payment_status text NOT NULL,
    attempted_on   date NOT NULL,
    amount_eur     numeric(12, 2) NOT NULL,
    charge_id      text NOT NULL
);

CREATE TABLE core.fct_subscription_event (
    event_id        bigint PRIMARY KEY,
    subscription_id bigint NOT NULL,
    account_id      bigint NOT NULL REFERENCES core.dim_account,
    from_status     text,
    to_status       text NOT NULL,
    occurred_on     date NOT NULL
);
COMMENT ON TABLE core.fct_subscription_event IS 'Every entry of a subscription into a state. Flows of the subscription workflow come from here.';

CREATE TABLE core.fct_login_day (
    account_id bigint NOT NULL REFERENCES core.dim_account,
    day        date NOT NULL,
    sessions   integer NOT NULL,
    people     integer NOT NULL,
    minutes    numeric(10, 1) NOT NULL,
    PRIMARY KEY (account_id, day)
);
COMMENT ON TABLE core.fct_login_day IS 'Sign-ins of an account on a day; no row for a day without any.';

CREATE TABLE core.fct_energy_day (
    site_id              bigint NOT NULL REFERENCES core.dim_site,
    day                  date NOT NULL,
    production_kwh       numeric(10, 3) NOT NULL,
    consumption_kwh      numeric(10, 3),
    export_kwh           numeric(10, 3) NOT NULL,
    self_consumption_kwh numeric(10, 3) NOT NULL,
    self_sufficiency     numeric(6, 4),
    PRIMARY KEY (site_id, day)
);
COMMENT ON TABLE core.fct_energy_day IS 'Energy of a site on a day.';
COMMENT ON COLUMN core.fct_energy_day.self_sufficiency IS 'Share of consumption that came from the own roof, 0 to 1; empty without consumption.';

CREATE TABLE core.fct_ticket (
    ticket_id      bigint PRIMARY KEY,
    account_id     bigint NOT NULL REFERENCES core.dim_account,
    topic          text NOT NULL,
    priority       smallint NOT NULL,
    channel        text NOT NULL,
    ticket_status  text NOT NULL,
    opened_on      date NOT NULL,
    hours_to_reply numeric(8, 2),
    hours_to_solve numeric(8, 2),
    satisfaction   smallint
);
