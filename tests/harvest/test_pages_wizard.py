"""Connecting a source, step by step, and changing it afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from catalog.models import Dataset, Source
from core.secrets import unseal
from harvest import services
from harvest.connectors.postgres import PostgresConfig
from harvest.models import Run, Schedule
from harvest.wizard import KEY
from permissions.models import User
from tests.cast import signed_in
from tests.connectors.conftest import PostgresDatabase, _emptied_database, postgres_database  # noqa: F401
from tests.factories import DomainFactory
from tests.harvest.pages import engineer, finish, harvest, make_file, register

SECRET = "hunter2-and-more"


@pytest.fixture
def file(tmp_path: Path, settings: Any) -> Path:
    settings.HARVEST_BRAKES = settings.HARVEST_BRAKES | {"file_roots": (str(tmp_path),)}
    return make_file(tmp_path)


@pytest.fixture
def erin(db: None) -> User:
    return engineer()


@pytest.fixture
def as_erin(erin: User) -> Client:
    return signed_in(erin)


def told(client: Client, step: str, **values: Any) -> Any:
    """The page that a step leads to."""
    response = client.post(f"/sources/new/{step}", values, follow=True)
    assert response.status_code == 200, response.content.decode()
    return response


def reach_details(client: Client, file: Path) -> None:
    told(client, "", kind="sqlalchemy")
    told(client, "connection/", **{"c-url": f"sqlite:///{file}"})
    told(client, "scope/", include="", exclude="notes")


def connection_of(database: PostgresDatabase) -> dict[str, Any]:
    config = database.config
    return {
        "c-host": config.host,
        "c-port": config.port,
        "c-database": config.database,
        "c-user": config.user,
        "c-password": SECRET,  # the test server trusts everybody
        "c-sslmode": "prefer",
    }


def test_a_file_is_connected_tried_and_harvested(as_erin: Client, erin: User, file: Path) -> None:
    domain = DomainFactory.create(name="Sales")
    told(as_erin, "", kind="sqlalchemy")
    tested = told(as_erin, "connection/", **{"c-url": f"sqlite:///{file}"})
    assert "Connected: SQLite" in tested.content.decode()
    told(as_erin, "scope/", include="", exclude="notes")
    page = told(
        as_erin,
        "details/",
        name="CRM",
        description="Contacts.",
        domain=domain.pk,
        samples="on",
        when="nightly",
        cron="",
    )

    source = Source.objects.get()
    run = Run.objects.get()
    assert (source.name, source.owner, source.domain, source.exclude) == ("CRM", erin, domain, ["notes"])
    assert page.redirect_chain[-1][0] == run.get_absolute_url()
    assert run.dry
    finish(run)
    tried = as_erin.get(run.get_absolute_url()).content.decode()
    assert "This is what would come into the catalog" in tried
    assert "orders_old" in tried
    assert not Dataset.objects.exists()

    as_erin.post(f"/sources/{source.slug}/harvest/")
    finish(Run.objects.get(dry=False))
    assert set(Dataset.objects.values_list("name", flat=True)) == {"contacts", "orders_old"}


def test_a_postgresql_database_is_connected_from_a_pasted_url(
    as_erin: Client,
    postgres_database: PostgresDatabase,  # noqa: F811
) -> None:
    postgres_database.execute("create table public.orders (id int primary key)")
    config = postgres_database.config
    url = f"postgresql://{config.user}:{SECRET}@{config.host}:{config.port}/{config.database}"
    if config.host.startswith("/"):
        url = f"postgresql://{config.user}:{SECRET}@/{config.database}?host={config.host}&port={config.port}"

    filled = told(as_erin, "", url=url)
    assert config.database in filled.content.decode()
    assert SECRET not in filled.content.decode()
    tested = told(as_erin, "connection/", **connection_of(postgres_database) | {"c-password": ""})
    assert "Connected: PostgreSQL" in tested.content.decode()
    previewed = as_erin.post("/sources/new/scope/preview/", {"include": "public.*", "exclude": ""}).content.decode()
    assert "public.orders" in previewed
    told(as_erin, "scope/", include="public.*", exclude="")
    told(as_erin, "details/", name="Shop", samples="on", when="hand", cron="")

    assert Source.objects.get().secrets == {"password": SECRET}
    assert finish(Run.objects.get()).added == 1


def test_the_secret_is_in_no_page_no_address_and_no_plain_session(
    as_erin: Client,
    postgres_database: PostgresDatabase,  # noqa: F811
) -> None:
    told(as_erin, "", kind="postgresql")
    pages = [told(as_erin, "connection/", **connection_of(postgres_database))]
    pages.append(as_erin.get("/sources/new/connection/"))
    pages.append(as_erin.post("/sources/new/connection/", connection_of(postgres_database) | {"c-port": "0"}))
    pages.append(as_erin.get("/sources/new/test/"))
    pages.append(told(as_erin, "scope/", include="", exclude=""))
    draft = as_erin.session[KEY]
    pages.append(told(as_erin, "details/", name="Shop", when="hand", cron=""))
    source = Source.objects.get()
    pages += [as_erin.get(f"/sources/{source.slug}/{part}") for part in ("", "edit/", "schedule/")]

    for page in pages:
        assert SECRET not in page.content.decode()
        assert all(SECRET not in where for where, _ in getattr(page, "redirect_chain", []))
    assert SECRET not in str(draft)
    assert unseal(draft["sealed"]) == {"password": SECRET}
    assert SECRET not in str(as_erin.session[KEY])


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"c-port": "1"}, "It could not be reached"),
        ({"c-database": "no_such_database"}, "It is not there"),
        ({"c-host": "no-such-host.invalid"}, "The name was not found"),
    ],
)
def test_a_test_that_fails_says_which_part_and_what_to_do(
    as_erin: Client,
    postgres_database: PostgresDatabase,  # noqa: F811
    changes: dict[str, str],
    title: str,
) -> None:
    told(as_erin, "", kind="postgresql")

    page = told(as_erin, "connection/", **connection_of(postgres_database) | changes).content.decode()

    assert title in page
    assert "check" in page
    assert "Change the connection" in page


def test_a_wrong_connection_keeps_what_was_typed_but_the_secret(as_erin: Client) -> None:
    told(as_erin, "", kind="postgresql")

    typed = {
        "c-host": "db.example.org",
        "c-port": "70000",
        "c-database": "",
        "c-password": SECRET,
        "c-sslmode": "prefer",
    }
    response = as_erin.post("/sources/new/connection/", typed)

    page = response.content.decode()
    assert response.status_code == 422
    assert "db.example.org" in page
    assert "less than or equal to 65535" in page
    assert SECRET not in page


def test_a_url_with_a_mistake_is_not_quoted(as_erin: Client) -> None:
    response = as_erin.post("/sources/new/", {"url": f"gopher://me:{SECRET}@host/x"})

    assert response.status_code == 422
    assert "No connector answers to gopher" in response.content.decode()
    assert SECRET not in response.content.decode()


def test_a_second_click_registers_nothing_twice(as_erin: Client, file: Path) -> None:
    reach_details(as_erin, file)
    draft = as_erin.session[KEY]
    answer = {"name": "CRM", "samples": "on", "when": "nightly", "cron": ""}
    told(as_erin, "details/", **answer)
    session = as_erin.session
    session[KEY] = draft  # as a click sees it that came at the same moment
    session.save()

    again = told(as_erin, "details/", **answer)

    assert Source.objects.count() == Run.objects.count() == 1
    assert "This is the run under way" in again.content.decode()
    assert told(as_erin, "details/", **answer).redirect_chain[0][0] == "/sources/crm/"


def test_what_was_said_survives_going_back_and_reloading(as_erin: Client, file: Path) -> None:
    reach_details(as_erin, file)

    assert str(file) in as_erin.get("/sources/new/connection/").content.decode()
    assert "notes" in as_erin.get("/sources/new/scope/").content.decode()
    assert as_erin.get("/sources/new/details/").status_code == 200


def test_what_was_said_outlives_the_session(as_erin: Client, erin: User, file: Path) -> None:
    reach_details(as_erin, file)

    anew = signed_in(erin)

    assert anew.get("/sources/new/details/").status_code == 200


def test_who_signs_in_again_in_the_middle_of_an_action_is_led_to_its_page(as_erin: Client, shop: Source) -> None:
    assert as_erin.get("/sources/shop/harvest/")["Location"] == "/sources/shop/"
    assert not Run.objects.exists()


def test_a_step_out_of_turn_leads_to_the_first_that_needs_an_answer(as_erin: Client) -> None:
    assert as_erin.get("/sources/new/details/")["Location"] == "/sources/new/"
    told(as_erin, "", kind="files")
    assert as_erin.get("/sources/new/scope/")["Location"] == "/sources/new/connection/"


def test_starting_over_forgets_everything(as_erin: Client, file: Path) -> None:
    reach_details(as_erin, file)

    as_erin.post("/sources/new/forget/")

    assert as_erin.session[KEY]["config"] == {}


def test_the_preview_works_without_scripts(as_erin: Client, file: Path) -> None:
    reach_details(as_erin, file)

    page = told(as_erin, "scope/", include="con*", exclude="", preview="1").content.decode()

    assert "contacts" in page
    assert "1\u00a0taken" in page
    assert "2\u00a0left out" in page


def test_the_schedule_sleeps_until_the_first_real_harvest(as_erin: Client, file: Path) -> None:
    reach_details(as_erin, file)
    told(as_erin, "details/", name="CRM", when="own", cron="30 4 * * 1-5")
    schedule = Schedule.objects.select_related("task").get()
    assert (schedule.cron, schedule.task.enabled) == ("30 4 * * 1-5", False)
    finish(Run.objects.get())

    as_erin.post("/sources/crm/harvest/")

    schedule.task.refresh_from_db()
    assert schedule.task.enabled


def test_a_wrong_schedule_says_what_is_wrong(as_erin: Client, file: Path) -> None:
    reach_details(as_erin, file)

    response = as_erin.post("/sources/new/details/", {"name": "CRM", "when": "own", "cron": "at noon"})

    assert response.status_code == 422
    assert "A schedule has five parts" in response.content.decode()


def test_a_cron_line_is_told_in_words(as_erin: Client) -> None:
    page = as_erin.get("/sources/new/cron/", {"cron": "30 4 * * 1-5"}).content.decode()

    assert "At 04:30 AM, Monday through Friday, UTC. Next" in page


def test_a_source_that_was_only_tried_can_be_discarded(as_erin: Client, file: Path) -> None:
    reach_details(as_erin, file)
    told(as_erin, "details/", name="CRM", when="nightly", cron="")
    finish(Run.objects.get())

    as_erin.post("/sources/crm/discard/")

    assert not Source.objects.exists()
    assert not Schedule.objects.exists()


def test_a_source_that_was_harvested_is_never_discarded(as_erin: Client, erin: User, file: Path) -> None:
    source = register(file, erin)
    harvest(source)

    page = as_erin.post(f"/sources/{source.slug}/discard/", follow=True).content.decode()

    assert "Retire it instead" in page
    assert Source.objects.filter(pk=source.pk).exists()


# --- changing a registered source


@pytest.fixture
def shop(erin: User) -> Source:
    config = PostgresConfig(host="127.0.0.1", port=1, database="shop", user="reader", password=SECRET)
    return services.register_source(actor=erin, name="Shop", kind="postgresql", config=config, cron="0 3 * * *")


def edited(source: Source, **changes: Any) -> dict[str, Any]:
    """What the form holds when somebody opens it, and then types."""
    shown = {f"c-{name}": value for name, value in source.config.items()}
    rest = {"name": source.name, "owner_name": "erin", "vanish_percent": "30", "when": "nightly", "samples": "on"}
    return shown | rest | {"c-password": "", "include": "", "exclude": ""} | changes


def test_editing_changes_everything_and_keeps_the_secret(as_erin: Client, shop: Source) -> None:
    domain = DomainFactory.create()
    answer = edited(shop, name="Web shop", domain=domain.pk, include="public.*", when="weekly", vanish_percent="5")

    assert as_erin.post("/sources/shop/edit/", answer).status_code == 302

    shop.refresh_from_db()
    assert (shop.name, shop.slug, shop.domain, shop.include) == ("Web shop", "shop", domain, ["public.*"])
    assert (shop.vanish_percent, shop.secrets) == (5, {"password": SECRET})
    assert Schedule.objects.get().cron == "0 3 * * 1"


def test_a_stored_secret_is_not_sent_to_another_address(as_erin: Client, shop: Source) -> None:
    for button in ("test", "save"):
        response = as_erin.post("/sources/shop/edit/", edited(shop, **{"c-host": "127.0.0.2", button: "1"}))
        assert response.status_code == 422
        assert "enter this again" in response.content.decode()

    shop.refresh_from_db()
    assert shop.config["host"] == "127.0.0.1"


def test_a_secret_typed_for_a_test_is_kept_for_saving_and_never_shown(as_erin: Client, shop: Source) -> None:
    changes = {"c-host": "127.0.0.2", "c-password": "another-secret"}
    tried = as_erin.post("/sources/shop/edit/", edited(shop, **changes, test="1")).content.decode()
    assert "It could not be reached" in tried
    assert "another-secret" not in tried

    assert as_erin.post("/sources/shop/edit/", edited(shop, **{"c-host": "127.0.0.2"})).status_code == 302

    shop.refresh_from_db()
    assert shop.secrets == {"password": "another-secret"}


def test_moving_a_source_to_a_domain_relabels_its_datasets(as_erin: Client, erin: User, file: Path) -> None:
    source = register(file, erin)
    harvest(source)
    domain = DomainFactory.create(slug="sales")

    services.update_source(source=source, actor=erin, domain=domain)

    assert all("domain:sales" in labels for labels in Dataset.objects.values_list("labels", flat=True))


def test_an_owner_must_be_somebody(as_erin: Client, shop: Source) -> None:
    page = as_erin.post("/sources/shop/edit/", edited(shop, owner_name="nobody-here"))

    assert page.status_code == 422
    assert "Nobody has this username" in page.content.decode()
