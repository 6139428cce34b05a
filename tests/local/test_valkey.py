"""The clone's own queue."""

import signal
from pathlib import Path

import pytest
import redis

from local import valkey as module
from local.processes import LocalPartError
from local.valkey import LocalValkey
from tests.local.programs import eventually, program, read_line, runs

SERVE = """
import sys, time
from pathlib import Path
from local.valkey import LocalValkey
with LocalValkey(Path(sys.argv[1])) as server:
    print(server.process.pid, flush=True)
    time.sleep(60)
"""


def test_it_answers_keeps_databases_apart_and_ends(tmp_path: Path) -> None:
    with LocalValkey(tmp_path / "a folder") as server:
        with redis.Redis.from_url(server.url()) as queue, redis.Redis.from_url(server.url(63)) as other:
            queue.set("job", "one")
            assert queue.get("job") == b"one"
            assert other.get("job") is None
        process = server.process
        assert process is not None
        assert not any(Path(f"/proc/{process.pid}/cmdline").read_bytes().count(part) for part in [b"requirepass"])
    assert not runs(process.pid)


def test_nobody_comes_in_without_the_password(tmp_path: Path) -> None:
    with (
        LocalValkey(tmp_path) as server,
        redis.Redis(port=server.port) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()


def test_the_port_is_the_same_the_next_time(tmp_path: Path) -> None:
    with LocalValkey(tmp_path) as first:
        port = first.port
    with LocalValkey(tmp_path) as second:
        assert second.port == port


def test_it_ends_with_a_killed_owner(tmp_path: Path) -> None:
    with program(SERVE, str(tmp_path)) as owner:
        number = int(read_line(owner))
        owner.send_signal(signal.SIGKILL)
        assert eventually(lambda: not runs(number))


def test_a_second_owner_is_refused(tmp_path: Path) -> None:
    with LocalValkey(tmp_path), pytest.raises(LocalPartError, match=r"Another process uses the queue"):
        LocalValkey(tmp_path, wait_seconds=0).start()


def test_without_the_wheel_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    with pytest.raises(LocalPartError, match="set REDIS_URL"):
        module.binary()
