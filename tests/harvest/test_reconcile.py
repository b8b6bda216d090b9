"""Facts into the catalog."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Dataset, Field, SchemaVersion
from harvest import facts
from harvest.models import RenameGuess
from harvest.reconcile.applying import TooMuchVanished
from lineage.models import Edge, Node
from lineage.naming import Told
from lineage.nodes import nodes_of
from permissions.models import User
from permissions.rules.draft import Whom
from tests.factories import RuleFactory
from tests.harvest.conftest import CUSTOMERS, ORDERS, SALES, SHOP, Harvest, column, container, table
from tests.permissions.rules.drafts import written


def test_a_first_harvest_finds_every_dataset_and_field(harvest: Harvest) -> None:
    outcome = harvest(SHOP)

    assert outcome.counts == (3, 0, 0, 0)
    assert set(Dataset.objects.values_list("key", "kind", "container__path")) == {
        ("shop.public.customers", "table", "public"),
        ("shop.public.orders", "table", "public"),
        ("shop.public.sales", "view", "public"),
    }
    assert list(Field.objects.filter(dataset__name="customers").values_list("path", "type", "nullable")) == [
        ("id", "integer", False),
        ("email", "string", True),
    ]


def test_datasets_carry_the_labels_of_their_source_container_and_key(harvest: Harvest) -> None:
    harvest(SHOP)

    assert Dataset.objects.get(name="orders").labels == [
        "source:shop",
        "path:shop/public",
        "dataset:shop.public.orders",
    ]


def test_keys_and_relationships_are_kept(harvest: Harvest) -> None:
    harvest(SHOP)

    orders = Dataset.objects.get(name="orders")
    foreign = orders.constraints.get(kind="foreign")
    assert (foreign.fields, str(foreign.ref_dataset), foreign.ref_fields) == (
        ["customer_id"],
        "shop.public.customers",
        ["id"],
    )
    assert Field.objects.get(dataset__name="customers", path="id").key_position == 1
    assert [index.name for index in orders.indexes.all()] == ["orders_by_customer"]


def test_a_view_has_an_edge_from_what_it_reads(harvest: Harvest) -> None:
    harvest(SHOP)

    edge = Edge.objects.get()
    ends = (str(edge.upstream), str(edge.downstream))
    assert (ends, edge.fields) == (("shop.public.orders", "shop.public.sales"), ["customer_id"])


def test_an_edge_is_closed_when_the_view_no_longer_reads_the_table(harvest: Harvest) -> None:
    harvest(SHOP)

    harvest([*CUSTOMERS, *ORDERS, *SALES[:2], facts.Dependency("sales", "customers")])

    assert {(str(edge.upstream), edge.closed_at is None) for edge in Edge.objects.all()} == {
        ("shop.public.orders", False),
        ("shop.public.customers", True),
    }


def test_a_second_harvest_that_finds_nothing_new_writes_nothing(harvest: Harvest) -> None:
    harvest(SHOP)
    tables = ["catalog_dataset", "catalog_field", "catalog_constraint", "catalog_index", "lineage_edge",
              "catalog_schemaversion", "catalog_container"]  # fmt: skip
    before = {name: _versions(name) for name in tables}

    outcome = harvest(SHOP)

    assert outcome.counts == (0, 0, 0, 0)
    assert {name: _versions(name) for name in tables} == before


def _versions(table_name: str) -> set[tuple[int, str, str]]:
    """Every row with the place it lies in and the transaction that wrote it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, ctid::text, cmin::text FROM {table_name}")
        return set(cursor.fetchall())


def test_the_number_of_statements_does_not_depend_on_the_number_of_datasets(harvest: Harvest) -> None:
    few = [container("public"), *(table(f"t{n}") for n in range(2))]
    many = [container("public"), *(table(f"t{n}") for n in range(200))]

    with CaptureQueriesContext(
        connection,
    ) as for_few:
        harvest(few)
    with CaptureQueriesContext(connection) as for_many:
        harvest(many)

    assert len(for_many) <= len(for_few) + 2


def test_human_words_survive_a_change_in_the_source(harvest: Harvest) -> None:
    harvest(SHOP)
    Dataset.objects.filter(name="customers").update(human_description="People with a contract.")
    Field.objects.filter(path="email").update(human_description="The address they confirmed.")

    harvest([container("public"), table("customers", comment="New words."), *CUSTOMERS[2:3],
             column("customers", 2, "email", comment="Other words."), *ORDERS, *SALES])  # fmt: skip

    customers = Dataset.objects.get(name="customers")
    email = Field.objects.get(path="email")
    assert (customers.human_description, customers.harvested_description) == ("People with a contract.", "New words.")
    assert (email.human_description, email.harvested_description) == ("The address they confirmed.", "Other words.")


