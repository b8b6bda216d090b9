"""Two tags made one: what carried either carries the one that stays, as one edit that can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from catalog.curation.editing import editing
from catalog.curation.kinds import KINDS
from catalog.curation.outcome import Refusal, Refused
from catalog.curation.relabelling import relabel
from catalog.models import DatasetTag, Edit, Tag
from catalog.protocol.evaluating import refresh_edited
from permissions.audit import record
from permissions.models import Duty, OptOutRule, RuleException

if TYPE_CHECKING:
    from permissions.models import User

RULED = "An opt-out rule or an exception names this tag. Whoever owns it has to name another first."


def merge_tags(*, actor: User, tag: Tag, into: Tag, origin: str = Edit.Origin.PAGE) -> Edit:
    """Have `into` stand wherever `tag` stood, and `tag` no more. Raises `Refused`."""
    if tag.pk == into.pk:
        raise Refused([Refusal(0, "into", "That is the same tag.")])
    if KINDS["tag"].writable_ids(actor, Duty.CURATE, [tag.pk, into.pk]) != {tag.pk, into.pk}:
        raise Refused([Refusal(0, "", "The data council, or whoever owns both tags, merges them.")])
    label = f"tag:{tag.slug}"
    rules = OptOutRule.objects.filter(label=label, withdrawn_at=None)
    if rules.exists() or RuleException.objects.filter(label=label, withdrawn_at=None).exists():
        raise Refused([Refusal(0, "", RULED)])
    with editing(actor=actor, origin=origin, why=f"{tag.name} is {into.name}") as edit:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO catalog_datasettag (dataset_id, tag_id, origin)"
                " SELECT dataset_id, %s, origin FROM catalog_datasettag WHERE tag_id = %s ON CONFLICT DO NOTHING",
                [into.pk, tag.pk],
            )
        DatasetTag.objects.filter(tag=tag).delete()
        relabel(edit, actor)
        record("tag.merged", actor=actor, thing=tag, before={"tag": tag.slug}, after={"tag": into.slug})
        Tag.objects.filter(pk=tag.pk).delete()
        refresh_edited(edit)
    return edit
