"""What must be said of data: asked by class, counted in one statement, listed as work; nothing closed is told of."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from catalog.curation.services import edit
from catalog.models import Completeness, CompletenessDay, CompletenessFollowed, Dataset, Protocol
from catalog.protocol.evaluating import examine, follow, refresh
from catalog.protocol.requirements import ALL
from catalog.protocol.services import remove_protocol, save_protocol
from catalog.protocol.trend import drawn, lines_for, note_day
from catalog.protocol.work import Wanted, incomplete
from permissions.models import Role
from tests.api.conftest import JSON, program
from tests.cast import signed_in
from tests.factories import ClassificationFactory, DatasetFactory, DomainFactory, FieldFactory, RoleFactory, RuleFactory


@pytest.fixture
def council(bob):
    RoleFactory.create(role=Role.COUNCIL, person=bob)
    return bob


def asks(actor, *requires, **values):
    return save_protocol(actor=actor, protocol=Protocol(), values={"name": "Basics", "requires": requires, **values})


def missing(dataset, **how):
    return {one.name for one in examine(dataset, **how).missing}


def test_every_requirement_can_be_asked_and_is_met_or_not(council, customers):
    asks(council, *ALL)
    assert missing(customers) == set(ALL) - {"owner", "motion", "active_people", "classified"}
    assert refresh() == 1
    assert Completeness.objects.get().missing == [one.name for one in examine(customers).missing]


def test_it_is_asked_of_the_class_alone(council, customers, crm):
    inner = DomainFactory.create(slug="inner", parent=DomainFactory.create(slug="outer"))
    other = DatasetFactory.create(kind="view", domain=inner)
    asks(council, "title", name="In outer", domain=inner.parent)
    asks(council, "grain", name="Views", kind="view")
    asks(council, "retention", name="Personal", classification=ClassificationFactory.create(slug="pii"))
    asks(council, "service", name="Certified", certified=True)
    assert (missing(customers), missing(other)) == (set(), {"title", "grain"})
    FieldFactory.create(dataset=customers, name="mail", classified=["pii"])
    assert missing(customers) == {"retention"}
    assert missing(customers, as_certified=True) == {"retention", "service"}


def test_an_edit_counts_with_itself_and_the_rest_follows_the_feed(council, alice, customers):
    asks(council, "title", "grain")
    assert follow() == 1
    since = Completeness.objects.get().since
    edit(actor=alice, thing=customers, changes={"title": "Customers"})
    assert Completeness.objects.get().missing == ["grain"]
    Dataset.objects.filter(pk=customers.pk).update(grain="a person")
    CompletenessFollowed.objects.update(position="3:3:")
    assert follow() == 1
    found = Completeness.objects.get()
    assert (found.missing, found.share) == ([], 1.0)
    assert found.since >= since


def test_who_says_so(council, alice, charlie, customers):
    sales = DomainFactory.create(slug="sales", steward=alice)
    made = asks(alice, "title", domain=sales)
    for name, wrong in (("requires", []), ("requires", ["no such thing"]), ("name", "")):
        with pytest.raises(ValidationError):
            save_protocol(actor=alice, protocol=Protocol.objects.get(), values={name: wrong})
    for actor, values in ((charlie, {"domain": sales}), (alice, {"domain": None})):
        with pytest.raises(PermissionDenied):
            save_protocol(actor=actor, protocol=Protocol.objects.get(), values=values)
    with pytest.raises(PermissionDenied):
        remove_protocol(actor=charlie, protocol=made)
    remove_protocol(actor=council, protocol=made)
    assert not Protocol.objects.exists()


def test_the_work_list_is_by_owner_and_use_and_holds_nothing_closed(council, alice, charlie, customers):
    asks(council, "title", "owner")
    used = DatasetFactory.create(source=customers.source, popularity=9)
    RuleFactory.create(label=f"dataset:{used.key}", level="read", people=[charlie], owner=alice)
    refresh()
    everything = Wanted()
    assert list(incomplete(alice, everything).order_by("-popularity")) == [used, customers]
    assert list(incomplete(charlie, everything)) == [customers]
    assert set(incomplete(alice, Wanted(username="alice"))) == {used, customers}  # she owns the source
    assert list(incomplete(alice, Wanted(missing="owner"))) == [used]
    assert not incomplete(alice, Wanted(domain="none-such")).exists()


def test_what_is_hidden_from_anybody_does_not_count(council, alice, charlie, customers):
    asks(council, "fields")
    asks(council, "retention", name="Personal", classification=ClassificationFactory.create(slug="pii"))
    customers.fields.update(human_description="What it is.")
    assert (follow(), missing(customers)) == (1, set())
    secret = FieldFactory.create(dataset=customers, name="secret", classified=["pii"])
    follow()
    assert missing(customers) == {"fields", "retention"}
    RuleFactory.create(label="class:pii", level="discover", people=[charlie], owner=alice)
    assert (follow(), Completeness.objects.get().missing, missing(customers)) == (1, [], set())
    assert (secret.human_description, follow()) == ("", 0)


def test_a_domain_shows_how_it_went_to_those_who_may_read_all_of_it(council, alice, charlie, customers):
    sales = DomainFactory.create(slug="sales")
    Dataset.objects.update(domain=sales)
    asks(council, "title", "owner")
    refresh()
    assert note_day(timezone.localdate() - timedelta(days=40)) == 1
    Dataset.objects.update(title="Customers")
    refresh()
    note_day()
    assert note_day() == 1
    (line,) = lines_for(alice)
    assert (line.domain, line.now.complete, line.now.share, line.gained) == (sales, 1, 1.0, 50.0)
    assert line.told.startswith("From 50")
    assert CompletenessDay.objects.count() == 2
    RuleFactory.create(label=f"dataset:{customers.key}", level="read", people=[charlie], owner=alice)
    assert lines_for(charlie) == []


def test_the_line_goes_from_left_to_right():
    day = timezone.localdate()
    assert drawn([(day, 0.5)]) == "0,12.0 120,12.0"
    assert drawn([(day, 0.0), (day + timedelta(days=10), 1.0)]) == "0.0,24.0 120.0,0.0"


def test_the_pages_tell_and_lead_to_the_form(council, as_alice, customers):
    asks(council, "title", "fields")
    refresh()
    assert "2 facts" not in as_alice.get(reverse("catalog:missing") + "?all=1").content.decode()
    assert b"A title" in as_alice.get(reverse("catalog:missing")).content
    assert b"Give it a title" in as_alice.get(reverse("catalog:missing_queue")).content
    overview = as_alice.get(customers.get_absolute_url()).content.decode()
    assert "0 of 2" in overview
    page = as_alice.get(reverse("catalog:dataset_missing", args=[customers.pk])).content.decode()
    assert reverse("catalog:dataset_edit", args=[customers.pk]) + "#row-title" in page


def test_the_protocol_is_written_and_removed_on_its_page(council, as_alice):
    client = signed_in(council)
    url = reverse("catalog:protocol_new")
    assert client.post(url, {"name": "Basics"}).status_code == 422
    client.post(url, {"name": "Basics", "requires": ["title", "owner"], "kind": "", "domain": ""})
    made = Protocol.objects.get()
    assert made.requires == ["title", "owner"]
    assert b"Basics" in as_alice.get(made.get_absolute_url()).content
    assert as_alice.post(made.get_absolute_url(), {"choice": "remove"}).status_code == 403
    client.post(made.get_absolute_url(), {"choice": "remove"})
    assert not Protocol.objects.exists()


def test_programs_write_the_protocol_and_read_what_is_missing(council, customers):
    api = program(council, "read", "write")
    body = {"name": "Basics", "requires": ["title"], "kind": "table"}
    made = api.post("/api/v1/protocols", body, content_type=JSON)
    assert (made.status_code, made.json()["requires"]) == (201, ["title"])
    assert api.post("/api/v1/protocols", {"name": "Two", "domain": "none"}, content_type=JSON).status_code == 400
    one = f"/api/v1/protocols/{made.json()['id']}"
    tag = {"If-Match": api.get(one)["ETag"]}
    assert api.patch(one, {"requires": ["grain"]}, content_type=JSON, headers=tag).json()["kind"] == "table"
    assert api.patch(one, {"requires": ["owner"]}, content_type=JSON, headers=tag).status_code == 412
    follow()
    (line,) = api.get("/api/v1/missing?missing=grain").json()["items"]
    assert (line["dataset"]["key"], line["missing"], line["asked"]) == (customers.key, ["grain"], 1)
    assert api.get(f"/api/v1/datasets/{customers.pk}").json()["completeness"]["missing"] == ["grain"]
    assert api.delete(one).status_code == 204
    assert api.get("/api/v1/protocols").json()["items"] == []
