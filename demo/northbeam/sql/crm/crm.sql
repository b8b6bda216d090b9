CREATE TABLE user (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE, region TEXT, quota_minor INTEGER);
CREATE TABLE campaign (
    id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, channel TEXT, budget_minor INTEGER, spent_minor INTEGER,
    starts_on TEXT, ends_on TEXT
);
CREATE TABLE lead (
    id INTEGER PRIMARY KEY, created_at TEXT NOT NULL, first_name TEXT, last_name TEXT, email TEXT NOT NULL, phone TEXT, country TEXT,
    source TEXT, campaign_id INTEGER REFERENCES campaign (id),
    status TEXT NOT NULL CHECK (status IN ('new', 'contacted', 'qualified', 'converted', 'disqualified')),
    roof_m2 INTEGER, converted_at TEXT, account_number TEXT, owner_id INTEGER REFERENCES user (id)
);
CREATE INDEX lead_email ON lead (email);
CREATE TABLE lead_status_history (
    id INTEGER PRIMARY KEY, lead_id INTEGER NOT NULL REFERENCES lead (id), old_status TEXT, new_status TEXT NOT NULL, changed_at TEXT NOT NULL
);
CREATE TABLE company (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, registration_no TEXT, country TEXT, employees INTEGER, account_number TEXT,
    owner_id INTEGER REFERENCES user (id)
);
CREATE TABLE contact (
    id INTEGER PRIMARY KEY, company_id INTEGER NOT NULL REFERENCES company (id), name TEXT NOT NULL, email TEXT, mobile TEXT, birthday TEXT,
    do_not_call INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE opportunity (
    id INTEGER PRIMARY KEY, company_id INTEGER NOT NULL REFERENCES company (id), title TEXT, stage TEXT NOT NULL, amount_minor INTEGER,
    currency TEXT, probability REAL CHECK (probability BETWEEN 0 AND 1), opened_at TEXT NOT NULL, closed_at TEXT, lost_reason TEXT,
    owner_id INTEGER REFERENCES user (id)
);
CREATE TABLE opportunity_stage_history (
    id INTEGER PRIMARY KEY, opportunity_id INTEGER NOT NULL REFERENCES opportunity (id), from_stage TEXT, to_stage TEXT NOT NULL, changed_at TEXT NOT NULL
);
CREATE TABLE campaign_member (
    campaign_id INTEGER NOT NULL REFERENCES campaign (id), lead_id INTEGER NOT NULL REFERENCES lead (id), responded INTEGER,
    PRIMARY KEY (campaign_id, lead_id)
) WITHOUT ROWID;
CREATE TABLE activity (
    id INTEGER PRIMARY KEY, kind TEXT, lead_id INTEGER REFERENCES lead (id), opportunity_id INTEGER REFERENCES opportunity (id),
    happened_at TEXT, minutes INTEGER, notes TEXT
);
CREATE VIEW open_pipeline AS
SELECT o.id, c.name AS company, o.title, o.stage, o.amount_minor * o.probability AS expected_minor, u.name AS owner
FROM opportunity AS o
JOIN company AS c ON c.id = o.company_id
JOIN user AS u ON u.id = o.owner_id
WHERE o.stage NOT IN ('won', 'lost');
