"""`manage.py demo` from an empty catalog to a company that has worked with it."""

import os
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Dataset, Field, SchemaVersion, Source
from demo.northbeam.build import remove_sources
from demo.places import places
from demo.registering import SOURCES, unregister_sources
from harvest.models import Run, Schedule
from permissions.demo import TEAM
from permissions.models import OptOutRule, Team, User
from tests.factories import SourceFactory

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def prefix(tmp_path, settings):
    """Begins the names of databases that are removed afterwards; files go to the test's own folder."""
    settings.CONCORD_FILE_ROOTS = (str(tmp_path),)
    settings.HARVEST_BRAKES = settings.HARVEST_BRAKES | {"file_roots": settings.CONCORD_FILE_ROOTS}
    name = f"nbtest_{os.getpid()}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_cmd"
    yield name
    remove_sources(places(name))


def demo(prefix, *options):
    out = StringIO()
    call_command("demo", *options, prefix=prefix, stdout=out)
    return out.getvalue()


@pytest.mark.timeout(300)
def test_one_command_makes_a_company_in_two_acts_and_a_third_finds_it(prefix):
    assert "Release 5.4" not in demo(prefix, "--first-act")
    assert set(Source.objects.values_list("slug", flat=True)) == set(SOURCES)
    assert Schedule.objects.count() == len(SOURCES)
    assert not SchemaVersion.objects.filter(number__gt=1).exists()
    assert "Release 5.4" in demo(prefix)
    assert not Run.objects.exclude(state=Run.State.SUCCEEDED).exists()
    assert Dataset.objects.present().count() >= 120
    assert Field.objects.count() >= 600
    check_what_people_wrote()
    check_rules()
    check_history()
    assert "is here already" in demo(prefix)
    unregister_sources()
    assert not Source.objects.exists()


def check_what_people_wrote():
    team = Team.objects.get(slug=TEAM)
    assert team.members.count() >= 10
    assert not any(person.has_usable_password() for person in team.members.all())
    certified = Dataset.objects.exclude(certified_at=None)
    assert certified.count() >= 5
    assert not certified.filter(steward=None).exists()
    legacy = Dataset.objects.get(key="warehouse.legacy.customer_master")
    assert (legacy.lifecycle, str(legacy.successor)) == ("deprecated", "warehouse.core.dim_account")
    assert not Dataset.objects.filter(domain=None).exists()


def check_rules():
    assert OptOutRule.objects.count() == 3
    amara, lena = User.objects.get(username="amara.okafor"), User.objects.get(username="lena.fischer")
    staff = Dataset.objects.filter(path__startswith="people_ops.")
    names = {"people_ops.employee", "people_ops.headcount"}
    assert set(staff.readable_by(amara).values_list("path", flat=True)) == names
    assert set(staff.visible_to(amara).values_list("path", flat=True)) == {*names, "people_ops.salary"}
    assert staff.readable_by(lena).count() == 4
    email = Field.objects.get(dataset__key="crm.lead", path="email")
    assert not Field.objects.sampleable_by(amara).filter(pk=email.pk).exists()
    marcus = User.objects.get(username="marcus.hale")
    assert Field.objects.sampleable_by(marcus).filter(pk=email.pk).exists()


def check_history():
    breaking = SchemaVersion.objects.filter(number=2, change_class="breaking")
    assert "platform.account.account" in set(breaking.values_list("dataset__key", flat=True))
    assert Dataset.objects.get(key="platform.app.tmp_migration_2024").archived_at


def test_a_catalog_with_sources_of_its_own_is_left_alone(prefix):
    SourceFactory.create(slug="theirs")
    with pytest.raises(CommandError, match="sources of its own"):
        demo(prefix)
    assert not User.objects.filter(username="amara.okafor").exists()


def test_sources_can_be_built_without_touching_the_catalog(prefix):
    demo(prefix, "--sources-only")
    assert places(prefix).built()
    assert "Removed" in demo(prefix, "--reset", "--sources-only")
    assert places(prefix).built()
    assert not Source.objects.exists()


def test_the_second_act_needs_the_first(prefix):
    with pytest.raises(CommandError, match="--first-act"):
        demo(prefix, "--second-act")
