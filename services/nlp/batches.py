"""Cutting a text's sentences into calls that DeepL accepts. Pure.

DeepL takes at most 50 texts and 128 KiB a request (developers.deepl.com, "Translate text"). The sentences around are
sent as context, which is not billed.
"""

from collections.abc import Sequence

from services.nlp.ports import Batch

MOST_SENTENCES = 50
MOST_BYTES = 40_000
"""Of sentences as UTF-8: the context repeats them, and JSON may write a quote or a line end with two bytes."""


def batches(sentences: Sequence[str], source: str, target: str) -> list[Batch]:
    """The sentences in order, as few batches as the limits allow; a single too long sentence is a batch of its own."""
    groups: list[list[str]] = []
    room = 0
    for sentence in sentences:
        size = len(sentence.encode())
        if not groups or size > room or len(groups[-1]) == MOST_SENTENCES:
            groups.append([])
            room = MOST_BYTES
        groups[-1].append(sentence)
        room -= size
    return [_batch(group, source, target) for group in groups]


def _batch(group: Sequence[str], source: str, target: str) -> Batch:
    separator = "" if source == "JA" else " "
    return Batch(source=source, target=target, sentences=tuple(group), context=separator.join(group))
