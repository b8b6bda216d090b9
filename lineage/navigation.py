"""Lineage's entries in the main navigation."""

from core.navigation import NavItem
from permissions.navigation import administers

ITEMS = (
    NavItem(title="Pipelines", url_name="lineage:jobs", icon="route", order=27),
    NavItem(
        title="Received events",
        url_name="lineage:received",
        icon="mailbox",
        order=845,
        section="Administration",
        shown=administers,
    ),
)
