"""What `write_text` means: find the material, have it written, let it through the gates."""

import msgspec

from services.generation import gates
from services.generation.ports import Hear, Identify, PageSource, Writer
from services.generation.prompting import Material, Prompt, article_order, asked_length, source_words
from services.generation.rejecting import rejecting
from services.generation.words import count_words, words_missing
from shared.articles.model import ArticleRequest, Provenance
from shared.jobs.errors import PermanentError
from shared.jobs.steps import Watch
from shared.languages import LANGUAGES
from shared.ledger.ports import Ledger

PROVIDER = "anthropic"
SANDBOX_MODEL = "sandbox/"
"""With this begins the model that the sandbox names in its answers."""
OWN_TEXT = "the user's own text"
_REPORT_EVERY = 40  # characters between two reports of progress
_JSON_KEYS = 2  # words of the answer's JSON that are none of the article's: `title`, `paragraphs`


class WrittenText(msgspec.Struct, frozen=True, kw_only=True):
    """A text that passed all gates."""

    title: str
    paragraphs: list[str]
    words: int
    words_missing: list[str]
    """Wanted words of which no form was recognised."""
    provenance: Provenance


def find_material(request: ArticleRequest, pages: PageSource, watch: Watch) -> Material:
    """What the article is made from; fetches the page if the request names one.

    Raises:
        PermanentError: ``input_invalid``, there is no source or the page cannot be used.
        TransientError: The page does not answer now.
    """
    if request.source_url is not None:
        watch.progress(0, asked_length(request), "reading the page")
        page = pages.read(request.source_url, watch)
        return Material(source_text=page.text, origin=page.url)
    if request.source_text is not None:
        return Material(source_text=request.source_text, origin=OWN_TEXT)
    if request.topic is None:
        code = "input_invalid"
        raise PermanentError(code, "Give a topic, a source text or an address.")
    return Material(topic=request.topic)


def write_text(
    request: ArticleRequest,
    *,
    writer: Writer,
    pages: PageSource,
    identify: Identify,
    prompt: Prompt,
    ledger: Ledger,
    watch: Watch,
    avoid: tuple[str, ...] = (),
) -> WrittenText:
    """Have the article written that `request` asks for, if need be without the words `avoid`.

    Raises:
        TransientError: A gate or the provider refuses for now; what a gate refused is in `rejects`.
        PermanentError: Trying again will not help.
        StepStoppedError: The step must stop.
    """
    if request.language not in LANGUAGES:
        code = "unsupported_language"
        raise PermanentError(code, f"No articles are written in the language {request.language!r}.")
    material = find_material(request, pages, watch)
    order = article_order(prompt, request, material, avoid)
    hear = _reporting(request, watch)
    paid = ledger.pay(PROVIDER, writer.model, writer.request(order), lambda: writer.write(order, watch, hear))
    with rejecting(paid.id):
        draft = gates.normalised(gates.finished_draft(writer.answer(paid.reply)), request.language)
        words = _gate(draft, request, material, identify)
    return WrittenText(
        title=draft.title,
        paragraphs=draft.paragraphs,
        words=words,
        words_missing=words_missing(request.words_to_use, "\n".join(draft.paragraphs), request.language),
        provenance=_provenance(paid.reply.model, draft.title, prompt, material),
    )


def _gate(draft: gates.Draft, request: ArticleRequest, material: Material, identify: Identify) -> int:
    """Let the draft through the gates on the whole text; returns its number of words."""
    text = "\n".join(draft.paragraphs)
    words = count_words(text, request.language)
    gates.check_length(words, asked=asked_length(request), source_words=source_words(material, request.language))
    gates.check_language(text, request.language, identify)
    return words


def _provenance(model: str, title: str, prompt: Prompt, material: Material) -> Provenance:
    sandbox = model.startswith(SANDBOX_MODEL)
    from_bank = sandbox and material.topic is not None
    return Provenance(
        provider=PROVIDER,
        model=model,
        sandbox=sandbox,
        prompt_version=prompt.version,
        source=f"sandbox bank: {title}" if from_bank else material.origin,
    )


def _reporting(request: ArticleRequest, watch: Watch) -> Hear:
    """Turns the pieces of an answer into progress: about how many of the asked words are there."""
    asked = asked_length(request)
    so_far: list[str] = []
    silent = 0
    watch.progress(0, asked, "writing")

    def hear(piece: str) -> None:
        nonlocal silent
        so_far.append(piece)
        silent += len(piece)
        if silent >= _REPORT_EVERY:
            silent = 0
            words = count_words("".join(so_far), request.language) - _JSON_KEYS
            watch.progress(max(0, min(words, asked)), asked, "writing")

    return hear
