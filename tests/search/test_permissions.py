"""Nobody finds, counts or is told of what is closed to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.labels import refresh_dataset_labels
from catalog.models import Dataset, DatasetTag, Field
from catalog.search import query
from catalog.search.feed import catch_up
from catalog.search.query import search
from catalog.search.results import Filters, Results
from catalog.search.suggest import suggest
from permissions.access import denials_of, forget_denials
from permissions.levels import Level
from permissions.models import OptOutRule, User
from tests.examples import examples
from tests.factories import DatasetFactory, ExceptionFactory, FieldFactory, RuleFactory, SourceFactory, TagFactory
from tests.searching import Find

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_hidden_dataset_is_neither_found_nor_counted(
    customers: Dataset, charlie: User, bob: User, hidden_from_charlie: OptOutRule, find: Find
) -> None:
    assert find(bob, "customers") == ["customers"]
    assert find(charlie, "customers") == []
    results = search(charlie, "")
    assert (results.total, results.facets["source"], results.facets["kind"]) == (0, (), ())
    assert suggest(charlie, "cust").datasets == ()


def test_a_rule_holds_for_the_very_next_search(customers: Dataset, charlie: User, find: Find) -> None:
    assert find(charlie, "customers") == ["customers"]
    RuleFactory.create(label="source:crm", level="discover", people=[charlie])
    assert search(User.objects.get(pk=charlie.pk), "customers").total == 0


def test_a_word_that_only_hidden_data_holds_counts_as_a_mistake(charlie: User, find: Find) -> None:
    """What somebody mistypes must not tell them whether the right word is there and hidden."""
    DatasetFactory.create(name="salaries", source=SourceFactory.create(slug="hr"))
    DatasetFactory.create(name="galaries")
    RuleFactory.create(label="source:hr", level="discover", people=[charlie])
    assert find(charlie, "salaries") == ["galaries"]


def test_what_is_closed_at_read_is_found_by_name_and_not_by_its_documentation(charlie: User, find: Find) -> None:
    hr = SourceFactory.create(slug="hr")
    DatasetFactory.create(name="payroll", human_description="Salaries.", tags=["gold"], columns=["wage"], source=hr)
    RuleFactory.create(label="source:hr", level="read", people=[charlie])
    assert find(charlie, "payroll") == ["payroll"]
    for text in ("salaries", "gold", "wage", "wag", "salarise"):
        assert find(charlie, text) == [], text
    assert find(charlie, "", filters=Filters(tag=("gold",))) == []
    assert suggest(charlie, "wag").datasets == ()
    hit = search(charlie, "payroll salaries wage").hits[0]
    assert not hit.readable
    assert {match.where for match in hit.matches} == {"name"}


def test_a_closed_column_does_not_make_its_dataset_match(charlie: User, bob: User, find: Find) -> None:
    dataset = DatasetFactory.create(name="visits", columns=["page"])
    FieldFactory.create(dataset=dataset, name="patient_diagnosis", position=2, classified=["pii.health"])
    RuleFactory.create(label="class:pii", level="read", people=[charlie])
    for text in ("diagnosis", "diagno", "diagnosys"):
        assert find(bob, text) == ["visits"], text
        assert find(charlie, text) == [], text
    assert find(charlie, "page") == ["visits"]
    assert search(charlie, "visits diagnosis").hits[0].matched_fields == []
    assert suggest(charlie, "diagn").fields == ()
    assert [field.name for field in suggest(bob, "diagn").fields] == ["patient_diagnosis"]


def test_an_exception_opens_what_it_names(charlie: User, find: Find) -> None:
    hr = SourceFactory.create(slug="hr")
    DatasetFactory.create(name="staff", source=hr)
    DatasetFactory.create(name="staff_public", source=hr, tags=["public"])
    rule = RuleFactory.create(label="source:hr", level="discover", people=[charlie])
    ExceptionFactory.create(rule=rule, person=charlie, label="tag:public")
    assert find(charlie, "staff") == ["staff_public"]


def test_what_was_closed_since_the_index_followed_is_not_shown_or_counted(charlie: User, find: Find) -> None:
    dataset = DatasetFactory.create(name="staff", human_description="Wages.")
    DatasetFactory.create(name="staff_open")
    RuleFactory.create(label="tag:secret", level="discover", people=[charlie])
    find(charlie, "staff")
    DatasetTag.objects.create(dataset=dataset, tag=TagFactory.create(slug="secret"))
    refresh_dataset_labels("d.id = %s", [dataset.pk])
    results = search(charlie, "staff")
    assert [hit.dataset.name for hit in results.hits] == ["staff_open"]
    assert results.total == 1
    assert [count.count for count in results.facets["kind"]] == [1]


def test_with_more_changes_than_can_be_left_out_nothing_is_counted(
    charlie: User, find: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = SourceFactory.create()
    for name in ("staff_a", "staff_b", "staff_c"):
        DatasetFactory.create(name=name, source=source)
    find(charlie, "staff")
    Dataset.objects.exclude(name="staff_c").update(human_description="Changed.")
    monkeypatch.setattr(query, "MOST_PENDING", 1)
    results = search(charlie, "staff")
    assert (results.state, results.total, dict(results.facets)) == ("updating", None, {})
    assert [hit.dataset.name for hit in results.hits] == ["staff_c"]


LABELS = ("tag:a", "tag:b", "tag:c")
rules = st.lists(
    st.tuples(st.sampled_from(LABELS), st.sampled_from(("discover", "read")), st.sampled_from((None, *LABELS))),
    max_size=3,
)


@given(held=rules)
@examples(8)
def test_search_and_the_database_agree_on_what_a_person_may_find(
    held: list[tuple[str, str, str | None]], charlie: User, find: Find
) -> None:
    """By name where it may be discovered; by a column where that column may be read."""
    if not Dataset.objects.exists():
        _every_combination()
        catch_up()
    OptOutRule.objects.all().delete()
    for label, level, spared in held:
        rule = RuleFactory.create(label=label, level=level, people=[charlie])
        if spared:
            ExceptionFactory.create(rule=rule, person=charlie, label=spared)
    forget_denials(charlie)
    by_name = search(charlie, "thing", limit=100)
    visible = set(Dataset.objects.visible_to(charlie))
    assert {hit.dataset for hit in by_name.hits} == visible
    assert by_name.total == len(visible)
    assert counted(by_name) == len(visible)
    by_column = search(charlie, "secret", limit=100)
    assert counted(by_column) == by_column.total
    readable = Field.objects.readable_by(charlie).filter(name="secret").values("dataset")
    assert {hit.dataset for hit in by_column.hits} == visible & set(Dataset.objects.filter(pk__in=readable))
    for hit in by_name.hits:
        assert hit.readable == denials_of(charlie).allow(hit.dataset.labels, Level.READ)


def counted(results: Results) -> int:
    """How many datasets the facet of kinds counts, of which each has one."""
    return sum(value.count for value in results.facets["kind"])


def _every_combination() -> None:
    source = SourceFactory.create()
    for number in range(16):
        dataset = DatasetFactory.create(source=source, name=f"thing_{number}")
        labels = [label for bit, label in enumerate(LABELS) if number >> bit & 1]
        Dataset.objects.filter(pk=dataset.pk).update(labels=labels)
        field = FieldFactory.create(dataset=dataset, name="secret", position=1)
        if number & 8:
            Field.objects.filter(pk=field.pk).update(labels=["tag:c"])
