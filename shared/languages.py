"""What Parlance can do in which language. Codes are ISO 639-1; one row a language, read by API and workers."""

import msgspec


class Language(msgspec.Struct, frozen=True, kw_only=True):
    """A language that texts can be written in, tagged, spoken, heard and translated from and to."""

    code: str
    name: str
    native_name: str
    deepl_source: str
    deepl_target: str
    speech_locale: str
    """BCP 47 tag for speech synthesis."""
    deepgram_model: str
    """The Deepgram model that hears it."""
    spacy_pipeline: str
    """The trained pipeline that is used where it is installed."""
    voices: tuple[str, ...]
    """Gemini voices offered for it, the default first."""


_VOICES = ("Kore", "Puck", "Charon", "Leda", "Aoede", "Orus")

LANGUAGES: dict[str, Language] = {
    language.code: language
    for language in (
        Language(
            code="de",
            name="German",
            native_name="Deutsch",
            deepl_source="DE",
            deepl_target="DE",
            speech_locale="de-DE",
            deepgram_model="nova-3",
            spacy_pipeline="de_core_news_md",
            voices=_VOICES,
        ),
        Language(
            code="en",
            name="English",
            native_name="English",
            deepl_source="EN",
            deepl_target="EN-GB",
            speech_locale="en-GB",
            deepgram_model="nova-3",
            spacy_pipeline="en_core_web_md",
            voices=_VOICES,
        ),
        Language(
            code="es",
            name="Spanish",
            native_name="Español",
            deepl_source="ES",
            deepl_target="ES",
            speech_locale="es-ES",
            deepgram_model="nova-3",
            spacy_pipeline="es_core_news_md",
            voices=_VOICES,
        ),
        Language(
            code="fr",
            name="French",
            native_name="Français",
            deepl_source="FR",
            deepl_target="FR",
            speech_locale="fr-FR",
            deepgram_model="nova-3",
            spacy_pipeline="fr_core_news_md",
            voices=_VOICES,
        ),
        Language(
            code="it",
            name="Italian",
            native_name="Italiano",
            deepl_source="IT",
            deepl_target="IT",
            speech_locale="it-IT",
            deepgram_model="nova-3",
            spacy_pipeline="it_core_news_md",
            voices=_VOICES,
        ),
        Language(
            code="pt",
            name="Portuguese",
            native_name="Português",
            deepl_source="PT",
            deepl_target="PT-PT",
            speech_locale="pt-PT",
            deepgram_model="nova-3",
            spacy_pipeline="pt_core_news_md",
            voices=_VOICES,
        ),
        Language(
            code="ja",
            name="Japanese",
            native_name="日本語",
            deepl_source="JA",
            deepl_target="JA",
            speech_locale="ja-JP",
            deepgram_model="nova-3",
            spacy_pipeline="ja_core_news_md",
            voices=_VOICES,
        ),
    )
}

NATIVE_LANGUAGES: dict[str, str] = {
    **{language.code: language.deepl_target for language in LANGUAGES.values()},
    "ar": "AR",
    "cs": "CS",
    "da": "DA",
    "el": "EL",
    "fi": "FI",
    "hu": "HU",
    "id": "ID",
    "ko": "KO",
    "nl": "NL",
    "pl": "PL",
    "ro": "RO",
    "ru": "RU",
    "sv": "SV",
    "tr": "TR",
    "uk": "UK",
    "zh": "ZH",
}
"""Languages a text can be translated into, with DeepL's target code."""
