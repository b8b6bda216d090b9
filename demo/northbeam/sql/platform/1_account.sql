-- Who subscribes to Northbeam, and the people who sign in for them.

CREATE SCHEMA account;
COMMENT ON SCHEMA account IS 'Households and businesses that subscribe, and the people who sign in for them.';

CREATE DOMAIN account.email_address AS text
    CHECK (VALUE ~ '^[^@[:space:]]+@[^@[:space:]]+$');
COMMENT ON DOMAIN account.email_address IS 'One address, lower case, with exactly one @.';

CREATE DOMAIN account.country_code AS char(2) CHECK (VALUE ~ '^[A-Z]{2}$');
COMMENT ON DOMAIN account.country_code IS 'ISO 3166-1 alpha-2.';

CREATE TYPE account.account_kind AS ENUM ('household', 'business');
CREATE TYPE account.account_status AS ENUM ('onboarding', 'live', 'suspended', 'closed');
CREATE TYPE account.user_role AS ENUM ('owner', 'member', 'installer');
CREATE TYPE account.consent_purpose AS ENUM ('terms', 'marketing_email', 'data_sharing', 'research');

CREATE TABLE account.account (
    account_id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_number      text NOT NULL CONSTRAINT account_number_unique UNIQUE,
    kind                account.account_kind NOT NULL,
    status              account.account_status NOT NULL,
    display_name        text NOT NULL,
    organisation_number text,
    country_code        account.country_code NOT NULL,
    preferred_language  text NOT NULL DEFAULT 'en',
    fax_number          text,
    acquisition_channel text,
    referred_by         bigint REFERENCES account.account,
    marketing_opt_in    boolean NOT NULL DEFAULT false,
    tags                text[] NOT NULL DEFAULT '{}',
    settings            jsonb NOT NULL DEFAULT '{}',
    created_at          timestamptz NOT NULL DEFAULT now(),
    closed_at           timestamptz,
    CONSTRAINT account_number_format CHECK (account_number ~ '^NB-[0-9]{6}$'),
    CONSTRAINT account_closed_has_date CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
    CONSTRAINT account_business_has_number CHECK (kind = 'household' OR organisation_number IS NOT NULL)
);
CREATE INDEX account_status_idx ON account.account (status) WHERE status <> 'closed';
CREATE INDEX account_tags_idx ON account.account USING gin (tags);
COMMENT ON TABLE account.account IS
    'One row per customer relationship: a household or a business. Created at sign-up, never deleted; closing sets closed_at.';
COMMENT ON COLUMN account.account.account_id IS 'Internal key. Never shown to customers.';
COMMENT ON COLUMN account.account.account_number IS 'The number on every invoice and in every support call, NB- and six digits.';
COMMENT ON COLUMN account.account.kind IS 'household or business; decides which plans are offered and how tax is shown.';
COMMENT ON COLUMN account.account.status IS
    'Where the account is in its life: onboarding until the first device reports, then live; suspended by collections; closed for good. Every change is in account_event.';
COMMENT ON COLUMN account.account.organisation_number IS 'National registration number of a business; empty for households.';
COMMENT ON COLUMN account.account.fax_number IS 'Not asked for since 2023.';
COMMENT ON COLUMN account.account.acquisition_channel IS 'How the first visit came about, as Marketing names channels.';
COMMENT ON COLUMN account.account.settings IS 'Preferences of the app: units, start page, dark mode. No contract data.';

CREATE TABLE account.app_user (
    user_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id     bigint NOT NULL REFERENCES account.account,
    email          account.email_address NOT NULL,
    phone          text,
    given_name     text NOT NULL,
    family_name    text NOT NULL,
    full_name      text GENERATED ALWAYS AS (given_name || ' ' || family_name) STORED,
    birth_date     date,
    role           account.user_role NOT NULL DEFAULT 'owner',
    password_hash  text NOT NULL,
    email_verified boolean NOT NULL DEFAULT false,
    locale         text NOT NULL DEFAULT 'en-GB',
    last_login_at  timestamptz,
    last_login_ip  inet,
    created_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT app_user_adult CHECK (birth_date IS NULL OR birth_date < created_at::date - 6570)
);
CREATE UNIQUE INDEX app_user_email_any_case ON account.app_user (lower(email));
CREATE INDEX app_user_account_idx ON account.app_user (account_id);
COMMENT ON TABLE account.app_user IS 'A person who can sign in. Every account has exactly one owner and any number of members.';
COMMENT ON COLUMN account.app_user.email IS 'Sign-in name and the address for invoices.';
COMMENT ON COLUMN account.app_user.phone IS 'E.164, as confirmed by a text message.';
COMMENT ON COLUMN account.app_user.birth_date IS 'Asked only where a credit check is required by law.';
COMMENT ON COLUMN account.app_user.last_login_at IS 'Start of the latest session; kept here so that sign-in needs no aggregate.';
COMMENT ON COLUMN account.app_user.password_hash IS 'Argon2id.';

CREATE TABLE account.address (
    address_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id   bigint NOT NULL REFERENCES account.account,
    purpose      text NOT NULL CHECK (purpose IN ('billing', 'site')),
    street       text NOT NULL,
    house_number text NOT NULL,
    postcode     text NOT NULL,
    city         text NOT NULL,
    country_code account.country_code NOT NULL,
    valid        daterange NOT NULL
);
COMMENT ON TABLE account.address IS 'Postal addresses, with the days on which each was in force.';
COMMENT ON COLUMN account.address.valid IS 'First day in force, to the day before the next address took over.';

CREATE TABLE account.consent (
    user_id     bigint NOT NULL REFERENCES account.app_user,
    purpose     account.consent_purpose NOT NULL,
    recorded_at timestamptz NOT NULL,
    granted     boolean NOT NULL,
    ip_address  inet,
    user_agent  text,
    PRIMARY KEY (user_id, purpose, recorded_at)
);
COMMENT ON TABLE account.consent IS
    'Every consent given or withdrawn. The latest row of a user and purpose holds. Evidence for the data protection officer: append-only.';

CREATE TABLE account.account_event (
    event_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id  bigint NOT NULL REFERENCES account.account,
    from_status account.account_status,
    to_status   account.account_status NOT NULL,
    occurred_at timestamptz NOT NULL,
    actor       text NOT NULL,
    reason      text,
    CONSTRAINT account_event_moves CHECK (from_status IS DISTINCT FROM to_status)
);
CREATE INDEX account_event_account_idx ON account.account_event (account_id, occurred_at);
COMMENT ON TABLE account.account_event IS 'The log of account.status: one row per change, from_status empty for the first.';

CREATE VIEW account.account_contact AS
SELECT a.account_id, a.account_number, a.display_name, u.full_name AS owner_name, u.email AS owner_email, u.phone AS owner_phone
FROM account.account AS a
JOIN account.app_user AS u ON u.account_id = a.account_id AND u.role = 'owner';
COMMENT ON VIEW account.account_contact IS 'Whom to write to about an account: its owner.';
