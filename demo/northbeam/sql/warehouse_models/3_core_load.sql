-- core_load: runs after the landing, fills dimensions first.

INSERT INTO core.reporting_day (day)
SELECT max(reading_on) FROM staging.stg_reading;

INSERT INTO core.exchange_rate (currency, month, to_eur)
SELECT rate.currency, m.month::date, round(rate.base * (1 + 0.01 * sin(extract(month FROM m.month))::numeric), 6)
FROM core.reporting_day AS r,
    generate_series(date_trunc('month', r.day) - interval '13 months', date_trunc('month', r.day), interval '1 month') AS m (month),
    (VALUES ('EUR', 1.0), ('GBP', 1.17), ('SEK', 0.089)) AS rate (currency, base);
UPDATE core.exchange_rate SET to_eur = 1 WHERE currency = 'EUR';

INSERT INTO core.dim_date (day, iso_week, month, quarter, is_weekend, season)
SELECT
    d.at::date, to_char(d.at, 'IYYY-"W"IW'), date_trunc('month', d.at)::date, to_char(d.at, 'YYYY-"Q"Q'), extract(isodow FROM d.at) > 5,
    (ARRAY['winter', 'spring', 'summer', 'autumn'])[(extract(month FROM d.at)::integer % 12) / 3 + 1]
FROM core.reporting_day AS r, generate_series(r.day - 730, r.day, interval '1 day') AS d (at);

INSERT INTO core.dim_account
SELECT
    a.account_id, a.account_number, a.account_name, a.account_kind, a.account_status, a.country_code, a.acquisition_channel,
    a.opened_on, a.closed_on, coalesce(u.user_count, 0), coalesce(s.site_count, 0), coalesce(a.closed_on, r.day) - a.opened_on
FROM staging.stg_account AS a
CROSS JOIN core.reporting_day AS r
LEFT JOIN (SELECT account_id, count(*) AS user_count FROM staging.stg_user GROUP BY account_id) AS u USING (account_id)
LEFT JOIN (SELECT account_id, count(*) AS site_count FROM staging.stg_site GROUP BY account_id) AS s USING (account_id);

INSERT INTO core.dim_site
SELECT
    site_id, account_id, city, country_code, peak_power_kw,
    CASE WHEN peak_power_kw < 5 THEN 'small' WHEN peak_power_kw < 15 THEN 'medium' ELSE 'large' END, has_battery, commissioned_on
FROM staging.stg_site;

INSERT INTO core.fct_invoice
SELECT
    i.invoice_id, i.invoice_number, i.account_id, i.subscription_id, s.plan_code, i.invoice_status, i.issued_on, i.due_on, i.paid_on,
    i.currency, i.net_amount, round(i.net_amount * x.to_eur, 2), round(i.total_amount * x.to_eur, 2)
FROM staging.stg_invoice AS i
JOIN staging.stg_subscription AS s USING (subscription_id)
JOIN core.exchange_rate AS x ON x.currency = i.currency AND x.month = date_trunc('month', i.issued_on)::date;

INSERT INTO core.fct_payment
SELECT
    p.payment_id, p.invoice_id, i.account_id, p.payment_status, p.attempted_on, round(p.amount * x.to_eur, 2), p.provider_reference
FROM staging.stg_payment AS p
JOIN core.fct_invoice AS i USING (invoice_id)
JOIN core.exchange_rate AS x ON x.currency = p.currency AND x.month = date_trunc('month', i.issued_on)::date;

INSERT INTO core.fct_subscription_event
SELECT e.event_id, e.subscription_id, s.account_id, e.from_status, e.to_status, e.occurred_on
FROM staging.stg_subscription_event AS e
JOIN staging.stg_subscription AS s USING (subscription_id);

INSERT INTO core.fct_login_day
SELECT u.account_id, s.started_on, count(*), count(DISTINCT s.user_id), round(sum(extract(epoch FROM s.duration)) / 60, 1)
FROM staging.stg_session AS s
JOIN staging.stg_user AS u USING (user_id)
GROUP BY u.account_id, s.started_on;

INSERT INTO core.fct_energy_day
SELECT
    site_id, reading_on, production_kwh, consumption_kwh, export_kwh, self_consumption_kwh,
    round(least(1, self_consumption_kwh / nullif(consumption_kwh, 0)), 4)
FROM staging.stg_reading;

INSERT INTO core.fct_ticket
SELECT
    ticket_id, account_id, topic, priority, channel, ticket_status, opened_at::date, round(hours_to_reply::numeric, 2),
    round(hours_to_solve::numeric, 2), satisfaction
FROM staging.stg_ticket;
