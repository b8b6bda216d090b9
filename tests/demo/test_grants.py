"""Who else may do what at Northbeam."""

from __future__ import annotations

import pytest

from catalog.models import DomainGrant
from demo.grants import settle_grants
from demo.people import settle_people
from demo.vocabulary import settle_vocabulary
from permissions.models import Duty, User
from permissions.rules.scope import may_write_on

pytestmark = pytest.mark.django_db


def test_grants_are_given_once_and_hold() -> None:
    people = settle_people()
    domains = settle_vocabulary(people).domains
    for _ in range(2):
        settle_grants(people)
    assert DomainGrant.objects.count() == 5
    amara, lena = (User.objects.get(username=name) for name in ("amara.okafor", "lena.fischer"))
    assert amara.has_perm(Duty.CURATE, domains["finance"])
    assert not amara.has_perm(Duty.CURATE, domains["product"])
    assert may_write_on(lena, "domain:people")
    assert not may_write_on(lena, "class:pii")
