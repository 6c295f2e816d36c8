"""Which words are meant by what a learner brings, without any database."""

from uuid import UUID, uuid4

from shared.learning.choices import Choice, choose, entry_key, note_of, own_words, spelt_alike
from shared.learning.model import Bank, Incoming
from shared.lexicon.lookup import Found
from shared.lexicon.model import FoundWord, folded

BANK = Bank(owner_id=UUID(int=1), pair_id=UUID(int=2), language="de", native_language="en")


def word(lemma: str, *translations: str, own: bool = False) -> FoundWord:
    return FoundWord(id=uuid4(), lemma=lemma, pos="NOUN", sense="", translations={"en": [*translations]}, own=own)


def having(*words: FoundWord) -> Found:
    return {folded(lemma): [each for each in words if each.lemma == lemma] for lemma in {each.lemma for each in words}}


def brought(lemma: str, translation: str | None = None, note: str = "") -> Incoming:
    return Incoming(id=uuid4(), lemma=lemma, translation=translation, note=note)


def test_of_several_meanings_the_one_with_the_translation_is_taken_and_none_is_guessed() -> None:
    bench, bank = word("Bank", "bench"), word("Bank", "bank")
    assert choose(brought("Bank", "the bench"), BANK, having(bank, bench), None).word_id == bench.id
    open_one = choose(brought("Bank"), BANK, having(bank, bench), None)
    assert (open_one.word_id, open_one.own, open_one.candidates) == (None, False, (bank.id, bench.id))
    assert entry_key(open_one, None) == ("Bank", "X")
    assert choose(brought("Bank", "river bed"), BANK, having(bank, bench), None).own


def test_another_translation_of_the_only_meaning_is_noted() -> None:
    dog, row = word("Hund", "dog"), brought("Hund", "hound", "barks")
    choice = choose(row, BANK, having(dog), None)
    assert (choice.word_id, choice.differs, note_of(row, choice)) == (dog.id, True, "hound\nbarks")
    assert note_of(row, Choice(dog.id, "Hund", "NOUN")) == "barks"


def test_what_comes_back_is_its_entrys_word_whatever_else_there_is() -> None:
    mine, other = word("Bank", "bench"), word("Bank", "bank")
    assert choose(brought("Bank"), BANK, having(other, mine), mine).word_id == mine.id


def test_a_new_word_that_comes_twice_is_one_with_both_translations() -> None:
    rows = [brought("der Adler", "eagle"), brought("adler", "raptor"), brought("Adler", "eagle")]
    choices = spelt_alike("de", [choose(row, BANK, {}, None) for row in rows])
    ((key, own),) = own_words("en", rows, choices, {}).items()
    assert (key, own.translations, own.article) == (("Adler", "X", ""), ["eagle", "raptor"], "der")


def test_another_article_makes_another_own_word() -> None:
    rows = [brought("der See", "lake"), brought("die See", "sea")]
    choices = spelt_alike("de", [choose(row, BANK, {}, None) for row in rows])
    assert [choice.own_key for choice in choices] == [("See", "X", ""), ("See", "X", "die")]


def test_an_own_word_keeps_the_translations_that_it_had() -> None:
    mine, row = word("Adler", "eagle", own=True), brought("Adler", "raptor")
    choice = choose(row, BANK, having(mine), None)
    (own,) = own_words("en", [row], [choice], having(mine)).values()
    assert (choice.word_id, own.translations, mine.translations) == (mine.id, ["eagle", "raptor"], {"en": ["eagle"]})
