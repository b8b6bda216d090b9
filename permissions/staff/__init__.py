"""Staff mode: administrators may do everything for a while, with a reason, and it is recorded."""
