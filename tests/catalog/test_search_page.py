"""The page of search results."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from catalog.models import Dataset
from catalog.search.feed import catch_up
from permissions.models import OptOutRule, User
from tests.cast import signed_in
from tests.factories import DatasetFactory, DomainFactory, FieldFactory, RuleFactory, SourceFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def index(settings: Settings, tmp_path: Path) -> None:
    settings.CONCORD_SEARCH_DIR = tmp_path / "search"


def names(client: Client, query: str) -> list[str]:
    catch_up()
    return [line.hit.dataset.name for line in client.get(f"/search/?{query}").context["lines"]]


def test_what_was_typed_is_found(customers: Dataset, as_bob: Client) -> None:
    DatasetFactory.create(name="weather")
    assert names(as_bob, "q=customers") == ["customers"]


def test_an_outsider_finds_and_counts_nothing(
    customers: Dataset, hidden_from_charlie: OptOutRule, as_charlie: Client
) -> None:
    assert names(as_charlie, "q=customers") == []
    page = as_charlie.get("/search/")
    assert (page.context["found"].total, page.context["facets"]) == (0, [])


def test_a_filter_that_nothing_has_is_called_what_people_call_it(
    customers: Dataset, hidden_from_charlie: OptOutRule, as_bob: Client, as_charlie: Client
) -> None:
    catch_up()
    address = "/search/?q=zzzzqqq&source=crm&kind=view"
    shown = {name: [one.label for one in choices] for name, _, choices in as_bob.get(address).context["facets"]}
    assert shown == {"source": ["CRM"], "kind": ["view"]}
    hidden = {name: [one.label for one in choices] for name, _, choices in as_charlie.get(address).context["facets"]}
    assert hidden == {"source": ["crm"], "kind": ["view"]}


def test_results_are_narrowed_by_what_is_ticked(customers: Dataset, as_bob: Client) -> None:
    DatasetFactory.create(name="customers_view", kind="view")
    assert names(as_bob, "q=customers&kind=view") == ["customers_view"]
    assert set(names(as_bob, "q=customers&kind=view&kind=table")) == {"customers", "customers_view"}
    assert names(as_bob, "q=customers&certified=1") == []


def test_what_is_ticked_stays_ticked_where_nothing_has_it(customers: Dataset, as_bob: Client) -> None:
    catch_up()
    page = as_bob.get("/search/?q=customers&source=elsewhere")
    assert 'value="elsewhere" form="search-form" checked' in page.content.decode()


def test_a_column_that_was_found_is_named_with_a_way_to_it(customers: Dataset, as_bob: Client) -> None:
    FieldFactory.create(dataset=customers, name="shoe_size")
    catch_up()
    page = as_bob.get("/search/?q=shoe").content.decode()
    assert f"/datasets/{customers.pk}/fields/?path=shoe_size" in page


def test_a_restricted_hit_shows_no_documentation(customers: Dataset, bob: User) -> None:
    Dataset.objects.filter(pk=customers.pk).update(human_description="Signed in secret.", row_estimate=77)
    RuleFactory.create(label="source:crm", level="read", people=[bob])
    catch_up()
    page = signed_in(bob).get("/search/?q=customers").content.decode()
    assert "Restricted" in page
    assert "Signed in secret." not in page
    assert "77" not in page.split('<ol class="hits">')[1].split("</ol>")[0].replace("v77", "")


def test_results_ask_as_often_for_many_hits_as_for_few(
    customers: Dataset, as_bob: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sales = DomainFactory.create(steward=customers.owner)
    for n in range(15):
        source = SourceFactory.create(domain=sales)
        DatasetFactory.create(source=source, name=f"customers_{n}", tags=[f"t{n}"], columns=["customer_id"])
    catch_up()
    as_bob.get("/me/")  # what stands in the navigation is remembered from page to page
    with django_assert_max_num_queries(17):
        assert len(as_bob.get("/search/?q=customers").context["lines"]) == 16


@pytest.mark.parametrize("query", ["q=zzzzqqq", "q=the+of+and", "q=-customers", "q=%21%21%21", "source=elsewhere"])
def test_nothing_found_offers_other_ways(query: str, customers: Dataset, as_bob: Client) -> None:
    catch_up()
    page = as_bob.get(f"/search/?{query}").content.decode()
    assert "Nothing found" in page
    assert 'href="/browse/"' in page


@pytest.mark.parametrize(
    ("query", "ways"),
    [
        ("q=customers&source=elsewhere", [("without the filter", "q=customers", 1)]),
        (
            "q=customers&source=crm&kind=view&tag=gold&sort=name",
            [("without the filters", "q=customers&sort=name", 1)],
        ),
        (
            "q=customers&source=crm&kind=view",
            [("without the filter by kind", "q=customers&source=crm", 1), ("without the filters", "q=customers", 1)],
        ),
        ("q=customers&certified=1", [("without the filter", "q=customers", 1)]),
        ("q=customers+tag:gold", [("for “customers” alone", "q=customers", 1)]),
        ("q=zzzzqqq&kind=view", []),
        ("q=-customers", [("in all", "", 1)]),
    ],
)
def test_less_that_narrows_is_offered_with_what_it_finds(
    query: str, ways: list[tuple[str, str, int]], customers: Dataset, as_bob: Client
) -> None:
    catch_up()
    assert as_bob.get(f"/search/?{query}").context["ways"] == ways


def test_a_way_on_counts_nothing_that_is_hidden(
    customers: Dataset, hidden_from_charlie: OptOutRule, as_charlie: Client
) -> None:
    catch_up()
    assert as_charlie.get("/search/?q=customers&kind=view").context["ways"] == []


def test_after_the_last_page_there_is_a_way_back(customers: Dataset, as_bob: Client) -> None:
    catch_up()
    page = as_bob.get("/search/?q=customers&kind=table&after=400").content.decode()
    assert "No more results" in page
    assert 'href="/search/?q=customers&amp;kind=table"' in page


def test_an_empty_catalog_says_what_fills_it(as_bob: Client) -> None:
    catch_up()
    assert "nothing to search yet" in as_bob.get("/search/").content.decode()


def test_a_phrase_that_nothing_holds_is_said_to_be_taken_as_words(customers: Dataset, as_bob: Client) -> None:
    catch_up()
    assert "looked for by itself" in as_bob.get('/search/?q="customers+of+old"').content.decode()
    assert "looked for by itself" not in as_bob.get('/search/?q="customers"').content.decode()


def test_a_partial_answer_is_labelled(customers: Dataset, as_bob: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    catch_up()
    assert "partial answer" not in as_bob.get("/search/?q=customers").content.decode()
    monkeypatch.setattr("catalog.search.query.PATIENCE_MS", -1)
    page = as_bob.get("/search/?q=customers")
    assert [line.hit.dataset.name for line in page.context["lines"]] == ["customers"]
    assert "partial answer" in page.content.decode()


def test_without_an_index_the_page_says_it_is_being_built(customers: Dataset, as_bob: Client) -> None:
    assert "being built" in as_bob.get("/search/?q=customers").content.decode()


def test_results_while_typing_are_a_part_of_the_page_that_says_how_many(customers: Dataset, as_bob: Client) -> None:
    catch_up()
    part = as_bob.get("/search/?q=customers", headers={"HX-Request": "true"}).content.decode()
    assert 'data-announce="1 result"' in part
    assert "<html" not in part


def test_what_was_typed_is_shown_as_text(as_bob: Client) -> None:
    assert "<script>alert" not in as_bob.get("/search/?q=<script>alert(1)</script>").content.decode()


@pytest.mark.parametrize("query", ["after=x", "after=-1"])
def test_a_page_marker_nobody_gave_is_refused(query: str, customers: Dataset, as_bob: Client) -> None:
    assert as_bob.get(f"/search/?q=customers&{query}").status_code == 400


@pytest.mark.parametrize("query", ["q=%00", "q=" + "x" * 5000, "kind=" + "y" * 900, "certified=maybe", "q=%22(%2A"])
def test_an_odd_question_still_gets_an_answer(query: str, customers: Dataset, as_bob: Client) -> None:
    catch_up()
    assert as_bob.get(f"/search/?{query}").status_code == 200


def test_the_palette_finds_datasets_one_may_know_of(customers: Dataset, as_bob: Client, as_charlie: Client) -> None:
    catch_up()
    assert f"/datasets/{customers.pk}/" in as_bob.get("/palette/?q=cust").content.decode()
    assert f"/datasets/{customers.pk}/" not in as_charlie.get("/palette/?q=cust").content.decode()


def test_results_are_sorted_as_asked(customers: Dataset, as_bob: Client) -> None:
    DatasetFactory.create(name="all_customers", popularity=9)
    assert names(as_bob, "q=customers&sort=name") == ["all_customers", "customers"]
    assert names(as_bob, "q=customers&sort=popularity") == ["all_customers", "customers"]
    assert names(as_bob, "q=customers&sort=nonsense")[0] == "customers"


def test_a_word_that_was_only_nearly_found_is_offered_put_right(customers: Dataset, as_bob: Client) -> None:
    catch_up()
    assert as_bob.get("/search/?q=custmers").context["meant"] == "customers"
    assert as_bob.get("/search/?q=customers").context["meant"] == ""
    assert as_bob.get("/search/?q=custom").context["meant"] == ""


def test_what_is_hidden_puts_no_word_right(
    customers: Dataset, as_charlie: Client, hidden_from_charlie: OptOutRule
) -> None:
    DatasetFactory.create(name="custmers_view")
    catch_up()
    assert as_charlie.get("/search/?q=custmers").context["meant"] == ""
    assert as_charlie.get("/search/?q=emial").context["meant"] == ""


def test_the_domain_of_a_hit_is_named_only_where_it_is_known(customers: Dataset, bob: User, alice: User) -> None:
    customers.source.domain = DomainFactory.create(slug="mergers", name="Mergers")
    customers.source.save()
    RuleFactory.create(label="domain:mergers", level="discover", people=[bob])
    catch_up()
    for address in ("/search/?view=table", "/search/?q=mergers", "/api/v1/search?q=mergers", "/api/v1/datasets",
                    f"/api/v1/datasets/{customers.pk}"):  # fmt: skip
        assert b"Mergers" in signed_in(alice).get(address).content, address
        assert b"Mergers" not in signed_in(bob).get(address).content, address


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_file_of_hits_names_a_domain_only_where_it_is_known(
    form: str, customers: Dataset, bob: User, alice: User
) -> None:
    customers.source.domain = DomainFactory.create(slug="mergers")
    customers.source.save()
    RuleFactory.create(label="domain:mergers", level="discover", people=[bob])
    catch_up()
    told, hidden = (signed_in(one).get(f"/search/export/?format={form}").getvalue() for one in (alice, bob))
    assert b"mergers" in told
    assert b"mergers" not in hidden
    assert b"customers" in hidden


def test_a_filter_for_phones_says_how_many_are_set(customers: Dataset, as_bob: Client) -> None:
    catch_up()
    assert as_bob.get("/search/?q=customers&kind=table&certified=1").context["form"].chosen == 2
