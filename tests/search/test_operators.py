"""Operators in a question: where something must, or must not, be found, inside what the viewer may read."""

import pytest

from catalog.search.feed import catch_up
from catalog.search.query import search
from permissions.models import User
from tests.factories import (
    ContainerFactory,
    DatasetFactory,
    DomainFactory,
    FieldFactory,
    RuleFactory,
    SourceFactory,
    UserFactory,
)
from tests.searching import Find

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_phrase_must_stand_together(alice: User, find: Find) -> None:
    DatasetFactory.create(name="a", human_description="Every purchase order of the year.")
    DatasetFactory.create(name="b", human_description="The order in which things are a purchase, or gift.")
    DatasetFactory.create(name="purchase_order_lines")
    assert set(find(alice, '"purchase order"')) == {"a", "purchase_order_lines"}


def test_a_phrase_that_nothing_holds_is_taken_as_words_and_that_is_said(alice: User, find: Find) -> None:
    DatasetFactory.create(name="orders_purchased")
    assert find(alice, '"purchased orders of"') == ["orders_purchased"]
    assert search(alice, '"purchased orders of"').relaxed


def test_a_word_with_a_dash_leaves_out(alice: User, find: Find) -> None:
    DatasetFactory.create(name="orders")
    DatasetFactory.create(name="orders_archive")
    DatasetFactory.create(name="orders_x", human_description="An archived copy.")
    assert find(alice, "orders -archive") == ["orders"]
    assert set(find(alice, "-archive")) == {"orders"}


def test_each_operator_narrows(alice: User, find: Find) -> None:
    ada = UserFactory.create(username="ada", first_name="Ada", last_name="Lovelace")
    DatasetFactory.create(name="orders_a", columns=["e_mail_address"])
    DatasetFactory.create(name="orders_b", tags=["gold"])
    DatasetFactory.create(name="orders_c", source=SourceFactory.create(slug="crm", name="CRM"))
    DatasetFactory.create(name="orders_d", domain=DomainFactory.create(slug="finance"))
    DatasetFactory.create(name="orders_e", owner=ada)
    DatasetFactory.create(name="orders_f", kind="view")
    cases = {
        "field:address": "a", "tag:gold": "b", "source:CRM": "c", "domain:finance": "d", "owner:ada": "e",
        'owner:"ada lovelace"': "e", "kind:view": "f",
    }  # fmt: skip
    for operator, letter in cases.items():
        assert find(alice, f"orders {operator}") == [f"orders_{letter}"], operator
        assert find(alice, operator) == [f"orders_{letter}"], operator
        assert f"orders_{letter}" not in find(alice, f"orders -{operator}"), operator
        assert len(find(alice, f"orders -{operator}")) == 5, operator


def test_an_unknown_operator_is_words(alice: User, find: Find) -> None:
    DatasetFactory.create(name="colour_red")
    assert find(alice, "colour:red") == ["colour_red"]


def test_operators_look_only_where_the_viewer_may_read(alice: User, charlie: User, find: Find) -> None:
    dataset = DatasetFactory.create(name="orders", tags=["gold"], owner=alice, human_description="late purchase order")
    DatasetFactory.create(name="other")
    FieldFactory.create(dataset=dataset, name="secret_code", position=1)
    RuleFactory.create(label=f"dataset:{dataset.key}", level="read", owner=alice, people=[charlie])
    dataset.labels = [*dataset.labels, f"dataset:{dataset.key}"]
    dataset.save()
    for text in ("field:secret", "tag:gold", '"late purchase"', "owner:archer"):
        assert find(alice, text) == ["orders"], text
        assert "orders" not in find(charlie, text), text
        assert "orders" in find(charlie, f"orders -{text}"), "leaving out must not tell what is closed"


def test_results_can_be_sorted(alice: User, find: Find) -> None:
    source = SourceFactory.create()
    DatasetFactory.create(source=source, name="orders_b", popularity=5, source_modified_at="2026-01-01T00:00Z")
    DatasetFactory.create(source=source, name="orders_a", popularity=1, source_modified_at="2026-03-01T00:00Z")
    DatasetFactory.create(source=source, name="orders_c", popularity=9)
    catch_up()
    for sort, letters in {"name": "abc", "popularity": "cba", "freshness": "abc"}.items():
        assert find(alice, "orders", sort=sort) == [f"orders_{letter}" for letter in letters], sort


def test_a_table_gains_from_the_best_of_its_container(alice: User, find: Find) -> None:
    """The question names one table of a schema well; its neighbours come before equals elsewhere."""
    source = SourceFactory.create()
    near, far = (ContainerFactory.create(source=source, name=name) for name in ("near", "far"))
    DatasetFactory.create(source=source, container=far, name="visits_a")
    DatasetFactory.create(source=source, container=near, name="visits_b")
    DatasetFactory.create(source=source, container=near, name="hospital_patients")
    assert find(alice, "visits of patients in a hospital") == ["hospital_patients", "visits_b", "visits_a"]


def test_run_together_and_shortened_names_are_found(alice: User, find: Find) -> None:
    DatasetFactory.create(name="LISTEDSECURITY")
    DatasetFactory.create(name="cust_addr")
    assert find(alice, "security") == ["LISTEDSECURITY"]
    assert find(alice, "customer address") == ["cust_addr"]
