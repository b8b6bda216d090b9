"""Commands that measure Concord against its targets; each prints its table and fails when a target is missed."""
