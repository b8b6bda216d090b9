"""How the catalog's things look: an icon and words for each kind."""

from typing import NamedTuple

from catalog.models import Container, Dataset


class Look(NamedTuple):
    """An icon of Tabler's set, and what it stands for."""

    icon: str
    word: str


DATASETS = {
    Dataset.Kind.TABLE.value: Look(icon="table", word="Table"),
    Dataset.Kind.VIEW.value: Look(icon="eye", word="View"),
    Dataset.Kind.MATERIALIZED_VIEW.value: Look(icon="table-shortcut", word="Materialized view"),
    Dataset.Kind.FOREIGN_TABLE.value: Look(icon="table-share", word="Foreign table"),
    Dataset.Kind.FILE_SET.value: Look(icon="files", word="Files"),
    Dataset.Kind.STREAM.value: Look(icon="wave-sine", word="Stream"),
}
CONTAINERS = {
    Container.Kind.DATABASE.value: Look(icon="database", word="Database"),
    Container.Kind.SCHEMA.value: Look(icon="schema", word="Schema"),
    Container.Kind.FOLDER.value: Look(icon="folder", word="Folder"),
}
CHANGES = {
    "added": Look(icon="plus", word="Added"),
    "removed": Look(icon="minus", word="Removed"),
    "renamed": Look(icon="cursor-text", word="Renamed"),
    "type_widened": Look(icon="arrows-maximize", word="Wider type"),
    "type_narrowed": Look(icon="arrows-minimize", word="Narrower type"),
    "type_changed": Look(icon="switch-horizontal", word="Other type"),
    "nullable_added": Look(icon="circle-dashed", word="May be empty"),
    "nullable_removed": Look(icon="circle-filled", word="Never empty"),
    "key_added": Look(icon="key", word="Key"),
    "key_removed": Look(icon="key-off", word="No key"),
    "moved": Look(icon="arrows-sort", word="Moved"),
    "default_changed": Look(icon="braces", word="Default"),
    "generated_changed": Look(icon="math-function", word="Expression"),
}
UNKNOWN = Look(icon="point", word="Other")


def look_of(kind: str) -> Look:
    """How a kind of dataset, container or change looks."""
    return DATASETS.get(kind) or CONTAINERS.get(kind) or CHANGES.get(kind) or UNKNOWN
