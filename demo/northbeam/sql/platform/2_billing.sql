-- What is sold, what is charged, what is paid.

CREATE SCHEMA billing;
COMMENT ON SCHEMA billing IS 'Plans, subscriptions, invoices and payments. Money is in minor units (cents, pence, öre).';

CREATE DOMAIN billing.iban AS text CHECK (VALUE ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$');
COMMENT ON DOMAIN billing.iban IS 'International bank account number without spaces.';
CREATE DOMAIN billing.currency_code AS char(3) CHECK (VALUE IN ('GBP', 'EUR', 'SEK'));

CREATE TYPE billing.billing_period AS ENUM ('monthly', 'quarterly', 'annual');
CREATE TYPE billing.subscription_status AS ENUM ('trial', 'active', 'paused', 'past_due', 'cancelled');
CREATE TYPE billing.invoice_status AS ENUM ('draft', 'open', 'paid', 'void', 'uncollectible');
CREATE TYPE billing.payment_status AS ENUM ('pending', 'succeeded', 'failed', 'refunded');
CREATE TYPE billing.method_kind AS ENUM ('sepa_debit', 'card', 'bank_transfer');

CREATE TABLE billing.plan (
    plan_code      text PRIMARY KEY,
    name           text NOT NULL UNIQUE,
    audience       account.account_kind NOT NULL,
    period         billing.billing_period NOT NULL,
    included_sites smallint NOT NULL DEFAULT 1 CHECK (included_sites > 0),
    features       text[] NOT NULL DEFAULT '{}',
    offered_from   date NOT NULL,
    retired_on     date,
    CONSTRAINT plan_retired_after_offered CHECK (retired_on > offered_from)
);
COMMENT ON TABLE billing.plan IS 'What a customer can subscribe to. Retired plans keep their subscribers.';
COMMENT ON COLUMN billing.plan.features IS 'Feature keys that the app unlocks, as in app.feature_flag.';

CREATE TABLE billing.plan_price (
    plan_code    text NOT NULL REFERENCES billing.plan,
    currency     billing.currency_code NOT NULL,
    valid_from   date NOT NULL,
    amount_minor integer NOT NULL CHECK (amount_minor >= 0),
    PRIMARY KEY (plan_code, currency, valid_from)
);
COMMENT ON TABLE billing.plan_price IS 'Price of one billing period before tax; the latest valid_from that is not in the future holds.';

CREATE TABLE billing.discount (
    discount_code text PRIMARY KEY,
    percent_off   numeric(5, 2) NOT NULL CHECK (percent_off BETWEEN 0 AND 100),
    periods       smallint,
    campaign_ref  text,
    expires_on    date
);

CREATE TABLE billing.subscription (
    subscription_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id      bigint NOT NULL REFERENCES account.account,
    plan_code       text NOT NULL REFERENCES billing.plan,
    status          billing.subscription_status NOT NULL,
    currency        billing.currency_code NOT NULL,
    discount_code   text REFERENCES billing.discount,
    monthly_minor   integer NOT NULL,
    yearly_minor    integer GENERATED ALWAYS AS (monthly_minor * 12) STORED,
    started_on      date NOT NULL,
    trial_ends_on   date,
    current_period  daterange,
    cancelled_at    timestamptz,
    cancel_reason   text,
    CONSTRAINT subscription_cancelled_has_date CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL))
);
CREATE UNIQUE INDEX subscription_one_open ON billing.subscription (account_id) WHERE status <> 'cancelled';
COMMENT ON TABLE billing.subscription IS
    'An agreement to pay for a plan. An account has at most one that is not cancelled; earlier ones stay as history.';
COMMENT ON COLUMN billing.subscription.status IS
    'trial, active, paused, past_due or cancelled. Each change is logged in subscription_event.';
COMMENT ON COLUMN billing.subscription.monthly_minor IS
    'Price normalised to one month, after discount, before tax, in minor units. The base of MRR.';
COMMENT ON COLUMN billing.subscription.current_period IS 'Days paid for; empty during a trial, a pause and after cancellation.';
COMMENT ON COLUMN billing.subscription.cancel_reason IS 'The answer in the leaving survey, or trial_ended, or not_paid.';

CREATE TABLE billing.subscription_event (
    event_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subscription_id bigint NOT NULL REFERENCES billing.subscription,
    from_status     billing.subscription_status,
    to_status       billing.subscription_status NOT NULL,
    occurred_at     timestamptz NOT NULL,
    actor           text NOT NULL,
    note            text
);
CREATE INDEX subscription_event_subscription_idx ON billing.subscription_event (subscription_id, occurred_at);
COMMENT ON TABLE billing.subscription_event IS
    'The log of subscription.status, written by the billing service: one row per entry into a state.';
