"""Harvesting's entry in the main navigation."""

from core.navigation import NavItem

ITEMS = (NavItem(title="Sources", url_name="harvest:sources", icon="plug-connected", order=25),)
