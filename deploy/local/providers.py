"""Who answers the four kinds of provider call: the provider itself where a key is given, else the sandbox."""

from collections.abc import Mapping

import msgspec

from shared.settings import SANDBOX_KEY

SUFFIXES = ("_API_KEY", "_BASE_URL", "_MODEL")


class Provider(msgspec.Struct, frozen=True):
    """A provider: its name, the worker that calls it and what that worker does with it."""

    name: str
    service: str
    work: str

    @property
    def prefix(self) -> str:
        """What its variables begin with: `ANTHROPIC`."""
        return self.name.upper()


PROVIDERS = (
    Provider("anthropic", "generation", "writes"),
    Provider("gemini", "tts", "speaks"),
    Provider("deepgram", "stt", "listens"),
    Provider("deepl", "nlp", "translates"),
)

KEYS = tuple(provider.prefix + suffix for provider in PROVIDERS for suffix in SUFFIXES)
"""Every variable of a provider that `.env` or, for a real demo, the shell may set."""


def who_answers(given: Mapping[str, str]) -> dict[str, str]:
    """`real` or `sandbox` for each provider, by whether `given` has a key for it."""
    return {provider.name: "real" if _key(given, provider) else "sandbox" for provider in PROVIDERS}


def provider_environment(given: Mapping[str, str], sandbox_url: str, service: str) -> dict[str, str]:
    """The variables of the provider that `service` calls, and of no other; {} for a service without one."""
    for provider in PROVIDERS:
        if provider.service == service:
            return _variables(given, sandbox_url, provider)
    return {}


def _variables(given: Mapping[str, str], sandbox_url: str, provider: Provider) -> dict[str, str]:
    own = {provider.prefix + suffix: given.get(provider.prefix + suffix, "") for suffix in SUFFIXES}
    if not _key(given, provider):
        own[f"{provider.prefix}_API_KEY"] = SANDBOX_KEY
        own[f"{provider.prefix}_BASE_URL"] = f"{sandbox_url}/{provider.name}"
    return {name: value for name, value in own.items() if value}


def _key(given: Mapping[str, str], provider: Provider) -> str:
    key = given.get(f"{provider.prefix}_API_KEY", "").strip()
    return "" if key == SANDBOX_KEY else key
