"""Tickets and what is said about them."""

from feedback.models.levels import Clock, ServiceLevel
from feedback.models.talk import Comment, Vote, Watch
from feedback.models.tickets import Cause, Event, Ticket
from feedback.models.views import SavedView

__all__ = ["Cause", "Clock", "Comment", "Event", "SavedView", "ServiceLevel", "Ticket", "Vote", "Watch"]
