"""The tour's entry in the main navigation, where there is a tour."""

from core.navigation import NavItem
from demo.presence import seems_here

ITEMS = (NavItem(title="Tour", url_name="demo:tour", icon="route", order=90, shown=lambda _user: seems_here()),)
