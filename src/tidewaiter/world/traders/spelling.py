"""Spell a company's name otherwise, as honest clerks abroad do."""

from __future__ import annotations

import unicodedata
from random import Random

_PLAIN = str.maketrans({
    "\u0131": "i", "İ": "I", "đ": "d", "Đ": "D", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
    "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe",
})  # fmt: skip
"""Letters that are no letter with a mark."""

_SPELT: dict[str, dict[int, str]] = {
    "de": str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}),
    "da": str.maketrans({"å": "aa", "Å": "Aa", "ø": "oe", "Ø": "Oe"}),
    "no": str.maketrans({"å": "aa", "Å": "Aa"}),
    "sv": str.maketrans({"å": "aa", "Å": "Aa", "ö": "oe", "ä": "ae"}),
    "ar": str.maketrans({"ā": "aa", "ū": "oo", "ī": "ee", "Ā": "Aa", "'": "", "q": "k"}),
    "ja": str.maketrans({"ō": "ou", "ū": "uu", "Ō": "Oh"}),
    "tr": str.maketrans({"ş": "sh", "ç": "ch", "ğ": "gh", "Ş": "Sh", "Ç": "Ch"}),
}
"""Language → letters that some write as two, or leave out."""

_FORMS: tuple[tuple[str, ...], ...] = (
    ("Co., Ltd.", "Co.,Ltd", "Company Limited", "Co Ltd", "CO., LTD"),
    ("Ltd. Şti.", "Ltd Sti", "Limited Sirketi", "LTD.STI."),
    ("(Pty) Ltd", "Pty Ltd", "(PTY) LTD", "Proprietary Limited"),
    ("Pvt Ltd", "Private Limited", "Pvt. Ltd.", "P Ltd"),
    ("SARL", "S.A.R.L.", "Sarl", "S.A.R.L"),
    ("B.V.", "BV", "B.V", "b.v."),
    ("GmbH", "GMBH", "G.m.b.H."),
    ("A.Ş.", "A.S.", "AS", "Anonim Sirketi"),
    ("Ltda", "Ltda.", "LTDA", "Limitada"),
    ("S.A.", "SA", "S/A"),
    ("LLC", "L.L.C.", "L.L.C"),
    ("S.r.l.", "SRL", "S.R.L."),
    ("S.p.A.", "SpA", "SPA"),
    ("Sdn Bhd", "Sdn. Bhd.", "SDN BHD"),
    ("Công ty TNHH", "Cong ty TNHH", "CTY TNHH", "Cty TNHH"),
    ("Công ty Cổ phần", "Cong ty Co phan", "CTCP"),
    ("Ltd", "Limited", "Ltd.", "LTD"),
)
"""Ways of writing one legal form."""

_WORDS: tuple[tuple[str, ...], ...] = (
    ("&", "and", "AND", "+"),
    ("Import and Export", "Imp. & Exp.", "Import Export", "I/E"),
    ("International", "Int'l", "Intl", "Internat."),
    ("Trading", "Trdg", "Trad."),
    ("Industries", "Ind.", "Inds", "Industry"),
    ("Enterprise", "Ent.", "Enterprises"),
    ("Établissements", "Ets", "Ets.", "Etablissement"),
    ("Société", "Ste", "Soc.", "Societe"),
    ("Brothers", "Bros", "Bros.", "Brother"),
    ("Muḥammad", "Mohamed", "Mohammed", "Muhammad"),
    ("Al", "El", "Al-"),
)
"""Ways of writing one word."""

_SHORTEST_TO_MISTYPE = 5


def transliterate(name: str, language: str, rng: Random) -> str:
    """Return a name as somebody honest may write it who does not have it before them.

    Marks are dropped or spelt out as the language (ISO 639-1) does, legal forms and common words are shortened or
    written out, words change places, capitals are used throughout, a letter is mistyped; never all of it at once, and
    the result is never empty.
    """
    said = name
    if rng.random() < 0.55:  # noqa: PLR2004 - a habit
        said = _one_of(rng, said, _FORMS)
    if rng.random() < 0.45:  # noqa: PLR2004 - a habit
        said = _one_of(rng, said, _WORDS)
    said = _plain(said, language, spelt=rng.random() < 0.3)  # noqa: PLR2004 - a habit
    if rng.random() < 0.12:  # noqa: PLR2004 - a habit
        said = _turned(said)
    if rng.random() < 0.14:  # noqa: PLR2004 - a habit
        said = _mistyped(rng, said)
    if rng.random() < 0.4:  # noqa: PLR2004 - a habit
        said = said.upper()
    return said.strip() or name


def _one_of(rng: Random, name: str, ways: tuple[tuple[str, ...], ...]) -> str:
    """Return the name with one of the words of which several ways are known written in another of them."""
    fit = [known for known in ways if name.endswith(known[0]) or f"{known[0]} " in name]
    if not fit:
        return name
    known = rng.choice(fit)
    return name.replace(known[0], rng.choice(known[1:]), 1)


def _plain(name: str, language: str, *, spelt: bool) -> str:
    """Return a name without marks on its letters; spelt out where the language does so and it is wished."""
    if spelt and language in _SPELT:
        name = name.translate(_SPELT[language])
    parts = unicodedata.normalize("NFKD", name.translate(_PLAIN))
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def _turned(name: str) -> str:
    """Return a name with its first two words in the other order."""
    words = name.split(" ")
    if len(words) < 3:  # noqa: PLR2004 - a word and a legal form are left as they are
        return name
    return " ".join((words[1], words[0], *words[2:]))


def _mistyped(rng: Random, name: str) -> str:
    """Return a name with a letter of its longest word left out, doubled, or changed with the next."""
    words = name.split(" ")
    place = max(range(len(words)), key=lambda one: len(words[one]))
    word = words[place]
    if len(word) < _SHORTEST_TO_MISTYPE:
        return name
    at = rng.randrange(1, len(word) - 1)
    words[place] = rng.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )
    return " ".join(words)
