"""Tokens for programs: made once, shown once, kept as a digest."""
