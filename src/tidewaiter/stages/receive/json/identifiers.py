"""Read and write the URIs that EPCIS names things by: EPC URNs, GS1 Digital Links and others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import quote, unquote

OWN = "urn:x-tidewaiter:"
"""Begins the URI of what has no register that EPCIS knows: `urn:x-tidewaiter:bol:HLCU123`, for example."""

CONTAINER = re.compile(r"[A-Z]{3}[UJZ][0-9]{7}", re.ASCII)
LOCODE = re.compile(r"[A-Z]{2}[A-Z2-9]{3}", re.ASCII)

_EPC = re.compile(r"urn:epc:id:(?P<scheme>[a-z]+):(?P<rest>.+)\Z", re.DOTALL)
_LINK = re.compile(
    r"https?://[^/?#]+/(?:[^?#]*/)?(?P<key>00|253|401|402|414|8003|8004)/(?P<value>[^/?#]+)(?:/254/(?P<extension>[^/?#]+))?",
    re.ASCII,
)
_BIC_PAGE = re.compile(r"https?://[^/?#]*\bbic-[^/?#]*/(?:.*[^A-Z])?[A-Z]{3}[UJZ][0-9]{7}\Z", re.ASCII)
_PLACE = re.compile(r"(?:unlocode|unlcd|locode)[^/#:]*[/#:](?P<code>[A-Z]{2}[A-Z2-9]{3})\Z", re.IGNORECASE)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+", re.ASCII)
_LOCODE_URI = "https://vocabulary.uncefact.org/unlocode#"
_LINK_HOST = "https://id.gs1.org/"


class Named(NamedTuple):
    """What a URI names: the register (BIC, IMO, SSCC, GRAI, GIAI, GLN, GINC, GSIN, GDTI) and the number in it."""

    register: str
    number: str

    def words(self) -> str:
        """Return it as a record has it: a container's or a ship's number alone, another with its register before it."""
        return self.number if self.register in {"BIC", "IMO"} else f"{self.register} {self.number}"


def check_digit(digits: str) -> str:
    """Return the digit that ends a GS1 key of these digits (GS1 General Specifications, 7.9)."""
    total = sum(int(one) * (3 if at % 2 == 0 else 1) for at, one in enumerate(reversed(digits)))
    return str(-total % 10)


def _split(rest: str, parts: int) -> list[str] | None:
    """Return the parts of an EPC between full stops, where there are so many and the first is a company's digits."""
    found = rest.split(".", parts - 1)
    return found if len(found) == parts and _digits(found[0]) else None


def _digits(text: str) -> bool:
    """Say whether a text is made of ASCII digits alone."""
    return text.isascii() and text.isdigit()


def _sscc(rest: str) -> str | None:
    """Return a serial shipping container code: the extension digit goes before the company's prefix."""
    found = _split(rest, 2)
    if found is None or not _digits(found[1]):
        return None
    digits = found[1][0] + found[0] + found[1][1:]
    return digits + check_digit(digits)


def _grai(rest: str) -> str | None:
    """Return a returnable asset's identifier: zero, prefix, asset type, check digit, serial."""
    found = _split(rest, 3)
    if found is None or (found[1] and not _digits(found[1])):
        return None
    digits = f"0{found[0]}{found[1]}"
    return digits + check_digit(digits) + unquote(found[2])


def _gln(rest: str) -> str | None:
    """Return a location number, and its extension after a full stop, where it has one."""
    found = _split(rest, 3)
    if found is None or (found[1] and not _digits(found[1])):
        return None
    digits = found[0] + found[1]
    extension = "" if found[2] == "0" else f".{unquote(found[2])}"
    return digits + check_digit(digits) + extension


def _gsin(rest: str) -> str | None:
    """Return a shipment's identification number."""
    found = _split(rest, 2)
    if found is None or not _digits(found[1]):
        return None
    return found[0] + found[1] + check_digit(found[0] + found[1])


