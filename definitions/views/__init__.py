"""The pages of definitions and of the council."""
