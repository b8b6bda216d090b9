"""PostgreSQL and Redis of a laptop: started on demand, stopped by the last who leaves, healed after a power cut."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from core.embedded import places, postgres, redis_server, servers
from core.embedded.errors import EmbeddedServerError
from tests.runtime.conftest import start

pytestmark = pytest.mark.slow

HOLD = """
import sys
from pathlib import Path
from core.embedded import servers
servers.hold(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def holder(data_dir: Path) -> "subprocess.Popen[str]":
    return start("-c", HOLD, str(data_dir))


def wait_until_held(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if line == "held\n":
            return
    pytest.fail("".join(said))


def leave(process: "subprocess.Popen[str]") -> None:
    output, _ = process.communicate("", timeout=30)
    assert process.returncode == 0, output


def running(data_dir: Path) -> tuple[bool, bool]:
    found = places.find(data_dir)
    return postgres.is_running(found), redis_server.is_running(found)


def postmaster(data_dir: Path) -> int:
    return int((places.find(data_dir).postgres_data / "postmaster.pid").read_text().split()[0])


def test_the_last_to_leave_stops_both_servers(data_dir):
    first, second = holder(data_dir), holder(data_dir)
    wait_until_held(first)
    wait_until_held(second)
    assert running(data_dir) == (True, True)
    leave(first)
    assert running(data_dir) == (True, True)
    leave(second)
    assert running(data_dir) == (False, False)


def test_commands_that_start_at_once_share_one_server(data_dir):
    together = [holder(data_dir) for _ in range(4)]
    for process in together:
        wait_until_held(process)
    serving = [p for p in psutil.process_iter(["name", "cwd", "ppid"]) if p.info["name"] == "postgres"]
    folder = str(places.find(data_dir).postgres_data.resolve())
    mains = [p.pid for p in serving if p.info["cwd"] == folder and p.info["ppid"] not in {q.pid for q in serving}]
    assert mains == [postmaster(data_dir)]
    for process in together:
        leave(process)
    assert running(data_dir) == (False, False)


def test_a_killed_command_leaves_servers_to_the_next_which_stops_them(data_dir):
    killed = holder(data_dir)
    wait_until_held(killed)
    killed.kill()
    killed.wait()
    following = holder(data_dir)
    wait_until_held(following)
    leave(following)
    assert running(data_dir) == (False, False)


def test_a_power_cut_loses_nothing_committed_and_heals(data_dir):
    before = holder(data_dir)
    wait_until_held(before)
    write_something(data_dir)
    cut_the_power(data_dir)
    before.kill()
    before.wait()
    after = holder(data_dir)
    wait_until_held(after)
    assert read_something(data_dir) == ("kept", b"kept")
    leave(after)


def write_something(data_dir: Path) -> None:
    addresses = servers.addresses(data_dir)
    with psycopg2.connect(addresses.database_url) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE thing AS SELECT 'kept' AS word")
    connection.close()
    with redis.Redis.from_url(addresses.redis_url) as client:
        client.set("thing", "kept")
        client.config_set("appendfsync", "always")
        client.set("thing", "kept")


def read_something(data_dir: Path) -> tuple[str, bytes | None]:
    addresses = servers.addresses(data_dir)
    connection = psycopg2.connect(addresses.database_url)
    with connection.cursor() as cursor:
        cursor.execute("SELECT word FROM thing")
        ((word,),) = cursor.fetchall()
    connection.close()
    with redis.Redis.from_url(addresses.redis_url) as client:
        return word, client.get("thing")


def cut_the_power(data_dir: Path) -> None:
    """Kill everything at once, and let a process of the same account take the dead server's number."""
    found = places.find(data_dir)
    main = psutil.Process(postmaster(data_dir))
    store = psutil.Process(int((found.redis_data / "redis.pid").read_text()))
    for process in [store, main, *main.children(recursive=True)]:
        process.send_signal(signal.SIGKILL)
    psutil.wait_procs([store, main], timeout=10)
    lock = found.postgres_data / "postmaster.pid"
    _, *rest = lock.read_text().splitlines()
    lock.write_text("\n".join([str(os.getpid()), *rest]) + "\n")


def test_servers_whose_sockets_were_cleaned_away_are_started_again(data_dir):
    before = holder(data_dir)
    wait_until_held(before)
    shutil.rmtree(places.find(data_dir).sockets)
    after = holder(data_dir)
    wait_until_held(after)
    assert running(data_dir) == (True, True)
    leave(after)
    leave(before)
    assert running(data_dir) == (False, False)


def test_a_half_made_cluster_is_made_again(data_dir):
    found = places.find(data_dir)
    (found.data / "postgres.part").mkdir(parents=True)
    (found.data / "postgres.part" / "PG_VERSION").write_text("18\n")
    process = holder(data_dir)
    wait_until_held(process)
    leave(process)
    assert not (found.data / "postgres.part").exists()


def test_a_data_directory_of_another_version_is_refused_in_words(data_dir):
    process = holder(data_dir)
    wait_until_held(process)
    leave(process)
    (places.find(data_dir).postgres_data / "PG_VERSION").write_text("12\n")
    with pytest.raises(EmbeddedServerError, match="made by PostgreSQL 12"):
        postgres.start(places.find(data_dir))


def test_a_sockets_folder_that_others_may_enter_is_refused(data_dir):
    found = places.find(data_dir)
    found.sockets.mkdir(mode=0o777)
    found.sockets.chmod(0o777)
    found.account.give(found.sockets)
    with pytest.raises(EmbeddedServerError, match="open to others"):
        places.private_folder(found.sockets, found.account)


def test_a_sockets_folder_of_somebody_else_is_refused(data_dir):
    found = places.find(data_dir)
    somebody = found.account._replace(uid=found.account.uid + 1)
    found.sockets.mkdir(mode=0o700)
    found.account.give(found.sockets)
    with pytest.raises(EmbeddedServerError, match="belongs to another account"):
        places.private_folder(found.sockets, somebody)
