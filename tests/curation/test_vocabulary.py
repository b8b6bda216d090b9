"""Domains, data products and tags: added, changed, merged, brought by table, and all of it undone."""

import pytest
from django.urls import reverse

from catalog.curation.outcome import Refused
from catalog.curation.services import edit
from catalog.curation.undo import undo_edit
from catalog.models import DataProduct, Dataset, DatasetTag, Domain, Edit, Tag
from catalog.tabular.importing import NotTaken
from catalog.vocabulary.making import make_word
from catalog.vocabulary.merging import merge_tags
from permissions.models import Role
from tests.cast import signed_in
from tests.factories import (
    DataProductFactory,
    DatasetFactory,
    DomainFactory,
    RoleFactory,
    RuleFactory,
    TagFactory,
)
from tests.tables.conftest import brought


@pytest.fixture
def council(bob):
    RoleFactory.create(role=Role.COUNCIL, person=bob)
    return bob


def test_the_council_adds_words_and_undoing_takes_them_away(council, alice):
    sales = make_word(actor=council, kind="domain", slug="Sales", values={"name": "Sales", "steward": "alice"})
    north = make_word(actor=alice, kind="domain", slug="north", values={"name": "North", "parent": "sales"})
    made = make_word(actor=alice, kind="product", slug="churn", values={"domain": "sales", "audience": "Everybody"})
    assert (sales.slug, north.parent, made.name, made.audience) == ("sales", sales, "churn", "Everybody")
    undo_edit(actor=council, edit=Edit.objects.latest("pk"))
    assert not DataProduct.objects.exists()
    undone = undo_edit(actor=council, edit=Edit.objects.order_by("pk")[0])
    assert (undone.itself, Domain.objects.count()) == (1, 2)  # another lies in it


@pytest.mark.parametrize(
    ("kind", "slug", "values"),
    [
        ("tag", "two words", {}), ("tag", "new", {}), ("tag", "gold", {}), ("tag", "x" * 81, {}),
        ("domain", "a", {"parent": "nowhere"}), ("product", "p", {}), ("product", "p", {"domain": "nowhere"}),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(council, kind, slug, values):
    TagFactory.create(slug="gold")
    with pytest.raises(Refused):
        make_word(actor=council, kind=kind, slug=slug, values=values)
    assert Tag.objects.count() == 1


def test_others_add_nothing(alice, charlie):
    DomainFactory.create(slug="sales", steward=alice)
    for actor, kind, values in ((alice, "tag", {}), (charlie, "domain", {"parent": "sales"}), (alice, "domain", {})):
        with pytest.raises(Refused):
            make_word(actor=actor, kind=kind, slug="more", values=values)


def test_domains_do_not_form_a_circle(council):
    top = DomainFactory.create(slug="top")
    inner = DomainFactory.create(slug="inner", parent=DomainFactory.create(slug="middle", parent=top))
    with pytest.raises(Refused, match="circle"):
        edit(actor=council, thing=top, changes={"parent": "inner"})
    edit(actor=council, thing=inner, changes={"parent": "top", "name": "Inside"})
    inner.refresh_from_db()
    assert (inner.parent, inner.name) == (top, "Inside")


def test_merged_tags_are_one_with_labels_and_come_apart_again(council, crm):
    gold, golden = TagFactory.create(slug="gold"), TagFactory.create(slug="golden")
    both = DatasetFactory.create(source=crm, tags=["gold", "golden"])
    old = DatasetFactory.create(source=crm, tags=["golden"])
    done = merge_tags(actor=council, tag=golden, into=gold)
    assert set(DatasetTag.objects.values_list("dataset", "tag")) == {(both.pk, gold.pk), (old.pk, gold.pk)}
    old.refresh_from_db()
    assert [label for label in old.labels if label.startswith("tag:")] == ["tag:gold"]
    undo_edit(actor=council, edit=done)
    old.refresh_from_db()
    assert [label for label in old.labels if label.startswith("tag:")] == ["tag:golden"]
    assert set(both.tags.values_list("slug", flat=True)) == {"gold", "golden"}


def test_tags_that_rules_name_and_those_of_others_are_not_merged(council, alice):
    gold, golden = TagFactory.create(slug="gold", owner=alice), TagFactory.create(slug="golden")
    with pytest.raises(Refused):
        merge_tags(actor=alice, tag=golden, into=gold)
    RuleFactory.create(label="tag:golden", level="read", people=[alice], owner=council)
    with pytest.raises(Refused, match="rule"):
        merge_tags(actor=council, tag=golden, into=gold)
    edit(actor=alice, thing=gold, changes={"description": "Checked by the auditors."})
    with pytest.raises(Refused):
        edit(actor=alice, thing=golden, changes={"description": "Mine?"})


def test_a_table_brings_new_rows_for_those_who_may_add_them(council, alice):
    DomainFactory.create(slug="sales")
    two = b"tag,name\ngold,Gold\nboard,Board\n"
    plan = brought(council, "tags", two, dry=True)
    assert (plan.changed, plan.refused, Tag.objects.count()) == (2, 0, 0)
    done = brought(council, "tags", two).edit
    assert dict(Tag.objects.values_list("slug", "name")) == {"gold": "Gold", "board": "Board"}
    again = brought(council, "tags", two)
    assert (again.changed, again.edit) == (0, None)
    brought(council, "products", b"product,name,domain\nchurn,Churn,sales\n")
    assert DataProduct.objects.get().domain.slug == "sales"
    with pytest.raises(NotTaken):
        brought(alice, "tags", b"tag,name\nmine,Mine\n")
    assert done is not None
    undo_edit(actor=council, edit=done)
    assert not Tag.objects.exists()


def test_the_pages_add_change_merge_and_show(council, as_alice, customers):
    client = signed_in(council)
    sales = DomainFactory.create(slug="sales", name="Sales")
    client.post(reverse("catalog:word_new", args=["tag"]), {"slug": "gold", "name": "Gold", "description": "Fine."})
    assert b"Fine." in as_alice.get(reverse("catalog:tags")).content
    assert as_alice.get(reverse("catalog:word_new", args=["tag"])).status_code == 403
    bad = client.post(reverse("catalog:word_new", args=["tag"]), {"slug": "two words", "name": "Gold"})
    assert bad.status_code == 422
    product = DataProductFactory.create(slug="churn", name="Churn", domain=sales, promise="New each morning.")
    Dataset.objects.filter(pk=customers.pk).update(product=product)
    page = as_alice.get(product.get_absolute_url()).content
    assert b"New each morning." in page
    assert b"customers" in page
    url = reverse("catalog:word_edit", args=["domain", "sales"])
    form = client.get(url).context["form"]
    told = {f"initial-{name}": form.initial.get(name, "") for name in form.fields}
    assert client.post(url, {**form.initial, **told, "name": "Sales and service"}).status_code == 302
    sales.refresh_from_db()
    assert sales.name == "Sales and service"
    TagFactory.create(slug="golden")
    client.post(reverse("catalog:tag_merge", args=["golden"]), {"into": "gold"})
    assert Tag.objects.get().slug == "gold"
