"""Accounts: how they come to be, and how they end."""
