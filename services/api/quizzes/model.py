"""What a quiz is made from and what is stored of it."""

from uuid import UUID

import msgspec

from shared.lexicon.model import Example

GAP = "____"


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """A word that may be asked, or whose translation may stand among the wrong choices."""

    word_id: UUID
    lemma: str
    pos: str
    article: str | None
    plural: str | None
    translations: dict[str, list[str]]
    forms: dict[str, str]
    examples: list[Example]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question with its solution: an entry of `quizzes.questions`."""

    word_id: UUID
    prompt: str
    hint: str = ""
    choices: list[str] = []
    solution: str
