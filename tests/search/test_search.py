"""What is found, and in what order."""

import pytest

from catalog.models import Dataset, DatasetTag
from catalog.search.feed import catch_up
from catalog.search.query import search
from catalog.search.results import Filters
from core.paging import BadCursor
from permissions.models import User
from tests.factories import (
    ContainerFactory,
    DatasetFactory,
    DomainFactory,
    FieldFactory,
    SourceFactory,
    TagFactory,
    UserFactory,
)
from tests.searching import Find

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_dataset_is_found_by_a_part_of_its_name(alice: User, find: Find) -> None:
    DatasetFactory.create(name="stg_CustomerOrders2024")
    assert find(alice, "customers order") == ["stg_CustomerOrders2024"]


def test_the_dataset_called_so_comes_first(alice: User, find: Find) -> None:
    for name in ("orders_orders_orders", "orders", "orders_archive"):
        DatasetFactory.create(name=name, popularity=0 if name == "orders" else 1_000)
    assert find(alice, "Orders")[0] == "orders"


def test_a_name_is_found_however_it_is_spelled(alice: User, find: Find) -> None:
    DatasetFactory.create(name="order_items")
    for spelling in ("order items", "OrderItems", "orderitems", "ORDER-ITEMS", "order.items"):
        assert find(alice, spelling) == ["order_items"]


def test_a_full_key_finds_its_dataset_first(customers: Dataset, alice: User, find: Find) -> None:
    DatasetFactory.create(name="customers")
    catch_up()
    assert search(alice, "CRM.public.customers").hits[0].dataset == customers


def test_names_that_begin_so_are_found(alice: User, find: Find) -> None:
    DatasetFactory.create(name="customer_orders")
    assert find(alice, "custom") == ["customer_orders"]


def test_any_word_matches_and_more_words_match_better(alice: User, find: Find) -> None:
    DatasetFactory.create(name="orders")
    DatasetFactory.create(name="refunds")
    DatasetFactory.create(name="refunds_of_orders")
    assert find(alice, "which refunds concern orders") == ["refunds_of_orders", "orders", "refunds"] or find(
        alice, "which refunds concern orders"
    ) == ["refunds_of_orders", "refunds", "orders"]


@pytest.mark.parametrize("typed", ["custmer", "cutsomer", "customre", "customer"])
def test_a_typing_mistake_is_forgiven(typed: str, alice: User, find: Find) -> None:
    DatasetFactory.create(name="dim_customer")
    DatasetFactory.create(name="dim_country")
    assert find(alice, typed) == ["dim_customer"]


def test_a_known_word_is_not_taken_for_a_mistake(alice: User, find: Find) -> None:
    DatasetFactory.create(name="plant")
    DatasetFactory.create(name="plane")
    assert find(alice, "plane") == ["plane"]


def test_descriptions_tags_columns_and_people_are_searched(alice: User, find: Find) -> None:
    ada = UserFactory.create(username="ada", first_name="Ada", last_name="Lovelace")
    DatasetFactory.create(name="one", human_description="Everything about invoices.")
    DatasetFactory.create(name="two", tags=["golden"])
    DatasetFactory.create(name="three", columns=["shipping_address"])
    DatasetFactory.create(name="four", owner=ada)
    for text, name in (("invoice", "one"), ("golden", "two"), ("address", "three"), ("Lovelace", "four")):
        assert find(alice, text) == [name]


def test_a_persons_text_hides_the_source_s_from_search_too(alice: User, find: Find) -> None:
    DatasetFactory.create(name="one", harvested_description="gibberish", human_description="Invoices.")
    assert find(alice, "gibberish") == []


def test_archived_datasets_are_not_found(alice: User, find: Find) -> None:
    dataset = DatasetFactory.create(name="orders")
    assert find(alice, "orders") == ["orders"]
    Dataset.objects.filter(pk=dataset.pk).update(archived_at="2026-01-01T00:00Z")
    assert find(alice, "orders") == []


def test_certified_ones_come_before_and_deprecated_ones_after(alice: User, find: Find) -> None:
    source = SourceFactory.create()
    DatasetFactory.create(source=source, name="orders_b", lifecycle=Dataset.Lifecycle.DEPRECATED)
    DatasetFactory.create(source=source, name="orders_c")
    DatasetFactory.create(source=source, name="orders_a", certified_at="2026-01-01T00:00Z")
    assert find(alice, "orders") == ["orders_a", "orders_c", "orders_b"]


def test_partitions_come_after_what_they_are_parts_of(alice: User, find: Find) -> None:
    whole = DatasetFactory.create(name="events")
    DatasetFactory.create(source=whole.source, name="events_2026", parent=whole)
    assert find(alice, "event") == ["events", "events_2026"]


