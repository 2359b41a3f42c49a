"""Slip as clerks do: each slip spoils one thing in one paper, and says which findings that makes."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from stdnum import iso6346

from tidewaiter.world.model import EXPORT, HOUSE, IMPORT, MASTER, Paper

Findings = tuple[tuple[str, str], ...]
"""Rules and codes, as validation reports them; the code is empty where several fit."""

Slip = Callable[[Random, Paper], Findings | None]
"""Spoils a paper; None where the paper gives no occasion."""

_DECLARED = frozenset({EXPORT, IMPORT})
_REPORTED = frozenset({HOUSE, MASTER})


def vague(rng: Random, paper: Paper) -> Findings | None:
    """Describe goods in words that say nothing."""
    line = rng.choice(paper.lines)
    if not line.good.vague or line.wording in line.good.vague:
        return None
    line.wording = rng.choice(line.good.vague)
    return (("XFD-004", ""),)


def mistyped(rng: Random, paper: Paper) -> Findings | None:
    """Swap two letters of a description."""
    line = rng.choice(paper.lines)
    text = line.wording
    places = [at for at in range(1, len(text) - 2) if text[at].isalpha() and text[at + 1].isalpha()]
    if not places or text in line.good.vague:
        return None
    at = rng.choice(places)
    line.wording = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return ()


def wrong_country(rng: Random, paper: Paper) -> Findings | None:
    """Give an origin as people say it, not as the list has it."""
    rng.choice(paper.lines).origin = rng.choice(("UK", "EN", "ZZ"))
    return (("COD-001", "unknown"),)


def wrong_package(rng: Random, paper: Paper) -> Findings | None:
    """Name a kind of package that is not in the list."""
    rng.choice(paper.lines).pack = rng.choice(("Q9", "9Q", "W9"))
    return (("COD-004", ""),)


def short_heading(rng: Random, paper: Paper) -> Findings | None:
    """Leave the last digit of a heading out."""
    line = rng.choice(paper.lines)
    line.hs = line.hs[:5]
    return (("COD-011", "length"),)


def masses_swapped(rng: Random, paper: Paper) -> Findings | None:
    """Write the net mass where the gross mass belongs."""
    line = rng.choice(paper.lines)
    if line.gross <= line.net:
        return None
    line.net, line.gross = line.gross, line.net
    net, gross = sum(one.net for one in paper.lines), sum(one.gross for one in paper.lines)
    if net - gross > max(1.0, 0.01 * gross):
        return (("ARI-001", "net-above-gross"), ("ARI-002", "net-above"))
    return (("ARI-001", "net-above-gross"),)


def wrong_container(rng: Random, paper: Paper) -> Findings | None:
    """Misread a digit of a container's number."""
    if not paper.boxes:
        return None
    box = rng.choice(paper.boxes)
    at = rng.randrange(4, 10)
    digit = str((int(box.number[at]) + rng.randrange(1, 9)) % 10)
    misread = box.number[:at] + digit + box.number[at + 1 :]
    if iso6346.is_valid(misread):
        return None
    box.number = misread
    return (("FMT-001", "check-digit"),)


def wrong_term(rng: Random, paper: Paper) -> Findings | None:
    """Name a delivery term as people speak it, or mistyped."""
    paper.invoice = paper.invoice.twin()
    paper.invoice.incoterm = rng.choice(("CNF", "C&F", "FOP"))
    return (("COD-006", "unknown"),)


def unknown_port(rng: Random, paper: Paper) -> Findings | None:
    """Name a place of loading that is in no list."""
    paper.loading = paper.loading[:2] + rng.choice(("Q9Q", "9ZQ", "X9Z"))
    return (("COD-007", ""),)


def miscounted(rng: Random, paper: Paper) -> Findings | None:
    """State some packages more or fewer in the header than the items have together."""
    paper.packages_off = rng.choice((1, 2, 10))
    return (("ARI-004", "sum"),)


def wrong_total(rng: Random, paper: Paper) -> Findings | None:
    """State a total of the invoice that its lines do not add up to."""
    total = sum(line.price for line in paper.lines)
    if total < 200:  # noqa: PLR2004 - an error of a percent or so would be lost in rounding
        return None
    paper.total_off = round(total * rng.choice((0.1, 0.09, -0.09, 0.9)), 2)
    return (("ARI-005", "items"),)


def items_off(rng: Random, paper: Paper) -> Findings | None:
    """State a number of items that there are not."""
    paper.items_off = rng.choice((1, 1, 2))
    return (("ARI-003", "count"),)


SLIPS: dict[Slip, tuple[float, frozenset[str]]] = {
    vague: (0.02, _DECLARED | _REPORTED),
    mistyped: (0.03, _DECLARED | _REPORTED),
    wrong_country: (0.005, _DECLARED),
    wrong_package: (0.006, _DECLARED),
    short_heading: (0.004, _DECLARED),
    masses_swapped: (0.004, _DECLARED),
    wrong_container: (0.006, _DECLARED),
    wrong_term: (0.004, _DECLARED),
    unknown_port: (0.004, _DECLARED),
    miscounted: (0.005, _DECLARED),
    wrong_total: (0.004, _DECLARED),
    items_off: (0.002, _DECLARED),
}
"""Slip → the share of papers it happens in, and which kinds of papers."""
