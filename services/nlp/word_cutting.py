"""What spaCy's tokenizers of blank pipelines cut wrongly: abbreviations they lack, pronouns hung on with a hyphen."""

from spacy.symbols import ORTH  # type: ignore[import-not-found]  # compiled, without stubs
from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]  # as above
from spacy.util import compile_suffix_regex

_ABBREVIATIONS = {
    "de": "Prof. Hr. Hrn. Nr. M. a.",
    "en": "No. etc.",
    "es": "avda. Avda. Av. av. EE. UU.",
    "fr": "Mme. Mlle. MM. M. av. bd. etc. St. Ste.",
    "it": "sig. sig.ra sig.na dott. dott.ssa prof. prof.ssa avv. ing. p.za p.zza v.le ecc. n. Sig. Sig.ra Dott. "
    "Dott.ssa Prof. Prof.ssa Avv. Ing.",
    "pt": "Sr. Sra. Dr. Dra. Prof. Profa. Prof.ª Sr.ª Dr.ª av. Av. etc. n.º E.U.A.",
}
_CLITICS = {
    "fr": r"(?<=[a-zàâçéèêëîïôû])-(?:je|tu|on|nous|vous|moi|toi|le|la|les|lui|leur)",
    "pt": r"(?<=[a-záàâãéêíóôõúç])-(?:me|te|se|lhes?|nos|vos|[ao]s?|l[ao]s?|n[ao]s?|mo|ma|to|ta|lho|lha)",
}


def mended(tokenizer: Tokenizer, language: str) -> Tokenizer:
    """`tokenizer`, changed in place: `sig.` stays whole, `Disse-me` becomes `Disse` and `-me`, as in French."""
    for abbreviation in _ABBREVIATIONS.get(language, "").split():
        tokenizer.add_special_case(abbreviation, [{ORTH: abbreviation}])
    if clitic := _CLITICS.get(language):
        known = (
            tokenizer.suffix_search.__self__.pattern if tokenizer.suffix_search else ""
        )  # a compiled pattern's method
        tokenizer.suffix_search = compile_suffix_regex([clitic, known.removesuffix("$")]).search
    return tokenizer
