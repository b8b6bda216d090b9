"""Telling programs outside: signed, again until it arrives, and nothing that who they speak for may not know."""
