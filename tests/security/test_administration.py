"""Nobody gets into the administration, or becomes more than they are, past staff mode and roles."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from permissions.models import User
from tests.cast import in_staff_mode
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_permissions_of_django_open_nothing(as_alice: Client, alice: User) -> None:
    alice.user_permissions.set(Permission.objects.all())
    assert as_alice.get(reverse("admin:permissions_user_changelist"), follow=True).status_code == 403


def test_a_form_that_says_superuser_makes_none(root: User, charlie: User) -> None:
    page = reverse("admin:permissions_user_change", args=[charlie.pk])
    known = {"username": "charlie", "email": charlie.email, "theme": "system", "time_zone": "UTC", "first_name": "Carl"}
    answer = in_staff_mode(root).post(page, known | {"is_superuser": "on", "is_staff": "on", "administers": "on"})
    charlie = User.objects.get(pk=charlie.pk)
    assert (answer.status_code, charlie.first_name) == (302, "Carl")
    assert (charlie.is_superuser, charlie.is_staff, charlie.administers) == (False, False, False)


def test_the_administration_has_no_sign_in_of_its_own(client: Client) -> None:
    UserFactory.create(username="root", password="")
    answer = client.post("/admin/login/", {"username": "root", "password": "guess"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
