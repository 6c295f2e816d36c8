"""How far the API opens itself to the world: closed unless a setting says otherwise. Read once, at the start."""

import re
from collections.abc import Mapping
from ipaddress import ip_network
from typing import Literal, get_args

import msgspec

from services.api.peers import Network
from shared.settings import SettingsError

Mode = Literal["production", "development"]
LEAST_TOKEN = 16  # characters
_ORIGIN = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
_HOST = re.compile(r"(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
_TOKEN = re.compile(r"[!-~]+")


class Exposure(msgspec.Struct, frozen=True, kw_only=True):
    """What strangers may see, and whom we believe. The defaults are those of production."""

    mode: Mode = "production"
    docs: bool = False
    """Whether `/docs` and `/openapi.json` are there."""
    metrics_token: str | None = None
    """What `/metrics` asks for. Without one it is open in development, and not there in production."""
    cors_origins: tuple[str, ...] = ()
    """Origins of web pages that may call us from a browser; exact, never a pattern."""
    allowed_hosts: tuple[str, ...] = ()
    """Names that `Host` may hold, `*.example.org` for all below one; any if empty."""
    trusted_proxies: tuple[Network, ...] = ()
    """Whose `X-Forwarded-For` is believed."""

    @property
    def production(self) -> bool:
        """Whether this is the real thing."""
        return self.mode == "production"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Exposure":
        """Read `API_MODE`, `API_DOCS`, `API_METRICS_TOKEN`, `CORS_ORIGINS`, `ALLOWED_HOSTS` and `TRUSTED_PROXIES`.

        Raises:
            SettingsError: One cannot be used; the sentence names it.
        """
        mode: Mode = "development" if _choice(env, "API_MODE", get_args(Mode)) == "development" else "production"
        docs = _choice(env, "API_DOCS", ("closed", "open") if mode == "production" else ("open", "closed"))
        return cls(
            mode=mode,
            docs=docs == "open",
            metrics_token=_metrics_token(env),
            cors_origins=tuple(_origin(text) for text in _listed(env, "CORS_ORIGINS")),
            allowed_hosts=tuple(_host(text) for text in _listed(env, "ALLOWED_HOSTS")),
            trusted_proxies=tuple(_proxy(text) for text in _listed(env, "TRUSTED_PROXIES")),
        )


CLOSED = Exposure()
"""Production without any setting."""


def _choice(env: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """The value of `name`; the first choice if it is not set."""
    value = env.get(name, "").strip() or choices[0]
    if value not in choices:
        message = f"{name} must be {' or '.join(sorted(choices))}, not {value!r}."
        raise SettingsError(message)
    return value


def _listed(env: Mapping[str, str], name: str) -> list[str]:
    return [entry.strip() for entry in env.get(name, "").split(",") if entry.strip()]


def _metrics_token(env: Mapping[str, str]) -> str | None:
    token = env.get("API_METRICS_TOKEN", "").strip()
    if token and (len(token) < LEAST_TOKEN or not _TOKEN.fullmatch(token)):
        message = f"API_METRICS_TOKEN must be at least {LEAST_TOKEN} ASCII characters without spaces."
        raise SettingsError(message)
    return token or None


def _origin(text: str) -> str:
    if not _ORIGIN.fullmatch(text.lower()):
        message = f"CORS_ORIGINS must be exact origins like https://app.example.org, without a path or *, not {text!r}."
        raise SettingsError(message)
    return text.lower()


def _host(text: str) -> str:
    if not _HOST.fullmatch(text.lower()):
        message = f"ALLOWED_HOSTS must be names like api.example.org or *.example.org, without a port, not {text!r}."
        raise SettingsError(message)
    return text.lower()


def _proxy(text: str) -> Network:
    """A network; not the whole internet, for then every client could call itself as it likes."""
    try:
        network = ip_network(text)
    except ValueError as error:
        message = f"TRUSTED_PROXIES must be addresses or networks like 10.0.0.0/8, not {text!r}."
        raise SettingsError(message) from error
    if network.prefixlen == 0:
        message = f"TRUSTED_PROXIES must not be everybody, which {text!r} is."
        raise SettingsError(message)
    return network
