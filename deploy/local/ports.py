"""Free ports on loopback."""

import socket
from contextlib import ExitStack

LOOPBACK = "127.0.0.1"


def free_ports(count: int) -> list[int]:
    """`count` different TCP ports that nothing listens on at 127.0.0.1, chosen by the kernel."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) for _ in range(count)]
        for each in sockets:
            each.bind((LOOPBACK, 0))
        return [int(each.getsockname()[1]) for each in sockets]


def is_free(port: int) -> bool:
    """True if a server could listen on `port` of 127.0.0.1 now (connections in TIME_WAIT do not count)."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def is_open(port: int, timeout: float = 1.0) -> bool:
    """True if something accepts connections on `port` of 127.0.0.1 within `timeout` seconds."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=timeout):
            return True
    except OSError:
        return False


def chosen_ports(names: list[str], preferred: dict[str, int]) -> dict[str, int]:
    """A port for each name: the preferred one where it is still free, else another free one; all different."""
    kept: dict[str, int] = {}
    for name in names:
        port = preferred.get(name)
        if port is not None and port not in kept.values() and is_free(port):
            kept[name] = port
    missing = [name for name in names if name not in kept]
    fresh = [port for port in free_ports(len(missing) + len(kept)) if port not in kept.values()]
    return kept | dict(zip(missing, fresh, strict=False))
