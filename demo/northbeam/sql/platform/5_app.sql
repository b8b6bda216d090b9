-- The web and mobile app.

CREATE SCHEMA app;
COMMENT ON SCHEMA app IS 'Sessions, feature flags and settings of the web and mobile app.';

CREATE TYPE app.client AS ENUM ('web', 'ios', 'android');

CREATE TABLE app.login_session (
    session_id  uuid PRIMARY KEY,
    user_id     bigint NOT NULL REFERENCES account.app_user,
    client      app.client NOT NULL,
    app_version text,
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz,
    duration    interval GENERATED ALWAYS AS (ended_at - started_at) STORED,
    ip_address  inet NOT NULL,
    user_agent  text,
    used_mfa    boolean NOT NULL DEFAULT false
);
CREATE INDEX login_session_started_idx ON app.login_session USING brin (started_at);
COMMENT ON TABLE app.login_session IS 'One row per sign-in, on any client. Refreshing a token does not make a new session.';
COMMENT ON COLUMN app.login_session.ended_at IS 'Sign-out, or 30 minutes after the last request.';

CREATE TABLE app.feature_flag (
    flag_key        text PRIMARY KEY,
    description     text,
    enabled         boolean NOT NULL DEFAULT false,
    rollout_percent smallint NOT NULL DEFAULT 0 CHECK (rollout_percent BETWEEN 0 AND 100),
    rules           jsonb NOT NULL DEFAULT '[]',
    owner_handle    text,
    created_on      date NOT NULL
);
COMMENT ON TABLE app.feature_flag IS 'Switches of the app. A flag older than a year should be removed with its code.';

CREATE TABLE app.flag_override (
    flag_key   text NOT NULL REFERENCES app.feature_flag,
    account_id bigint NOT NULL REFERENCES account.account,
    enabled    boolean NOT NULL,
    PRIMARY KEY (flag_key, account_id)
);

CREATE TABLE app.notification_preference (
    user_id       bigint PRIMARY KEY REFERENCES account.app_user,
    weekly_report boolean NOT NULL DEFAULT true,
    alerts_push   boolean NOT NULL DEFAULT true,
    alerts_email  boolean NOT NULL DEFAULT false,
    quiet_from    time,
    quiet_until   time
);

CREATE TABLE app.api_key (
    key_id       uuid PRIMARY KEY,
    account_id   bigint NOT NULL REFERENCES account.account,
    key_hash     bytea NOT NULL,
    scopes       text[] NOT NULL,
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at   timestamptz
);

CREATE TABLE app.savings_goal (
    account_id bigint NOT NULL REFERENCES account.account,
    year       smallint NOT NULL,
    goal_kwh   numeric(10, 1) NOT NULL,
    goal_kind  text NOT NULL DEFAULT 'self_consumption',
    PRIMARY KEY (account_id, year)
);

CREATE TABLE app.t_usr_x2 (
    uid  bigint NOT NULL,
    k1   text NOT NULL,
    v1   text,
    flg  smallint,
    dt_u timestamp,
    PRIMARY KEY (uid, k1)
);

CREATE TABLE app.tmp_migration_2024 (
    old_id   bigint,
    new_id   bigint,
    migrated boolean
);
