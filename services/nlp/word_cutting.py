"""What spaCy's tokenizers of blank pipelines cut wrongly: abbreviations they lack, pronouns hung on with a hyphen."""

from spacy.language import Language
from spacy.symbols import ORTH  # type: ignore[import-not-found]  # compiled, without stubs
from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]  # as above
from spacy.util import compile_suffix_regex

_ABBREVIATIONS = {
    "de": "Prof. Hr. Hrn. Nr. M. a.",
    "en": "etc.",
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


def mended(nlp: Language, language: str) -> Tokenizer:
    """The pipeline's tokenizer, changed: `sig.` stays whole, `Disse-me` becomes `Disse` and `-me`, as in French."""
    tokenizer: Tokenizer = nlp.tokenizer
    for abbreviation in _ABBREVIATIONS[language].split():
        tokenizer.add_special_case(abbreviation, [{ORTH: abbreviation}])
    if clitic := _CLITICS.get(language):
        tokenizer.suffix_search = compile_suffix_regex([clitic, *(nlp.Defaults.suffixes or ())]).search
    return tokenizer
