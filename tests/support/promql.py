"""What an expression of Prometheus speaks of: metrics, labels, values. Enough for ours; no parser of the language."""

import re

import msgspec

STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
MATCHERS = re.compile(r"(\w+)?\s*\{([^}]*)\}")
MATCHER = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"')
GROUPING = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
RANGE = re.compile(r"\[[^\]]*\]")
NAME = re.compile(r"(?<![\w.$])[a-zA-Z_:][\w:]*(?!\w*\s*\()")
WORDS = {"and", "or", "unless", "offset", "bool"}
FUNCTION = re.compile(r"\b(\w+)\s*(?=\()")


class Spoken(msgspec.Struct, frozen=True):
    """What an expression names. `matched` has the values of each label, alternatives apart."""

    metrics: frozenset[str]
    grouped: frozenset[str]
    matched: dict[str, frozenset[str]]
    functions: frozenset[str]

    @property
    def labels(self) -> frozenset[str]:
        """Every label."""
        return self.grouped | self.matched.keys()


def read_expression(text: str) -> Spoken:
    """Take an expression apart."""
    matched: dict[str, frozenset[str]] = {}
    for body in (found[2] for found in MATCHERS.finditer(text)):
        for label, values in MATCHER.findall(body):
            matched[label] = matched.get(label, frozenset()) | frozenset(values.split("|"))
    grouped = {name.strip() for found in GROUPING.finditer(text) for name in found[1].split(",")}
    bare = RANGE.sub("", GROUPING.sub("", re.sub(r"\{[^}]*\}", "", STRING.sub('""', text))))
    bare = re.sub(r"\boffset\s+\w+", "", bare)
    functions = frozenset(FUNCTION.findall(bare)) - WORDS
    return Spoken(
        frozenset(NAME.findall(bare)) - WORDS - functions - {"by", "e6"}, frozenset(grouped), matched, functions
    )
