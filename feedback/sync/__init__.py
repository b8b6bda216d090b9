"""Tickets kept in step with trackers outside."""
