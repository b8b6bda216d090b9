"""A source that is being connected: what its wizard knows so far, kept in the session, secrets encrypted."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, field, fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from redis.exceptions import RedisError

from catalog.models import Source
from core.secrets import UnreadableSecret, seal, unseal
from harvest import services
from harvest.connecting import split_config
from permissions.models import User

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

    from harvest.connectors.base import ConnectorConfig

logger = logging.getLogger(__name__)

KEY = "harvest.draft"
REMEMBERED = 24 * 3600  # seconds
TWICE = timedelta(minutes=2)  # the same source registered again within is the same click


@dataclass
class Draft:
    """What has been said; `answer` is what the last test of the connection said."""

    kind: str = ""
    config: dict[str, Any] = field(default_factory=dict)
    sealed: str = ""
    answer: dict[str, str] = field(default_factory=dict)
    include: list[str] = field(default_factory=list)
    exclude: list[str] = field(default_factory=list)
    scoped: bool = False
    registered: str = ""  # the short name of the source it became

    @classmethod
    def of(cls, session: SessionBase, person: User) -> Draft:
        """What the session holds or, when it is a new one, what the person said last."""
        stored = session.get(KEY) if KEY in session else _recall(person)
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in (stored or {}).items() if name in known})

    def keep(self, session: SessionBase, person: User) -> None:
        session[KEY] = asdict(self)
        _remember(person, session[KEY])

    @property
    def secrets(self) -> dict[str, Any]:
        """The secrets, or none where their key was changed meanwhile: they are asked for again."""
        try:
            return unseal(self.sealed)
        except UnreadableSecret:
            return {}

    @property
    def values(self) -> dict[str, Any]:
        """The whole configuration."""
        return self.config | self.secrets

    def choose(self, kind: str) -> None:
        """Take another kind; what was said of the one before does not fit it."""
        if kind != self.kind:
            self.kind, self.config, self.sealed, self.answer, self.scoped = kind, {}, "", {}, False

    def tell(self, shown: dict[str, Any], secret: dict[str, Any]) -> None:
        """Take a configuration; what was tested was another one."""
        self.config, self.sealed, self.answer = shown, seal({name: v for name, v in secret.items() if v}), {}

    @property
    def missing(self) -> str:
        """The address of the first step that still needs an answer; "" where none does."""
        if not self.kind:
            return "source_new"
        if not self.config or (self.sealed and not self.secrets):
            return "source_new_connection"
        if not self.answer:
            return "source_new_test"
        return "" if self.scoped else "source_new_scope"


def _remember(person: User, stored: dict[str, Any]) -> None:
    """Keep a copy beside the session, which may expire meanwhile; the copy is a comfort, and may be missing."""
    try:
        cache.set(f"{KEY}.{person.pk}", stored, REMEMBERED)
    except RedisError:
        logger.info("the draft of %s is kept in the session alone: the cache is away", person.pk)


def _recall(person: User) -> dict[str, Any] | None:
    try:
        return cache.get(f"{KEY}.{person.pk}")  # type: ignore[no-any-return]
    except RedisError:
        return None


@transaction.atomic
def register_once(*, actor: User, draft: Draft, config: ConnectorConfig, **values: Any) -> tuple[Source, bool]:
    """Register the draft's source; a second click gets the source of the first. Returns it, and whether it is new."""
    User.objects.select_for_update().get(pk=actor.pk)
    shown, _ = split_config(config)
    since = timezone.now() - TWICE
    same = Source.objects.filter(owner=actor, kind=draft.kind, config=shown, name=values["name"], created_at__gte=since)
    if known := same.first():
        return known, False
    source = services.register_source(
        actor=actor,
        kind=draft.kind,
        config=config,
        include=draft.include,
        exclude=draft.exclude,
        paused=True,
        **values,
    )
    return source, True
