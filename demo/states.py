"""The subscription workflow: its five states as definitions over the platform's own tables, and their event log."""

from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from catalog.models import Dataset, Domain
from definitions.measuring import measure_source
from definitions.models import Binding, Definition, DefinitionVersion, State, Transition, Workflow
from demo import people
from demo.people import People
from permissions.models import User

TABLE, LOG = "platform.billing.subscription", "platform.billing.subscription_event"
SLUG = "subscription"
# What of them the workflow rests on, by the catalog's types.
SUBSCRIPTION_FIELDS = {
    TABLE: {"subscription_id": "integer", "status": "enum", "cancel_reason": "string"},
    LOG: {"subscription_id": "integer", "to_status": "enum", "occurred_at": "timestamptz"},
}


class StateText(NamedTuple):
    slug: str
    name: str
    status: str  # what the event log calls it
    kind: str
    criterion: str
    statement: str


STATES = (
    StateText(
        "subscription-on-trial", "Subscription on trial", "trial", "initial", "status = 'trial'",
        "A subscription in its first 30 days, before anything is billed.",
    ),
    StateText(
        "active-subscription", "Active subscription", "active", "intermediate", "status = 'active'",
        "A subscription that is being billed and is not behind.",
    ),
    StateText(
        "paused-subscription", "Paused subscription", "paused", "intermediate", "status = 'paused'",
        "A subscription that its customer has stopped for one to four months. Nothing is billed meanwhile.",
    ),
    StateText(
        "subscription-past-due", "Subscription past due", "past_due", "intermediate", "status = 'past_due'",
        "A subscription whose last invoice is not paid after 14 days.",
    ),
    StateText(
        "cancelled-subscription", "Cancelled subscription", "cancelled", "final",
        "status = 'cancelled' OR cancel_reason IS NOT NULL",
        "A subscription that has ended, whoever ended it. Nobody comes back from here: they begin anew.",
    ),
)  # fmt: skip

# from, to, who does it, what they are, and of which kind the transformation is
MOVES = (
    ("", "trial", "customer", "person", "deterministic"),
    ("trial", "active", "customer", "person", "deterministic"),
    ("trial", "cancelled", "billing-service", "job", "deterministic"),
    ("active", "paused", "customer", "person", "deterministic"),
    ("paused", "active", "customer or agent", "person", "deterministic"),
    ("active", "past_due", "billing-service", "job", "deterministic"),
    ("past_due", "active", "billing-service", "job", "deterministic"),
    ("past_due", "cancelled", "billing-service", "rule", "prescriptive"),
    ("active", "cancelled", "customer", "person", "deterministic"),
)


@transaction.atomic
def describe_workflow(by_name: People) -> Workflow | None:
    """Define the states, bind them and draw the workflow; None where the platform has not been harvested."""
    datasets = {one.key: one for one in Dataset.objects.filter(key__in=(TABLE, LOG)).select_related("source")}
    if len(datasets) < 2:
        return None
    table, log = datasets[TABLE], datasets[LOG]
    priya = by_name[people.PRIYA.username]
    finance = Domain.objects.filter(slug="finance").first()
    workflow, _ = Workflow.objects.get_or_create(
        slug=SLUG,
        defaults={
            "name": "Subscription", "entity": "subscription", "key_fields": ["subscription_id"], "owner": priya,
            "domain": finance, "source": table.source,
            "description": "From the first day of the trial to the end, as the billing service keeps it.",
        },
    )  # fmt: skip
    states = {
        text.status: _state(workflow, place, text, table, log, priya, finance) for place, text in enumerate(STATES)
    }
    for before, after, done_by, actor, transformation in MOVES:
        Transition.objects.get_or_create(
            workflow=workflow, from_state=states.get(before), to_state=states[after],
            defaults={"done_by": done_by, "actor": actor, "transformation": transformation},
        )  # fmt: skip
    return workflow


def _state(
    workflow: Workflow, place: int, text: StateText, table: Dataset, log: Dataset, steward: User,
    domain: Domain | None,
) -> State:  # fmt: skip
    definition, new = Definition.objects.get_or_create(
        slug=text.slug,
        defaults={
            "name": text.name, "kind": Definition.Kind.STATE, "steward": steward, "author": steward, "domain": domain,
            "scope": Definition.Scope.LOCAL if domain else Definition.Scope.ENTERPRISE,
        },
    )  # fmt: skip
    if new:
        _put_in_force(definition, text, table, log)
    state, _ = State.objects.get_or_create(
        workflow=workflow, definition=definition, defaults={"position": place, "kind": text.kind}
    )
    return state


def _put_in_force(definition: Definition, text: StateText, table: Dataset, log: Dataset) -> None:
    """Write the first version as it was agreed on long ago."""
    version = DefinitionVersion.objects.create(
        definition=definition, number=1, statement=text.statement, criterion=text.criterion, author=definition.author
    )
    Binding.objects.create(
        version=version, dataset=table, key_fields=["subscription_id"], event_dataset=log,
        event_key=["subscription_id"], event_state="to_status", event_time="occurred_at", event_value=text.status,
    )  # fmt: skip
    status, now = DefinitionVersion.Status.APPROVED, timezone.now()
    DefinitionVersion.objects.filter(pk=version.pk).update(status=status, published_at=now)
    Definition.objects.filter(pk=definition.pk).update(status=Definition.Status.APPROVED, current=version)


def settle_states(by_name: People) -> int:
    """Describe the workflow and count its states; returns how many there are."""
    workflow = describe_workflow(by_name)
    if workflow is None or workflow.source is None:
        return 0
    measure_source(workflow.source)
    return len(STATES)