COMMENT ON COLUMN billing.subscription_event.actor IS 'customer, billing-service, or an agent''s handle.';

CREATE TABLE billing.payment_method (
    method_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id  bigint NOT NULL REFERENCES account.account,
    kind        billing.method_kind NOT NULL,
    holder_name text NOT NULL,
    iban        billing.iban,
    card_brand  text,
    card_last4  char(4),
    card_expiry date,
    is_default  boolean NOT NULL DEFAULT true,
    added_at    timestamptz NOT NULL,
    CONSTRAINT payment_method_complete CHECK (
        (kind = 'sepa_debit' AND iban IS NOT NULL)
        OR (kind = 'card' AND card_last4 IS NOT NULL)
        OR kind = 'bank_transfer'
    )
);
COMMENT ON TABLE billing.payment_method IS 'How an account pays. Card numbers stay with the payment provider; only the last four digits are here.';
COMMENT ON COLUMN billing.payment_method.iban IS 'Account for SEPA direct debit.';

CREATE TABLE billing.invoice (
    invoice_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    invoice_number  text NOT NULL UNIQUE,
    account_id      bigint NOT NULL REFERENCES account.account,
    subscription_id bigint NOT NULL REFERENCES billing.subscription,
    status          billing.invoice_status NOT NULL,
    issued_on       date NOT NULL,
    due_on          date NOT NULL,
    currency        billing.currency_code NOT NULL,
    net_minor       integer NOT NULL,
    tax_minor       integer NOT NULL,
    total_minor     integer GENERATED ALWAYS AS (net_minor + tax_minor) STORED,
    paid_at         timestamptz,
    CONSTRAINT invoice_due_after_issue CHECK (due_on >= issued_on),
    CONSTRAINT invoice_paid_has_date CHECK ((status = 'paid') = (paid_at IS NOT NULL))
);
CREATE INDEX invoice_account_idx ON billing.invoice (account_id, issued_on DESC);
COMMENT ON TABLE billing.invoice IS 'One row per invoice. Invoices are never changed after issue; corrections are credit notes.';
COMMENT ON COLUMN billing.invoice.paid_at IS 'When the last missing amount arrived; empty while anything is open.';
COMMENT ON COLUMN billing.invoice.due_on IS '14 days after issue.';

CREATE TABLE billing.invoice_line (
    invoice_id   bigint NOT NULL REFERENCES billing.invoice,
    line_number  smallint NOT NULL,
    description  text NOT NULL,
    quantity     numeric(10, 2) NOT NULL DEFAULT 1,
    unit_minor   integer NOT NULL,
    amount_minor integer GENERATED ALWAYS AS (round(quantity * unit_minor)::integer) STORED,
    PRIMARY KEY (invoice_id, line_number)
);

CREATE TABLE billing.payment (
    payment_id         uuid PRIMARY KEY,
    invoice_id         bigint NOT NULL REFERENCES billing.invoice,
    method_id          bigint REFERENCES billing.payment_method,
    amount_minor       integer NOT NULL CHECK (amount_minor > 0),
    currency           billing.currency_code NOT NULL,
    status             billing.payment_status NOT NULL,
    provider_reference text NOT NULL UNIQUE,
    failure_code       text,
    created_at         timestamptz NOT NULL
);
COMMENT ON TABLE billing.payment IS 'One row per attempt to collect; a failed attempt is followed by another, at most four in 14 days.';
COMMENT ON COLUMN billing.payment.provider_reference IS 'charge_id in the billing export.';

CREATE TABLE billing.credit_note (
    credit_note_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    invoice_id     bigint NOT NULL REFERENCES billing.invoice,
    amount_minor   integer NOT NULL CHECK (amount_minor > 0),
    reason         text NOT NULL,
    issued_on      date NOT NULL
);

CREATE VIEW billing.subscription_current AS
SELECT s.subscription_id, s.account_id, s.plan_code, p.name AS plan_name, s.status, s.monthly_minor, s.currency, s.current_period
FROM billing.subscription AS s
JOIN billing.plan AS p USING (plan_code)
WHERE s.status <> 'cancelled';
COMMENT ON VIEW billing.subscription_current IS 'Subscriptions that are not cancelled, with the name of the plan.';

CREATE FUNCTION billing.monthly_amount(amount_minor integer, period billing.billing_period) RETURNS integer
    LANGUAGE sql IMMUTABLE
    AS $$ SELECT amount_minor / CASE period WHEN 'monthly' THEN 1 WHEN 'quarterly' THEN 3 ELSE 12 END $$;
COMMENT ON FUNCTION billing.monthly_amount(integer, billing.billing_period) IS 'A price of any period, per month.';
