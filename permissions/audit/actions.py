"""What the record knows of: each app lists its own actions in ``<app>/audit.py`` as ``ACTIONS``."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from core.discovery import collect


class Action(NamedTuple):
    """`name` is what it is about and what was done to it, with a dot between; `label` says so in plain words."""

    name: str
    label: str

    @property
    def topic(self) -> str:
        return self.name.partition(".")[0]


ACTIONS = tuple(
    Action(name, label)
    for name, label in (
        ("rule.created", "Rule written"),
        ("rule.changed", "Rule changed"),
        ("rule.withdrawn", "Rule withdrawn"),
        ("rule.author_spared", "Rule changed so that it spares its author"),
        ("rule.lapsed", "Rule lapsed at its review"),
        ("rule.reviewed", "Rule reviewed"),
        ("rule.uncovered", "Rule that no grant covers any more"),
        ("exception.granted", "Exception granted"),
        ("exception.changed", "Exception changed"),
        ("exception.withdrawn", "Exception withdrawn"),
        ("exception.ended", "Exception ended"),
        ("request.asked", "Access asked for"),
        ("request.approved", "Request approved"),
        ("request.declined", "Request declined"),
        ("request.withdrawn", "Request withdrawn"),
        ("request.lifted", "Request no longer needed"),
        ("request.escalated", "Request passed on to the council"),
        ("grant.given", "Stewardship given"),
        ("grant.removed", "Stewardship taken back"),
        ("role.given", "Role given"),
        ("role.removed", "Role taken back"),
        ("staff.started", "Staff mode started"),
        ("staff.ended", "Staff mode ended"),
        ("staff.acted", "Done in staff mode"),
        ("person.created", "Account made"),
        ("person.changed", "Account changed"),
        ("person.closed", "Account closed"),
        ("person.opened", "Account opened again"),
        ("team.created", "Team made"),
        ("team.changed", "Team changed"),
        ("team.removed", "Team removed"),
        ("team.joined", "Joined a team"),
        ("team.left", "Left a team"),
        ("sign_in.succeeded", "Signed in"),
        ("sign_in.failed", "Sign-in failed"),
        ("sign_in.out", "Signed out"),
        ("session.ended", "Session ended by its owner or an administrator"),
        ("password.changed", "Password changed"),
        ("factor.added", "Second factor added"),
        ("factor.removed", "Second factor removed"),
        ("token.created", "Token made"),
        ("token.revoked", "Token revoked"),
        ("token.refused", "Token refused"),
        ("scim.changed", "Changed by the identity provider"),
        ("scim.refused", "Identity provider refused"),
        ("read.denied", "Read denied"),
        ("read.missed", "Asked for something that is not there"),
        ("sample.read", "Values read"),
        ("export.read", "Values or lists exported"),
        ("audit.searched", "Record searched"),
        ("audit.exported", "Record exported"),
        ("audit.dropped", "Old month of the record removed"),
        ("webhook.created", "Webhook made"),
        ("webhook.changed", "Webhook changed"),
        ("webhook.key_changed", "Webhook given another key"),
        ("webhook.switched_off", "Webhook switched off"),
        ("webhook.switched_on", "Webhook switched on"),
        ("webhook.removed", "Webhook removed"),
        ("webhook.replayed", "Deliveries of a webhook sent again"),
        ("setting.changed", "Setting changed"),
        ("admin.added", "Added in the administration"),
        ("admin.changed", "Changed in the administration"),
        ("admin.removed", "Removed in the administration"),
    )
)


@cache
def labels() -> dict[str, str]:
    """Return the label of every action of every installed app, by name."""
    return {action.name: action.label for action in collect("audit", "ACTIONS")}


def require_known(name: str) -> None:
    """Raise `LookupError` for an action that no app has listed."""
    if name not in labels():
        raise LookupError(f"{name!r} is no action of the record: list it in ACTIONS of your app's audit.py.")


def known_as(name: str) -> bool:
    """Whether it is an action, or a topic that has some."""
    return name in labels() or any(one.startswith(f"{name}.") for one in labels())
