"""The states that badges show: a word, a tone and an icon for each, so that colour never stands alone."""

from typing import NamedTuple


class State(NamedTuple):
    """`tone` is ok, warn, bad, info or neutral; `icon` is a name in Tabler's set."""

    word: str
    tone: str
    icon: str


STATES = {
    "certified": State(word="Certified", tone="ok", icon="rosette-discount-check"),
    "draft": State(word="Draft", tone="neutral", icon="pencil"),
    "active": State(word="Active", tone="ok", icon="circle-check"),
    "deprecated": State(word="Deprecated", tone="warn", icon="alert-triangle"),
    "archived": State(word="Archived", tone="neutral", icon="archive"),
    "restricted": State(word="Restricted", tone="warn", icon="lock"),
    "masked": State(word="Masked", tone="warn", icon="eye-off"),
    "problem": State(word="Open problem", tone="bad", icon="alert-circle"),
    "problem_upstream": State(word="Known problem upstream", tone="warn", icon="alert-hexagon"),
    "announced": State(word="Announcement", tone="info", icon="speakerphone"),
    "stale": State(word="Stale", tone="warn", icon="clock-exclamation"),
    "fresh": State(word="Fresh", tone="ok", icon="clock-check"),
    "queued": State(word="Queued", tone="neutral", icon="clock"),
    "running": State(word="Running", tone="info", icon="loader"),
    "succeeded": State(word="Succeeded", tone="ok", icon="check"),
    "partial": State(word="With problems", tone="warn", icon="alert-triangle"),
    "failed": State(word="Failed", tone="bad", icon="x"),
    "cancelled": State(word="Cancelled", tone="neutral", icon="ban"),
    "confirm": State(word="Needs confirmation", tone="warn", icon="hand-stop"),
    "open": State(word="Waiting", tone="info", icon="clock"),
    "approved": State(word="Approved", tone="ok", icon="check"),
    "declined": State(word="Declined", tone="bad", icon="x"),
    "withdrawn": State(word="Withdrawn", tone="neutral", icon="arrow-back-up"),
    "expired": State(word="Not answered", tone="neutral", icon="clock-x"),
    "lifted": State(word="Not needed", tone="ok", icon="lock-open"),
    "ended": State(word="Ended", tone="neutral", icon="clock-stop"),
    "planned": State(word="Not begun", tone="neutral", icon="calendar"),
    "late": State(word="Late", tone="warn", icon="clock-exclamation"),
    "long": State(word="Takes long", tone="warn", icon="hourglass"),
    "silent": State(word="No run told", tone="neutral", icon="point-filled"),
    "paused": State(word="Paused", tone="neutral", icon="player-pause"),
}


def state_of(name: str, *, word: str = "", tone: str = "", icon: str = "") -> State:
    """The state of that name, with what is given put in its place; an unknown name is shown neutrally, as itself."""
    known = STATES.get(name) or State(word=name.replace("_", " ").capitalize(), tone="neutral", icon="point-filled")
    return State(word or known.word, tone or known.tone, icon or known.icon)
