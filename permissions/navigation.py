"""The entries about people in the main navigation."""

from core.navigation import NavItem

ITEMS = (
    NavItem(title="Rules", url_name="permissions:rules", icon="lock", order=600, section="Access"),
    NavItem(title="Requests", url_name="permissions:requests", icon="key", order=610, section="Access"),
    NavItem(title="Exceptions", url_name="permissions:exceptions", icon="lock-open", order=620, section="Access"),
    NavItem(title="Who sees what", url_name="permissions:explain", icon="user-question", order=630, section="Access"),
    NavItem(title="People", url_name="permissions:people", icon="users", order=640, section="Access"),
    NavItem(
        title="Service accounts",
        url_name="permissions:service_accounts",
        icon="robot",
        order=830,
        section="Administration",
        staff=True,
    ),
    NavItem(
        title="Audit",
        url_name="permissions:audit",
        icon="history",
        order=840,
        section="Administration",
        staff=True,
    ),
)
