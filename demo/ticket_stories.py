"""What Northbeam's people said about data in the last ninety days."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from demo import people
from feedback.kinds import Kind, Priority, Severity
from feedback.workflow import State

if TYPE_CHECKING:
    from demo.people import Person


class Told(NamedTuple):
    """One ticket: who reported it how many days ago, and how far it has come."""

    key: str
    by: Person
    days: int
    kind: Kind
    severity: Severity
    title: str
    body: str = ""
    impact: str = ""
    state: State = State.NEW
    field: str = ""
    words: str = ""  # of the last step
    says: tuple[tuple[Person, str], ...] = ()
    also: tuple[Person, ...] = ()  # whom it hits too
    priority: Priority = Priority.NORMAL
    upstream: tuple[str, ...] = ()  # where it was traced to, step by step
    answered: float = 5  # hours until the first answer
    took: float = 5  # days until the last thing happened


TICKETS = (
    Told(
        "warehouse.mart.marketing_funnel", people.SAM, 6, Kind.DUPLICATE, Severity.MAJOR,
        "Leads of the trade fair are counted twice",
        "The funnel shows 214 leads for the week of the fair. We scanned 107 badges.",
        "I report the cost of a lead to the board on Friday.",
        State.TRIAGED, also=(people.MARCUS, people.VIKTOR), priority=Priority.HIGH, upstream=("crm.lead",),
        says=((people.MARCUS, "It is in the CRM already: both the fair's app and the import write a lead."),),
    ),
    Told(
        "warehouse.mart.finance_mrr_month", people.AMARA, 12, Kind.WRONG, Severity.BLOCKER,
        "September is 4,100 lower than the invoices",
        "Credit notes of August are taken off in September as well.",
        "Closing of the month: auditors ask for the difference.",
        State.IN_PROGRESS, also=(people.PRIYA, people.VIKTOR), priority=Priority.URGENT,
        says=((people.PRIYA, "Confirmed. The join to credit notes has no month in it; we fix the model."),),
    ),
    Told(
        "warehouse.mart.executive_week", people.AMARA, 20, Kind.STALE, Severity.MAJOR,
        "Monday's figures come on Tuesday", "", "It is looked at on Monday at eight.", State.CONFIRMED,
        words="The load starts at four now, after the billing export.", priority=Priority.HIGH,
        says=((people.VIKTOR, "The export comes at three since the clocks changed. We move the load."),),
    ),
    Told(
        "warehouse.core.dim_account", people.JONAS, 3, Kind.UNCLEAR, Severity.MINOR,
        "What does segment 'other' hold?", "About a tenth of the accounts. Is it small companies, or unknown?",
        state=State.NEW, field="segment",
    ),
    Told(
        "warehouse.core.dim_account", people.SAM, 31, Kind.MISSING, Severity.MINOR,
        "Accounts of resellers have no country", "All that came in by a reseller since spring.",
        "Territory planning.", State.FIXED, words="Taken from the invoice address where the account has none.",
        says=((people.ELIN, "The sign-up of resellers never asked. It does from this week on."),),
    ),
    Told(
        "warehouse.mart.product_active_customer", people.AMARA, 9, Kind.QUESTION, Severity.MINOR,
        "Why is this 15 more than Finance says?", "Product and Finance both call it active customers.",
        "One slide, two numbers.", State.TRIAGED, also=(people.JONAS, people.VIKTOR),
        says=((people.TOMAS, "We count who signed in within 30 days, Finance who pays. It is for the council."),),
    ),
    Told(
        "warehouse.core.fct_energy_day", people.JONAS, 40, Kind.WRONG, Severity.MAJOR,
        "Negative energy on the day of the firmware update", "Devices of batch C report the counter since reset.",
        "Savings promised to customers.", State.CONFIRMED, words="Counters that fall are read as a reset.",
        priority=Priority.HIGH, says=((people.YUKI, "The counter starts anew. We handle the reset in staging."),),
    ),
    Told(
        "platform.fleet.reading_daily", people.YUKI, 2, Kind.MISSING, Severity.MAJOR,
        "Two sites in Malmö send nothing since Tuesday", "The gateways answer, and no reading arrives.",
        "Alarms of customers.", State.IN_PROGRESS, priority=Priority.HIGH,
    ),
    Told(
        "warehouse.core.fct_invoice", people.AMARA, 55, Kind.IDEA, Severity.COSMETIC,
        "Show the credit note beside its invoice", "", "It saves me a join every week.", State.DECLINED,
        words="fct_credit_note has it, by invoice_id: a second copy would drift apart.",
    ),
    Told(
        "warehouse.legacy.customer_master", people.SAM, 70, Kind.STALE, Severity.MINOR,
        "Nothing new since March", "", "Mail merge.", State.DECLINED,
        words="It is retired: use warehouse.core.dim_account, which has all of it and more.",
    ),
    Told(
        "warehouse.mart.customer_churn_risk", people.TOMAS, 16, Kind.UNCLEAR, Severity.MINOR,
        "Is a risk of 0.8 bad?", "Higher is worse, I guess. Nothing says so.", "Calls to customers.", State.FIXED,
        words="The description says it: the share expected to leave within 90 days.",
    ),
    Told(
        "platform.billing.subscription", people.PRIYA, 25, Kind.DUPLICATE, Severity.MAJOR,
        "Some subscriptions are open twice after an upgrade", "The old one is not ended when the plan changes.",
        "Counted twice in recurring revenue.", State.CONFIRMED, priority=Priority.HIGH,
        words="The upgrade ends the old one in the same transaction since release 5.3.",
    ),
    Told(
        "lake.web_session", people.MARCUS, 4, Kind.WRONG, Severity.MINOR,
        "Campaign is empty for half of the visits", "Since the consent banner changed.", "Attribution.",
        also=(people.SAM,),
    ),
    # -- older ones, as they went
    Told(
        "warehouse.mart.finance_mrr_month", people.VIKTOR, 8, Kind.WRONG, Severity.MAJOR,
        "Recurring revenue counts upgraded customers twice in October",
        "Accounts that changed from Basic to Plus stand there with both plans.",
        "The forecast for the board on Thursday.", State.TRIAGED, also=(people.AMARA,), priority=Priority.URGENT,
        upstream=("warehouse.core.fct_subscription_month", "platform.billing.subscription"), answered=2,
        says=((people.PRIYA, "It comes in with the subscriptions: I have asked where they are made."),),
    ),
    Told(
        "warehouse.mart.finance_receivable_ageing", people.AMARA, 83, Kind.WRONG, Severity.MAJOR,
        "Invoices paid on the last day stand as overdue", "The day of payment is compared with a time of day.",
        "Reminders went to customers who had paid.", State.CONFIRMED, answered=3, took=4, priority=Priority.HIGH,
        words="Compared by day now, in the customer's zone.",
        says=((people.PRIYA, "I stopped the reminders until it is right."),),
    ),
    Told(
        "warehouse.mart.finance_reconciliation", people.PRIYA, 61, Kind.MISSING, Severity.BLOCKER,
        "The provider's export of 20 September is not there", "The file was empty; the load took it without a word.",
        "Closing of the month.", State.CONFIRMED, answered=6, took=3, priority=Priority.URGENT,
        words="The provider sent it again. An empty file stops the load from now on.",
        says=((people.ROSA, "The load log says 0 rows. I ask the provider for the file."),),
    ),
    Told(
        "warehouse.core.fct_payment", people.AMARA, 47, Kind.DUPLICATE, Severity.MAJOR,
        "Card payments of 3 October stand twice", "The load of that night ran again after the restart.",
        "Cash position.", State.CONFIRMED, answered=30, took=9, words="Loaded anew; the load is idempotent now.",
        says=((people.ROSA, "Sorry for the wait: I was away, and nobody stood in."),),
    ),
    Told(
        "warehouse.core.fct_payment", people.PRIYA, 33, Kind.UNCLEAR, Severity.MINOR,
        "Is the amount before or after the provider's fee?", "", "Reconciling with the bank.", State.CONFIRMED,
        field="amount", answered=5, took=2, words="Before the fee; the description says it.",
    ),
    Told(
        "platform.billing.invoice", people.AMARA, 74, Kind.WRONG, Severity.MINOR,
        "Credit notes have the currency of the account, not of the invoice", "Three accounts that moved to Norway.",
        "Twenty crowns a month.", State.CONFIRMED, answered=20, took=25,
        words="The credit note copies the invoice's currency since release 5.1.",
    ),
    Told(
        "platform.account.account", people.SAM, 68, Kind.WRONG, Severity.MAJOR,
        "Accounts closed last year are active again", "About forty, all of resellers.",
        "They got the newsletter.", State.CONFIRMED, answered=4, took=6, priority=Priority.HIGH,
        words="The import of resellers no longer touches closed accounts.", also=(people.MARCUS,),
        says=((people.ELIN, "I have their list. It was the import on Monday night."),),
    ),
    Told(
        "platform.account.consent", people.NADIA, 52, Kind.MISSING, Severity.BLOCKER,
        "Withdrawn consent of the website is not recorded", "Since the new banner nobody withdrew, which cannot be.",
        "We may be writing to people who said no.", State.CONFIRMED, answered=1, took=2, priority=Priority.URGENT,
        words="The banner's event had another name. Replayed from the log; 212 withdrawals are recorded.",
        says=((people.ELIN, "Campaigns are stopped until this is right."), (people.MARCUS, "Stopped.")),
    ),
    Told(
        "warehouse.core.dim_account", people.MARCUS, 44, Kind.DUPLICATE, Severity.MINOR,
        "Two accounts for the same company after a move", "Same number of registration, two addresses.",
        "Territory planning.", State.DECLINED, answered=8, took=3,
        words="They pay separately on purpose: two sites, two contracts.",
    ),
    Told(
        "warehouse.mart.marketing_campaign_return", people.MARCUS, 38, Kind.WRONG, Severity.MAJOR,
        "Return of the autumn campaign is negative", "Cost stands there twice, once for each channel.",
        "Budget for spring.", State.CONFIRMED, answered=6, took=7, priority=Priority.HIGH,
        words="Cost is joined by campaign, and no longer by channel.", also=(people.SAM, people.VIKTOR),
    ),
    Told(
        "warehouse.core.fct_lead", people.MARCUS, 29, Kind.STALE, Severity.MAJOR,
        "Leads of Thursday came on Saturday", "", "Calls within a day are promised.", State.CONFIRMED,
        answered=2, took=1.5, words="The CRM's export was blocked by its upgrade.",
    ),
    Told(
        "crm.opportunity", people.SAM, 57, Kind.UNCLEAR, Severity.MINOR,
        "When is an opportunity 'dormant'?", "Some after a month, some after three.", "Forecast.", State.CONFIRMED,
        answered=12, took=14, words="After 60 days without activity; written into the description.",
    ),
    Told(
        "crm.contact", people.JONAS, 21, Kind.ACCESS, Severity.MINOR,
        "I need the language of contacts, not who they are", "For the survey in four languages.",
        "Product survey.", State.CONFIRMED, answered=3, took=1, words="Language is open to all now; the rest stays.",
        says=((people.NADIA, "Language alone is harmless. I change the rule."),),
    ),
    Told(
        "warehouse.mart.product_daily_active", people.TOMAS, 79, Kind.WRONG, Severity.MAJOR,
        "Active users fell by half on a Sunday", "No release, no outage.", "Weekly review.", State.CONFIRMED,
        answered=1, took=2, words="Events of the app for Android came late; they are counted by their own time now.",
        says=((people.YUKI, "They lay in the queue of the gateway until Monday."),),
    ),
    Told(
        "warehouse.mart.product_feature_use", people.JONAS, 65, Kind.IDEA, Severity.COSMETIC,
        "Split 'export' by format", "CSV and PDF are used by other people.", "Which one to drop.", State.CONFIRMED,
        answered=25, took=30, words="There are two rows for it since this week.",
    ),
    Told(
        "warehouse.mart.product_feature_use", people.TOMAS, 11, Kind.MISSING, Severity.MINOR,
        "The new savings goal is not counted", "It is in the app since 4 November.", "Did it pay?",
        State.IN_PROGRESS, answered=7, says=((people.JONAS, "Its event has no name yet. I add it."),),
    ),
    Told(
        "warehouse.core.fct_login_day", people.JONAS, 36, Kind.DUPLICATE, Severity.MINOR,
        "Sign-ins by the partner portal count twice", "", "Activity of resellers.", State.CONFIRMED,
        answered=9, took=5, words="The portal's own sign-in is left out.",
    ),
    Told(
        "platform.app.login_session", people.NADIA, 26, Kind.ACCESS, Severity.MAJOR,
        "Addresses of the internet are kept for longer than a month", "The oldest is of March.",
        "We promise 30 days.", State.FIXED, answered=2, took=6, priority=Priority.HIGH,
        words="Older ones are cut to their network each night.",
    ),
    Told(
        "platform.fleet.device", people.YUKI, 88, Kind.WRONG, Severity.MINOR,
        "Batch C says it was built in 1970", "The factory's file has no day for it.", "Warranty.", State.CONFIRMED,
        answered=16, took=20, words="The factory sent the days.",
    ),
    Told(
        "warehouse.mart.fleet_health", people.VIKTOR, 41, Kind.STALE, Severity.MAJOR,
        "Fleet health stands still since Friday", "Every site is green, and the Bergen site is offline.",
        "The operations call at nine.", State.CONFIRMED, answered=0.5, took=1, priority=Priority.URGENT,
        words="The refresh waits for readings of one site no longer.", also=(people.YUKI, people.JONAS),
        says=((people.YUKI, "The refresh hung on a lock since Friday, 23:10."),),
    ),
    Told(
        "warehouse.mart.energy_savings_month", people.JONAS, 18, Kind.WRONG, Severity.MAJOR,
        "Savings of new sites begin with a year that never was", "The comparison takes 0 for months before the start.",
        "The monthly letter to 300 customers.", State.FIXED, answered=3, took=8, priority=Priority.HIGH,
        words="Sites are compared from their thirteenth month on.", also=(people.ELIN,),
        says=((people.YUKI, "Held back the letter of those sites."), (people.JONAS, "Thank you. I check November.")),
    ),
    Told(
        "platform.fleet.site", people.ELIN, 14, Kind.UNCLEAR, Severity.MINOR,
        "What is a site without devices?", "Seventeen of them.", "Calls about missing readings.", State.TRIAGED,
        answered=40, says=((people.YUKI, "Sold, and not installed yet, I think. I ask the installers."),),
    ),
    Told(
        "warehouse.core.fct_ticket", people.ELIN, 50, Kind.WRONG, Severity.MINOR,
        "Tickets that were merged count as answered late", "", "Promise to customers.", State.CONFIRMED,
        answered=5, took=4, words="Merged ones take the time of the other.",
    ),
    Told(
        "warehouse.mart.support_response", people.ELIN, 5, Kind.WRONG, Severity.MAJOR,
        "Response times jump on the day the clocks changed", "One hour more for everybody on 25 October.",
        "Figures for the month.", State.IN_PROGRESS, answered=4, priority=Priority.HIGH,
        says=((people.ROSA, "The difference is taken of local times. We take it in UTC."),),
    ),
    Told(
        "warehouse.core.dim_date", people.AMARA, 87, Kind.MISSING, Severity.COSMETIC,
        "Reformation Day is no holiday for Hamburg", "", "Working days of the Hamburg office.", State.CONFIRMED,
        field="", answered=11, took=3, words="Taken from a list by state.",
    ),
)  # fmt: skip
