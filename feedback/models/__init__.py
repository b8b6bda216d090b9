"""Tickets and what is said about them."""

from feedback.models.around import Absence, Announcement, Attachment, ReadyAnswer, Review
from feedback.models.levels import Clock, ServiceLevel
from feedback.models.sync import Mirror, MirroredComment, Tracker
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
    "Mirror",
    "MirroredComment",
    "ReadyAnswer",
    "Review",
    "SavedView",
    "ServiceLevel",
    "Ticket",
    "Tracker",
    "Vote",
    "Watch",
]
