"""What people of Northbeam wrote about their datasets, as data: domains by folder, then dataset by dataset."""

from typing import NamedTuple

from demo import people
from demo.people import Person


class Place(NamedTuple):
    """What holds for every dataset whose key begins so; later places win."""

    beginning: str
    domain: str = ""
    stage: str = ""
    nature: str = ""
    delivery: str = "batch"


class Written(NamedTuple):
    description: str = ""
    title: str = ""
    grain: str = ""
    steward: Person | None = None
    owner: Person | None = None
    product: str = ""
    tags: tuple[str, ...] = ()
    certified: str = ""  # the note; certified by the steward
    key: tuple[str, ...] = ()
    deprecated: str = ""  # the note
    successor: str = ""
    fields: dict[str, str] = {}


PLACES = (
    Place("platform.account.", "customer", "capture", "transaction", "streaming"),
    Place("platform.billing.", "finance", "capture", "transaction", "streaming"),
    Place("platform.fleet.", "fleet", "capture", "interaction", "streaming"),
    Place("platform.support.", "support", "capture", "interaction", "streaming"),
    Place("platform.app.", "product", "capture", "interaction", "streaming"),
    Place("crm.", "marketing", "capture", "transaction"),
    Place("billing-export.", "finance", "ingestion", "transaction"),
    Place("lake.", "product", "ingestion", "interaction", "streaming"),
    Place("lake.web_session", "marketing", "ingestion", "interaction", "streaming"),
    Place("lake.device_telemetry", "fleet", "ingestion", "interaction", "streaming"),
    Place("lake.energy_forecast", "fleet", "analysis", "interaction"),
    Place("warehouse.landing.", "platform", "ingestion"),
    Place("warehouse.staging.", "platform", "preparation"),
    Place("warehouse.core.", "platform", "preparation"),
    Place("warehouse.core.dim_account", "customer", "preparation"),
    Place("warehouse.core.fct_invoice", "finance", "preparation", "transaction"),
    Place("warehouse.core.fct_payment", "finance", "preparation", "transaction"),
    Place("warehouse.core.fct_subscription", "finance", "preparation", "transaction"),
    Place("warehouse.core.fct_login_day", "product", "preparation", "interaction"),
    Place("warehouse.core.fct_energy_day", "fleet", "preparation", "interaction"),
    Place("warehouse.core.dim_site", "fleet", "preparation"),
    Place("warehouse.core.dim_device", "fleet", "preparation"),
    Place("warehouse.core.fct_ticket", "support", "preparation", "interaction"),
    Place("warehouse.core.fct_lead", "marketing", "preparation"),
    Place("warehouse.mart.finance_", "finance", "analysis"),
    Place("warehouse.mart.product_", "product", "analysis"),
    Place("warehouse.mart.marketing_", "marketing", "analysis"),
    Place("warehouse.mart.customer_", "customer", "analysis"),
    Place("warehouse.mart.support_", "support", "analysis"),
    Place("warehouse.mart.fleet_", "fleet", "analysis"),
    Place("warehouse.mart.energy_", "fleet", "egress"),
    Place("warehouse.mart.executive_week", "finance", "egress"),
    Place("warehouse.people_ops.", "people", "capture"),
    Place("warehouse.legacy.", "customer", "capture"),
)

