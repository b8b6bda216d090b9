"""One thing to which every sort of person stands differently, and three words that say how much each has read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from catalog.classifying.deciding import decide
from catalog.curation.filling import make_rule
from catalog.curation.services import edit
from catalog.curation.suggesting import suggest
from catalog.models import Dataset, DatasetGrant, FieldClassification, Protocol, SavedSearch
from catalog.protocol.evaluating import refresh
from catalog.protocol.services import save_protocol
from catalog.protocol.trend import note_day
from catalog.services import record_visit, refresh_popularity
from definitions.models import (
    Agreement,
    Binding,
    Conflict,
    Count,
    Meaning,
    Measure,
    Meeting,
    MeetingNote,
    Move,
    Proposal,
    Remark,
)
from feedback.models import Absence, Announcement, Attachment, ReadyAnswer, Review, SavedView, Ticket, Tracker
from feedback.talking import comment
from harvest.models import RenameGuess, Run
from lineage.models import Job, NamespaceAlias, ReceivedEvent
from lineage.receiving.accepting import Sender, accept_events
from notifications.models import Delivery, Notice, Webhook
from permissions.models import AccessRequest, AskedRule, OptOutRule, Role, RuleException, User, UserSession
from permissions.tokens.services import create_token
from tests.definitions.factories import DefinitionFactory, SeatFactory, StateFactory, WorkflowFactory
from tests.factories import (
    ClassificationFactory,
    ContainerFactory,
    DataProductFactory,
    DatasetFactory,
    DomainFactory,
    EdgeFactory,
    ExceptionFactory,
    ForeignKeyFactory,
    RoleFactory,
    RuleFactory,
    SampleFactory,
    SchemaVersionFactory,
    SourceFactory,
    TagFactory,
    TeamFactory,
    TicketFactory,
    UserFactory,
)

NAME, TEXT, VALUE = "yxnameyx", "yxtextyx", "yxvalueyx"  # what discover, read and sample close
LABELS = ("source:plant", "domain:planted")
OPEN = {
    "ordinary": {NAME, TEXT, VALUE}, "excepted": {NAME, TEXT, VALUE},
    "sample": {NAME, TEXT}, "read": {NAME}, "discover": set(), "expired": set(),
}  # fmt: skip
TOKENS = {**OPEN, "limited": set[str](), "narrow": set[str](), "service": set[str]()}
NEVER: dict[str, object] = {
    "source": "never-was", "domain": "never-was", "product": "never-was", "tag": "never-was",
    "key": "never.was", "account": "never-was",
    "definition": "never-was",
    "entry": UUID("0199c1f0-2a6c-7b30-9f3c-0d6f1f0b6a12"),
}  # fmt: skip
NUMBERS = ("alias", "dataset", "field", "container", "run", "rename", "ticket", "search", "notice", "rule", "request",
           "asked",
           "exception", "token", "session", "grant", "node", "beside", "job", "received", "decision",
           "edit", "suggestion", "filling", "upstream", "protocol",
           "proposal", "meaning")  # fmt: skip
NEVER |= dict.fromkeys(NUMBERS, 2_000_000_000)
PLAIN: dict[str, object] = {
    "number": 1, "chooser": "people", "ending": "csv", "stop": "search", "word": "never", "person": "boss",
    "team": "crew", "wordkind": "domain", "role": 1, "received": 1, "kind": "dataset", "class": "pii",
    "table": "datasets", "seat": 1, "meeting": 1,
}  # fmt: skip
NEVER |= dict.fromkeys(("webhook", "delivery"), 2_000_000_000)
NEVER |= {"workflow": "never-was", "stated": "never-was", "left": 2_000_000_000, "right": 2_000_000_000}
NEVER |= dict.fromkeys(("view", "tracker", "picture", "absence", "answer", "announcement", "review"), 2_000_000_000)


@dataclass
class Planted:
    """`values` lead to the thing and to what hangs on it; `secrets` are the tokens that speak for each."""

    people: dict[str, User]
    secrets: dict[str, str]
    values: dict[str, object]


def _hanging(ticket: Ticket, boss: User) -> dict[str, object]:
    """What hangs on a ticket and its dataset besides; an announcement and a review are about the dataset."""
    day = timezone.now().date()
    dataset = ticket.dataset
    made = {
        "picture": Attachment.objects.create(
            ticket=ticket, name=VALUE, kind="image/png", content=VALUE.encode(), width=1, height=1
        ),
        "absence": Absence.objects.create(
            person=boss, deputy=UserFactory.create(username="deputy"), first_day=day, last_day=day
        ),
        "answer": ReadyAnswer.objects.create(name=TEXT, body=TEXT, made_by=boss, domain=dataset.effective_domain),
        "announcement": Announcement.objects.create(
            dataset=dataset, text=TEXT, ends_at=timezone.now() + timedelta(days=1)
        ),
        "tracker": Tracker.objects.create(
            name=TEXT,
            kind="github",
            address="https://127.0.0.1",
            project="a/b",
            domain=DomainFactory.create(),
            speaks_for=boss,
        ),
        "review": Review.objects.create(dataset=dataset, author=boss, stars=4, sentence=TEXT),
    }
    return {name: one.pk for name, one in made.items()}


def plant() -> Planted:
    people = {name: UserFactory.create(username=name) for name in (*OPEN, "disabled", "manager")}
    RoleFactory.create(role=Role.ADMINISTRATOR, person=people["manager"])
    boss = UserFactory.create(username="boss")
    people["service"] = UserFactory.create(username="service", is_service=True, answered_by=boss, first_name="Loader")
    TeamFactory.create(slug="crew", members=[boss])
    domain = DomainFactory.create(slug="planted", name=f"{NAME} domain", description=TEXT, steward=boss)
    source = SourceFactory.create(slug="plant", name=f"{NAME} source", description=TEXT, owner=boss, domain=domain)
    container = ContainerFactory.create(source=source, name=f"{NAME}_schema", harvested_description=TEXT)
    TagFactory.create(slug="planted-tag", name=f"{NAME} tag", description=TEXT)
    dataset = DatasetFactory.create(
        source=source, container=container, name=NAME, harvested_description=TEXT, owner=boss, columns=["id", NAME],
        domain=domain, tags=["planted-tag"],
    )  # fmt: skip
    DataProductFactory.create(slug="planted-product", name=f"{NAME} product", description=TEXT, domain=domain)
    SampleFactory.create(dataset=dataset, rows=[["1", VALUE]])
    SchemaVersionFactory.create(dataset=dataset)
    rules = _rules(people, boss)
    values = PLAIN | {
        "dataset": dataset.pk, "source": source.slug, "container": container.pk, "domain": domain.slug,
        "product": "planted-product", "tag": "planted-tag", "key": dataset.key,
        "field": dataset.fields.get(path=NAME).pk, "account": "service",
        "alias": NamespaceAlias.objects.create(source=source, namespace="postgres://elsewhere").pk,
        "entry": UUID("0199c1f0-2a6c-7b30-9f3c-0d6f1f0b6a11"), "rule": rules[0].pk,
        **_around(dataset, boss, people), **_asked(people, rules[0], dataset, boss),
    }  # fmt: skip
    secrets = _tokens(people, boss)
    values["token"] = boss.tokens.get().pk
    values |= _hooks(boss)
    values |= _counted(dataset, boss)
    _used(people, dataset)
    return Planted(people, secrets, values)


def _rules(people: dict[str, User], boss: User) -> list[OptOutRule]:
    rules = []
    for label in LABELS:
        hidden = [people[name] for name in ("discover", "excepted", "expired", "service")]
        rule = RuleFactory.create(label=label, level="discover", people=hidden, owner=boss)
        for level in ("read", "sample"):
            RuleFactory.create(label=label, level=level, people=[people[level]], owner=boss)
        over = {"until": timezone.now() - timedelta(hours=1)}
        ExceptionFactory.create(rule=rule, person=people["excepted"], approved_by=boss)
        ExceptionFactory.create(rule=rule, person=people["expired"], approved_by=boss, **over)
        rules.append(rule)
    return rules


def _hooks(boss: User) -> dict[str, object]:
    """A webhook that speaks for the owner, and something it could not deliver."""
    hook = Webhook(name="hook", host="https://hooks.example.org", feed="record", topics=["grant"])
    hook.speaks_for = hook.owner = boss
    hook.secrets = {"url": "https://hooks.example.org/x", "key": "whsec_AAAA"}
    hook.save()
    delivery = Delivery.objects.create(webhook=hook, kind="grant.given", state="dead", answer=NAME)
    return {"webhook": hook.pk, "delivery": delivery.pk}


def _around(dataset: Dataset, boss: User, people: dict[str, User]) -> dict[str, object]:
    """An open neighbour, a harvest with a guess, and what its owner keeps for herself."""
    other = DatasetFactory.create(
        source=SourceFactory.create(slug="other", owner=boss), name="neighbour", columns=["id"]
    )
    job = Job.objects.create(namespace="planted", name=f"load {NAME}", code=f"SELECT * FROM {NAME}")
    edge = EdgeFactory.create(upstream=dataset, downstream=other, origin="script", job=job)
    ForeignKeyFactory.create(dataset=other, fields=["id"], ref_dataset=dataset, ref_fields=["id"])
    told = {"added": [{"id": dataset.pk, "path": dataset.path, "kind": "table"}]}
    run = Run.objects.create(source=dataset.source, state="confirm", message=TEXT, diff=told)
    renamed = DatasetFactory.create(source=dataset.source, container=dataset.container, name=f"{NAME}_2026")
    guess = RenameGuess.objects.create(run=run, old=dataset, new=renamed, confidence=0.9, why=NAME)
    search = SavedSearch.objects.create(person=boss, name=NAME, query=f"q={NAME}")
    notice = Notice.objects.create(person=boss, kind="changed", title=NAME, subject="dataset", subject_id=dataset.pk)
    session = UserSession.objects.create(user=boss, key="of-the-boss", expires_at=timezone.now() + timedelta(days=1))
    field = dataset.fields.get(path=NAME)
    FieldClassification.objects.create(
        field=field, classification=ClassificationFactory.create(), category="e-mail", evidence=[NAME]
    )  # fmt: skip
    decision = decide(actor=boss, marks=FieldClassification.objects.all(), accept=True, reason=TEXT)
    grant = DatasetGrant.objects.create(thing=dataset, duty="curate", person=boss)
    written = edit(actor=boss, thing=dataset, changes={"description": TEXT, "title": NAME}, why=TEXT).edit
    assert written is not None
    filling = make_rule(actor=boss, name=NAME, pattern=f"plant.{NAME}*", field_pattern="", given={"stage": "capture"})
    suggestion = suggest(actor=people["excepted"], thing=dataset, changes={"description": f"{TEXT} {NAME}"}, why=TEXT)
    ticket = TicketFactory.create(
        dataset=dataset, field=dataset.fields.get(path=NAME), title=f"{TEXT} is wrong", body=TEXT, reporter=boss
    )
    comment(actor=boss, ticket=ticket, body=TEXT)
    return {
        **_defined(dataset, boss),
        "ticket": ticket.pk,
        **_hanging(ticket, boss),
        "view": SavedView.objects.create(person=boss, name=TEXT, query="whose=all").pk,
        "grant": grant.pk,
        "node": edge.upstream_id,
        "beside": edge.downstream_id,
        "job": job.pk,
        "received": _received(dataset, boss),
        "upstream": other.pk,
        "decision": decision.pk,
        "edit": written.pk,
        "filling": filling.pk,
        "suggestion": suggestion.pk,
        "protocol": _asked_for(dataset, boss),
        "run": run.pk,
        "rename": guess.pk,
        "search": search.pk,
        "notice": notice.pk,
        "session": session.pk,
    }


def _counted(dataset: Dataset, boss: User) -> dict[str, object]:
    """A workflow over what is hidden, counted, with systems that disagree and another definition that clashes."""
    workflow = WorkflowFactory.create(
        slug="planted-way", name=f"{NAME} way", description=TEXT, domain=dataset.domain, source=dataset.source,
        owner=boss,
    )  # fmt: skip
    said = {"kind": "state", "domain": dataset.domain, "statement": TEXT, "criterion": f'"{NAME}" IS NULL'}
    neighbour = Dataset.objects.get(name="neighbour")
    bound = [{"dataset": one, "key_fields": ["id"]} for one in (dataset, neighbour)]
    word = DefinitionFactory.create(name=f"{NAME} state", slug="planted-state", bindings=bound, **said)
    other = DefinitionFactory.create(name=f"{NAME} states", slug="planted-states", **said)
    state = StateFactory.create(workflow=workflow, definition=word)
    left, right = Binding.objects.filter(version=word.current).order_by("position")
    measure = Measure.objects.create(workflow=workflow, dataset=dataset, rows=7, none=3, overlaps=[[[NAME, TEXT], 2]])
    Count.objects.create(binding=left, measure=measure, state=state, name=f"{NAME} state", rows=7, inside=4)
    Count.objects.create(binding=right, name=f"{NAME} state", rows=7, inside=4)
    Move.objects.create(measure=measure, from_name=NAME, to_name=TEXT, rows=2, forbidden=True)
    Agreement.objects.create(left=left, right=right, both=3, left_only=2, right_only=1)
    Conflict.objects.create(kind="equivalent", one=word, other=other, evidence={"says": TEXT, "dataset": dataset.pk})
    return {"workflow": workflow.slug, "stated": word.slug, "left": left.pk, "right": right.pk}


def _asked_for(dataset: Dataset, boss: User) -> int:
    """What is asked of all that is in the domain, and of which something is missing."""
    values = {"name": f"{NAME} must have", "about": TEXT, "domain": dataset.domain, "requires": ["title", "licence"]}
    made = save_protocol(actor=boss, protocol=Protocol(), values=values)
    refresh()
    note_day()
    return made.pk


def _defined(dataset: Dataset, boss: User) -> dict[str, object]:
    """A word of the domain, agreed on, and one of everybody's that is bound to the dataset."""
    word = DefinitionFactory.create(
        name=f"{NAME} word", slug="planted-word", domain=dataset.domain, statement=TEXT, why=TEXT, synonyms=[TEXT],
        criterion=f"{NAME} > 0", author=boss, steward=boss, bindings=[dataset],
    )  # fmt: skip
    DefinitionFactory.create(
        name="Everybody's word", criterion=f"{NAME} > 0", author=boss,
        bindings=[{"dataset": dataset, "criterion": f"{NAME} = 1", "key_fields": [NAME]}],
    )  # fmt: skip
    assert word.current is not None
    proposal = Proposal.objects.create(
        kind="new", definition=word, version=word.current, reason=TEXT, proposer=boss, state="approved",
        decided_at=timezone.now(), outcome=TEXT,
    )  # fmt: skip
    Remark.objects.create(proposal=proposal, version=word.current, author=boss, body=TEXT)
    meaning = Meaning.objects.create(definition=word, version=word.current, dataset=dataset, linked_by=boss)
    Meaning.objects.create(definition=word, dataset=dataset, field=dataset.fields.get(path=NAME), linked_by=boss)
    meeting = Meeting.objects.create(opened_by=boss, closed_at=timezone.now())
    MeetingNote.objects.create(meeting=meeting, title=NAME, body=TEXT, author=boss)
    found = {"seat": SeatFactory.create().pk, "meeting": meeting.pk, "meaning": meaning.pk}
    return {"definition": word.slug, "proposal": proposal.pk, **found}


