"""Words and types from which `pg_generator` makes names, comments and columns."""

SCHEMAS = (
    "trading", "orders", "stockroom", "people", "helpdesk", "storefront", "invoicing", "cashflow", "audits", "claims",
    "goods", "clients", "sensors", "purchasing", "assembly", "contracts", "reserves", "outreach", "adverts", "library",
    "accounts", "traces", "features", "travel", "facilities",
)  # fmt: skip

NOUNS = (
    "purchase", "buyer", "bill", "payout", "parcel", "article", "worker", "case", "login", "occurrence", "ledger_entry",
    "agreement", "promotion", "prospect", "depot", "vendor", "gadget", "probe", "journal", "transfer", "chargeback",
    "membership", "voucher", "pageview", "mailing", "location", "territory", "shop", "medium", "spending_plan",
    "projection", "role", "machine", "incident_report", "rule", "reseller", "letter", "alert", "rating_answer",
    "basket", "line", "tariff", "inventory_level", "lot", "itinerary", "chauffeur", "truck", "meter", "reading",
    "quote",
)  # fmt: skip

ENDINGS = (
    "", "", "_parts", "_past", "_by_day", "_totals", "_copy", "_incoming", "_landing", "_dimension", "_facts",
    "_rollup", "_cold", "_entries", "_state", "_bridge", "_trail", "_journal", "_lookup", "_scratch", "_v3",
)  # fmt: skip

ATTRIBUTES = (
    "total", "units", "unit_price", "rebate", "vat", "iso_currency", "state", "short_code", "label", "heading",
    "summary", "contact_mail", "contact_phone", "street", "town", "nation", "zip", "lat", "lon", "recorded", "changed",
    "removed", "begun", "ended", "effective", "expires", "points", "position_no", "mass", "tallness", "grouping_key",
    "variety", "origin", "medium", "zone", "cohort", "urgency", "steward", "supervisor", "remark", "memo", "link",
    "ip_address", "browser", "visit_key", "secret_hash", "checksum", "revision", "foreign_key", "ancestor", "lot_no",
    "import_run", "enabled", "archived", "sandbox", "marker", "share", "markup", "expense", "income", "saldo",
    "credit_line", "debit_side", "ceiling", "fee", "period_no", "payable", "settled",
)  # fmt: skip

SUFFIXES = ("", "", "_id", "_code", "_on", "_at", "_name", "_eur", "_pct", "_count", "_key", "_text", "_old", "_alt")

TYPES = {
    "integer": 14, "bigint": 14, "numeric(12,2)": 10, "character varying(64)": 12, "character varying(255)": 8,
    "text": 14, "timestamp": 6, "timestamptz": 8, "date": 6, "boolean": 6, "jsonb": 3, "uuid": 3,
    "double precision": 4, "text[]": 1, "integer[]": 1, "smallint": 2, "character(3)": 2, "bytea": 1, "time": 1,
    "interval": 1, "inet": 1,
}  # fmt: skip

DEFAULTS = {
    "integer": "0", "bigint": "0", "smallint": "1", "numeric(12,2)": "0.00", "timestamp": "now()",
    "timestamptz": "now()", "date": "current_date", "boolean": "false", "character varying(64)": "'none'",
    "character varying(255)": "''", "text": "''", "jsonb": "'{}'", "uuid": "gen_random_uuid()",
}  # fmt: skip

INDEXED = ("integer", "bigint", "smallint", "numeric(12,2)", "character varying(64)", "date", "timestamptz", "uuid")

PHRASES = (
    "filled every night", "kept for the auditors", "in the currency of the contract", "before taxes", "after taxes",
    "as the customer wrote it", "one row a day", "may be empty for old rows", "holds personal data",
    "do not use for new reports", "agreed with finance", "comes from the shop system", "joined on the business key",
    "masked outside production",
    "counts only settled cases", "see the data contract", "rounded to two places", "in UTC",
    "unique within a region", "corrected by hand each quarter",
)  # fmt: skip
