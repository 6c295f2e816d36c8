"""The embedded servers, really started and really killed."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from msgspec import structs
from redis import Redis as RedisClient

from deploy.local import postgres, postmaster, redis, state
from deploy.local.keeper import Backoff
from deploy.local.ports import is_open
from deploy.local.postgres_binaries import binaries
from deploy.local.scratch import scratch_folder, sweep
from deploy.local.supervisor import Supervisor
from deploy.local.system_user import postgres_user
from tests.support.ports import free_port
from tests.support.processes import PATIENCE, eventually, runs, sleeper, start

QUICK = Backoff(first=0.01, longest=1.0, steady=60.0)


@pytest.fixture(scope="module")
def template() -> Iterator[postgres.Postgres]:
    """A cluster that was never started, for copies: making one takes a second."""
    servers = state.server_folder(state.CHECKOUT, os.environ, root=state.is_root())
    with scratch_folder(servers / "tests") as scratch:
        user = postgres_user()
        made = postgres.Postgres(
            binaries=binaries(servers, user),
            data=scratch / "template",
            port=free_port(),
            password=postgres.password_of(scratch / "template"),
            user=user,
            disposable=True,
        )
        postgres.create(made)
        yield made


@pytest.fixture
def cluster(template: postgres.Postgres) -> Iterator[postgres.Postgres]:
    data = template.data.with_name("postgres")
    copies = {template.data: data, template.data.with_name("template.password"): data.with_name("postgres.password")}
    for source, target in copies.items():
        assert start("/bin/cp", "-a", str(source), str(target)).wait() == 0
    yield structs.replace(template, data=data, port=free_port())
    for path in data.parent.glob("postgres*"):
        assert start("/bin/rm", "-r", str(path)).wait() == 0


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    with Supervisor(tmp_path / "logs", QUICK) as running:
        yield running


def listening_addresses(url: str) -> tuple[str, str]:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT current_setting('listen_addresses'), current_setting('port')").fetchone()
    assert row is not None
    return row


def test_postgres_is_the_promised_one_on_loopback_alone(cluster: postgres.Postgres, supervisor: Supervisor) -> None:
    supervisor.start(cluster.child())
    assert eventually(cluster.is_ready)
    assert listening_addresses(cluster.url) == ("127.0.0.1", str(cluster.port))
    with psycopg.connect(cluster.url) as connection:
        assert connection.info.server_version // 10000 == 18
        row = connection.execute("SELECT current_setting('unix_socket_directories'), uuidv7() IS NOT NULL").fetchone()
        assert row == ("", True)


def test_postgres_lets_nobody_in_without_the_password(cluster: postgres.Postgres, supervisor: Supervisor) -> None:
    supervisor.start(cluster.child())
    assert eventually(cluster.is_ready)
    wrong = cluster.url.replace(cluster.password, "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_a_second_start_finds_the_cluster_and_its_password(cluster: postgres.Postgres) -> None:
    inode = (cluster.data / "PG_VERSION").stat().st_ino
    postgres.create(cluster)
    assert (cluster.data / "PG_VERSION").stat().st_ino == inode
    assert postgres.password_of(cluster.data) == cluster.password
    assert (cluster.data.parent / "postgres.password").stat().st_mode & 0o777 == 0o600
    assert (cluster.data.parent / "postgres.password").stat().st_uid == os.geteuid()


def test_a_lost_password_is_no_reason_to_delete_a_database(cluster: postgres.Postgres) -> None:
    (cluster.data.parent / "postgres.password").unlink()
    with pytest.raises(postmaster.PostgresError, match="make clean"):
        postgres.password_of(cluster.data)
    assert (cluster.data / "PG_VERSION").exists()


def test_half_a_cluster_is_made_again(cluster: postgres.Postgres, supervisor: Supervisor) -> None:
    (cluster.data.parent / "postgres.unfinished").touch()
    (cluster.data / "global" / "pg_control").unlink()
    postgres.create(cluster)
    supervisor.start(cluster.child())
    assert eventually(cluster.is_ready)


def test_a_killed_postgres_comes_back_with_what_was_committed(
    cluster: postgres.Postgres, supervisor: Supervisor
) -> None:
    supervisor.start(cluster.child())
    assert eventually(cluster.is_ready)
    with psycopg.connect(cluster.url) as connection:
        connection.execute("SET synchronous_commit = on")
        connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
    pid = supervisor.pid("postgres")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert supervisor.wait_for("postgres", "restarted", PATIENCE)
    assert eventually(lambda: cluster.is_ready() and answers(cluster.url))
    with psycopg.connect(cluster.url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (1,)


def answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def test_a_left_over_postgres_is_found_by_its_folder_and_ended(
    cluster: postgres.Postgres, supervisor: Supervisor
) -> None:
    supervisor.start(cluster.child())
    assert eventually(cluster.is_ready)
    pid = supervisor.pid("postgres")
    assert pid is not None
    assert postmaster.left_over(cluster.data) == pid
    assert postmaster.stop_left_over(cluster.data)
    assert eventually(lambda: not runs(pid))  # a moment until its parent has heard of it


def test_a_stale_note_that_names_somebody_else_harms_nobody(cluster: postgres.Postgres) -> None:
    innocent = sleeper()
    try:
        (cluster.data / "postmaster.pid").write_text(f"{innocent.pid}\n{cluster.data}\n")
        assert postmaster.left_over(cluster.data) is None
        assert not postmaster.stop_left_over(cluster.data)
        assert innocent.poll() is None
    finally:
        innocent.kill()
        innocent.wait()


def test_a_killed_redis_comes_back_with_its_data(supervisor: Supervisor, tmp_path: Path) -> None:
    server = redis.Redis(binary=redis.binary(), data=tmp_path / "redis", port=free_port(), password="made-up")
    supervisor.start(server.child())
    assert eventually(lambda: is_open(server.port))
    with RedisClient.from_url(server.url) as client:
        client.set("key", "value")
    pid = supervisor.pid("redis")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert supervisor.wait_for("redis", "restarted", PATIENCE)
    assert eventually(lambda: is_open(server.port))
    with RedisClient.from_url(server.url) as client:
        assert client.get("key") == b"value"


def test_redis_asks_for_a_password_that_no_process_list_shows(supervisor: Supervisor, tmp_path: Path) -> None:
    server = redis.Redis(binary=redis.binary(), data=tmp_path / "redis", port=free_port(), password="made-up")
    assert not any("made-up" in word for word in server.child().command)
    assert (tmp_path / "redis" / "redis.conf").stat().st_mode & 0o777 == 0o600
    supervisor.start(server.child())
    assert eventually(lambda: is_open(server.port))
    with socket.create_connection(("127.0.0.1", server.port)) as stranger:
        stranger.sendall(b"PING\r\n")
        assert stranger.recv(100).startswith(b"-NOAUTH")


def test_folders_of_a_killed_run_are_swept_with_their_postgres(tmp_path: Path) -> None:
    left = tmp_path / "4711-left"
    left.mkdir()
    (left / "lock").write_text("4711\n")
    with scratch_folder(tmp_path) as mine:
        assert not left.exists()
        assert sweep(tmp_path) == []
        assert mine.is_dir()
    assert not mine.exists()
