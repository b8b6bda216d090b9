"""What people tell of a source: how to reach it, what to take, when, and whose it is."""
