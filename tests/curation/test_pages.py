"""Editing, history and undo on pages and by the API."""

import pytest
from django.urls import reverse

from catalog.curation.facts import FACTS
from catalog.curation.services import edit
from catalog.models import Dataset, DatasetGrant, Domain, Edit
from tests.cast import signed_in
from tests.curation.writing import wrote
from tests.factories import DomainFactory, FieldFactory, RuleFactory


def posted(client, url, **values):
    """Send the form of a page as a browser does: with all that is on it."""
    form = client.get(url).context["form"]
    known = {name: form.initial.get(name, "") for name in form.fields}
    known |= {form[name].html_initial_name: known[name] for name in form.fields if name != "why"}
    base = client.get(url).context["base"]
    return client.post(url, known | {"base": base} | values)


def test_an_owner_edits_a_dataset_and_undoes_it_from_the_toast(as_alice, customers):
    url = reverse("catalog:dataset_edit", args=[customers.pk])
    response = posted(as_alice, url, title="Customers", description="Who bought.", links="Docs <https://example.org/d>")
    assert response.status_code == 302
    page = as_alice.get(response.url)
    assert b"Who bought." in page.content
    customers.refresh_from_db()
    assert (customers.title, customers.links) == ("Customers", [["Docs", "https://example.org/d"]])
    as_alice.post(reverse("catalog:edit_undo", args=[Edit.objects.get().pk]))
    customers.refresh_from_db()
    assert customers.title == ""


def test_only_what_was_changed_on_the_page_is_written(as_alice, alice, customers):
    url = reverse("catalog:dataset_edit", args=[customers.pk])
    before = as_alice.get(url).context
    edit(actor=alice, thing=customers, changes={"title": "Meanwhile"})
    as_alice.post(
        url, {"grain": "a person", "title": "", "initial-title": "", "initial-grain": "", "base": before["base"]}
    )
    customers.refresh_from_db()
    assert (customers.title, customers.grain) == ("Meanwhile", "a person")


def test_the_second_editor_sees_both_and_merges(as_alice, bob, customers):
    DatasetGrant.objects.create(thing=customers, duty="curate", person=bob)
    url = reverse("catalog:dataset_edit", args=[customers.pk])
    base = as_alice.get(url).context["base"]
    edit(actor=bob, thing=customers, changes={"description": "People who bought something."})
    mine = {"description": "People who pay.", "initial-description": "", "base": base}
    clash = as_alice.post(url, mine)
    assert clash.status_code == 409
    text = clash.content.decode()
    assert "Bob Baker" in text
    assert "People who bought something." in text
    assert "People who pay." in text
    merged = as_alice.post(url, mine | {"description": "People who bought and pay.", "base": clash.context["base"]})
    assert merged.status_code == 302
    customers.refresh_from_db()
    assert customers.human_description == "People who bought and pay."


def test_what_does_not_fit_is_said_beside_the_fact(as_alice, customers):
    url = reverse("catalog:dataset_edit", args=[customers.pk])
    response = posted(as_alice, url, steward="nobody")
    assert response.status_code == 422
    assert "There is no person" in response.content.decode()


def test_a_field_is_edited(as_alice, customers):
    field = customers.fields.get(path="email")
    response = posted(
        as_alice, reverse("catalog:field_edit", args=[customers.pk, field.pk]), description="Where to write."
    )
    assert response.url == field.get_absolute_url()
    field.refresh_from_db()
    assert field.human_description == "Where to write."
    assert "What people wrote of it" in as_alice.get(response.url).content.decode()


def test_who_may_only_read_is_led_to_suggest(as_bob, customers):
    url = reverse("catalog:dataset_edit", args=[customers.pk])
    assert as_bob.get(url).url == reverse("catalog:suggest_change", args=[customers.pk])
    assert as_bob.post(url, {"title": "Mine"}).status_code == 403


def test_a_wiki_is_edited_by_everybody(as_bob, customers):
    customers.domain = DomainFactory.create(openness=Domain.Openness.WIKI)
    customers.save()
    url = reverse("catalog:dataset_edit", args=[customers.pk])
    assert posted(as_bob, url, description="A wiki.").status_code == 302


def test_history_shows_who_why_and_a_diff(as_bob, alice, customers):
    edit(actor=alice, thing=customers, changes={"description": "Every person who ever bought something from us, ever."})
    edit(
        actor=alice,
        thing=customers,
        changes={"description": "Every company who ever bought something from us, ever."},
        why="we sell to companies",
    )
    text = as_bob.get(reverse("catalog:dataset_changes", args=[customers.pk])).content.decode()
    assert "<del>person</del><ins>company</ins>" in text.replace("\n", "")
    assert "we sell to companies" in text
    day = "2020-01-01"
    assert "Then" in as_bob.get(reverse("catalog:dataset_changes", args=[customers.pk]) + f"?on={day}").content.decode()


