"""A catalog in which everything that is closed to Charlie carries a marker, and nothing that is open does.

A marker says what it marks: ``zqtagzq`` stands in what a rule on a tag hides. Found on a page, it names the leak.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from catalog.models import Constraint, Container, Dataset, Domain, Index, Routine, Source
from catalog.schema_diff import FieldState, diff, to_json
from catalog.services import record_visit, refresh_popularity
from harvest.models import RenameGuess, Run, RunProblem
from permissions.models import User
from tests.factories import (
    ContainerFactory,
    DataProductFactory,
    DatasetFactory,
    DomainFactory,
    EdgeFactory,
    FieldFactory,
    FieldProfileFactory,
    ForeignKeyFactory,
    RuleFactory,
    SampleFactory,
    SchemaVersionFactory,
    SourceFactory,
)

MARKER = re.compile(r"zq[a-z]+zq|777[,.\s]?00\d")  # counters of runs are marked too


def mark(what: str) -> str:
    return f"zq{what}zq"


def text_of(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    told = f"{headers}\n{body.decode(errors='replace')}"
    return told.replace(response.headers.get("X-Request-ID") or "\0", "")  # at random, and once in a while a marker


@dataclass
class World:
    """What is there: one open dataset in an open source, and around it what is closed."""

    charlie: User
    alice: User
    crm: Source
    public: Container
    customers: Dataset


def build(alice: User, charlie: User, crm: Source, customers: Dataset) -> World:
    assert customers.container is not None
    world = World(charlie, alice, crm, customers.container, customers)
    for label, level in (
        ("source:vault", "discover"),
        ("source:ledger", "read"),
        ("path:crm/zqpathzq", "discover"),
        ("domain:zqdomainzq", "discover"),
        ("tag:hush", "discover"),
        ("class:deal", "discover"),
        ("class:pay", "read"),
        ("class:who", "sample"),
        ("dataset:crm.public.known", "read"),
    ):
        RuleFactory.create(label=label, level=level, people=[charlie], owner=alice)
    _hidden_places(world)
    _hidden_datasets(world)
    _fields(world)
    _versions(world)
    _values(world)
    _neighbours(world)
    _runs(world)
    for dataset in Dataset.objects.all():
        for person in (alice, charlie):
            record_visit(actor=person, dataset=dataset)
    refresh_popularity()
    return world


def _hidden_places(world: World) -> None:
    vault = SourceFactory.create(
        slug="vault",
        name=mark("source"),
        description=mark("sourcetext"),
        config={"host": mark("host")},
        owner=world.alice,
    )
    DatasetFactory.create(source=vault, name=mark("insource"), owner=world.alice, columns=[mark("insourcefield")])
    Routine.objects.create(source=vault, path=mark("routine"), kind="function")
    ledger = SourceFactory.create(
        slug="ledger", name="Ledger", description=mark("readsourcetext"), config={"host": mark("readhost")},
        include=[mark("readglob")], version=mark("readversion"), owner=world.alice,
    )  # fmt: skip
    DatasetFactory.create(
        source=ledger,
        name="entries",
        harvested_description=mark("readsourcedataset"),
        columns=[mark("readsourcefield")],
    )
    Run.objects.create(source=ledger, state="failed", message=mark("readrun"), failed_part="network")
    place = ContainerFactory.create(
        source=world.crm, name=mark("path"), harvested_description=mark("pathtext"), harvested_owner=mark("pathowner")
    )
    DatasetFactory.create(source=world.crm, container=place, name=mark("inpath"))
    domain = DomainFactory.create(
        slug=mark("domain"), name=mark("domainname"), description=mark("domaintext"), steward=world.alice
    )
    DomainFactory.create(slug="below", name="Below", parent=domain)
    DomainFactory.create(slug="above", name="Above")
    Domain.objects.filter(pk=domain.pk).update(parent=Domain.objects.get(slug="above"))
    DataProductFactory.create(domain=domain, name=mark("product"), description=mark("producttext"))
    DatasetFactory.create(source=world.crm, container=world.public, name=mark("indomain"), domain=domain)
    SourceFactory.create(slug="shop", name="Shop", domain=domain)


def _hidden_datasets(world: World) -> None:
    here = {"source": world.crm, "container": world.public}
    hidden = DatasetFactory.create(
        **here, name=mark("tagged"), title=mark("title"), harvested_description=mark("text"), tags=["hush"],
        owner=world.alice, steward=world.alice, columns=[mark("taggedfield")],
    )  # fmt: skip
    SampleFactory.create(dataset=hidden, rows=[[mark("hiddenvalue")]])
    DatasetFactory.create(
        **here, name=mark("gone"), tags=["hush"], archived_at=timezone.now(), last_seen_at=timezone.now()
    )
    known = DatasetFactory.create(
        **here, name="known", kind="view", harvested_description=mark("knowntext"), sql=f"select {mark('knownsql')}",
        grain=mark("knowngrain"), columns=[mark("knownfield")], details={"note": mark("knowndetail")},
        harvested_owner=mark("knownowner"), deprecation_note=mark("knownnote"), lifecycle="deprecated",
        certification_note=mark("knowncertified"), certified_at=timezone.now(),
    )  # fmt: skip
    SampleFactory.create(dataset=known, rows=[[mark("knownvalue")]])
    change = to_json(diff([], [FieldState(mark("knownchange"), "int", "integer")]))
    SchemaVersionFactory.create(dataset=known, number=2, created_at=timezone.now(), changes=change)
    Constraint.objects.create(dataset=known, name=mark("knownkey"), kind="primary", fields=[mark("knownfield")])


def _fields(world: World) -> None:
    """Fields of the open dataset that are hidden, closed, or closed in their values, and all that may name them."""
    table = world.customers
    FieldFactory.create(dataset=table, name=mark("deal"), harvested_description=mark("dealtext"), classified=["deal"],
                        position=4)  # fmt: skip
    FieldFactory.create(dataset=table, parent_path=mark("deal"), name=mark("dealpart"), position=5)
    FieldFactory.create(dataset=table, name="pay", harvested_description=mark("paytext"), native_type=mark("paytype"),
                        default=mark("paydefault"), classified=["pay"], position=6, key_position=1)  # fmt: skip
    FieldFactory.create(dataset=table, parent_path="pay", name="month", harvested_description=mark("paypart"),
                        position=7)  # fmt: skip
    FieldFactory.create(dataset=table, name="who", classified=["who"], position=8)
    FieldFactory.create(dataset=table, name="box", native_type=f"struct({mark('boxtype')} int)", position=9)
    FieldFactory.create(dataset=table, parent_path="box", name=mark("boxed"), classified=["deal"], position=10)
    FieldFactory.create(dataset=table, name="total", generated=f"{mark('deal')} * 2", default=mark("deal"), position=11)
    FieldFactory.create(
        dataset=table, name=mark("olddeal"), classified=["deal"], archived_at=timezone.now(), position=12
    )
    Dataset.objects.filter(pk=table.pk).update(
        partition_key=mark("partitionkey"), sort_key=mark("sortkey"), details={"made_from": mark("detail")}
    )
    Constraint.objects.create(dataset=table, name=mark("check"), kind="check", fields=[], definition=mark("checktext"))
    Constraint.objects.create(dataset=table, name=mark("unique"), kind="unique", fields=[mark("deal"), "id"])
    Constraint.objects.create(dataset=table, name=mark("primary"), kind="primary", fields=["id", mark("deal")])
    Index.objects.create(dataset=table, name=mark("index"), fields=[], unique=False, definition=mark("indextext"))


def _versions(world: World) -> None:
    """A history in which the hidden field was added, renamed, changed and named in expressions."""
    plain = FieldState("id", "int", "integer")
    states = [
        [plain],
        [plain, FieldState(mark("former"), "varchar", "string", position=1)],
        [plain, FieldState(mark("deal"), "varchar", "string", position=1)],
        [
            plain,
            FieldState(mark("deal"), "bigint", "integer", position=1),
            FieldState(mark("olddeal"), "int", "integer"),
        ],
        [
            FieldState("id", "int", "integer", default=mark("defaulted")),
            FieldState(mark("deal"), "int", "integer", position=1),
        ],
    ]
    renamed = {
        "kind": "renamed", "path": mark("deal"), "before": mark("former"), "after": mark("deal"), "breaking": True,
        "message": f"`{mark('former')}` is now `{mark('deal')}`.", "confidence": 0.9,
    }  # fmt: skip
    before: list[FieldState] = []
    for number, now in enumerate(states, 1):
        changes = [renamed] if number == 3 else to_json(diff(before, now))
        SchemaVersionFactory.create(
            dataset=world.customers, number=number, states=now, changes=changes,
            created_at=timezone.now() - timedelta(hours=10 - number),
        )  # fmt: skip
        before = now


def _values(world: World) -> None:
    columns = ["id", mark("deal"), "pay", "who", "box"]
    row = ["1", mark("dealvalue"), mark("payvalue"), mark("whovalue"), mark("boxvalue")]
    sample = SampleFactory.create(dataset=world.customers, columns=columns, rows=[row])
    for path in (mark("deal"), "pay", "who", "box", f"box.{mark('boxed')}"):
        FieldProfileFactory.create(
            sample=sample, path=path, nulls=60, minimum=mark("min"), maximum=mark("max"), frequent=[[mark("often"), 40]]
        )


def _neighbours(world: World) -> None:
    """Open datasets that lead to hidden ones."""
    hidden = Dataset.objects.get(name=mark("tagged"))
    here = {"source": world.crm, "container": world.public}
    ForeignKeyFactory.create(dataset=world.customers, name=mark("fk"), fields=["id"], ref_dataset=hidden)
    ForeignKeyFactory.create(dataset=hidden, fields=[mark("taggedfield")], ref_dataset=world.customers)
    ForeignKeyFactory.create(
        dataset=DatasetFactory.create(**here, name="orders"), fields=["id"], ref_dataset=world.customers,
        ref_fields=[mark("deal")],
    )  # fmt: skip
    linked = DatasetFactory.create(**here, name="linked", kind="view", sql=f"select 1 from {mark('tagged')}")
    EdgeFactory.create(upstream=hidden, downstream=linked)
    EdgeFactory.create(upstream=world.customers, downstream=hidden)
    DatasetFactory.create(**here, name="unlinked", kind="view", sql=f'select 1 from public."{mark("tagged")}"')
    column = DatasetFactory.create(**here, name="column_view", kind="view", sql=f"select {mark('deal')} from customers")
    EdgeFactory.create(upstream=world.customers, downstream=column)
    DatasetFactory.create(**here, name="column_unlinked", kind="view", sql=f"select {mark('deal')} from customers")
    DatasetFactory.create(
        **here, name="pay_unlinked", kind="view", sql=f"select pay as {mark('payalias')} from customers"
    )
    _wages(world)
    Dataset.objects.filter(name="orders").update(lifecycle="deprecated", successor=hidden, parent=hidden)
    Dataset.objects.filter(pk=hidden.pk).update(parent=world.customers)


def _wages(world: World) -> None:
    """A table one of whose fields may be known of and not read about: expressions would tell about it."""
    wages = DatasetFactory.create(
        source=world.crm, container=world.public, name="wages", columns=["id"], details={"note": mark("wagesdetail")}
    )
    FieldFactory.create(dataset=wages, name="pay", classified=["pay"], position=2)
    FieldFactory.create(dataset=wages, name="bonus", generated=f"pay * {mark('paygenerated')}", position=3)
    Constraint.objects.create(dataset=wages, name="c", kind="check", fields=["pay"], definition=mark("paycheck"))
    Index.objects.create(dataset=wages, name="i", fields=["pay"], unique=False, definition=mark("payindex"))
    view = DatasetFactory.create(
        source=world.crm, container=world.public, name="wages_view", kind="view", sql=f"select pay > {mark('payview')}"
    )
    EdgeFactory.create(upstream=wages, downstream=view)


def _runs(world: World) -> None:
    """A harvest, a dry one and one that asks, each naming what is hidden."""
    hidden = Dataset.objects.get(name=mark("tagged"))
    known = Dataset.objects.get(name="known")
    changes = to_json(diff([], [FieldState(mark("deal"), "int", "integer")]))
    entries = [
        {"id": hidden.pk, "path": hidden.path, "kind": "table"},
        {"id": world.customers.pk, "path": world.customers.path, "kind": "table", "changes": changes,
         "change_class": "breaking"},
        {"id": known.pk, "path": known.path, "kind": "view", "changes": changes},
    ]  # fmt: skip
    fresh = {"id": 10**9, "path": f"{mark('path')}.{mark('fresh')}", "kind": "table"}
    renamed = {"old": f"public.{mark('gone')}", "new": "public.orders", "confidence": 0.9, "why": mark("why")}
    whole = {
        "added": [*entries, fresh],
        "changed": entries,
        "archived": entries,
        "restored": entries,
        "renamed": [renamed],
    }
    for state, dry in (("succeeded", False), ("succeeded", True), ("confirm", False), ("failed", False)):
        run = Run.objects.create(
            source=world.crm, state=state, dry=dry, diff=whole, message=mark("message"), datasets_read=777_001,
            fields_read=777_002, added=777_003, changed=777_004, archived=777_005, problem_count=777_006,
        )  # fmt: skip
        RunProblem.objects.create(run=run, object=mark("problem"), message=mark("problemtext"), phase="read")
    gone = Dataset.objects.get(name=mark("gone"))
    RenameGuess.objects.create(
        run=run, old=gone, new=Dataset.objects.get(name="orders"), confidence=0.9, why=mark("guess")
    )
    Source.objects.filter(pk=world.crm.pk).update(exclude=[f"public.{mark('excluded')}"])


def every_value() -> Mapping[str, Sequence[object]]:
    """What stands for each parameter of an address: everything there is, hidden or not."""
    return {
        "pk": sorted(
            {*Dataset.objects.values_list("pk", flat=True), *Run.objects.values_list("pk", flat=True),
             *Container.objects.values_list("pk", flat=True), *RenameGuess.objects.values_list("pk", flat=True)}
        ),
        "slug": [*Source.objects.values_list("slug", flat=True), *Domain.objects.values_list("slug", flat=True)],
        "number": [1, 2, 3, 4, 5],
        "username": ["alice", "charlie"],
    }  # fmt: skip