def _gdti(rest: str) -> str | None:
    """Return a document's identifier."""
    found = _split(rest, 3)
    if found is None or (found[1] and not _digits(found[1])):
        return None
    return found[0] + found[1] + check_digit(found[0] + found[1]) + unquote(found[2])


def _joined(rest: str) -> str | None:
    """Return a number that is the company's prefix and its own reference, one after the other."""
    found = _split(rest, 2)
    return None if found is None else found[0] + unquote(found[1])


_EPCS: Mapping[str, tuple[str, Callable[[str], str | None]]] = {
    "bic": ("BIC", lambda rest: rest if CONTAINER.fullmatch(rest) else None),
    "imovn": ("IMO", lambda rest: rest if _digits(rest) else None),
    "sscc": ("SSCC", _sscc),
    "grai": ("GRAI", _grai),
    "giai": ("GIAI", _joined),
    "sgln": ("GLN", _gln),
    "ginc": ("GINC", _joined),
    "gsin": ("GSIN", _gsin),
    "gdti": ("GDTI", _gdti),
}
"""Scheme of an EPC URN → register, and how the number is made. Source: GS1 EPC Tag Data Standard 2.0, 6.3."""

_KEYS = {
    "00": "SSCC",
    "253": "GDTI",
    "401": "GINC",
    "402": "GSIN",
    "414": "GLN",
    "8003": "GRAI",
    "8004": "GIAI",
}
"""GS1 application identifier in a Digital Link → register."""
_KEY_OF = {register: key for key, register in _KEYS.items()}


def named(uri: str) -> Named | None:
    """Return what a URI names, or None where it is of no register that is known."""
    container = CONTAINER.fullmatch(uri) or _BIC_PAGE.match(uri)
    if container is not None:
        return Named("BIC", container[0][-len("CSQU3054383") :])
    epc = _EPC.match(uri)
    if epc is not None and epc["scheme"] in _EPCS:
        register, make = _EPCS[epc["scheme"]]
        number = make(epc["rest"])
        return Named(register, number) if number else None
    link = _LINK.match(uri)
    if link is None:
        return None
    extension = f".{unquote(link['extension'])}" if link["extension"] else ""
    return Named(_KEYS[link["key"]], unquote(link["value"]) + extension)


def uri_of(words: str, noun: str) -> str:
    """Return the URI of what a record names in these words; `noun` says what it is, where it is in no register.

    What `words_of` makes of the URI are the words again.
    """
    candidates = [f"urn:epc:id:bic:{words}"] if CONTAINER.fullmatch(words) else []
    register, _, number = words.partition(" ")
    if register in _KEY_OF:
        value, _, extension = number.partition(".") if register == "GLN" else (number, "", "")
        tail = f"/254/{quote(extension, safe='')}" if extension else ""
        candidates.append(f"{_LINK_HOST}{_KEY_OF[register]}/{quote(value, safe='')}{tail}")
    if _URI.fullmatch(words):
        candidates.append(words)
    return next((one for one in candidates if words_of(one, noun) == words), own_uri(words, noun))


def own_uri(words: str, noun: str) -> str:
    """Return the URI of what no register has, or none that these words name."""
    return f"{OWN}{noun}:{quote(words, safe='')}"


def words_of(uri: str, noun: str) -> str:
    """Return what a URI names as a record has it; a URI of no known register stays as it is."""
    own = f"{OWN}{noun}:"
    if uri.startswith(own):
        return unquote(uri.removeprefix(own))
    found = named(uri)
    return found.words() if found is not None else uri


def locode_in(uri: str) -> str | None:
    """Return the UN/LOCODE that a URI of a place is, or None."""
    if LOCODE.fullmatch(uri):
        return uri
    found = _PLACE.search(uri)
    return found["code"].upper() if found is not None else None


def locode_uri(code: str) -> str:
    """Return the URI of a place with this UN/LOCODE, in the vocabulary of UN/CEFACT."""
    return f"{_LOCODE_URI}{code}"
