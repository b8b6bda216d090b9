"""The tour, its stops, and the line on the first page that offers it."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from core.requests import Request
from demo.presence import is_here, seems_here
from demo.progress import HIDDEN, keep_marks, marks_of
from demo.stops import SLUGS, STOPS
from demo.tour import Guide
from permissions.models import User


@require_GET
def tour(request: Request) -> HttpResponse:
    """All stops on one page; 404 where Northbeam is not in the catalog."""
    guide = _guide(request)
    sights = guide.sights(marks_of(request, SLUGS))
    ways = [sight for sight in sights if sight.link]
    ahead = next((sight for sight in ways if not sight.seen), None)
    context = {
        "sights": sights,
        "ahead": ahead,
        "seen": sum(sight.seen for sight in ways),
        "total": len(ways),
        "connecting": guide.connecting,
        "switching": bool(guide.switchable),
        "minutes": sum(stop.minutes for stop in STOPS),
    }
    return render(request, "demo/tour.html", context)


@require_GET
def stop(request: Request, slug: str) -> HttpResponse:
    """Ticks a stop and goes to the page it shows; its own address, so that a sign-in can lead there."""
    found = next((stop for stop in STOPS if stop.slug == slug), None)
    link = found and _guide(request).link(found)
    if link is None:
        raise Http404("There is no such stop.")
    response = redirect(link.url)
    keep_marks(response, marks_of(request, (*SLUGS, HIDDEN)) | {slug})
    return response


@require_POST
def again(request: Request) -> HttpResponse:
    """Forgets which stops were seen."""
    response = redirect("demo:tour")
    keep_marks(response, marks_of(request, (HIDDEN,)))
    return response


@require_GET
def hint(request: Request) -> HttpResponse:
    """A line for the first page; nothing for who has been round, who closed it, and where there is no tour."""
    marks = marks_of(request, (*SLUGS, HIDDEN))
    if HIDDEN in marks or marks.issuperset(SLUGS) or not seems_here():
        return HttpResponse()
    return render(request, "demo/hint.html", {"seen": len(marks), "total": len(SLUGS)})


@require_POST
def hide_hint(request: Request) -> HttpResponse:
    """Closes that line for good."""
    response = HttpResponse() if request.htmx else redirect("catalog:home")
    keep_marks(response, marks_of(request, SLUGS) | {HIDDEN})
    return response


def _guide(request: Request) -> Guide:
    if not isinstance(request.user, User):
        raise PermissionDenied("Sign in to take the tour.")
    if not is_here():
        raise Http404("Northbeam is not in this catalog; `manage.py demo` builds it.")
    return Guide(request.user)
