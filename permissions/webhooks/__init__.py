"""Webhooks about what the record keeps: who may make them, what each is told, and their pages' services."""
