"""The artifacts of a folder or an archive, unpacked within bounds."""

from __future__ import annotations

import gzip
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, TypeVar

from harvest.connectors.base import ConnectorError

NAMES = ("manifest.json", "catalog.json", "run_results.json", "sources.json")
LARGEST = 1_000_000_000  # bytes of one artifact, unpacked
MOST_ENTRIES = 100_000  # of an archive that are looked at
_CHUNK = 1 << 20

Entry = TypeVar("Entry")

_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    gzip.BadGzipFile,
    EOFError,
    zlib.error,
    NotImplementedError,
    RuntimeError,
)


@contextmanager
def artifacts_of(path: Path) -> Iterator[dict[str, Path]]:
    """The artifacts at `path` by name, as files to read; what was unpacked is removed afterwards.

    A folder, an archive (zip, tar, compressed or not) or a single artifact, plain or gzipped. Entries of an archive are
    known by their last name alone and written under ours, so that no path of theirs is followed; of several of one name
    the one nearest to the root is taken. Raises `ConnectorError`.
    """
    if path.is_dir():
        yield _of_folder(path)
        return
    with tempfile.TemporaryDirectory(prefix="concord-dbt-") as folder:
        yield _unpacked(path, Path(folder))


def _of_folder(path: Path) -> dict[str, Path]:
    folder = path if any((path / name).is_file() for name in NAMES) else path / "target"
    found = {name: folder / name for name in NAMES if (folder / name).is_file()}
    for name, file in found.items():
        if file.resolve().parent != folder.resolve():
            raise ConnectorError(f"{name} is a link out of its folder, which is not followed.", part="rights")
        _check_size(name, file.stat().st_size)
    if not found:
        message = f"There is no manifest.json in {path}. Name dbt's target folder, after a run of dbt."
        raise ConnectorError(message, part="missing")
    return found


def _unpacked(path: Path, folder: Path) -> dict[str, Path]:
    unpack = _unzipped if zipfile.is_zipfile(path) else _untarred if tarfile.is_tarfile(path) else _single
    try:
        found = unpack(path, folder)
    except _BROKEN as error:
        raise ConnectorError(f"{path.name} is a damaged archive: pack it again.", part="format") from error
    if not found:
        raise ConnectorError(f"There is no {NAMES[0]} in {path.name}. Pack dbt's target folder.", part="missing")
    return found


def _unzipped(path: Path, folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        _check_count(len(entries))
        for name, entry in _nearest([(one.filename, one) for one in entries if not one.is_dir()]).items():
            with archive.open(entry) as packed:
                found[name] = _copy(packed, folder, name)
    return found


def _untarred(path: Path, folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    with tarfile.open(path) as archive:
        entries = []
        for number, entry in enumerate(archive):
            _check_count(number)
            if entry.isfile():  # neither links nor devices
                entries.append((entry.name, entry))
        for name, entry in _nearest(entries).items():
            packed = archive.extractfile(entry)
            if packed is not None:
                found[name] = _copy(packed, folder, name)
    return found


def _nearest(entries: list[tuple[str, Entry]]) -> dict[str, Entry]:
    """The entries that are artifacts, by name; the one with the shortest path where there are several."""
    found: dict[str, Entry] = {}
    for path, entry in sorted(entries, key=lambda one: len(PurePosixPath(one[0]).parts)):
        name = PurePosixPath(path).name
        if name in NAMES:
            found.setdefault(name, entry)
    return found


def _single(path: Path, folder: Path) -> dict[str, Path]:
    name = path.name.removesuffix(".gz")
    if name not in NAMES:
        message = f"{path.name} is neither an archive (.zip, .tar.gz) nor one of {', '.join(NAMES)}."
        raise ConnectorError(message, part="format")
    if path.suffix == ".gz":
        with gzip.open(path) as packed:
            return {name: _copy(packed, folder, name)}  # type: ignore[arg-type]
    _check_size(name, path.stat().st_size)
    return {name: path}


def _copy(packed: IO[bytes], folder: Path, name: str) -> Path:
    """Unpack until the end or the bound: what an archive says of its sizes is not believed."""
    target, size = folder / name, 0
    with target.open("wb") as file:
        while chunk := packed.read(_CHUNK):
            size += len(chunk)
            _check_size(name, size)
            file.write(chunk)
    return target


def _check_size(name: str, size: int) -> None:
    if size > LARGEST:
        message = f"{name} is larger than {LARGEST // 1_000_000:,} MB, which is more than is read."
        raise ConnectorError(message, part="format")


def _check_count(number: int) -> None:
    if number > MOST_ENTRIES:
        raise ConnectorError(f"The archive holds more than {MOST_ENTRIES:,} entries.", part="format")
