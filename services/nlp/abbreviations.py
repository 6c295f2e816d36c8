"""Abbreviations that end in a full stop and do not end a sentence, as far as `sentencex` does not know them.

Written for this project; a word belongs here once it was seen to be cut wrongly. Lower case, with the stop.
"""

_BEFORE_A_NAME = {
    "de": "dr. prof. hr. hrn. fr. ca. dipl. ing. geb. bzw.",
    "en": "mr. mrs. ms. dr. prof. rev. gen. e.g. i.e. vs.",
    "es": "sr. sra. srta. sres. dr. dra. d. dña. prof. profa. ee. avda. av. ud. uds. lic. ing. sto. sta.",
    "fr": "m. mm. mme. mlle. dr. pr. av. bd. st. ste. mgr. cf.",
    "it": "sig. sigg. sig.ra sig.na dott. dott.ssa avv. ing. prof. prof.ssa p.za p.zza v.le geom. rag. arch.",
    "pt": "sr. sra. srs. dr. dra. prof. profa. prof.ª dr.ª sr.ª eng. exmo. av. d. arq.",
}
_BEFORE_A_NUMBER = {
    "de": "nr. s. abs. art. bd. kap. tel.",
    "en": "no. nos. p. pp. vol. fig. ch. tel.",
    "es": "n.º núm. pág. p. art. vol. tel. cap.",
    "fr": "n° no. p. art. vol. tél. chap.",
    "it": "n. nn. pag. p. art. vol. tel. cap.",
    "pt": "n.º n. pág. p. art. vol. tel. cap.",
}


def before_a_name(language: str) -> frozenset[str]:
    """Titles and the like, which always stand before the rest of their sentence."""
    return frozenset(_BEFORE_A_NAME.get(language, "").split())


def before_a_number(language: str) -> frozenset[str]:
    """Words for a number that end no sentence if a digit follows (`No. 7`, but `He said no.`)."""
    return frozenset(_BEFORE_A_NUMBER.get(language, "").split())
