"""Writing opt-out rules, seeing what they would do, and looking at them again."""
