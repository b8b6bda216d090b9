"""Who the people of the demo are to the catalog."""

from __future__ import annotations

import pytest

from demo.people import settle_people
from harvest.duties import may_register


@pytest.mark.django_db
def test_the_engineer_may_connect_sources_and_analysts_may_not() -> None:
    people = settle_people()

    assert may_register(people["yuki.tanaka"])
    assert not may_register(people["amara.okafor"])
