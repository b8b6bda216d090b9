"""Lineage's entries in the main navigation."""

from core.navigation import NavItem

ITEMS = (
    NavItem(
        title="Received events",
        url_name="lineage:received",
        icon="mailbox",
        order=845,
        section="Administration",
        staff=True,
    ),
)