@pytest.mark.parametrize("name", ["catalog:dataset_changes", "catalog:dataset_edit", "api:dataset_changes"])
def test_the_hidden_is_absent(as_charlie, customers, name):
    assert as_charlie.get(reverse(name, args=[customers.pk])).status_code == 404


def test_the_feed_and_the_edit_tell_nothing_of_what_is_hidden(as_charlie, as_bob, alice, customers):
    done = wrote(actor=alice, thing=customers, changes={"title": "Customers"}, why="because")
    url = reverse("catalog:edit", args=[done.pk])
    assert "because" in as_bob.get(reverse("catalog:changes")).content.decode()
    assert as_bob.get(url).status_code == 200
    assert "because" not in as_charlie.get(reverse("catalog:changes")).content.decode()
    assert as_charlie.get(url).status_code == 404
    assert as_charlie.post(reverse("catalog:edit_undo", args=[done.pk])).status_code == 404


def test_a_key_that_names_closed_fields_is_not_told(bob, alice, customers):
    FieldFactory.create(dataset=customers, name="secret", classified=["secret"])
    RuleFactory.create(label="class:secret", level="discover", people=[bob])
    edit(actor=alice, thing=customers, changes={"record_key": ["secret"]})
    text = signed_in(bob).get(reverse("catalog:dataset_changes", args=[customers.pk])).content.decode()
    assert "secret" not in text


def test_what_the_source_says_is_offered_and_taken(as_alice, alice, customers):
    edit(actor=alice, thing=customers, changes={"description": "Mine."})
    Dataset.objects.filter(pk=customers.pk).update(harvested_description="The source's new words")
    page = as_alice.get(reverse("catalog:dataset_edit", args=[customers.pk])).content.decode()
    assert "The source&#x27;s new words" in page
    settle = reverse("catalog:dataset_settle", args=[customers.pk])
    as_alice.post(settle, {"fact": "description", "choice": "source"})
    customers.refresh_from_db()
    assert customers.description == "The source's new words"


def test_markdown_is_previewed_without_what_could_run(as_alice):
    html = as_alice.post(reverse("catalog:markdown_preview"), {"readme": "*a* <script>x</script> [l](javascript:x)"})
    assert "<em>a</em>" in html.content.decode()
    assert "<script" not in html.content.decode()
    assert "href" not in html.content.decode()


def test_the_api_writes_reads_history_and_undoes(as_alice, customers):
    url = reverse("api:dataset", args=[customers.pk])
    version = as_alice.get(url).json()["version"]
    written = as_alice.patch(
        url, {"title": "Customers", "links": [["Docs", "https://example.org"]], "version": version}, "application/json"
    )
    assert written.status_code == 200, written.content
    stale = as_alice.patch(url, {"title": "Others", "version": version}, "application/json")
    assert stale.status_code == 409
    wrong = as_alice.patch(url, {"steward": "nobody", "colour": "red"}, "application/json")
    assert wrong.status_code == 400
    history = as_alice.get(reverse("api:dataset_changes", args=[customers.pk])).json()["items"]
    assert {(one["fact"], one["after"]) for one in history} == {
        ("title", "Customers"),
        ("links", "Docs <https://example.org>"),
    }
    pk = written.json()["edit"]["id"]
    looked = as_alice.post(reverse("api:edit_undo", args=[pk]), {"dry_run": True}, "application/json").json()
    assert (looked["facts"], looked["edit"]) == (2, None)
    undone = as_alice.post(reverse("api:edit_undo", args=[pk]), {}, "application/json").json()
    assert undone["facts"] == 2
    assert as_alice.get(url).json()["title"] == ""


def test_the_api_refuses_whom_it_must(as_bob, as_charlie, customers):
    field = customers.fields.first()
    for client, status in ((as_bob, 403), (as_charlie, 404)):
        assert (
            client.patch(reverse("api:dataset", args=[customers.pk]), {"title": "x"}, "application/json").status_code
            == status
        )
        url = reverse("api:field_edit", args=[customers.pk, field.pk])
        assert client.patch(url, {"description": "x"}, "application/json").status_code == status


@pytest.mark.parametrize("wrong", [True, False, 7, {"a": 1}, [["a", 1]]])
def test_no_value_of_another_type_is_taken_or_breaks_the_api(as_alice, customers, wrong):
    field = FieldFactory.create(dataset=customers, name="phone")
    of_field = reverse("api:field_edit", args=[customers.pk, field.pk])
    for url, kind in ((reverse("api:dataset", args=[customers.pk]), "dataset"), (of_field, "field")):
        for name in (name for name, fact in FACTS[kind].items() if fact.stated):
            answer = as_alice.patch(url, {name: wrong}, "application/json")
            assert answer.status_code == 400, (name, answer.content)
            assert answer.json()["errors"][0]["pointer"] == f"#/{name}"
    assert not Edit.objects.exists()
