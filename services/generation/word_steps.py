"""What `analyse_word` means: have an entry written and let it through the gates."""

import msgspec

from services.generation.ports import Identify, Order, Writer
from services.generation.prompting import Prompt, form
from services.generation.rejecting import rejecting
from services.generation.schemas import schema_of
from services.generation.steps import PROVIDER, SANDBOX_MODEL
from services.generation.word_gates import Entry, finished_entry, lexicon_words
from shared.articles.model import Provenance
from shared.jobs.errors import PermanentError
from shared.jobs.steps import Watch
from shared.languages import LANGUAGES, NATIVE_LANGUAGES
from shared.ledger.ports import Ledger
from shared.lexicon.analysis import AnalysedWord, Senses, WordQuery

_ROOM = 6_000  # tokens: five meanings with examples take about 1 500, the rest is for thinking


class Analysis(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that passed all gates."""

    words: list[AnalysedWord]
    provenance: Provenance


def analyse_word(
    query: WordQuery,
    senses: Senses,
    *,
    writer: Writer,
    identify: Identify,
    prompt: Prompt,
    ledger: Ledger,
    watch: Watch,
) -> Analysis:
    """Have a word looked up.

    Args:
        query: Which, and for whom.
        senses: Names of the meanings that the lexicon has, so that the same get the same name.
        writer: Who knows.
        identify: Tells a text's language.
        prompt: What the writer is told.
        ledger: Pays.
        watch: This attempt's clock.

    Raises:
        TransientError: A gate or the provider refuses for now; what a gate refused is in `rejects`.
        PermanentError: Trying again will not help.
        StepStoppedError: The step must stop.
    """
    if query.language not in LANGUAGES or query.native_language not in NATIVE_LANGUAGES:
        code = "unsupported_language"
        raise PermanentError(code, "Words of this language are not looked up for this reader.")
    watch.progress(0, 1, "looking the word up")
    order = word_order(prompt, query, senses)
    paid = ledger.pay(PROVIDER, writer.model, writer.request(order), lambda: writer.write(order, watch, _unheard))
    with rejecting(paid.id):
        words = lexicon_words(finished_entry(writer.answer(paid.reply)), query, identify)
    model = paid.reply.model
    sandbox = model.startswith(SANDBOX_MODEL)
    provenance = Provenance(provider=PROVIDER, model=model, sandbox=sandbox, prompt_version=prompt.version)
    return Analysis(words=words, provenance=provenance)


def word_order(prompt: Prompt, query: WordQuery, senses: Senses) -> Order:
    """The order for an entry."""
    known = "\n".join(f"{pos}: {name}" for pos, names in sorted(senses.items()) for name in names)
    fields = {
        "language": query.language,
        "lemma": query.lemma,
        "native_language": query.native_language,
        "known_senses": known,
    }
    return Order(system=prompt.text, user=form(fields), schema=schema_of(Entry), max_tokens=_ROOM)


def _unheard(_: str) -> None:
    """An entry is short: nobody watches it grow."""
