"""What people say of things, by the name of the fact, and the columns that hold it: each change of one is kept.

Facts that are sets (tags, classifications) are kept member by member, in tables of their own.
"""

DATASET = {
    "title": "title", "description": "human_description", "readme": "readme", "grain": "grain",
    "record_key": "human_key", "sort_order": "human_sort_order", "owner": "owner_id", "steward": "steward_id",
    "domain": "domain_id", "product": "product_id", "stage": "stage", "nature": "nature", "motion": "motion",
    "delivery": "delivery", "lifecycle": "lifecycle", "deprecation_note": "deprecation_note",
    "successor": "successor_id", "published": "published_at", "retire_on": "retire_on", "service": "service",
    "links": "links", "licence": "licence", "retention": "retention", "certified_at": "certified_at",
    "certified_by": "certified_by_id", "certification_note": "certification_note",
    "certified_until": "certified_until",
}  # fmt: skip
FIELD = {"description": "human_description"}
DOMAIN = {
    "name": "name", "description": "description", "parent": "parent_id", "steward": "steward_id",
    "openness": "openness",
}  # fmt: skip
PRODUCT = {
    "name": "name", "description": "description", "domain": "domain_id", "owner": "owner_id", "promise": "promise",
    "audience": "audience",
}  # fmt: skip
TAG = {"name": "name", "description": "description", "owner": "owner_id"}
CLASSIFICATION = {"name": "name", "description": "description", "handling": "handling"}

TRACKED = {
    "dataset": DATASET, "field": FIELD, "domain": DOMAIN, "product": PRODUCT, "tag": TAG,
    "classification": CLASSIFICATION,
}  # fmt: skip