def test_filters_narrow_and_facets_count_within_them(alice: User, find: Find) -> None:
    finance = DomainFactory.create(slug="finance", name="Finance")
    crm, erp = SourceFactory.create(slug="crm", name="CRM"), SourceFactory.create(slug="erp", name="ERP")
    DatasetFactory.create(source=crm, name="orders_a", domain=finance, tags=["gold"])
    DatasetFactory.create(source=erp, name="orders_b", owner=alice)
    DatasetFactory.create(source=erp, name="orders_c", kind="view", certified_at="2026-01-01T00:00Z")
    cases = {
        "a": Filters(source=("crm",)), "b": Filters(owner=("alice",)), "c": Filters(kind=("view",)),
    }  # fmt: skip
    for letter, filters in cases.items():
        assert find(alice, "orders", filters=filters) == [f"orders_{letter}"]
    assert find(alice, "orders", filters=Filters(domain=("finance",))) == ["orders_a"]
    assert find(alice, "orders", filters=Filters(tag=("gold",))) == ["orders_a"]
    assert find(alice, "", filters=Filters(certified=True)) == ["orders_c"]
    results = search(alice, "orders", filters=Filters(source=("erp", "crm")))
    assert results.total == 3
    assert [(count.label, count.count) for count in results.facets["source"]] == [("ERP", 2), ("CRM", 1)]
    assert [(count.value, count.count) for count in results.facets["kind"]] == [("table", 2), ("view", 1)]


def test_nothing_typed_finds_everything_most_used_first(alice: User, find: Find) -> None:
    DatasetFactory.create(name="quiet")
    DatasetFactory.create(name="loud", popularity=50)
    assert find(alice) == ["loud", "quiet"]


def test_pages_follow_one_another_without_repeating(alice: User, find: Find) -> None:
    source = SourceFactory.create()
    for number in range(5):
        DatasetFactory.create(source=source, name=f"orders_{number}", popularity=number)
    catch_up()
    found, after = [], None
    for _ in range(3):
        page = search(alice, "orders", limit=2, after=after)
        found += [hit.dataset.name for hit in page.hits]
        after = page.next_after
    assert found == [f"orders_{number}" for number in (4, 3, 2, 1, 0)]
    assert after is None


def test_a_page_marker_not_made_here_is_refused(alice: User, find: Find) -> None:
    with pytest.raises(BadCursor):
        search(alice, "orders", after="-1")


def test_hits_say_what_was_found_escaped_and_marked(alice: User, find: Find) -> None:
    dataset = DatasetFactory.create(
        name="t1",
        container=ContainerFactory.create(name="sales"),
        human_description="<b>All</b> orders of a customer.",
    )
    FieldFactory.create(dataset=dataset, name="order_date", position=1)
    catch_up()
    hit = search(alice, "order").hits[0]
    assert [(match.where, match.label, match.html) for match in hit.matches] == [
        ("description", "", "&lt;b&gt;All&lt;/b&gt; <mark>orders</mark> of a customer."),
        ("column", "order_date", "<mark>order_date</mark>"),
    ]
    assert hit.matched_fields == ["order_date"]


def test_a_long_description_is_quoted_around_what_was_found(alice: User, find: Find) -> None:
    DatasetFactory.create(name="t1", human_description="word " * 100 + "orders " + "word " * 100)
    catch_up()
    html = search(alice, "orders").hits[0].matches[0].html
    assert html.startswith("…word")
    assert "<mark>orders</mark>" in html
    assert len(html) < 220


def test_a_search_takes_a_fixed_number_of_queries(
    alice: User, find: Find, django_assert_max_num_queries: object
) -> None:
    source = SourceFactory.create()
    for number in range(20):
        DatasetFactory.create(source=source, name=f"orders_{number}", columns=["order_id", "total"], tags=["gold"])
    catch_up()
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        assert len(search(User.objects.get(pk=alice.pk), "orders").hits) == 20


def test_no_index_yet_is_said_and_not_taken_for_no_hits(alice: User, search_dir: object) -> None:
    results = search(alice, "orders")
    assert results.state == "building"
    assert results.total is None


def test_a_renamed_tag_is_found_by_its_new_name(alice: User, find: Find) -> None:
    tag = TagFactory.create(slug="gold")
    DatasetTag.objects.create(dataset=DatasetFactory.create(name="orders"), tag=tag)
    assert find(alice, "gold") == ["orders"]
    tag.name = "platinum"
    tag.save()
    assert find(alice, "platinum") == ["orders"]
    assert find(alice, "gold") == []


@pytest.mark.parametrize("kind", ["domain", "source", "owner", "container"])
def test_a_rename_elsewhere_reaches_the_datasets_that_show_it(kind: str, alice: User, find: Find) -> None:
    made = {
        "domain": lambda: DomainFactory.create(name="before"),
        "source": lambda: SourceFactory.create(name="before"),
        "owner": lambda: UserFactory.create(last_name="before"),
        "container": lambda: ContainerFactory.create(name="before"),
    }[kind]()
    DatasetFactory.create(name="orders", **{kind: made})
    assert find(alice, "before") == ["orders"]
    setattr(made, {"owner": "last_name", "container": "path"}.get(kind, "name"), "afterwards")
    made.save()
    assert find(alice, "afterwards") == ["orders"]
    assert find(alice, "before") == []


def test_the_last_page_that_can_be_reached_says_that_there_is_more(
    find: Find, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.search.query.DEEPEST", 4)
    for n in range(5):
        DatasetFactory.create(name=f"orders_{n}")
    find(alice, "orders")
    first, second = search(alice, "orders", limit=2), search(alice, "orders", limit=2, after="2")
    assert (first.next_after, first.cut_short) == ("2", False)
    assert (second.next_after, second.cut_short) == (None, True)
