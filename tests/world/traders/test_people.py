"""Check people who travel, and how honest clerks spell names."""

from __future__ import annotations

from collections import Counter
from datetime import date
from difflib import SequenceMatcher
from random import Random

import pytest

from tidewaiter.kernel.codes import Codes
from tidewaiter.kernel.records import Document, Journey, Traveller
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.validate import Checker
from tidewaiter.world.geography import COUNTRIES
from tidewaiter.world.traders import person, transliterate

ON = date(2026, 1, 1)
NAMES = {
    "tr": "Erguvan Çelik Ltd. Şti.",
    "vi": "Công ty TNHH Thương Mại Đại Lộc",
    "ar": "Al Ghāf & Ṣaqr General Trading LLC",
    "de": "Gebrüder Köhler Maschinenbau GmbH",
    "pt": "Irmãos Conceição Importação Ltda",
    "zh": "Qilan Jinshuo Import and Export Co., Ltd.",
}


def chance() -> Random:
    """Return a source of chance."""
    return Random("people")  # noqa: S311 - an invented world, not a secret


def every_country_of_the_world_has_people_whose_passports_are_in_order() -> None:
    rng = chance()
    checker = Checker(Codes(), today=ON, settings=Settings(), only={"FMT-013", "DAT-001"})
    for code in COUNTRIES:
        for _ in range(20):
            one = person(rng, code)
            assert (one.nationality, one.issuer) == (one.issuer, one.nationality)
            assert one.document.isalnum()
            assert one.document.isascii()
            assert one.family
            assert one.given
            assert one.sex in {"F", "M"}
            assert one.born < ON
            assert (one.expires - ON).days >= 430
            document = Document(type="P", number=one.document)
            traveller = Traveller(nationality=one.nationality, birth_date=one.born, documents=(document,))
            assert checker.check(Journey(travellers=(traveller,))) == ()


def the_most_of_travellers_are_adults_and_both_sexes_travel() -> None:
    rng = chance()
    people = [person(rng, "NLD") for _ in range(2_000)]
    adults = sum((ON - one.born).days >= 18 * 365.25 for one in people)
    assert 0.9 < adults / len(people) < 0.98
    assert 0.35 < Counter(one.sex for one in people)["F"] / len(people) < 0.5
    assert people[0].nationality == "NLD"
    assert len({one.document for one in people}) > 1_990


def a_country_outside_the_world_has_no_people() -> None:
    with pytest.raises(KeyError):
        person(chance(), "XX")


@pytest.mark.parametrize("language", NAMES)
def an_honest_spelling_is_plain_and_resembles_the_name(language: str) -> None:
    rng, name = chance(), NAMES[language]
    spelt = [transliterate(name, language, rng) for _ in range(300)]
    assert len(set(spelt)) > 20
    assert all(one and one.isascii() and one == one.strip() for one in spelt)
    plain = transliterate(name, "", Random(3)).lower()  # noqa: S311 - an invented world, not a secret
    alike = [SequenceMatcher(None, one.lower(), plain).ratio() for one in spelt]
    assert sorted(alike)[len(alike) // 4] > 0.6
    assert min(alike) > 0.3


def the_same_chance_spells_a_name_the_same_way() -> None:
    first, second = ([transliterate(NAMES["tr"], "tr", rng) for _ in range(20)] for rng in (chance(), chance()))
    assert first == second
