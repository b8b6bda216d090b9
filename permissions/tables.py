"""Who there is and what was decided about access, as tables."""

from permissions.tabular import decisions, people

COLLECTIONS = (*people.COLLECTIONS, *decisions.COLLECTIONS)
