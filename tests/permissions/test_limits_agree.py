"""What a token's labels keep it out of is one truth for the filter, the gate and the engine's reading of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Dataset
from catalog.search.closed import closed
from permissions.access import denials_of, limit
from permissions.gate import may
from permissions.levels import Level
from permissions.models import Token
from tests.examples import examples
from tests.factories import DatasetFactory, RuleFactory, SourceFactory, UserFactory
from tests.permissions.test_filter_agrees import LABELS, some_labels, undone


@pytest.mark.django_db
@examples(15)
@given(only=some_labels, kept=some_labels, ruled=st.sampled_from(LABELS), things=st.lists(some_labels, min_size=1))
def test_a_limited_viewer_sees_exactly_what_is_inside(
    only: list[str], kept: list[str], ruled: str, things: list[list[str]]
) -> None:
    with undone():
        person, source = UserFactory.create(), SourceFactory.create()
        RuleFactory.create(owner=UserFactory.create(), label=ruled, level="discover", people=[person])
        for labels in things[:4]:
            dataset = DatasetFactory.create(source=source)
            Dataset.objects.filter(pk=dataset.pk).update(labels=labels)
        limit(person, Token(only_labels=only, kept_from=kept).limits)
        shown = set(Dataset.objects.visible_to(person))
        for dataset in Dataset.objects.all():
            carried = set(dataset.labels)
            inside = carried.isdisjoint([*kept, ruled]) and (not only or not carried.isdisjoint(only))
            assert (dataset in shown) == inside
            assert may(dataset, person, Level.SAMPLE) == inside
            assert closed(denials_of(person), Level.DISCOVER).holds(frozenset(carried)) != inside
