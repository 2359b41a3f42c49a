"""Spoil the papers of a consignment a little, honestly, and remember what was spoiled."""

from __future__ import annotations

from copy import copy
from datetime import timedelta
from random import Random

from tidewaiter.world.chain.hours import at_work
from tidewaiter.world.chain.order import weighed
from tidewaiter.world.chain.papers import local_reference
from tidewaiter.world.chain.scene import Scene
from tidewaiter.world.geography import COUNTRIES
from tidewaiter.world.goods import BY_HS
from tidewaiter.world.model import EXPORT, HOUSE, IMPORT, MASTER, TRANSIT, Paper, Shipment, Slip
from tidewaiter.world.noise.roads import on_the_road
from tidewaiter.world.noise.slips import SLIPS
from tidewaiter.world.noise.terminals import at_terminals
from tidewaiter.world.traders import transliterate

AMENDED = {IMPORT: 0.03, EXPORT: 0.02}
"""Share of declarations that are lodged again with a correction."""

PARTS = 0.015
"""Share of import consignments of several lines that are declared in two parts."""

_OTHER_HEADING = 0.05
_OTHER_MASS = 0.12
_OTHER_SPELLING = 0.22
_LATE = 0.02

_KINDS = (EXPORT, IMPORT, HOUSE, MASTER)
_NEIGHBOURS: dict[str, list[str]] = {}


def spoil(scene: Scene, rng: Random, shipment: Shipment) -> None:
    """Let what happens in honest offices happen to the papers of a consignment."""
    papers = shipment.papers
    if IMPORT in papers and len(papers[IMPORT].lines) > 1 and rng.random() < PARTS and shipment.planted is None:
        _part(scene, rng, shipment)
    for paper in list(papers.values()):
        if paper.kind == IMPORT and rng.random() < _LATE:
            paper.at += timedelta(days=rng.randrange(3, 12))
        _spell(rng, paper)
        if paper.kind == EXPORT:
            _export_differs(rng, shipment, paper)
        if paper.kind != TRANSIT:
            _slip(rng, paper)
        if paper.kind in AMENDED:
            _amend(rng, shipment, paper)
    if shipment.steps:
        on_the_road(scene, rng, shipment)
    if shipment.happenings:
        at_terminals(rng, shipment.happenings)


def _slip(rng: Random, paper: Paper) -> None:
    """Let each slip happen or not."""
    for slip, (share, kinds) in SLIPS.items():
        if rng.random() >= share or paper.kind not in kinds:
            continue
        findings = slip(rng, paper)
        if findings is not None:
            reference = paper.number or paper.document
            paper.slips.append(Slip(slip.__name__.replace("_", "-"), paper.country, reference, findings))


def _spell(rng: Random, paper: Paper) -> None:
    """Write a partner's name as it is written abroad, in a part of the papers."""
    abroad = paper.exporter if paper.country != paper.exporter.country else paper.importer
    if rng.random() < _OTHER_SPELLING and abroad.country != paper.country:
        other = copy(abroad)
        other.name = transliterate(abroad.name, COUNTRIES[abroad.country].language, rng)
        if abroad is paper.exporter:
            paper.exporter = other
        else:
            paper.importer = other


def _export_differs(rng: Random, shipment: Shipment, paper: Paper) -> None:
    """Let an export declaration differ from the import: weighed before packing, classified by another clerk."""
    if rng.random() < _OTHER_MASS:
        for line in paper.lines:
            line.gross = max(weighed(line.gross * rng.uniform(0.98, 1.02), shipment.seller), line.net)
    if rng.random() < _OTHER_HEADING:
        line = rng.choice(paper.lines)
        line.hs = rng.choice(_siblings(line.hs))


def _siblings(hs: str) -> list[str]:
    """Return headings of the same chapter that goods of a heading are taken for."""
    if hs not in _NEIGHBOURS:
        _NEIGHBOURS[hs] = [one for one in BY_HS if one[:4] == hs[:4]]
    return _NEIGHBOURS[hs] or [hs]


def _amend(rng: Random, shipment: Shipment, paper: Paper) -> None:
    """Lodge a declaration again within a day or two, with one mass corrected."""
    chance, hours = rng.random(), COUNTRIES[paper.country].hours
    if chance >= AMENDED[paper.kind]:
        return
    again = paper.twin()
    again.slips = list(paper.slips)
    again.function = "4"
    again.at = at_work(rng, paper.at + timedelta(hours=rng.uniform(0.5, 30)), hours)
    again.at = max(again.at, paper.at + timedelta(minutes=20))
    line = rng.choice(again.lines)
    if line.gross >= line.net:
        line.gross = max(weighed(line.gross * rng.uniform(1.001, 1.008), shipment.seller), line.net)
    paper.later.append(again)


def _part(scene: Scene, rng: Random, shipment: Shipment) -> None:
    """Declare the last lines of a consignment in a declaration of their own, some days later."""
    first = shipment.papers[IMPORT]
    rest = first.twin()
    place = rng.randrange(1, len(first.lines))
    first.lines, rest.lines = first.lines[:place], rest.lines[place:]
    share = sum(line.gross for line in rest.lines) / sum(line.gross for line in (*first.lines, *rest.lines))
    whole = first.invoice
    first.invoice, rest.invoice = whole.twin(), whole.twin()
    rest.invoice.freight = round(whole.freight * share, 2)
    first.invoice.freight = round(whole.freight - rest.invoice.freight, 2)
    rest.at = at_work(rng, first.at + timedelta(days=rng.uniform(0.2, 6)), COUNTRIES[first.country].hours)
    rest.number = scene.numbers.movement_reference(rest.at.year, rest.country, "I")
    rest.local = local_reference(scene, rest.broker, rest.importer, rest.at)
    shipment.papers[f"{IMPORT} of the rest"] = rest
