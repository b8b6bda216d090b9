"""Tickets and what is said about them."""

from feedback.models.around import Absence, Announcement, Attachment, ReadyAnswer, Review
from feedback.models.levels import Clock, ServiceLevel
from feedback.models.talk import Comment, Vote, Watch
from feedback.models.tickets import Cause, Event, Ticket
from feedback.models.views import SavedView

__all__ = [
    "Absence",
    "Announcement",
    "Attachment",
    "Cause",
    "Clock",
    "Comment",
    "Event",
    "ReadyAnswer",
    "Review",
    "SavedView",
    "ServiceLevel",
    "Ticket",
    "Vote",
    "Watch",
]
