"""Which acts leave an entry, whatever way they were done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pydantic import SecretStr

from catalog.models import Dataset, Domain, Source
from harvest import services
from harvest.connectors.postgres.config import PostgresConfig
from harvest.models import Run
from permissions.appointing import give_role, take_role
from permissions.models import AuditEntry, OptOutRule, Role, RoleGrant, Token, User
from permissions.tokens.services import create_token, revoke_token
from tests.caching import forget_cached
from tests.cast import in_staff_mode, signed_in
from tests.counting import queries
from tests.factories import RuleFactory, SampleFactory

pytestmark = pytest.mark.django_db


def entries(*actions: str) -> list[tuple[str, str, str]]:
    """Action, person and thing of each entry of these kinds, in the order they were made."""
    found = AuditEntry.objects.filter(action__in=actions).order_by("id")
    return list(found.values_list("action", "actor_name", "thing_name"))


# --- signing in


@pytest.fixture
def with_password(alice: User) -> User:
    alice.set_password("open sesame 42")
    alice.save()
    return alice


def sign_in(client: Client, name: str, password: str) -> None:
    forget_cached()
    client.post(reverse("account_login"), {"login": name, "password": password}, REMOTE_ADDR="10.9.8.7")


def test_signing_in_and_out_is_recorded_with_the_address(client: Client, with_password: User) -> None:
    sign_in(client, "alice", "open sesame 42")
    client.post(reverse("account_logout"))
    assert entries("sign_in.succeeded", "sign_in.out", "sign_in.failed") == [
        ("sign_in.succeeded", "alice", "alice"), ("sign_in.out", "alice", "alice"),
    ]  # fmt: skip
    assert AuditEntry.objects.get(action="sign_in.succeeded").address == "10.9.8.7"


def test_a_failed_sign_in_names_the_account_and_nothing_that_was_typed(client: Client, with_password: User) -> None:
    sign_in(client, "alice", "wrong")
    sign_in(client, "my password is hunter2", "alice")
    assert entries("sign_in.failed") == [("sign_in.failed", "", "alice"), ("sign_in.failed", "", "")]
    assert not AuditEntry.objects.filter(note__contains="hunter2").exists()


# --- tokens


def asked(secret: str, path: str = "/api/v1/me", method: str = "get") -> int:
    forget_cached()
    return int(getattr(Client(), method)(path, headers={"Authorization": f"Bearer {secret}"}).status_code)


def test_tokens_are_recorded_when_made_and_ended_without_their_secret(alice: User) -> None:
    made = create_token(actor=alice, name="nightly")
    revoke_token(actor=alice, token=made.token)
    revoke_token(actor=alice, token=made.token)
    name = str(made.token)
    assert entries("token.created", "token.revoked") == [
        ("token.created", "alice", name), ("token.revoked", "alice", name),
    ]  # fmt: skip
    assert made.secret not in str(list(AuditEntry.objects.values()))


def test_a_denied_token_is_recorded_whatever_denies_it(alice: User) -> None:
    ended, late, of_nobody, weak = (create_token(actor=alice, name=name) for name in ("ended", "late", "gone", "weak"))
    revoke_token(actor=alice, token=ended.token)
    Token.objects.filter(pk=late.token.pk).update(
        created_at=timezone.now() - timedelta(days=2), expires_at=timezone.now() - timedelta(days=1)
    )
    assert asked(weak.secret, "/api/v1/sources/crm/runs", "post") == 403
    assert asked(ended.secret) == asked(late.secret) == asked("cnd_guess123456789") == asked("hunter2") == 401
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert asked(of_nobody.secret) == 401
    assert [(who, thing) for _, who, thing in entries("token.refused")] == [
        ("alice", str(weak.token)), ("alice", str(ended.token)), ("alice", str(late.token)),
        ("", "cnd_gues…"), ("", ""), ("alice", str(of_nobody.token)),
    ]  # fmt: skip


def test_an_entry_tells_which_token_was_used(alice: User, customers: Dataset) -> None:
    made = create_token(actor=alice, name="nightly")
    assert asked(made.secret, "/api/v1/datasets/123456789") == 404
    found = AuditEntry.objects.get(action="read.missed")
    assert (found.actor_name, found.token_id, found.token_name) == ("alice", made.token.pk, "nightly")


# --- reading


def test_a_denied_read_is_recorded_with_the_rule_each_time(customers: Dataset, charlie: User) -> None:
    rule = RuleFactory.create(label="source:crm", level="read", people=[charlie])
    page = signed_in(charlie)
    for _ in range(2):
        assert page.get(customers.get_absolute_url()).status_code == 403
    assert entries("read.denied") == [("read.denied", "charlie", str(customers))] * 2
    assert AuditEntry.objects.filter(action="read.denied")[0].after == {"level": "read", "rules": [rule.pk]}


@pytest.mark.parametrize("path", ["/api/v1/datasets/{0.pk}", "/api/v1/datasets/by-key/{0.key}", "/datasets/{0.pk}/"])
def test_whoever_asks_for_what_is_hidden_is_recorded(customers: Dataset, as_charlie: Client, path: str) -> None:
    assert as_charlie.get(path.format(customers)).status_code == 404
    assert entries("read.denied", "read.missed") == [("read.denied", "charlie", str(customers))]


def test_asking_for_what_is_not_there_is_recorded_too(as_charlie: Client, customers: Dataset) -> None:
    assert as_charlie.get("/datasets/123456789/").status_code == 404
    assert entries("read.denied", "read.missed") == [("read.missed", "charlie", "dataset pk 123456789")]


def test_hidden_and_absent_cost_as_many_queries(customers: Dataset, as_charlie: Client) -> None:
    addresses = [f"/datasets/{pk}/" for pk in (customers.pk, 123456789)]
    for address in addresses:
        as_charlie.get(address)
    hidden, absent = (queries(as_charlie, address, status=404) for address in addresses)
    assert len(hidden) == len(absent), "\n".join([*hidden, "", *absent])


@pytest.fixture
def sampled(customers: Dataset) -> Dataset:
    SampleFactory.create(dataset=customers)
    return customers


def reads() -> list[tuple[str, Any]]:
    found = AuditEntry.objects.filter(action="sample.read").order_by("id")
    return list(found.values_list("actor_name", "after"))


def test_values_of_what_no_rule_names_leave_no_entry(sampled: Dataset, as_alice: Client) -> None:
    assert as_alice.get(f"{sampled.get_absolute_url()}sample/").status_code == 200
    assert reads() == []


def test_values_shown_of_what_a_rule_closes_to_others_are_recorded(
    sampled: Dataset, as_alice: Client, hidden_from_charlie: OptOutRule
) -> None:
    assert as_alice.get(f"{sampled.get_absolute_url()}sample/").status_code == 200
    ((who, shown),) = reads()
    assert (who, shown["under rules on"]) == ("alice", ["source:crm"])
    assert set(shown["fields"]) <= {"id", "name", "email"}


def test_a_withdrawn_rule_closes_nothing(sampled: Dataset, as_alice: Client, hidden_from_charlie: OptOutRule) -> None:
    OptOutRule.objects.update(withdrawn_at=timezone.now())
    as_alice.get(f"{sampled.get_absolute_url()}sample/")
    assert reads() == []


def test_an_export_is_recorded_with_what_was_asked_for(as_alice: Client) -> None:
    response = as_alice.get(reverse("catalog:export"), {"q": "customers"})
    assert b"dataset" in b"".join(response.streaming_content)  # type: ignore[attr-defined]
    found = AuditEntry.objects.get(action="export.read")
    assert (found.actor_name, found.after) == (
        "alice",
        {"rows": 0, "format": "csv", "narrowed": {"search": "q=customers"}},
    )


# --- roles


def test_roles_are_recorded(alice: User, bob: User) -> None:
    RoleGrant.objects.create(role=Role.ADMINISTRATOR, person=alice)
    grant = give_role(actor=alice, role=Role.COUNCIL, whom=bob)
    give_role(actor=alice, role=Role.COUNCIL, whom=bob)
    take_role(actor=alice, grant=grant)
    assert entries("role.given", "role.removed") == [("role.given", "alice", "bob"), ("role.removed", "alice", "bob")]


# --- sources


def reached_by(password: str) -> PostgresConfig:
    return PostgresConfig(host="db", database="crm", user="reader", password=SecretStr(password))


def test_what_is_done_to_a_source_is_recorded_without_its_secrets(alice: User) -> None:
    config = reached_by("s3cret!")
    source = services.register_source(actor=alice, name="CRM", kind="postgres", config=config)
    services.update_source(source=source, actor=alice, description="Customers", cron="0 3 * * *")
    services.retire_source(source=source, actor=alice)
    services.restore_source(source=source, actor=alice)
    services.discard_source(source=source, actor=alice)
    done = ("registered", "changed", "retired", "restored", "discarded")
    assert entries(*(f"source.{name}" for name in done)) == [(f"source.{name}", "alice", "CRM") for name in done]
    changed = AuditEntry.objects.get(action="source.changed")
    assert changed.before is not None
    assert changed.after is not None
    differing = {name for name, value in changed.after.items() if value != changed.before[name]}
    assert differing == {"description", "schedule"}
    assert "s3cret!" not in str(list(AuditEntry.objects.values()))


def test_secrets_entered_anew_are_mentioned_and_not_told(alice: User) -> None:
    config = reached_by("s3cret!")
    source = services.register_source(actor=alice, name="CRM", kind="postgres", config=config)
    services.update_source(source=source, actor=alice, config=reached_by("n3w"))
    assert AuditEntry.objects.get(action="source.changed").note == "Secrets were entered anew."


def test_confirming_and_stopping_a_harvest_is_recorded(crm: Source, alice: User) -> None:
    waiting = Run.objects.create(source=crm, state=Run.State.CONFIRM)
    again = services.confirm_run(run=waiting, actor=alice)
    services.cancel_run(run=again, actor=alice)
    assert [action for action, _, _ in entries("run.confirmed", "run.cancelled")] == ["run.confirmed", "run.cancelled"]


# --- the administration


@pytest.fixture
def as_root(root: User) -> Client:
    return in_staff_mode(root)


def test_what_is_done_in_the_administration_is_recorded(as_root: Client, alice: User) -> None:
    given = {"name": "Sales", "slug": "sales", "steward": alice.pk, "openness": "suggestions"}
    as_root.post(reverse("admin:catalog_domain_add"), given)
    change = reverse("admin:catalog_domain_change", args=[Domain.objects.get().pk])
    as_root.post(change, given | {"name": "Sales and more"})
    as_root.post(change, given | {"name": "Sales and more"})
    assert entries("admin.added", "admin.changed") == [
        ("admin.added", "root", "Sales"), ("admin.changed", "root", "Sales and more"),
    ]  # fmt: skip
    changed = AuditEntry.objects.get(action="admin.changed")
    assert (changed.before, changed.after) == ({"name": "Sales"}, {"name": "Sales and more"})


def test_a_password_set_in_the_administration_is_recorded_and_not_told(as_root: Client, alice: User) -> None:
    new = {"password1": "n3w-and-long-enough", "password2": "n3w-and-long-enough", "usable_password": "true"}
    as_root.post(reverse("admin:auth_user_password_change", args=[alice.pk]), new)
    assert entries("admin.changed") == [("admin.changed", "root", "alice")]
    assert "n3w-and-long" not in str(list(AuditEntry.objects.values()))