def _received(dataset: Dataset, boss: User) -> int:
    """An event in which a producer names what is hidden."""
    written = {"namespace": "plant", "name": dataset.key}
    job = {"namespace": "planted", "name": f"load {NAME}"}
    accept_events(
        payloads=[{"eventTime": "2026-11-01T04:00:00Z", "job": job, "outputs": [written]}], sender=Sender(boss)
    )
    return ReceivedEvent.objects.get().pk


def _asked(people: dict[str, User], rule: OptOutRule, dataset: Dataset, boss: User) -> dict[str, object]:
    """What who is excepted asked for and got, and what who was excepted asked while they could."""
    found: dict[str, object] = {}
    for name in ("expired", "excepted"):
        request = AccessRequest.objects.create(
            asker=people[name], thing_kind="dataset", thing_id=dataset.pk, label=LABELS[0], title=NAME, level="read",
            purpose="Reconciling the quarter.", days=7, state="approved", closed_at=timezone.now(),
        )  # fmt: skip
        exception = RuleException.objects.get(rule=rule, person=people[name])
        asked = AskedRule.objects.create(
            request=request, rule=rule, person=people[name], label=LABELS[0], state="approved", decided_by=boss,
            decided_at=timezone.now(), exception=exception,
        )  # fmt: skip
        found = {"request": request.pk, "asked": asked.pk, "exception": exception.pk}
    return found


def _tokens(people: dict[str, User], boss: User) -> dict[str, str]:
    create_token(actor=None, owner=boss, name="boss")
    owners: dict[str, Any] = {name: (people[name], {}) for name in (*OPEN, "disabled", "service")}
    owners["limited"] = people["ordinary"], {"kept_from": LABELS}
    owners["narrow"] = people["ordinary"], {"only_labels": ["source:other"]}
    made = {
        name: create_token(actor=None, owner=owner, name=name, **limits).secret
        for name, (owner, limits) in owners.items()
    }
    User.objects.filter(pk=people["disabled"].pk).update(is_active=False)
    return made


def _used(people: dict[str, User], dataset: Dataset) -> None:
    """All of them opened it while they could, and were told of it."""
    for person in people.values():
        record_visit(actor=person, dataset=dataset)
        Notice.objects.create(person=person, kind="changed", title=NAME, subject="dataset", subject_id=dataset.pk)
        for ticket in dataset.tickets.all():
            Notice.objects.create(person=person, kind="ticket", title=TEXT, subject="ticket", subject_id=ticket.pk)
    refresh_popularity()
