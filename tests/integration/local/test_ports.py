"""Free ports, and ports that stay the same from run to run."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.memory import FAVOURITES, new_memory, remember, remembered
from deploy.local.ports import chosen_ports, free_ports, is_free, is_open


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_free_ports_are_different_and_free() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert all(is_free(port) for port in ports)


def test_a_taken_port_is_not_free_but_open() -> None:
    with taken_port() as port:
        assert not is_free(port)
        assert is_open(port)
    assert not is_open(port)


def test_a_preferred_port_is_kept_while_it_is_free() -> None:
    (free,) = free_ports(1)
    with taken_port() as taken:
        chosen = chosen_ports(["api", "redis"], {"api": free, "redis": taken})
    assert chosen["api"] == free
    assert chosen["redis"] not in {free, taken}


def test_two_names_that_prefer_one_port_get_two() -> None:
    (free,) = free_ports(1)
    chosen = chosen_ports(["api", "redis"], {"api": free, "redis": free})
    assert chosen["api"] == free
    assert chosen["redis"] != free


def test_ports_and_secrets_are_the_same_in_the_next_run(tmp_path: Path) -> None:
    file = tmp_path / "stack.json"
    first = remembered(file, {})
    remember(file, first)
    assert remembered(file, {}) == first


def test_a_remembered_port_that_somebody_took_is_replaced_alone(tmp_path: Path) -> None:
    file = tmp_path / "stack.json"
    first = new_memory()
    remember(file, first)
    with socket.create_server(("127.0.0.1", first.ports["api"])):
        second = remembered(file, {})
    assert second.ports["api"] != first.ports["api"]
    assert {name: port for name, port in second.ports.items() if name != "api"} == {
        name: port for name, port in first.ports.items() if name != "api"
    }


def test_a_port_asked_for_wins_over_the_remembered_one(tmp_path: Path) -> None:
    file = tmp_path / "stack.json"
    remember(file, new_memory())
    (wanted,) = free_ports(1)
    assert remembered(file, {"api": wanted}).ports["api"] == wanted


def test_the_demo_does_not_take_the_ports_people_expect() -> None:
    assert not set(new_memory().ports.values()) & set(FAVOURITES.values())


def test_two_memories_share_no_secret() -> None:
    one, two = new_memory(), new_memory()
    assert one.redis_password != two.redis_password
    assert one.s3_secret_key != two.s3_secret_key
    assert one.flower_password != two.flower_password
