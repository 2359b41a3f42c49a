"""Say sentences: one place for templates, plurals, counts and sizes, so that they can be translated."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

_CATALOGUES = Path(__file__).parent / "words"
_translations: ContextVar[gettext.NullTranslations] = ContextVar("translations")


@cache
def _catalogue(locale: str) -> gettext.NullTranslations:
    """Load the catalogue of a locale; sentences without a translation stay English."""
    return gettext.translation("tidewaiter", _CATALOGUES, languages=[locale], fallback=True)


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Say everything inside the block in the locale, for example fr."""
    token = _translations.set(_catalogue(locale))
    try:
        yield
    finally:
        _translations.reset(token)


def say(template: str, /, **params: object) -> str:
    """Return the template, translated, with {name} filled in from the parameters.

    A parameter that is missing stays visible as {name}: a message must never fail to be said.
    """
    translated = _translations.get(_catalogue("en")).gettext(template)
    return translated.format_map(_Kept(params)) if params else translated


def count(number: int, one: str, many: str) -> str:
    """Return the number with thousands set apart and the noun in the right form: `1,204 records`."""
    noun = _translations.get(_catalogue("en")).ngettext(one, many, number)
    return f"{number:,} {noun}"


def size(octets: int) -> str:
    """Return a number of bytes as people read it: 1,536 becomes `1.5 KiB`."""
    amount = float(octets)
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if amount < 1024:  # noqa: PLR2004 - 1024 of a unit is one of the next
            return f"{amount:,.0f} {unit}" if unit == "bytes" else f"{amount:,.1f} {unit}"
        amount /= 1024
    return f"{amount:,.1f} TiB"


class _Kept(dict[str, object]):
    """Parameters that leave an unknown name standing."""

    def __missing__(self, name: str) -> str:
        """Return the name in its braces."""
        return "{" + name + "}"