WRITTEN = {
    "warehouse.mart.customer_360": Written(
        key=("account_id",),
        title="Customer 360",
        description=(
            "Start here for any question about a customer. One row per account with its plan, what it pays, when it "
            "paid and when somebody last signed in.\n\nThere are two ideas of an *active* customer in it, and they "
            "differ: `is_active_finance` asks for a paid invoice, `is_active_product` for a sign-in. Say which one "
            "you used."
        ),
        grain="One account, closed ones included.",
        steward=people.ELIN,
        owner=people.ELIN,
        product="customer-360",
        tags=("gold",),
        certified="Checked against billing and the app, row by row for fifty accounts.",
        fields={
            "monthly_amount": "Price per month before tax, in `currency`. Do not add up across currencies.",
            "open_tickets": "Tickets that are neither solved nor closed.",
            "tenure_days": "Days as a customer, pauses included.",
        },
    ),
    "warehouse.mart.finance_active_customer": Written(
        key=("account_id",),
        title="Active customers (Finance)",
        description=(
            "An account is active when it **paid an invoice in the last 30 days**. This is the number in the board "
            "report.\n\nYearly and quarterly plans drop out between two invoices, which Product does not accept."
        ),
        grain="One account that paid within the last 30 days.",
        steward=people.PRIYA,
        owner=people.PRIYA,
        product="revenue",
        tags=("board-report",),
        certified="The definition the auditors know.",
    ),
    "warehouse.mart.product_active_customer": Written(
        title="Active customers (Product)",
        description=(
            "An account is active when **somebody signed in within the last 28 days**, whether it pays or is on trial. "
            "Four whole weeks, so that every weekday counts as often."
        ),
        grain="One account with a sign-in within the last 28 days.",
        steward=people.TOMAS,
        owner=people.TOMAS,
        product="app-usage",
    ),
    "warehouse.mart.finance_mrr_month": Written(
        key=("month",),
        title="Monthly recurring revenue",
        description="Recurring revenue at the end of each month. The current month is as of the last load.",
        grain="One month.",
        steward=people.PRIYA,
        owner=people.PRIYA,
        product="revenue",
        tags=("gold", "board-report"),
        certified="Agrees with the ledger to the cent since January 2025.",
    ),
    "warehouse.mart.executive_week": Written(
        title="The Monday page",
        grain="One ISO week.",
        owner=people.VIKTOR,
        tags=("board-report",),
    ),
    "warehouse.mart.energy_savings_month": Written(
        key=("month", "account_id"),
        title="Energy saved, by month",
        description="What the monthly letter tells each customer. Letters go out on the second working day.",
        grain="One account and month.",
        steward=people.YUKI,
        owner=people.YUKI,
        product="energy-insights",
        tags=("gold", "monthly-letter"),
        certified="Compared with meter readings of twenty sites by hand.",
        fields={"saved_eur": "At 0.27 € per kWh for everybody; the real tariff is in `platform.fleet.grid_tariff`."},
    ),
    "warehouse.mart.customer_churn_risk": Written(
        description="Rules, not a model: each adds to the risk. Above 0.5, Customer operations calls.",
        grain="One account with a running subscription.",
        steward=people.TOMAS,
    ),
    "warehouse.mart.marketing_funnel": Written(
        title="Lead funnel", grain="One week of creation and source.", steward=people.MARCUS, owner=people.MARCUS
    ),
    "warehouse.mart.finance_reconciliation": Written(steward=people.PRIYA, product="revenue", grain="One day."),
    "warehouse.mart.product_daily_active": Written(steward=people.TOMAS, product="app-usage", grain="One day."),
    "warehouse.core.dim_account": Written(
        title="Accounts",
        grain="One account.",
        steward=people.ELIN,
        owner=people.ROSA,
        product="customer-360",
        tags=("gold",),
        certified="Same number of accounts as the platform, every night.",
    ),
    "warehouse.core.fct_invoice": Written(
        title="Invoices",
        grain="One invoice of the last twelve months.",
        steward=people.PRIYA,
        owner=people.ROSA,
        product="revenue",
        tags=("gold",),
        certified="Totals agree with the ledger.",
        fields={"net_eur": "Revenue before tax. Use this one for sums."},
    ),
    "warehouse.core.fct_energy_day": Written(
        title="Energy by site and day",
        grain="One site and day.",
        steward=people.YUKI,
        owner=people.ROSA,
        product="energy-insights",
    ),
    "warehouse.core.fct_login_day": Written(
        title="Sign-ins by account and day", grain="One account and day.", steward=people.TOMAS, product="app-usage"
    ),
    "warehouse.core.fct_subscription_event": Written(
        grain="One entry of a subscription into a state.", steward=people.PRIYA, tags=("event-log",)
    ),
    "warehouse.staging.stg_user_contact": Written(
        description="The only place in the warehouse with names and addresses of customers. Ask whether you need it.",
        steward=people.NADIA,
        tags=("gdpr", "do-not-join"),
    ),
    "warehouse.people_ops.salary": Written(steward=people.LENA, owner=people.LENA, tags=("gdpr",)),
    "warehouse.people_ops.employee": Written(steward=people.LENA, owner=people.LENA, tags=("gdpr",)),
    "warehouse.legacy.customer_master": Written(
        title="Customers of the first billing system",
        steward=people.ELIN,
        tags=("gdpr",),
        deprecated="Frozen in June 2024, holds whole card numbers, and will be deleted after the audit.",
        successor="warehouse.core.dim_account",
    ),
    "warehouse.legacy.rpt_cust_actv_v2": Written(
        deprecated="Reads a table that no longer changes.", successor="warehouse.mart.customer_360"
    ),
    "platform.account.account": Written(
        title="Accounts (platform)", grain="One household or business.", steward=people.ELIN, owner=people.YUKI
    ),
    "platform.account.app_user": Written(
        grain="One person who can sign in.", steward=people.ELIN, owner=people.YUKI, tags=("gdpr",)
    ),
    "platform.account.account_event": Written(steward=people.ELIN, tags=("event-log",)),
    "platform.billing.subscription": Written(
        description=(
            "The system of record for who subscribes to what. A script of Support has set a few to `paused` past the "
            "log, so the states do not quite balance."
        ),
        grain="One agreement; an account has at most one that is not cancelled.",
        steward=people.PRIYA,
        owner=people.YUKI,
        product="revenue",
    ),
    "platform.billing.subscription_event": Written(steward=people.PRIYA, tags=("event-log",)),
    "platform.fleet.reading_daily": Written(
        description=(
            "Since firmware 4.2.0 began to roll out, gateways that have it report no consumption. Production and "
            "export are right."
        ),
        grain="One site and day.",
        steward=people.YUKI,
        owner=people.YUKI,
        product="energy-insights",
    ),
    "platform.app.login_session": Written(grain="One sign-in.", steward=people.TOMAS, owner=people.YUKI),
    "crm.lead": Written(
        title="Leads",
        description=(
            "Everybody who left an address before becoming a customer. `account_number` is filled on conversion and "
            "is the only reliable way to the platform; addresses change."
        ),
        grain="One person who asked.",
        steward=people.MARCUS,
        owner=people.MARCUS,
        tags=("gdpr",),
    ),
    "crm.opportunity": Written(grain="One possible contract with a business.", steward=people.MARCUS),
    "billing-export.charges": Written(
        title="Charges of the provider",
        description="One file a month, complete on the second of the next. Amounts are text in major units.",
        grain="One attempt to collect.",
        steward=people.PRIYA,
        fields={"fee": "What the provider keeps.", "payout_id": "Empty for failed charges."},
    ),
    "lake.app_event": Written(
        title="App events",
        description="Sent by the app in batches; a phone without network sends late, so yesterday grows until noon.",
        grain="One action of a person in the app.",
        steward=people.TOMAS,
        owner=people.YUKI,
        product="app-usage",
    ),
    "lake.web_session": Written(title="Visits to the web site", grain="One visit.", steward=people.MARCUS),
}
