"""Grants: who may write what. Each kind of thing keeps its grants in a table of its own, by a direct foreign key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q

from permissions.levels import Level
from permissions.models.given import Given

if TYPE_CHECKING:
    from collections.abc import Mapping


class Duty(models.TextChoices):
    """What somebody may do to a thing, and to all that lies in it."""

    CURATE = "curate", "curate"
    TRIAGE = "triage", "triage"
    MANAGE_SOURCE = "manage_source", "manage source"
    MANAGE_RULES = "manage_rules", "manage rules"
    APPOINT = "appoint", "appoint"  # decide who else may: comes with answering for a thing, is never granted

    @property
    def in_words(self) -> str:
        """What it lets people do."""
        words = {
            "curate": "describe, tag, classify and certify data",
            "triage": "sort, assign and answer what people report",
            "manage_source": "change, harvest and retire sources",
            "manage_rules": "write opt-out rules and decide on exceptions from them",
            "appoint": "decide who else may",
        }
        return words[self.value]

    @property
    def needs(self) -> Level:
        """What must be open to the person as well. Who keeps something closed need not be able to read it."""
        return Level.DISCOVER if self is Duty.MANAGE_RULES else Level.READ


GRANTABLE = tuple(duty for duty in Duty if duty is not Duty.APPOINT)
ANSWERING = frozenset({Duty.CURATE, Duty.TRIAGE, Duty.APPOINT})  # what owners and stewards may


class Grant(Given):
    """A person or team has a duty on one thing, which subclasses add: a foreign key `thing`, from `grants`."""

    duty = models.CharField(max_length=13, choices=[(duty.value, duty.label) for duty in GRANTABLE])
    thing: Any
    thing_id: int

    class Meta(Given.Meta):
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Given.Meta.constraints,
            models.CheckConstraint(
                condition=Q(duty__in=[duty.value for duty in GRANTABLE]), name="%(class)s_duty_known"
            ),
            models.UniqueConstraint(fields=["thing", "duty", "person"], name="%(class)s_once_for_a_person"),
            models.UniqueConstraint(fields=["thing", "duty", "team"], name="%(class)s_once_for_a_team"),
        ]

    def __str__(self) -> str:
        return f"{self.whom}: {self.duty} {self.thing}"

    @property
    def in_words(self) -> str:
        return Duty(self.duty).in_words


class Answerable(models.Model):
    """Something that people answer for, and that they, and those they appoint, may write.

    A subclass tells in class attributes what follows from its own columns; the answer for one thing
    (`permissions.holding.holds`) and the filter for many (`writable_by`) are two readings of them.
    """

    # Columns that name who answers for it, and what those people may.
    assigned: ClassVar[Mapping[str, frozenset[Duty]]] = {}
    # What it lies in: a kind (the model's name), and lookups of its id, of which the first that is not null counts.
    lies_in: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    # The column that names the thing of the same kind that it lies in.
    within: ClassVar[str] = ""
    # The duties that can be granted on it.
    duties: ClassVar[tuple[Duty, ...]] = GRANTABLE

    class Meta:
        abstract = True

    def carried_labels(self) -> frozenset[str]:
        """The labels by which rules close it."""
        raise NotImplementedError

    @classmethod
    def noun(cls) -> str:
        """The word that addresses and grants know this kind of thing by."""
        return str(cls._meta.model_name)

    @classmethod
    def grants_model(cls) -> type[Grant]:
        """The table of the grants on this kind of thing."""
        model: type[Grant] = cls._meta.get_field("grants").related_model  # type: ignore[assignment]
        return model

    @classmethod
    def all_grants(cls) -> Any:
        """The grants on this kind of thing, as a queryset that knows `thing`."""
        return cls.grants_model()._default_manager.all()
