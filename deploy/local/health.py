"""Asking our own servers on loopback whether they are ready."""

import http.client

from deploy.local.ports import LOOPBACK

TIMEOUT = 5.0  # seconds for one answer


def answer(port: int, path: str) -> tuple[int, str]:
    """The status and text of `GET path` at 127.0.0.1; status 0 and the reason if nobody answers. Never a proxy."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=TIMEOUT)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error)
    finally:
        connection.close()


def is_healthy(port: int, path: str) -> bool:
    """True if `GET path` is answered with 200."""
    return answer(port, path)[0] == http.client.OK