def test_a_vanished_dataset_is_archived_and_returns_with_what_people_wrote(harvest: Harvest) -> None:
    harvest(SHOP)
    Dataset.objects.filter(name="sales").update(human_description="What we sold.")

    harvest([*CUSTOMERS, *ORDERS])
    gone = Dataset.objects.get(name="sales")
    outcome = harvest(SHOP)
    back = Dataset.objects.get(name="sales")

    assert gone.archived_at is not None
    assert outcome.counts.restored == 1
    assert (back.pk, back.archived_at, back.human_description) == (gone.pk, None, "What we sold.")


def test_a_vanished_field_is_archived_and_returns_with_what_people_wrote(harvest: Harvest) -> None:
    harvest(SHOP)
    Field.objects.filter(path="email").update(human_description="The address they confirmed.")

    harvest([*CUSTOMERS[:3], *ORDERS, *SALES])
    archived = Field.objects.get(path="email").archived_at
    harvest(SHOP)

    assert archived is not None
    email = Field.objects.get(path="email")
    assert (email.archived_at, email.human_description) == (None, "The address they confirmed.")


def test_when_too_much_would_vanish_nothing_is_written_and_a_person_is_asked(harvest: Harvest) -> None:
    harvest([container("public"), *(table(f"t{n}") for n in range(10))])

    with pytest.raises(TooMuchVanished, match="9 of 10 datasets"):
        harvest([container("public"), table("t0", comment="changed")])

    assert Dataset.objects.present().count() == 10
    assert Dataset.objects.get(name="t0").harvested_description == ""


def test_after_consent_what_vanished_is_archived(harvest: Harvest) -> None:
    harvest([container("public"), *(table(f"t{n}") for n in range(10))])

    harvest([container("public"), table("t0")], confirmed=True)

    assert [row.name for row in Dataset.objects.present()] == ["t0"]


def test_what_could_not_be_read_has_not_vanished(harvest: Harvest) -> None:
    harvest([container("public"), container("secret"), table("a"), facts.Dataset("s", ("secret", "b"), "table")])

    harvest([container("public"), table("a"), facts.Problem("secret", "no right", ("secret",))])

    assert Dataset.objects.get(name="b").archived_at is None


def test_a_dataset_that_could_be_read_only_in_part_stays_as_it_was(harvest: Harvest) -> None:
    harvest(SHOP)

    outcome = harvest([*CUSTOMERS, *ORDERS, SALES[0], facts.Problem("public.sales", "it errs", ("public", "sales"))])

    assert outcome.counts == (0, 0, 0, 0)
    assert Field.objects.present().filter(dataset__name="sales").exists()
    assert SchemaVersion.objects.filter(dataset__name="sales").count() == 1


def test_a_dry_run_tells_what_would_change_and_changes_nothing(harvest: Harvest) -> None:
    harvest(SHOP)

    outcome = harvest([*CUSTOMERS[:3], *ORDERS, table("returns")], dry=True)

    assert outcome.counts == (1, 1, 1, 0)
    assert [entry["path"] for entry in outcome.diff["added"]] == ["public.returns"]
    assert [entry["path"] for entry in outcome.diff["archived"]] == ["public.sales"]
    assert set(Dataset.objects.present().values_list("name", flat=True)) == {"customers", "orders", "sales"}


def test_a_changed_schema_gives_a_version_with_its_changes(harvest: Harvest) -> None:
    harvest(SHOP)

    harvest([*CUSTOMERS[:3], column("customers", 2, "phone", native_type="bigint", type="integer"), *CUSTOMERS[4:],
             *ORDERS, *SALES])  # fmt: skip

    latest, first = SchemaVersion.objects.filter(dataset__name="customers")
    assert (latest.number, latest.change_class) == (2, "breaking")
    assert {(change["kind"], change["path"]) for change in latest.changes} == {("removed", "email"), ("added", "phone")}
    assert [state.path for state in first.states] == ["id", "email"]
    assert [state.path for state in latest.states] == ["id", "phone"]


