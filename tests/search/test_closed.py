"""The engine's reading of denials, against the denials themselves."""

import tantivy
from hypothesis import given
from hypothesis import strategies as st

from catalog.search.closed import closed
from catalog.search.schema import schema
from permissions.denials import EVERYTHING, Denial, Denials
from permissions.levels import Level

LABELS = [f"tag:{letter}" for letter in "abcd"]
SUBSETS = [frozenset(label for bit, label in enumerate(LABELS) if number >> bit & 1) for number in range(16)]

label = st.sampled_from([*LABELS, EVERYTHING])
some_labels = st.sampled_from(SUBSETS)
levels = st.sampled_from(list(Level))
denials = st.lists(
    st.builds(Denial, rule_id=st.integers(1, 9), label=label, level=levels, unless=some_labels), max_size=6
).map(lambda items: Denials(tuple(items)))


def searcher_of_subsets() -> tantivy.Searcher:
    """An index in which dataset n carries `SUBSETS[n]`."""
    index = tantivy.Index(schema())
    writer = index.writer(15_000_000, 1)
    for number, labels in enumerate(SUBSETS):
        writer.add_document(tantivy.Document.from_dict({"dataset": number, "labels": sorted(labels)}, schema()))
    writer.commit()
    index.reload()
    return index.searcher()


SEARCHER = searcher_of_subsets()


@given(denials, levels, some_labels)
def test_what_is_closed_is_what_the_denials_stop(held: Denials, level: Level, also: frozenset[str]) -> None:
    where = closed(held, level, also)
    for labels in SUBSETS:
        assert where.holds(labels) == (not held.allow(labels | also, level))


@given(denials, levels, some_labels)
def test_the_query_matches_exactly_what_is_closed(held: Denials, level: Level, also: frozenset[str]) -> None:
    where = closed(held, level, also)
    hits = SEARCHER.search(where.query, 100).hits
    found = SEARCHER.fast_field_values("dataset", [address for _, address in hits])
    assert {SUBSETS[int(number)] for number in found if number is not None} == {
        labels for labels in SUBSETS if not held.allow(labels | also, level)
    }


@given(denials)
def test_leaving_out_the_hidden_and_the_rest_leaves_out_the_unreadable(held: Denials) -> None:
    hidden = closed(held, Level.DISCOVER)
    rest = closed(held, Level.READ) - hidden
    for labels in SUBSETS:
        assert (hidden.holds(labels) or rest.holds(labels)) == (not held.allow(labels, Level.READ))
