"""Feedback's entry in the main navigation."""

from core.navigation import NavItem

ITEMS = (NavItem(title="Feedback", url_name="feedback:tickets", icon="message-report", order=35),)
