"""Free ports for tests."""

from deploy.local.ports import free_ports


def free_port() -> int:
    """One free TCP port of 127.0.0.1."""
    return free_ports(1)[0]
