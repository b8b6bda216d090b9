"""A rule ends when it says, whatever the person it stops does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from django.utils import timezone

from permissions.models import OptOutRule
from tests.factories import RuleFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"])
def test_the_zone_of_a_reader_moves_no_review(zone: str) -> None:
    assert zone in available_timezones()
    today = datetime.now(UTC).date()
    later = RuleFactory.create(review_on=today + timedelta(days=1), at_review="lapse")
    RuleFactory.create(review_on=today, at_review="lapse")
    with timezone.override(zone):
        assert list(OptOutRule.objects.in_force()) == [later]