def test_a_new_comment_gives_no_schema_version(harvest: Harvest) -> None:
    harvest(SHOP)

    harvest([*CUSTOMERS[:3], column("customers", 2, "email", comment="Other words."), *CUSTOMERS[4:], *ORDERS, *SALES])

    assert SchemaVersion.objects.filter(dataset__name="customers").count() == 1


def test_a_dataset_that_changed_its_name_is_offered_as_a_rename(harvest: Harvest) -> None:
    columns = ["id", "street", "postcode", "town", "country_code"]
    address = [table("addresses"), *(column("addresses", n, name) for n, name in enumerate(columns, 1))]
    renamed = [table("postal_addresses"), *(column("postal_addresses", n, name) for n, name in enumerate(columns, 1))]
    harvest([*SHOP, *address])

    outcome = harvest([*SHOP, *renamed])

    guess = RenameGuess.objects.get()
    assert (guess.old.name, guess.new.name, guess.state) == ("addresses", "postal_addresses", "open")
    assert [(item["old"], item["new"]) for item in outcome.diff["renamed"]] == [
        ("public.addresses", "public.postal_addresses")
    ]


def test_what_closed_a_dataset_closes_what_may_be_its_new_name(harvest: Harvest, charlie: User) -> None:
    columns = ["id", "street", "postcode", "town", "country_code"]
    address = [table("addresses"), *(column("addresses", n, name) for n, name in enumerate(columns, 1))]
    renamed = [table("postal_addresses"), *(column("postal_addresses", n, name) for n, name in enumerate(columns, 1))]
    harvest([*SHOP, *address])
    RuleFactory.create(label="dataset:shop.public.addresses", level="discover", people=[charlie])

    harvest([*SHOP, *renamed])

    visible = Dataset.objects.visible_to(User.objects.get(pk=charlie.pk)).values_list("name", flat=True)
    assert set(visible) == {"customers", "orders", "sales"}


def test_what_closed_a_field_closes_what_may_be_its_new_name(harvest: Harvest, charlie: User) -> None:
    before = [table("addresses"), column("addresses", 1, "id"), column("addresses", 2, "post_code")]
    after = [table("addresses"), column("addresses", 1, "id"), column("addresses", 2, "postcode")]
    harvest([*SHOP, *before])
    written(charlie, label="field:shop.public.addresses#post_code", whom=Whom(people=[charlie]))

    harvest([*SHOP, *after])

    found = Field.objects.sampleable_by(User.objects.get(pk=charlie.pk)).filter(dataset__name="addresses")
    assert set(found.values_list("path", flat=True)) == {"id"}


def test_a_field_that_a_rule_names_is_closed_from_its_first_harvest(harvest: Harvest, charlie: User) -> None:
    harvest(SHOP)
    written(charlie, label="field:shop.public.addresses#town", whom=Whom(people=[charlie]))

    harvest([*SHOP, table("addresses"), column("addresses", 1, "id"), column("addresses", 2, "town")])

    found = Field.objects.sampleable_by(User.objects.get(pk=charlie.pk)).filter(dataset__name="addresses")
    assert set(found.values_list("path", flat=True)) == {"id"}


@pytest.mark.parametrize("level", ["discover", "read"])
def test_a_new_column_that_a_rule_closes_is_closed_from_the_first_moment(
    harvest: Harvest, alice: User, charlie: User, level: str
) -> None:
    RuleFactory.create(label="class:pii", level=level, owner=alice, people=[charlie])

    harvest(SHOP)

    readable = Field.objects.readable_by(charlie).filter(dataset__name="customers")
    assert [field.path for field in readable] == ["id"]


def test_a_name_that_lineage_knew_becomes_the_dataset_once_it_is_harvested(harvest: Harvest) -> None:
    harvest(CUSTOMERS)
    slug = Dataset.objects.get(name="customers").source.slug
    told = Told(slug, '"PUBLIC"."Orders"')
    node = nodes_of([told])[told]

    harvest([*CUSTOMERS, *ORDERS])

    assert Node.objects.get(pk=node).dataset == Dataset.objects.get(name="orders")
    assert nodes_of([told])[told] == node


def test_edges_open_again_with_a_dataset_that_is_back(harvest: Harvest) -> None:
    harvest(SHOP)
    harvest([*CUSTOMERS, *ORDERS])
    assert not Edge.objects.current().exists()

    harvest(SHOP)

    assert Edge.objects.current().count() == 1
