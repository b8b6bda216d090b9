"""The record: what was done, by whom, to what, from where. Nobody changes it."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

LONGEST_NAME = 500
UNSEALED = Q(sequence=None, hash="")
SEALED = Q(sequence__isnull=False) & ~Q(hash="")


class AuditEntry(models.Model):
    """One line of the record. It names people and things without pointing at them, so that it outlives them.

    The table is partitioned by the month of `at`, and a trigger refuses every change but the sealing. `digest` is
    made when the entry is written; `sequence` and `hash`, which chain it to the entry before, by the sealer soon after
    (docs/audit.md, docs/decisions/0008).
    """

    id = models.UUIDField(primary_key=True, editable=False)
    at = models.DateTimeField(editable=False)
    action = models.CharField(max_length=60, help_text="What was done, such as rule.created.")
    actor_id = models.BigIntegerField(null=True, help_text="The person; none for strangers and for Concord itself.")
    actor_name = models.CharField(max_length=150, blank=True, help_text="Their username then.")
    thing_kind = models.CharField(max_length=100, blank=True, help_text="As permissions.optoutrule.")
    thing_id = models.CharField(max_length=64, blank=True)
    thing_name = models.CharField(max_length=LONGEST_NAME, blank=True, help_text="What it was called then.")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    note = models.TextField(blank=True)
    address = models.GenericIPAddressField(null=True, help_text="Of the client.")
    request_id = models.CharField(max_length=64, blank=True)
    token_id = models.BigIntegerField(null=True, help_text="The token that was used, if any.")
    token_name = models.CharField(max_length=80, blank=True)
    digest = models.CharField(max_length=80, editable=False)
    sequence = models.BigIntegerField(null=True, editable=False)
    hash = models.CharField(max_length=80, blank=True, editable=False)

    class Meta:
        verbose_name_plural = "audit entries"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=UNSEALED | SEALED, name="audit_sealed_whole"),
        ]
        indexes = [
            models.Index(fields=["at", "id"], name="audit_latest"),
            models.Index(fields=["actor_id", "at", "id"], name="audit_actor"),
            models.Index(fields=["action", "at", "id"], name="audit_action"),
            models.Index(fields=["thing_kind", "thing_id", "at", "id"], name="audit_thing"),
            models.Index(fields=["address", "at", "id"], name="audit_address"),
            models.Index(fields=["sequence"], name="audit_sequence"),
            models.Index(fields=["at", "id"], condition=Q(sequence=None), name="audit_unsealed"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.thing_name}".strip()


class AuditHead(models.Model):
    """The last sealed entry, so that entries removed from the end are missed."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=80)
    mac = models.CharField(max_length=80)
    sealed_at = models.DateTimeField(auto_now=True)

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(id=1), name="audit_has_one_head")]

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"


class AuditCheckpoint(models.Model):
    """Entries `first` to `last` of the chain, which ended with their month; the chain goes on across them."""

    month = models.DateField(help_text="The first day of the month that was removed.")
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    hash_before = models.CharField(max_length=80)
    hash_after = models.CharField(max_length=80)
    mac = models.CharField(max_length=80)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="audit_checkpoint_in_order"),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


class AuditForward(models.Model):
    """How far the record was sent to one place outside; entries go there in their order, each at least once."""

    target = models.CharField(primary_key=True, max_length=64, help_text="Digest of where it goes.")
    name = models.CharField(max_length=200, help_text="Where it goes, without secrets.")
    sequence = models.BigIntegerField(default=0, help_text="The last entry that arrived.")
    arrived_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, help_text="Why the last attempt failed; empty where it did not.")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name} at {self.sequence}"
