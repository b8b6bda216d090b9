"""Northbeam's own people in the warehouse, and the table that the first billing system left behind."""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import NamedTuple

from psycopg2 import extensions

from demo.northbeam import personal
from demo.northbeam.chance import stream
from demo.northbeam.platform import load
from demo.northbeam.world import World

DEPARTMENTS = {"Product": 14, "Fleet": 9, "Sales": 8, "Support": 7, "Finance": 4, "Data": 5, "People": 2}
OFFICES = {"GB": "Leeds", "DE": "Hamburg", "SE": "Malmö"}


class Employee(NamedTuple):
    employee_id: int
    full_name: str
    work_email: str
    department: str
    office: str
    birth_date: date
    joined_on: date
    left_on: date | None
    manager_id: int | None


class Salary(NamedTuple):
    employee_id: int
    valid_from: date
    yearly_eur: int
    bonus_share: float
    iban: str


class Draft(NamedTuple):
    department: str
    posts_today: int
    posts_planned: int
    note: str | None


class OldCustomer(NamedTuple):
    cust_no: str
    nm1: str
    nm2: str
    eml: str
    tel: str | None
    cc_no: str
    birthdt: str
    stat: str
    crt_dt: date
    upd_dt: date


def employees(seed: int) -> list[Employee]:
    rng = stream(seed, "employees")
    posts = [department for department, count in DEPARTMENTS.items() for _ in range(count)]
    return [_employee(number, department, rng) for number, department in enumerate(posts, start=1)]


def _employee(number: int, department: str, rng: Random) -> Employee:
    country = rng.choice(tuple(OFFICES))
    given, family = rng.choice(personal.GIVEN_NAMES[country]), rng.choice(personal.FAMILY_NAMES[country])
    born = date(rng.randrange(1965, 2002), rng.randrange(1, 13), rng.randrange(1, 29))
    joined = date(rng.randrange(2021, 2026), rng.randrange(1, 13), 1)
    left = date(2026, rng.randrange(1, 10), 28) if rng.random() < 0.1 and number > 1 else None
    mail = personal.email(given, family, number, "northbeam.example")
    return Employee(
        number, f"{given} {family}", mail, department, OFFICES[country], born, joined, left, 1 if number > 1 else None
    )


def salaries(people: list[Employee], seed: int) -> Iterator[Salary]:
    rng = stream(seed, "salaries")
    for person in people:
        pay = rng.randrange(36_000, 92_000, 500)
        iban = personal.iban(rng.choice(("DE", "SE", "GB")), rng)
        yield Salary(person.employee_id, person.joined_on, pay, 0.05, iban)
        if person.joined_on < date(2025, 4, 1):
            yield Salary(person.employee_id, date(2025, 4, 1), int(pay * 1.04), 0.05, iban)


def drafts() -> list[Draft]:
    return [Draft(department, posts, posts - posts // 6, None) for department, posts in DEPARTMENTS.items()]


def old_customers(world: World) -> Iterator[OldCustomer]:
    """The customers of 2024 as the first billing system kept them, whole card numbers included."""
    rng = stream(world.seed, "old customers")
    owners = {user.account_id: user for user in world.users if user.role == "owner"}
    frozen = date(2024, 6, 30)
    for account in world.accounts:
        if account.created_at.date() <= frozen:
            owner = owners[account.account_id]
            born = f"{owner.birth_date:%d.%m.%Y}" if owner.birth_date else ""
            yield OldCustomer(
                account.account_number, owner.family_name, owner.given_name, owner.email, owner.phone,
                personal.card_number(rng), born, rng.choice("AAAX"), account.created_at.date(), frozen,
            )  # fmt: skip


def load_staff_and_legacy(connection: extensions.connection, world: World) -> None:
    people = employees(world.seed)
    load(connection, "people_ops.employee", people)
    load(connection, "people_ops.salary", salaries(people, world.seed))
    load(connection, "people_ops.restructuring_draft", drafts())
    load(connection, "legacy.customer_master", old_customers(world))
