"""Which theme a page is shown in: the person's own, else the browser's cookie, else the system's."""

from django.http import HttpRequest

THEMES = ("system", "light", "dark")
COOKIE = "theme"


def theme_of(request: HttpRequest) -> str:
    own = getattr(getattr(request, "user", None), "theme", None)
    chosen = own or request.COOKIES.get(COOKIE)
    return chosen if chosen in THEMES else "system"
