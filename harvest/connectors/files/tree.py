"""Which files of a tree make up which dataset.

A folder with folders such as ``dt=2026-01-01`` is one dataset; so is a folder that holds nothing but numbered parts of
one format; so are many files of one folder whose names differ in numbers alone and whose headers agree
(``export_*.csv``). Every other file is a dataset of its own, under its whole name, so that ``a.csv`` and ``a.json``
are two.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from core.names import join_path
from harvest.connectors.files.formats import Format, format_of, is_beside_data
from harvest.connectors.files.headers import same_header
from harvest.connectors.files.listing import DataFile, Listing, list_folder
from harvest.connectors.files.naming import is_part, partition_of, skeleton
from harvest.facts import Problem

DEEPEST = 32
MANY = 10  # files of one name but for numbers, from which on they are one dataset
NAMED = 5  # unsupported files that are named; the rest is counted


class Folder(NamedTuple):
    """A folder that holds datasets."""

    path: tuple[str, ...]


class FileSet(NamedTuple):
    """The files of one dataset."""

    path: tuple[str, ...]
    format: Format
    files: tuple[DataFile, ...]
    partitions: tuple[dict[str, str], ...] = ()  # one a file, in the order of `files`

    @property
    def partition_keys(self) -> tuple[str, ...]:
        return tuple(self.partitions[0]) if self.partitions else ()


Found = Folder | FileSet | Problem


@dataclass
class Tree:
    """The tree under a root, read one folder at a time. `only` is the name of the one file wanted, if one is."""

    root: Path
    only: str = ""
    unsupported: int = 0
    named: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)  # real paths: links may lead round in circles

    def walk(self) -> Iterator[Found]:
        """Folders, datasets and problems, folders before what is in them."""
        self.unsupported, self.named, self.seen = 0, [], set()
        yield from self._folder(str(self.root), ())
        if self.unsupported:
            yield self._left_out()

    def signature(self) -> str:
        """Differs whenever a file of the tree was added, removed, renamed or written."""
        digest = hashlib.sha256()
        self.seen = set()
        for line in self._lines(str(self.root), ()):
            digest.update(line.encode(errors="surrogateescape"))
        return digest.hexdigest()

    def _lines(self, folder: str, parts: tuple[str, ...]) -> Iterator[str]:
        listing = self._list(folder, parts)
        for file in listing.files:
            yield f"{join_path((*parts, file.name))} {file.size} {file.modified_ns}\n"
        for problem in listing.problems:
            yield f"{problem.object} {problem.message}\n"
        for name, path in listing.folders:
            if self._enters(path, parts):
                yield f"{join_path((*parts, name))}/\n"
                yield from self._lines(path, (*parts, name))

    def _list(self, folder: str, parts: tuple[str, ...]) -> Listing:
        listing = list_folder(folder, parts, self.root)
        if self.only:
            files = [file for file in listing.files if file.name == self.only]
            return Listing(files=files)
        return listing

    def _enters(self, path: str, parts: tuple[str, ...]) -> bool:
        if path in self.seen or len(parts) >= DEEPEST:
            return False
        self.seen.add(path)
        return True

    def _folder(self, folder: str, parts: tuple[str, ...]) -> Iterator[Found]:
        listing = self._list(folder, parts)
        yield from listing.problems
        partitioned = [one for one in listing.folders if partition_of(one[0])]
        if partitioned and not self.only:
            yield from self._partitioned(listing, parts)
            return
        files = [file for file in listing.files if self._is_data(file, parts)]
        if not listing.folders and not self.only and _is_one_dataset(files, parts):
            yield FileSet(parts or (self.root.name or "/",), _format(files[0]), tuple(files))
            return
        yield from _datasets(files, parts)
        for name, path in listing.folders:
            yield from self._subfolder(name, path, parts)

    def _subfolder(self, name: str, path: str, parts: tuple[str, ...]) -> Iterator[Found]:
        here = (*parts, name)
        if len(parts) >= DEEPEST:
            yield Problem(join_path(here), f"It lies deeper than {DEEPEST} folders and was not read.", here)
            return
        if not self._enters(path, parts):
            yield Problem(join_path(here), "It is a link to a folder that is read already, and was not followed.")
            return
        announced = False
        for found in self._folder(path, here):
            if not announced and not isinstance(found, Problem) and found.path != here:
                announced = True
                yield Folder(here)
            yield found

    def _is_data(self, file: DataFile, parts: tuple[str, ...]) -> bool:
        if format_of(file.name):
            return True
        if not is_beside_data(file.name):
            self.unsupported += 1
            if len(self.named) < NAMED:
                self.named.append(join_path((*parts, file.name)))
        return False

    def _left_out(self) -> Problem:
        more = f" and {self.unsupported - len(self.named)} more" if self.unsupported > len(self.named) else ""
        return Problem(
            "files of other formats",
            f"Left out, as only CSV, TSV, JSON and Parquet are read: {', '.join(self.named)}{more}.",
        )

    def _partitioned(self, listing: Listing, parts: tuple[str, ...]) -> Iterator[Found]:
        path = parts or (self.root.name or "/",)
        found: list[tuple[DataFile, dict[str, str]]] = []
        beside = [file.name for file in listing.files if self._is_data(file, parts)]
        for name, folder in listing.folders:
            key = partition_of(name)
            if key is None:
                beside.append(name)
            elif self._enters(folder, parts):
                yield from self._partition(folder, (*parts, name), dict([key]), found)
        if beside:
            yield Problem(join_path(path), f"Left out, as they lie beside its partitions: {_some(beside)}.")
        yield from _partitioned_sets(path, found)

    def _partition(
        self, folder: str, parts: tuple[str, ...], keys: dict[str, str], found: list[tuple[DataFile, dict[str, str]]]
    ) -> Iterator[Problem]:
        listing = self._list(folder, parts)
        yield from listing.problems
        found += [(file, keys) for file in listing.files if self._is_data(file, parts)]
        for name, path in listing.folders:
            if self._enters(path, parts):
                yield from self._partition(path, (*parts, name), keys | dict([partition_of(name) or ("", "")]), found)


def _partitioned_sets(path: tuple[str, ...], found: Sequence[tuple[DataFile, dict[str, str]]]) -> Iterator[Found]:
    """One dataset of the commonest format and keys; what differs is a problem."""
    if not found:
        return
    kinds = [(_format(file), tuple(key for key in keys if key)) for file, keys in found]
    commonest = max(dict.fromkeys(kinds), key=kinds.count)
    chosen = [one for one, kind in zip(found, kinds, strict=True) if kind == commonest]
    others = [file.name for (file, _), kind in zip(found, kinds, strict=True) if kind != commonest]
    if others:
        yield Problem(
            join_path(path), f"Left out, as their format or partition keys differ from the rest: {_some(others)}."
        )
    partitions = tuple({key: value for key, value in keys.items() if key} for _, keys in chosen)
    yield FileSet(path, commonest[0], tuple(file for file, _ in chosen), partitions)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"


def _format(file: DataFile) -> Format:
    return format_of(file.name) or Format("")


def _stem(name: str) -> str:
    """The name without the extensions of format and compression."""
    stem = name.rpartition(".")[0]
    return stem.rpartition(".")[0] if _format(DataFile("", name, 0, 0)).compression else stem


def _is_one_dataset(files: Sequence[DataFile], parts: tuple[str, ...]) -> bool:
    """Whether a folder's files are all parts, of one format. A single one is when an engine named it part-…."""
    if not files or len({_format(file) for file in files}) > 1:
        return False
    if len(files) == 1 and not (parts and files[0].name.startswith("part-")):
        return False
    return all(is_part(file.name, _stem(file.name)) for file in files)


def _datasets(files: Sequence[DataFile], parts: tuple[str, ...]) -> Iterator[FileSet]:
    groups: dict[str, list[DataFile]] = {}
    for file in files:
        groups.setdefault(skeleton(file.name), []).append(file)
    for pattern, group in groups.items():
        if len(group) >= MANY and same_header(group, _format(group[0])):
            yield FileSet((*parts, pattern), _format(group[0]), tuple(group))
        else:
            for file in group:
                yield FileSet((*parts, file.name), _format(file), (file,))
