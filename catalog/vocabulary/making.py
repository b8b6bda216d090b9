"""New domains, data products and tags: by a page, the API or a row of a table, each as an edit that can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction

from catalog.curation.editing import editing
from catalog.curation.kinds import KINDS
from catalog.curation.outcome import Refusal, Refused
from catalog.curation.services import edit_many
from catalog.models import Domain, Edit
from permissions.audit import record
from permissions.holding import forget_held
from permissions.models import Duty
from permissions.roles import may_manage_rules

if TYPE_CHECKING:
    from django.db.models import Model

    from permissions.models import User

MADE_HERE = ("domain", "product", "tag")
LONGEST_SLUG = {"domain": 50, "product": 50, "tag": 80}
WITH_IT = ("name", "domain", "parent")  # what a word is made with
TAKEN = frozenset({"new", "merge"})  # addresses of pages
COUNCIL = "The data council adds words that everybody's data is marked with."


def may_make(actor: User, kind: str, domain: Domain | None = None) -> bool:
    """Whether the actor may add one: the council any, the stewards of a domain what lies in it."""
    if may_manage_rules(actor):
        return True
    duty = {"domain": Duty.APPOINT, "product": Duty.CURATE}.get(kind)
    return duty is not None and domain is not None and actor.has_perm(duty, domain)


def make_word(
    *, actor: User, kind: str, slug: str, values: Mapping[str, Any], origin: str = Edit.Origin.PAGE, why: str = ""
) -> Any:
    """Add a word with its facts, by the names and in the forms that `edit` takes. Raises `Refused`."""
    with editing(actor=actor, origin=origin, why=why) as edit:
        made = begin_word(actor=actor, kind=kind, slug=slug, values=values)
        rest = {name: value for name, value in values.items() if name not in WITH_IT and value}
        if rest:
            edit_many(actor=actor, kind=kind, rows=[(made.pk, rest)], within=edit)
    made.refresh_from_db()
    return made


def begin_word(*, actor: User, kind: str, slug: str, values: Mapping[str, Any]) -> Model:
    """Add a word with what it cannot be without, within the edit at hand. Raises `Refused`."""
    around = _around(actor, kind, values)
    if not may_make(actor, kind, around):
        raise Refused([Refusal(0, "", COUNCIL)])
    told: dict[str, Any] = {"slug": _slug(kind, slug), "name": _name(actor, kind, values.get("name") or slug)}
    if kind == "product" and around is None:
        raise Refused([Refusal(0, "domain", "Say in which domain it is.")])
    if around is not None:
        told["parent" if kind == "domain" else "domain"] = around
    model: Any = KINDS[kind].model
    try:
        with transaction.atomic():
            made: Model = model.objects.create(**told)
    except IntegrityError as error:
        raise Refused([Refusal(0, "slug", "This short name or name is taken.")]) from error
    record("word.added", actor=actor, thing=made, after={"kind": kind, "slug": told["slug"], "name": told["name"]})
    forget_held(actor)
    return made


def _around(actor: User, kind: str, values: Mapping[str, Any]) -> Domain | None:
    """The domain that it is to lie in."""
    slug = values.get({"domain": "parent", "product": "domain"}.get(kind, ""), "")
    if not slug:
        return None
    found: Domain | None = Domain.objects.visible_to(actor).filter(slug=slug).first()
    if found is None:
        raise Refused([Refusal(0, "parent" if kind == "domain" else "domain", "There is no such domain.")])
    return found


def _slug(kind: str, slug: str) -> str:
    told = slug.strip().lower()
    try:
        validate_slug(told)
    except ValidationError as error:
        raise Refused([Refusal(0, "slug", "Small letters, digits, - and _ make a short name.")]) from error
    if len(told) > LONGEST_SLUG[kind] or told in TAKEN:
        raise Refused([Refusal(0, "slug", f"At most {LONGEST_SLUG[kind]} characters, and none of: new, merge.")])
    return told


def _name(actor: User, kind: str, name: Any) -> str:
    (cleaned,) = KINDS[kind].facts["name"].cleaner.clean_many([name], actor)
    if isinstance(cleaned, ValidationError):
        raise Refused([Refusal(0, "name", " ".join(cleaned.messages))])
    return str(cleaned)
