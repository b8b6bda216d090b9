-- Conversations with customers who need help.

CREATE SCHEMA support;
COMMENT ON SCHEMA support IS 'Help desk: tickets, their messages and their states.';

CREATE TYPE support.ticket_status AS ENUM ('new', 'open', 'waiting_on_customer', 'solved', 'closed');
CREATE TYPE support.channel AS ENUM ('email', 'phone', 'chat', 'app');

CREATE TABLE support.agent (
    agent_id   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    handle     text NOT NULL UNIQUE,
    full_name  text NOT NULL,
    email      account.email_address NOT NULL,
    languages  text[] NOT NULL,
    hired_on   date NOT NULL
);

CREATE TABLE support.ticket (
    ticket_id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id        bigint NOT NULL REFERENCES account.account,
    user_id           bigint REFERENCES account.app_user,
    agent_id          integer REFERENCES support.agent,
    status            support.ticket_status NOT NULL,
    priority          smallint NOT NULL DEFAULT 3 CHECK (priority BETWEEN 1 AND 4),
    channel           support.channel NOT NULL,
    topic             text NOT NULL,
    subject           text NOT NULL,
    opened_at         timestamptz NOT NULL,
    first_reply_at    timestamptz,
    solved_at         timestamptz,
    satisfaction      smallint CHECK (satisfaction BETWEEN 1 AND 5)
);
CREATE INDEX ticket_account_idx ON support.ticket (account_id);
COMMENT ON TABLE support.ticket IS 'One request for help. Merged duplicates keep their row with status closed.';
COMMENT ON COLUMN support.ticket.priority IS '1 is an outage, 4 is a wish.';
COMMENT ON COLUMN support.ticket.satisfaction IS 'Answer to "how did we do?", 1 to 5; empty when not answered.';

CREATE TABLE support.ticket_event (
    event_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ticket_id   bigint NOT NULL REFERENCES support.ticket,
    from_status support.ticket_status,
    to_status   support.ticket_status NOT NULL,
    occurred_at timestamptz NOT NULL,
    agent_id    integer REFERENCES support.agent
);

CREATE TABLE support.ticket_message (
    message_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ticket_id      bigint NOT NULL REFERENCES support.ticket,
    sent_at        timestamptz NOT NULL,
    from_customer  boolean NOT NULL,
    sender_email   text,
    body           text NOT NULL,
    attachments    jsonb NOT NULL DEFAULT '[]'
);
COMMENT ON COLUMN support.ticket_message.body IS 'Free text as written; may hold anything, names and telephone numbers included.';

CREATE TABLE support.canned_reply (
    reply_key text PRIMARY KEY,
    language  text NOT NULL,
    body      text NOT NULL
);
