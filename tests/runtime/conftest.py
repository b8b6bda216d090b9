"""Programs of Concord, run as people run them: by themselves, on a data directory of their own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.embedded import places, postgres, redis_server

ROOT = Path(__file__).resolve().parents[2]
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "CONCORD_CHROMIUM")


def environment(**variables: str) -> dict[str, str]:
    """The environment of a program: this machine's, and of Concord's settings only those given."""
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ} | variables


def start(*arguments: str, **variables: str) -> subprocess.Popen[str]:
    """Start a Python program of the repository."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(**variables),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A data directory whose servers and leftovers are gone after the test."""
    folder = tmp_path / "a folder with spaces, deep enough that no socket's path could be in it" / ("d" * 60)
    folder.mkdir(parents=True)
    yield folder
    found = places.find(folder)
    redis_server.stop(found)
    postgres.stop(found)
    shutil.rmtree(found.sockets, ignore_errors=True)
    if found.data != folder:
        shutil.rmtree(found.data, ignore_errors=True)
