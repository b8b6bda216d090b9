"""A problem from its report, over the cause upstream, to being confirmed, with a real worker and a real mail server."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback.linking import route_upstream
from feedback.models import Clock, Ticket
from feedback.services import move, report
from feedback.tasks import check_service_levels
from feedback.workflow import State
from notifications.choosing import choose
from notifications.models import Mail
from notifications.often import Often
from notifications.tasks import mail_notices
from permissions.models import User
from tests.factories import DatasetFactory, EdgeFactory, UserFactory
from tests.workers import mailbox, until, worker

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def person(name: str) -> User:
    made = UserFactory.create(username=name, email=f"{name}@example.org")
    choose(actor=made, chosen=[("tickets_watched", Often.AT_ONCE)])
    return made


def test_a_problem_is_fixed_upstream_and_confirmed_downstream_by_real_workers() -> None:
    bob, alice, dana, erin = person("bob"), person("alice"), person("dana"), person("erin")
    landing = DatasetFactory.create(name="landing", owner=dana)
    stage, mart = DatasetFactory.create(name="stage", owner=alice), DatasetFactory.create(name="mart", owner=erin)
    EdgeFactory.create(upstream=landing, downstream=stage)
    EdgeFactory.create(upstream=stage, downstream=mart)
    with mailbox() as box, worker(box):
        wrong = report(actor=bob, dataset=mart, kind="wrong", severity="major", title="Names shout")
        middle = route_upstream(actor=erin, ticket=wrong, dataset=stage)
        cause = route_upstream(actor=alice, ticket=middle, dataset=landing)
        Clock.objects.create(ticket=cause, goal="fix", promised=1, due_at=timezone.now() - timedelta(hours=1))
        check_service_levels.delay()
        until(lambda: Clock.objects.exclude(breached_at=None).exists(), "The breach")
        mail_notices.delay()
        until(lambda: len(box.to("dana@example.org")) == 1, "Dana's mail")
        assert "overdue" in str(box.messages[-1]) + "".join(box.to("dana@example.org"))

        move(actor=dana, ticket=move(actor=dana, ticket=cause, to=State.IN_PROGRESS), to=State.FIXED)
        mail_notices.delay()
        until(lambda: any(f"{wrong} Names shout is fixed" in one for one in box.to("bob@example.org")), "Bob's mail")
        move(actor=bob, ticket=wrong, to=State.CONFIRMED)
        mail_notices.delay()
        until(lambda: not Mail.objects.filter(state="waiting").exists(), "The end")
    assert set(Ticket.objects.values_list("state", flat=True)) == {"confirmed"}
    ids = [one["Message-ID"] for one in box.messages]
    assert len(ids) == len(set(ids))
