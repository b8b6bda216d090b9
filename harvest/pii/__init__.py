"""Recognition of personal data and credentials by names, types and sampled values. See docs/personal-data.md."""

from harvest.pii.model import Column, Finding, Rule
from harvest.pii.recognise import recognise

__all__ = ["Column", "Finding", "Rule", "recognise"]
