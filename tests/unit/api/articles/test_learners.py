"""Which due words an order asks the writer for."""

from uuid import UUID

from services.api.articles.learners import with_words
from services.api.articles.schemas import MOST_WORD
from shared.articles.model import ArticleRequest

PAIR = UUID(int=1)
ORDER = ArticleRequest(language="de", level="A2", topic="cats", words_to_use=("Katze",))


def test_whole_sentences_are_no_words_to_use() -> None:
    asked = with_words(ORDER, PAIR, ("Hund", "x" * MOST_WORD, "y" * (MOST_WORD + 1)))
    assert asked.due_words == ("Hund", "x" * MOST_WORD)
    assert asked.words_to_use == ("Katze", "Hund", "x" * MOST_WORD)
