"""DeepL on the wire: `/deepl/v2/translate`, `/deepl/v2/languages` and `/deepl/v2/usage`."""

from typing import Any
from urllib.parse import parse_qs

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from services.sandbox.fault_gate import spoils
from services.sandbox.latency import Latency, wait
from services.sandbox.lexicon import Lexicon
from services.sandbox.problems import provider_error
from services.sandbox.text_bank import TextBank
from services.sandbox.translations import bank_language, translate

MODEL = "sandbox/bank"
_MOST_TEXTS = 50
"""DeepL's own limit for one request."""
_NAMES = {
    "DE": "German",
    "EN": "English",
    "ES": "Spanish",
    "FR": "French",
    "IT": "Italian",
    "JA": "Japanese",
    "PT": "Portuguese",
}
_TARGETS = {
    "EN": {"EN-GB": "English (British)", "EN-US": "English (American)"},
    "PT": {"PT-BR": "Portuguese (Brazilian)", "PT-PT": "Portuguese (European)"},
}
"""Languages that DeepL translates into by region."""
_QUOTA = 500_000  # characters


class TranslateRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What the sandbox reads of a request; everything else is ignored."""

    text: list[str]
    target_lang: str
    source_lang: str | None = None


class Usage:
    """Characters translated since the sandbox started."""

    def __init__(self) -> None:
        self.characters = 0


@post("/deepl/v2/translate", status_code=200)
async def translate_texts(
    request: Request[Any, Any, Any],
    bank: NamedDependency[TextBank],
    lexicon: NamedDependency[Lexicon],
    usage: NamedDependency[Usage],
    latency: NamedDependency[Latency],
) -> Response[bytes]:
    """Translate up to 50 texts."""
    try:
        asked = msgspec.json.decode(await request.body(), type=TranslateRequest)
    except msgspec.DecodeError as error:
        return _error(400, f"Bad request. Reason: {error}")
    if problem := _problem(asked, bank):
        return _error(400, problem)
    await wait(latency.translation_request)
    target = bank_language(asked.target_lang)
    if spoils(request.scope, "wrong_language"):
        target = next(language for language in bank.languages if language != target)
    translations = [_translation(asked, text, target, bank, lexicon) for text in asked.text]
    usage.characters += sum(map(len, asked.text))
    body = msgspec.json.encode({"translations": translations})
    half = body[: len(body) // 2] if spoils(request.scope, "truncated") else body
    return Response(half, media_type="application/json")


@get("/deepl/v2/languages")
async def list_languages(request: Request[Any, Any, Any], bank: NamedDependency[TextBank]) -> Response[bytes]:
    """Languages to translate from, or into. The SDK says which in the body of its GET, others in the query."""
    form = parse_qs((await request.body()).decode())
    kind = form.get("type", [request.query_params.get("type", "source")])[0]
    codes = _target_codes(bank) if kind == "target" else _source_codes(bank)
    named = [{"language": code, "name": name, "supports_formality": False} for code, name in codes.items()]
    return Response(msgspec.json.encode(named), media_type="application/json")


@get("/deepl/v2/usage")
async def tell_usage(usage: NamedDependency[Usage]) -> dict[str, int]:
    """Characters used, and a limit that is not enforced."""
    return {"character_count": usage.characters, "character_limit": _QUOTA}


ROUTES = [translate_texts, list_languages, tell_usage]


def _problem(asked: TranslateRequest, bank: TextBank) -> str | None:
    """What is wrong with a request, as DeepL says it."""
    if not 0 < len(asked.text) <= _MOST_TEXTS:
        return f"From 1 to {_MOST_TEXTS} texts can be translated at once."
    if asked.target_lang.upper() not in _target_codes(bank) | _source_codes(bank):
        return f"Value for 'target_lang' not supported by the sandbox: {asked.target_lang}."
    if asked.source_lang is not None and asked.source_lang.upper() not in _source_codes(bank):
        return f"Value for 'source_lang' not supported by the sandbox: {asked.source_lang}."
    return None


def _translation(
    asked: TranslateRequest, text: str, target: str, bank: TextBank, lexicon: Lexicon
) -> dict[str, str | int]:
    source = bank_language(asked.source_lang) if asked.source_lang else None
    found = translate(text, source, target, bank, lexicon)
    return {
        "detected_source_language": found.source.upper(),
        "text": found.text,
        "billed_characters": len(text),
        "model_type_used": MODEL,
    }


def _source_codes(bank: TextBank) -> dict[str, str]:
    codes = [language.upper() for language in bank.languages]
    return {code: _NAMES.get(code, code) for code in codes}


def _target_codes(bank: TextBank) -> dict[str, str]:
    return {
        code: name
        for base, base_name in _source_codes(bank).items()
        for code, name in _TARGETS.get(base, {base: base_name}).items()
    }


def _error(status: int, message: str) -> Response[bytes]:
    media_type, body = provider_error("deepl", status, message)
    return Response(body, status_code=status, media_type=media_type)
