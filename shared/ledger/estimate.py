"""How much of each provider an article takes, before anything is sent: lengths times rates, generously. Pure."""

from typing import Final

LONGEST: Final = 1.25  # articles come out up to a quarter longer than asked for
PROMPT_TOKENS: Final = 2500  # our instructions and the schema, generously
THINKING_TOKENS: Final = 2000  # billed as output
TOKENS_A_WORD: Final = 3  # of output; German needs about 1.7, Japanese more
CHARACTERS_A_WORD: Final = 8  # with the space; German newspapers have 7
WORDS_A_SECOND: Final = 1.5  # read slowly for learners; ordinary speech has 2.5
AUDIO_TOKENS_A_SECOND: Final = 25  # Gemini's rate for speech
STYLE_TOKENS: Final = 200  # how to read, sent with each paragraph


def units_of(words: int, source_characters: int) -> dict[str, dict[str, int]]:
    """Provider to units, each provider called once for everything.

    Args:
        words: How long the article is asked to be.
        source_characters: What it is made from: the topic, or the text to retell.
    """
    most = round(words * LONGEST)
    seconds = round(most / WORDS_A_SECOND)
    return {
        "anthropic": {
            "input_tokens": PROMPT_TOKENS + source_characters,
            "output_tokens": THINKING_TOKENS + most * TOKENS_A_WORD,
        },
        "deepl": {"characters": most * CHARACTERS_A_WORD},
        "gemini": {
            "input_tokens": most * TOKENS_A_WORD + STYLE_TOKENS,
            "output_tokens": seconds * AUDIO_TOKENS_A_SECOND,
        },
        "deepgram": {"audio_ms": seconds * 1000},
    }
