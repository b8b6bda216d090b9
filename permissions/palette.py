"""What the palette offers about people and one's own account."""

from collections.abc import Iterator

from django.urls import reverse

from core.palette import PER_PROVIDER, Item, Provider, matches
from permissions.models import User
from permissions.people import people_called
from permissions.roles import may_manage_rules


def people(user: User, query: str) -> Iterator[Item]:
    """People whose name, handle or job title holds every word."""
    for person in people_called(query)[:PER_PROVIDER]:
        kind, icon = ("Service account", "robot") if person.is_service else ("Person", "user")
        yield Item(str(person), person.get_absolute_url(), kind, person.title or person.username, icon=icon)


def actions(user: User, query: str) -> Iterator[Item]:
    """What one can do about one's own account."""
    own = (
        Item("Your page", user.get_absolute_url(), "Action", "", icon="user"),
        Item("Settings", reverse("permissions:me"), "Action", "name, theme, time zone", icon="settings"),
        Item("API tokens", reverse("permissions:tokens"), "Action", "for programs and the command line", icon="code"),
        Item("Sessions", reverse("permissions:sessions"), "Action", "where you are signed in", icon="device-laptop"),
        Item("Second factor", reverse("mfa_index"), "Action", "app, security keys, passkeys", icon="shield-lock"),
        Item("Change password", reverse("account_change_password"), "Action", "", icon="key"),
        Item("Sign out", reverse("account_logout"), "Action", "", icon="logout"),
    )
    yield from (item for item in own if matches(f"{item.title} {item.hint}", query))


def upkeep(user: User, query: str) -> Iterator[Item]:
    """Pages for those who keep the rules and the people; the navigation has the others."""
    everybody = (
        Item("Teams", reverse("permissions:teams"), "Page", "who is in which", icon="users"),
        Item("Roles", reverse("permissions:roles"), "Page", "administrators, council, engineers", icon="shield-check"),
        Item("Requests to decide", reverse("permissions:to_decide"), "Page", "access that others ask for", icon="key"),
    )
    council = (
        Item("Rules due for review", f"{reverse('permissions:rules')}?state=due", "Page", "", icon="calendar-due"),
        Item(
            "Exceptions due for review", f"{reverse('permissions:exceptions')}?state=due", "Page", "", icon="lock-open"
        ),
    )
    pages = (*everybody, *(council if may_manage_rules(user) else ()))
    yield from (item for item in pages if matches(f"{item.title} {item.hint}", query))


PROVIDERS: tuple[Provider, ...] = (people, actions, upkeep)
