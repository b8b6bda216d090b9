"""The record of what was done: `record` what is being changed, `note` what is being read or refused."""

from permissions.audit.actions import ACTIONS, Action
from permissions.audit.recording import note, record

__all__ = ["ACTIONS", "Action", "note", "record"]
