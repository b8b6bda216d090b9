"""From draft to archived: whoever answers for data, follows it or builds on it hears when it goes out of use."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from catalog.models import Change, Dataset
from catalog.telling import answering, downstream, followers, tell_of
from permissions.gate import may
from permissions.levels import Level
from permissions.models import User

if TYPE_CHECKING:
    from catalog.models import Edit

WARNING = timedelta(days=30)  # before data goes out of use
AGAIN = timedelta(days=60)
MOST_SINGLY = 5  # notices of one edit that a person gets; of more there is one
MOST = 500  # datasets of an edit of which people are told
MOST_WALKED = 25  # whose readers downstream are looked for
WORDS = {"deprecated": "Deprecated", "archived": "Out of use"}


def announce(edit: Edit, actor: User | None) -> int:
    """Tell of what an edit deprecated or archived; returns how many notices.

    What to use instead is left to the page, which knows what its reader may know of.
    """
    changed = Change.objects.filter(edit=edit, kind="dataset", fact="lifecycle", after__in=list(WORDS))
    after = dict(changed.order_by("pk").values_list("thing_id", "after")[:MOST])
    datasets = list(Dataset.objects.filter(pk__in=after).with_context().order_by("-popularity", "pk")) if after else []
    concerned: defaultdict[int, list[Dataset]] = defaultdict(list)
    for at, one in enumerate(datasets):
        people = answering(one) | followers(one) | (downstream(one) if at < MOST_WALKED else set())
        for person in people:
            concerned[person].append(one)
    singly: defaultdict[int, set[int]] = defaultdict(set)
    count = 0
    known = User.objects.in_bulk(concerned)
    for person, every in concerned.items():
        theirs = [one for one in every if person in known and may(one, known[person], Level.READ)]
        if len(theirs) > MOST_SINGLY:
            title = f"Datasets that concern you go out of use: {len(theirs)}"
            url = reverse("catalog:edit", args=[edit.pk])
            count += tell_of(
                theirs[0], {person}, kind="deprecated", title=title, detail=edit.why, besides=actor, url=url
            )
            continue
        for one in theirs:
            singly[one.pk].add(person)
    for one in datasets:
        title = f"{WORDS[str(after[one.pk])]}: {one.title or one.name}"
        detail = " ".join(filter(None, [_when(one), one.deprecation_note or edit.why]))
        count += tell_of(one, singly[one.pk], kind="deprecated", title=title, detail=detail, besides=actor)
    return count


def check_retirement() -> int:
    """Tell of data that is about to go out of use, and of data that should have; returns how many notices."""
    today = timezone.localdate()
    found = Dataset.objects.present().exclude(lifecycle=Dataset.Lifecycle.ARCHIVED).with_context()
    count = 0
    for one in list(found.filter(retire_on__lte=today + WARNING).order_by("pk")[:MOST]):
        name = one.title or one.name
        if one.retire_on is not None and one.retire_on <= today:
            detail = f"It was to go out of use on {one.retire_on:%-d %B %Y}. Archive it, or move the date."
            people, kind, title = answering(one), "retirement_due", f"Past its date: {name}"
        else:
            detail = " ".join(filter(None, [_when(one), one.deprecation_note]))
            people = answering(one) | followers(one) | downstream(one)
            kind, title = "retirement_soon", f"About to go out of use: {name}"
        count += tell_of(one, people, kind=kind, title=title, detail=detail, again_after=AGAIN)
    return count


def _when(dataset: Dataset) -> str:
    return f"It goes out of use on {dataset.retire_on:%-d %B %Y}." if dataset.retire_on else ""
