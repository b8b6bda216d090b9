"""The catalog's entries in the main navigation."""

from core.navigation import NavItem

ITEMS = (
    NavItem(title="Home", url_name="catalog:home", icon="home", order=0),
    NavItem(title="Search", url_name="catalog:search", icon="search", order=10),
    NavItem(title="Browse", url_name="catalog:browse", icon="database", order=20),
    NavItem(title="Domains", url_name="catalog:browse_domains", icon="sitemap", order=30),
)
