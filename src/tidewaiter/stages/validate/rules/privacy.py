"""Look for personal data in fields that are not for it; never repeat what was found."""

from __future__ import annotations

import re
from typing import ClassVar

import msgspec

from tidewaiter.kernel.records import AdditionalInformation, Commodity, MovementStep, Packaging, Seizure
from tidewaiter.stages.validate.rule import Rule, Sight

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_PHONE = re.compile(
    r"(?:\+|\b(?:tel|phone|mobile|whatsapp|mob|cell)\b[.: ]{0,3}\+?)\(?[1-9](?:[ ()./-]?[0-9]){7,13}\b", re.IGNORECASE
)
_PASSPORT = re.compile(
    r"\b(?:passport|identity card|id card|national id)\b[^A-Za-z0-9]{0,3}(?:no|nr|number)?[^A-Za-z0-9]{0,3}"
    r"(?=[A-Z0-9]*[0-9]{4})[A-Z0-9]{6,12}\b",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    r"\b(?:date of birth|born|dob)\b[^0-9]{0,4}[0-9]{1,4}[-./ ][0-9]{1,2}[-./ ][0-9]{1,4}", re.IGNORECASE
)


class PRV001(Rule):
    """Personal data stand only in the fields that are for them.

    The value is never repeated, and the finding names only what kind of data it seems to be.
    """

    level: ClassVar[str] = "privacy"
    severity: ClassVar[str] = "warning"
    standard: ClassVar[str] = "Regulation (EU) 2016/679, Article 5(1)(c); Convention 108+, Article 5"
    at: ClassVar[dict[type[msgspec.Struct], tuple[str, ...]]] = {
        Commodity: ("description", "brand"),
        Packaging: ("marks",),
        AdditionalInformation: ("text",),
        MovementStep: ("remarks",),
        Seizure: ("goods", "concealment"),
    }
    cases: ClassVar[dict[str, str]] = {
        "email": "an e-mail address seems to stand here.",
        "phone": "a telephone number seems to stand here.",
        "passport": "the number of an identity document seems to stand here.",
        "birth": "a date of birth seems to stand here.",
    }
    _patterns = (("email", _EMAIL), ("phone", _PHONE), ("passport", _PASSPORT), ("birth", _BIRTH))

    def judge(self, value: str, field: str, node: object, sight: Sight) -> None:
        """Search a free text."""
        del node
        for code, pattern in self._patterns:
            if pattern.search(value):
                sight.find(self, code, field)
