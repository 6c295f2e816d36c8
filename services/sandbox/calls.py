"""How often each provider was called, for comparison with a ledger of paid calls."""

import msgspec


class Calls(msgspec.Struct, kw_only=True):
    """One provider's count since the last reset."""

    answered: int = 0
    """Paid operations whose answer of status 2xx was sent to its end, spoiled ones included: what a provider bills."""
    rejected: int = 0
    """Paid operations that were refused with a status of 400 or more."""
    free: int = 0
    """Look-ups that cost nothing, such as the list of languages; all requests to S3."""
    faulted: int = 0
    """Requests that a fault struck, whatever became of them."""


class CallBook:
    """Counts of all providers."""

    def __init__(self) -> None:
        self._calls: dict[str, Calls] = {}

    def of(self, provider: str) -> Calls:
        """The provider's count, to read or to raise."""
        return self._calls.setdefault(provider, Calls())

    def clear(self) -> None:
        """Start again from zero."""
        self._calls.clear()

    def all(self) -> dict[str, Calls]:
        """Every provider that was called."""
        return dict(sorted(self._calls.items()))


PAID_OPERATIONS = {
    "anthropic": "/v1/messages",
    "gemini": ":generateContent",
    "deepl": "/v2/translate",
    "deepgram": "/v1/listen",
}
"""How the path of each provider's paid operation ends."""


def is_paid(provider: str, path: str) -> bool:
    """Whether the real provider would bill a successful request to `path`."""
    ending = PAID_OPERATIONS.get(provider)
    return ending is not None and path.endswith(ending)
