"""Data in motion: streams and topics, their schema learned from a bounded sample that takes nothing away."""
