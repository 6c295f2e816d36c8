"""Writes what an article prompt asks for: by leaving out sentences of a given text, or from the text bank."""

import msgspec

from services.sandbox.extract import cut_down, keep_beginning
from services.sandbox.prompt import ArticlePrompt
from services.sandbox.sentences import count_words, join_sentences, split_paragraphs, split_sentences
from services.sandbox.text_bank import BankText, TextBank

_LONGEST_TITLE = 60  # characters
_TOO_SHORT = 0.5
"""A bank text that is shorter than this share of what was asked is no answer."""
_NEARLY = 0.85
"""A text that has this share of what was asked is not continued with the beginning of another."""
_LONG_ENOUGH = 1.5
"""A bank text that is no longer than this times what was asked is not cut."""
_ENDS = ".!?…。！？:;,、"  # noqa: RUF001  full-width punctuation is meant


class CannotWriteError(Exception):
    """The sandbox has no such text; the message says what it lacks."""


class WrittenArticle(msgspec.Struct, frozen=True, kw_only=True):
    """An article, and in `model` where it is from: `sandbox/extract` or `sandbox/bank/<id>[+<id>...]`."""

    title: str
    paragraphs: list[str]
    model: str


def write_article(prompt: ArticlePrompt, bank: TextBank) -> WrittenArticle:
    """An article as asked for, equal for equal prompts.

    Raises:
        CannotWriteError: Neither the given text nor the bank suffices.
    """
    return _from_source(prompt, prompt.source_text) if prompt.source_text else _from_bank(prompt, bank)


def write_wrong_language(prompt: ArticlePrompt, bank: TextBank) -> WrittenArticle:
    """A bank text in a language that nobody asked for."""
    others = [language for language in bank.languages if language != prompt.language]
    if not others:
        message = "The sandbox has no text in another language."
        raise CannotWriteError(message)
    wrong = msgspec.structs.replace(prompt, language=others[0], source_text=None, length=min(prompt.length, 150))
    return _from_bank(wrong, bank)


def _from_source(prompt: ArticlePrompt, source: str) -> WrittenArticle:
    paragraphs = split_paragraphs(source, prompt.language)
    title, body = _parted_title(paragraphs, prompt.language)
    sentences = [split_sentences(paragraph, prompt.language) for paragraph in body]
    kept = cut_down([group for group in sentences if group], prompt.length, prompt.language)
    if not kept:
        message = "The source text holds no sentence."
        raise CannotWriteError(message)
    return WrittenArticle(title=title, paragraphs=_joined(kept, prompt.language), model="sandbox/extract")


def _parted_title(paragraphs: list[str], language: str) -> tuple[str, list[str]]:
    """A heading of its own line is the title; else the beginning of the first sentence is."""
    if not paragraphs:
        return "", []
    head, *rest = paragraphs
    if rest and len(head) <= _LONGEST_TITLE and not head.endswith(tuple(_ENDS)):
        return head, rest
    opening = next(iter(split_sentences(head, language)), head)
    if len(opening) <= _LONGEST_TITLE:
        return opening.rstrip(_ENDS) or opening, paragraphs
    cut = opening[: _LONGEST_TITLE - 1]
    whole_words = cut.rpartition(" ")[0] or cut
    return whole_words.rstrip(_ENDS) + "…", paragraphs


def _from_bank(prompt: ArticlePrompt, bank: TextBank) -> WrittenArticle:
    language = prompt.language
    if language not in bank.languages:
        known = ", ".join(bank.languages) or "none at all"
        message = f"The sandbox has no text in the language {language!r}. It has texts in: {known}."
        raise CannotWriteError(message)
    chosen: list[BankText] = []
    size = 0
    for text in bank.ranked(prompt.topic, prompt.level):
        if size < _NEARLY * prompt.length:
            chosen.append(text)
            size += sum(count_words(sentence, language) for group in text.sentences(language) for sentence in group)
    if size < _TOO_SHORT * prompt.length:
        message = f"All the sandbox's texts in {language!r} have {size} words; {prompt.length} were asked for."
        raise CannotWriteError(message)
    sentences = [group for text in chosen for group in text.sentences(language)]
    if size > _LONG_ENOUGH * prompt.length:
        sentences = keep_beginning(sentences, prompt.length, language)
    return WrittenArticle(
        title=chosen[0].titles[language],
        paragraphs=_joined(sentences, language),
        model="sandbox/bank/" + "+".join(text.id for text in chosen),
    )


def _joined(paragraphs: list[list[str]], language: str) -> list[str]:
    return [join_sentences(sentences, language) for sentences in paragraphs]
