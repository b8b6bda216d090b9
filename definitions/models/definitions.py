"""A definition: one word with one agreed meaning, in versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from catalog.models import Domain
from definitions.querysets import DefinitionQuerySet, VersionQuerySet
from permissions.querysets import Guarded, Labelled

if TYPE_CHECKING:
    from datetime import date

LONGEST_NAME, LONGEST_TEXT, LONGEST_CRITERION = 120, 20_000, 10_000


def label_trigger(facts: tuple[str, ...], labels: str) -> pgtrigger.Trigger:
    """Return a trigger that derives a row's labels from its own columns, `facts`, whoever writes them.

    `labels` is SQL over NEW; short names never change, so labels follow from the row alone.
    """
    return pgtrigger.Trigger(
        name="labels",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(*facts, "labels"),  # type: ignore[no-untyped-call]
        func=f"NEW.labels = {labels}; RETURN NEW;",
    )


DOMAIN_LABEL = "array(SELECT 'domain:' || d.slug FROM catalog_domain d WHERE d.id = NEW.domain_id)"


class Definition(Labelled):
    """A word and what it means here: the version in force says so.

    Local to a domain it carries that domain's label; an enterprise definition is everybody's.
    """

    class Kind(models.TextChoices):
        STATE = "state", "data state"
        METRIC = "metric", "metric"
        TERM = "term", "term"
        SCHEMA_RULE = "schema_rule", "schema rule"

    class Scope(models.TextChoices):
        LOCAL = "local", "local to a domain"
        ENTERPRISE = "enterprise", "enterprise"

    class Status(models.TextChoices):
        DRAFT = "draft", "draft"
        IN_REVIEW = "in_review", "in review"
        APPROVED = "approved", "approved"
        RETIRED = "retired", "retired"

    slug = models.SlugField(unique=True, max_length=80)
    name = models.CharField(max_length=LONGEST_NAME)
    kind = models.CharField(max_length=11, choices=Kind)
    scope = models.CharField(max_length=10, choices=Scope, default=Scope.LOCAL)
    domain = models.ForeignKey(Domain, models.PROTECT, related_name="definitions", null=True, blank=True)
    steward = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="stewarded_definitions", null=True, blank=True
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    review_on = models.DateField(null=True, blank=True, help_text="When it is looked at again.")
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    current = models.ForeignKey(
        "DefinitionVersion", models.PROTECT, related_name="+", null=True, blank=True, help_text="The version in force."
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[DefinitionQuerySet] = DefinitionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Labelled.Meta):
        ordering = [Lower("name"), "id"]
        indexes = [*Labelled.Meta.indexes, models.Index(Lower("name"), "id", name="definition_by_name")]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="definition_is_named"),
            models.CheckConstraint(
                condition=~Q(scope="local") | Q(domain__isnull=False), name="definition_local_to_a_domain"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "retired"]) | Q(current__isnull=False),
                name="definition_in_force_has_text",
            ),
            models.UniqueConstraint(
                Lower("name"), "domain", name="definition_name_in_domain", condition=Q(scope="local", status="approved")
            ),
            models.UniqueConstraint(
                Lower("name"), name="definition_name_in_enterprise", condition=Q(scope="enterprise", status="approved")
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.ReadOnly(name="keep_slug", fields=["slug"]),
            label_trigger(
                ("slug", "scope", "domain_id"),
                f"CASE WHEN NEW.scope = 'local' THEN {DOMAIN_LABEL} ELSE '{{}}' END || ('definition:' || NEW.slug)",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("definitions:definition", args=[self.slug])

    @property
    def is_published(self) -> bool:
        """Whether it was ever agreed: its readers may know of it."""
        return self.status in (self.Status.APPROVED, self.Status.RETIRED)

    def is_due(self, today: date) -> bool:
        """Whether it is to be looked at again."""
        return self.status == self.Status.APPROVED and self.review_on is not None and self.review_on <= today


class DefinitionVersion(Guarded):
    """What a definition said, or would say. Nobody changes it once it was proposed: votes are bound to its text."""

    label_paths = ("definition__labels",)

    class Status(models.TextChoices):
        DRAFT = "draft", "draft"
        IN_REVIEW = "in_review", "in review"
        APPROVED = "approved", "approved"
        SUPERSEDED = "superseded", "superseded"
        AMENDED = "amended", "amended"  # another took its place in the same vote
        REJECTED = "rejected", "rejected"
        WITHDRAWN = "withdrawn", "withdrawn"

    definition = models.ForeignKey(Definition, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    statement = models.TextField(help_text="What the word means, in Markdown.")
    why = models.TextField(blank=True, help_text="Why it matters.")
    examples = ArrayField(models.TextField(), default=list, blank=True)
    counter_examples = ArrayField(models.TextField(), default=list, blank=True)
    synonyms = ArrayField(models.CharField(max_length=LONGEST_NAME), default=list, blank=True)
    false_friends = ArrayField(models.TextField(), default=list, blank=True, help_text="Words that seem to mean it.")
    criterion = models.TextField(blank=True, help_text="A SQL expression that is true of what it means.")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    change_note = models.CharField(max_length=500, blank=True, help_text="What is different, and why.")
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[VersionQuerySet] = VersionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["definition", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["definition", "number"], name="version_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="version_numbers_from_one"),
            models.CheckConstraint(condition=~Q(statement=""), name="version_says_something"),
            models.UniqueConstraint(
                fields=["definition"], name="version_in_force_once", condition=Q(status="approved")
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "superseded"]) | Q(published_at__isnull=False),
                name="version_in_force_since",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Trigger(
                name="frozen",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.status <> 'draft' AND (
                        NEW.status = 'draft'
                        OR (NEW.definition_id, NEW.number, NEW.statement, NEW.why, NEW.examples, NEW.counter_examples,
                            NEW.synonyms, NEW.false_friends, NEW.criterion, NEW.change_note, NEW.created_at)
                        IS DISTINCT FROM
                           (OLD.definition_id, OLD.number, OLD.statement, OLD.why, OLD.examples, OLD.counter_examples,
                            OLD.synonyms, OLD.false_friends, OLD.criterion, OLD.change_note, OLD.created_at)
                        OR (NEW.author_id IS NOT NULL AND NEW.author_id IS DISTINCT FROM OLD.author_id)
                    ) THEN RAISE EXCEPTION 'a version that was proposed never changes'; END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="kept",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.status <> 'draft'"),
                func="RAISE EXCEPTION 'a version that was proposed is kept';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.definition.name} v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("definitions:version", args=[self.definition.slug, self.number])

    def asked_as(self) -> Guarded:
        return self.definition
