"""What changed between two snapshots of a dataset's schema, and whether it breaks readers.

The policy is written down in docs/schema-versions.md.
"""

from catalog.schema_diff.changes import Change, Impact, Kind, classify, from_json, to_json
from catalog.schema_diff.compare import diff
from catalog.schema_diff.snapshot import FieldState

__all__ = ["Change", "FieldState", "Impact", "Kind", "classify", "diff", "from_json", "to_json"]
