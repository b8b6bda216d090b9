"""The entries of definitions and of the council in the main navigation."""

from core.navigation import NavItem

ITEMS = (
    NavItem(title="Definitions", url_name="definitions:index", icon="vocabulary", order=32),
    NavItem(title="Council", url_name="definitions:council", icon="gavel", order=33),
    NavItem(title="Workflows", url_name="states:workflows", icon="route", order=34),
)
