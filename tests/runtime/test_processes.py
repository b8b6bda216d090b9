"""Web, worker and beat: each by hand on servers that are given, and all by one command."""

import json
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from cryptography.fernet import Fernet

from core.embedded import places, postgres, redis_server, servers
from core.running.ports import free_port, loopbacks
from tests.runtime.conftest import start
from tests.runtime.test_embedded_servers import holder, leave, wait_until_held

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def get(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def wait_for(condition: Callable[[], bool], seconds: float = 150) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come true in time"
        time.sleep(0.1)


def answers(url: str) -> bool:
    try:
        return get(url)[0] == 200
    except OSError:
        return False


def end(process: "subprocess.Popen[str]", with_signal: signal.Signals = signal.SIGTERM) -> str:
    process.send_signal(with_signal)
    output, _ = process.communicate(timeout=30)
    return output


def read_until(process: "subprocess.Popen[str]", pattern: str) -> str:
    said = []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if found := re.search(pattern, line):
            return found.group(1)
    return pytest.fail("".join(said))


def test_each_process_starts_by_hand_on_given_servers(data_dir, tmp_path):
    held = holder(data_dir)
    wait_until_held(held)
    given, port = servers.addresses(data_dir), free_port(18000, loopbacks())
    server = {
        "DATABASE_URL": given.database_url,
        "REDIS_URL": given.redis_url,
        "SECRET_KEY": "s" * 64,
        "CONCORD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "CONCORD_URL": "http://concord.lan",
        "CONCORD_DATA_DIR": str(tmp_path / "index"),
        "WEB_PORT": str(port),
        "WEB_WORKERS": "2",
    }
    migrated = start("manage.py", "migrate", "--no-input", "--verbosity=0", **server)
    output, _ = migrated.communicate(timeout=300)
    assert migrated.returncode == 0, output

    parts = [start("manage.py", part, **server) for part in ("web", "worker", "beat")]
    wait_for(lambda: answers(f"http://127.0.0.1:{port}/readyz"))
    assert json.loads(get(f"http://127.0.0.1:{port}/readyz")[1])["ready"] is True
    assert get(f"http://127.0.0.1:{port}/accounts/login/")[0] == 400  # a host name that is not this site's

    said = [end(part) for part in parts]
    assert [part.returncode for part in parts] == [0, 0, 0], said
    leave(held)


@pytest.fixture
def up(data_dir):
    started = []

    def run(**variables: str) -> "subprocess.Popen[str]":
        port = {"WEB_PORT": str(free_port(18100, loopbacks()))}
        process = start("manage.py", "up", CONCORD_DATA_DIR=str(data_dir), **port | variables)
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            end(process)


def nothing_runs(data_dir: Path) -> bool:
    found = places.find(data_dir)
    return not postgres.is_running(found) and not redis_server.is_running(found)


def test_up_serves_everything_and_stops_everything(data_dir, up):
    first = up()
    url = read_until(first, r"Concord is at (\S+)")
    wait_for(lambda: answers(f"{url}/readyz"))

    second = up()
    assert f"Concord is already up at {url}" in second.communicate(timeout=30)[0]
    assert second.returncode == 0

    family = psutil.Process(first.pid).children(recursive=True)
    end(first, signal.SIGINT)
    assert first.returncode == 0
    assert [process for process in family if process.is_running() and process.status() != psutil.STATUS_ZOMBIE] == []
    assert nothing_runs(data_dir)


def test_a_part_that_dies_brings_the_rest_down_in_words(up):
    process = up()
    read_until(process, r"Concord is at (\S+)")
    children = psutil.Process(process.pid).children(recursive=True)
    (beat,) = [child for child in children if child.cmdline()[-1] == "beat"]
    beat.kill()
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "beat ended with code -9, so Concord has stopped" in output


def test_killing_up_ends_its_parts_and_their_servers(data_dir, up):
    process = up()
    read_until(process, r"Concord is at (\S+)")
    children = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(children, timeout=80)  # one that still starts looks for its parent afterwards
    assert alive == []
    wait_for(lambda: nothing_runs(data_dir), seconds=60)


def test_demo_is_refused_on_a_server():
    process = start(
        "manage.py",
        "up",
        "--demo",
        DATABASE_URL="postgres://127.0.0.1/none",
        REDIS_URL="redis://127.0.0.1:1",
        SECRET_KEY="s" * 64,
        CONCORD_ENCRYPTION_KEYS=Fernet.generate_key().decode(),
        CONCORD_URL="https://concord.example.org",
    )
    output, _ = process.communicate(timeout=60)
    assert (process.returncode, "refused where DATABASE_URL is set" in output) == (1, True)
