"""Tickets over REST."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Dataset
from feedback.models import Ticket
from permissions.models import User
from tests.api.conftest import JSON, program
from tests.factories import TicketFactory


@pytest.mark.django_db
@pytest.mark.parametrize(("on", "status", "votes"), [(True, 200, 1), (0, 400, 0), ("yes", 400, 0), (None, 400, 0)])
def test_a_vote_is_true_or_false(customers: Dataset, bob: User, on: Any, status: int, votes: int) -> None:
    ticket = TicketFactory.create(dataset=customers)
    answer = program(bob, "read", "write").post(f"/api/v1/tickets/{ticket.pk}/vote", {"on": on}, content_type=JSON)
    assert (answer.status_code, Ticket.objects.get().votes) == (status, votes)
