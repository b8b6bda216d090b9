"""How each kind of source is read: one file a kind, found by `registry`."""
