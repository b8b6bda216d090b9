"""Giving duties on things, and telling who has which."""
