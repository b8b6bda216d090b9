"""Counting states in a source: queries made of checked criteria, and what their answers mean. Pure."""
