"""Who the command line is at which server: a file for its owner only, and two variables that win over it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from services.cli.exits import DENIED, FAILED, WRONG, StopError
from services.cli.files import write_whole

FILE: Final = "profile.json"
URL: Final = "PARLANCE_URL"
KEY: Final = "PARLANCE_API_KEY"
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """A server and a key for it."""

    url: str
    key: str
    key_id: str | None = None
    """The key that `login` made, so that `logout` can revoke it; null if the user brought one."""
    email: str | None = None


def stored(folder: Path) -> Profile | None:
    """What `login` left here.

    Raises:
        StopError: The file is not ours.
    """
    path = folder / FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Profile)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError:
        raise StopError(FAILED, f"{path} is damaged: delete it and sign in again with `parlance login`.") from None


def store(folder: Path, profile: Profile) -> Path:
    """Keep it, readable by its owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(folder / FILE, msgspec.json.encode(profile), secret=True)
    return folder / FILE


def forget(folder: Path) -> None:
    """Nobody is signed in any more."""
    (folder / FILE).unlink(missing_ok=True)


def server_of(environ: Mapping[str, str], folder: Path, given: str | None = None) -> str:
    """The server's address: the option, else the variable, else the stored one.

    Raises:
        StopError: There is none, or it is no address.
    """
    address = given or environ.get(URL, "").strip()
    if address:
        return checked_url(address)
    profile = stored(folder)
    if profile is None:
        raise StopError(WRONG, f"Which server? Give its address with --url or {URL}.")
    return profile.url


def current(environ: Mapping[str, str], folder: Path) -> Profile:
    """Who to be. A stored key goes to the server it was made for and to no other.

    Raises:
        StopError: Nobody is signed in there.
    """
    url, key = environ.get(URL, "").strip(), environ.get(KEY, "").strip()
    profile = stored(folder)
    if key:
        return Profile(url=server_of(environ, folder), key=checked_key(key))
    if profile is None or (url and checked_url(url) != profile.url):
        where = f" at {checked_url(url)}" if url else ""
        raise StopError(DENIED, f"You are not signed in{where}: run `parlance login`, or set {KEY}.")
    return profile


def checked_url(text: str) -> str:
    """The address without a slash at its end.

    Raises:
        StopError: It is none.
    """
    try:
        parts = urlsplit(text.strip())
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    sound = parts.scheme in {"http", "https"} and parts.hostname and not (parts.query or parts.fragment)
    if not sound or parts.username is not None or not text.isprintable() or " " in text.strip():
        raise StopError(WRONG, f"{text!r} is no address of a server: it looks like https://parlance.example.org.")
    return text.strip().rstrip("/")


def checked_key(text: str) -> str:
    """The key without space around it.

    Raises:
        StopError: It cannot be one.
    """
    key = text.strip()
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise StopError(WRONG, "This is no API key: a key is one word that begins with pk_.")
    return key


def is_loopback(url: str) -> bool:
    """Whether the server is on this machine."""
    return urlsplit(url).hostname in LOOPBACK


def unsafe(url: str) -> bool:
    """Whether a secret would travel in the clear."""
    return urlsplit(url).scheme == "http" and not is_loopback(url)
