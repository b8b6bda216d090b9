"""Datasets that descriptions name, told by how they are spelled."""

import pytest

from catalog.search.mentions import name_of, names_in
from catalog.search.vocabulary import Vocabulary
from permissions.models import User
from tests.factories import DatasetFactory
from tests.searching import Find


def test_names_are_told_by_capitals_digits_and_underscores() -> None:
    text = "Joins to order_items; built on ImageNet and CIFAR-10, labelled as the Penn Treebank."
    assert names_in(text) == {"order_items", "ImageNet", "CIFAR 10", "CIFAR", "10", "Penn Treebank"}


def test_a_name_that_is_spelled_like_a_word_is_none() -> None:
    assert [name_of(name) for name in ("orders", "Orders", "US", "2024", "")] == [""] * 5
    assert [name_of(name) for name in ("order_items", "COCO", "CIFAR-10")] == ["order_items", "COCO", "CIFAR 10"]


def test_mentions_are_those_of_others() -> None:
    vocabulary = Vocabulary(named={"COCO": 5, "AREA": 5}, prose={"area": 50, "coco": 5})
    assert vocabulary.mentions(("COCO", ""), "Common objects") == 5
    assert vocabulary.mentions(("coco_2014", "COCO"), "COCO holds common objects") == 4
    assert vocabulary.mentions(("AREA",), "") == 0  # mostly written as a word


@pytest.mark.django_db(transaction=True)
def test_what_others_are_described_by_comes_first(alice: User, find: Find) -> None:
    for name in ("LOST_LEADS", "KEPT_LEADS"):
        DatasetFactory.create(name=name, harvested_description="Of people who asked.")
    for number in range(4):
        DatasetFactory.create(name=f"report_{number}", harvested_description=f"Counts KEPT_LEADS by week {number}.")
    assert find(alice, "people asked")[:2] == ["KEPT_LEADS", "LOST_LEADS"]
