"""The signature differs after every change that a fact could show, and only then."""

from __future__ import annotations

from tests.connectors.conftest import PostgresDatabase

BEFORE = """
    create schema shop;
    create type shop.progress as enum ('new', 'done');
    create type shop.place as (street text);
    create domain shop.amount as numeric(14, 2);
    create table shop.customer (id integer primary key, name text, mail text, status shop.progress, paid shop.amount);
    create table shop.sale (id integer, customer_id integer, at date) partition by range (at);
    create table shop.sale_2024 partition of shop.sale for values from ('2024-01-01') to ('2025-01-01');
    create table shop.sale_2025 (id integer, customer_id integer, at date);
    create table shop.animal (id integer);
    create view shop.names as select name from shop.customer;
    create materialized view shop.count as select count(*) as n from shop.customer;
    create index customer_name on shop.customer (name);
    create foreign data wrapper nowhere;
    create server far_away foreign data wrapper nowhere;
    create foreign table shop.distant (id integer) server far_away;
    create function shop.one() returns integer language sql as 'select 1';
    create collation shop.plain (locale = 'C');
    create table shop.collated (word text collate shop.plain);
"""

CHANGES = """
    create table shop.added (id integer)
    alter table shop.added rename to renamed
    alter table shop.renamed set schema public
    drop table public.renamed
    alter table shop.customer add column extra integer
    alter table shop.customer rename column extra to more
    alter table shop.customer alter column more type bigint
    alter table shop.customer alter column more set default 3
    alter table shop.customer alter column more set default 4
    alter table shop.customer alter column more drop default
    alter table shop.customer alter column more set not null
    alter table shop.customer drop column more
    alter table shop.customer alter column id add generated always as identity
    comment on table shop.customer is 'People'
    comment on table shop.customer is 'People who buy'
    comment on table shop.customer is null
    comment on column shop.customer.name is 'Given and family'
    comment on schema shop is 'All we sell'
    comment on schema public is 'Changed'
    comment on function shop.one() is 'Always one'
    comment on type shop.progress is 'How far'
    alter table shop.customer add constraint mail_once unique (mail)
    alter table shop.customer rename constraint mail_once to mail_unique
    alter table shop.customer drop constraint mail_unique
    alter table shop.customer add check (name <> '')
    alter table shop.sale_2025 add foreign key (customer_id) references shop.customer
    create index on shop.customer (lower(mail)) where id > 1
    alter index shop.customer_name rename to customer_by_name
    drop index shop.customer_by_name
    alter table shop.sale attach partition shop.sale_2025 for values from ('2025-01-01') to ('2026-01-01')
    alter table shop.sale detach partition shop.sale_2025
    create table shop.dog () inherits (shop.animal)
    alter table shop.dog no inherit shop.animal
    create or replace view shop.names as select upper(name) as name from shop.customer
    alter view shop.names rename column name to label
    refresh materialized view shop.count with no data
    alter type shop.progress add value 'lost'
    alter type shop.progress rename value 'new' to 'fresh'
    alter type shop.progress rename to state
    alter domain shop.amount add constraint positive check (value >= 0)
    alter domain shop.amount set not null
    alter domain shop.amount rename to money
    alter type shop.place add attribute number integer
    create type shop.span as range (subtype = integer)
    alter collation shop.plain rename to simple
    alter server far_away rename to further_away
    alter foreign table shop.distant add column label text
    alter function shop.one() rename to uno
    create or replace function shop.uno() returns integer language plpgsql as 'begin return 1; end'
    create procedure shop.tidy() language sql as ''
    drop procedure shop.tidy()
    alter extension plpgsql add table shop.animal
    alter extension plpgsql drop table shop.animal
    alter table shop.animal set unlogged
    create schema empty
    drop schema empty
    alter schema shop rename to store
    analyze store.animal
    insert into store.animal select generate_series(1, 500); analyze store.animal
"""


def test_every_change_of_the_catalog_changes_the_signature(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute(BEFORE)
    statements = [line.strip() for line in CHANGES.strip().splitlines()]
    unnoticed = []
    with postgres_database.connector() as connector:
        last = connector.signature()
        for statement in statements:
            postgres_database.execute(statement)
            last, before = connector.signature(), last
            if last == before:
                unnoticed.append(statement)
    assert unnoticed == []


def test_two_changes_that_cancel_out_in_number_are_noticed(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute("create table a (x integer); create table b (x integer)")
    with postgres_database.connector() as connector:
        before = connector.signature()
        postgres_database.execute("begin; alter table a rename to c; alter table b rename to a; alter table c rename to b; commit")  # fmt: skip  # noqa: E501
        assert connector.signature() != before


def test_owners_and_the_databases_own_comment_count(postgres_database: PostgresDatabase) -> None:
    role = f"{postgres_database.name}_owner"
    postgres_database.execute(f"create role {role}", "create table a (x integer)")
    try:
        with postgres_database.connector() as connector:
            signatures = [connector.signature()]
            for statement in (
                f"alter table a owner to {role}",
                f"alter role {role} rename to {role}_new",
                f"alter database {postgres_database.name} owner to {role}_new",
                f"comment on database {postgres_database.name} is 'Ours'",
            ):
                postgres_database.execute(statement)
                signatures.append(connector.signature())
        assert len(set(signatures)) == 5
    finally:
        postgres_database.execute(f"reassign owned by {role}_new to current_user", f"drop role {role}_new")


def test_nothing_changed_gives_the_same_signature(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute(BEFORE)
    with postgres_database.connector() as connector:
        before = connector.signature()
    postgres_database.execute("insert into shop.customer values (1, 'Ann')", "vacuum pg_class, pg_attribute")
    with postgres_database.connector() as connector:
        assert connector.signature() == before
