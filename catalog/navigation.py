"""The catalog's entries in the main navigation."""

from core.navigation import NavItem

ITEMS = (
    NavItem(title="Home", url_name="catalog:home", icon="home", order=0),
    NavItem(title="Search", url_name="catalog:search", icon="search", order=10),
    NavItem(title="Browse", url_name="catalog:browse", icon="database", order=20),
    NavItem(title="Domains", url_name="catalog:browse_domains", icon="sitemap", order=30),
    NavItem(title="Tables", url_name="permissions:tables", icon="table", order=50),
    NavItem(title="Changes", url_name="catalog:changes", icon="history", order=42),
    NavItem(title="Metadata rules", url_name="catalog:metadata_rules", icon="wand", order=47),
    NavItem(title="Suggestions", url_name="catalog:suggestions", icon="bulb", order=45),
    NavItem(title="What is missing", url_name="catalog:missing", icon="list-check", order=46),
    NavItem(title="Classifications", url_name="catalog:classifications", icon="shield-half", order=40),
)
