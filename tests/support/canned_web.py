"""A web in memory: hosts with addresses, addresses with canned answers, and a note of every connection."""

import ssl
import zlib
from collections.abc import Mapping
from typing import TypeVar

import httpcore2

Waiting = TypeVar("Waiting")

PARAGRAPH = "Im Hafen liegen viele Schiffe, und jeden Morgen kommen die Fischer mit ihrem Fang zurück."
PARAGRAPHS = [f"{PARAGRAPH} Das ist der Tag {day}." for day in range(6)]
ARTICLE = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
HTML = f"<html><head><title>Am &amp; im Hafen</title></head><body><article>{ARTICLE}</article></body></html>".encode()


def http_answer(body: bytes = HTML, *, status: int = 200, content_type: str = "text/html", **headers: str) -> bytes:
    """A whole HTTP answer; underscores in names of headers are hyphens."""
    fields = {"content-type": content_type, "content-length": str(len(body))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + body


def redirect(location: str, status: int = 302) -> bytes:
    """An answer that sends the client elsewhere."""
    return http_answer(b"", status=status, location=location)


def gzipped(body: bytes) -> bytes:
    """The body as gzip packs it best."""
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    return packer.compress(body) + packer.flush()


class CannedStream(httpcore2.NetworkStream):
    """A connection that answers what it was given, and remembers what it was sent."""

    def __init__(self, answer: bytes) -> None:
        self.sent = b""
        self.server_hostname: str | None = None
        self._answer = answer

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - httpcore's signature
        piece, self._answer = self._answer[:max_bytes], self._answer[max_bytes:]
        return piece

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - httpcore's signature
        self.sent += buffer

    def close(self) -> None:
        self._answer = b""

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,  # noqa: ARG002 - httpcore's signature
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - httpcore's signature
    ) -> httpcore2.NetworkStream:
        self.server_hostname = server_hostname
        return self

    def get_extra_info(self, info: str) -> None:  # noqa: ARG002 - httpcore's signature
        return None


class CannedWeb:
    """A resolver and a connector.

    Args:
        hosts: Name to the addresses of its first, second ... resolution; the last holds for all later ones.
        answers: Address to its answers in order; the last holds for all later connections.
    """

    def __init__(self, hosts: Mapping[str, list[list[str]]], answers: Mapping[str, list[bytes]]) -> None:
        self.connections: list[tuple[str, int]] = []
        """Address and port of every connection, in order."""
        self.streams: list[CannedStream] = []
        self._hosts = {name: list(addresses) for name, addresses in hosts.items()}
        self._answers = {address: list(answers) for address, answers in answers.items()}

    def resolve(self, host: str, port: int) -> list[str]:  # noqa: ARG002 - the resolver's signature
        """The next resolution of a host."""
        return _next(self._hosts[host])

    def connect(self, address: str, port: int, timeout: float | None) -> CannedStream:  # noqa: ARG002 - as above
        """A connection; an address without answers is dead."""
        self.connections.append((address, port))
        if address not in self._answers:
            raise httpcore2.ConnectError(address)
        self.streams.append(CannedStream(_next(self._answers[address])))
        return self.streams[-1]


def _next(waiting: list[Waiting]) -> Waiting:
    return waiting.pop(0) if len(waiting) > 1 else waiting[0]
