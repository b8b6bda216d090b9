"""Where people are signed in: which browsers, since when, and ending that."""
