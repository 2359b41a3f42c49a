"""Arrange a consignment: from an order to its goods, way, boxes, papers and events."""

from __future__ import annotations

import zlib
from datetime import timedelta
from random import Random

from tidewaiter.world.chain.happenings import happen
from tidewaiter.world.chain.order import FREIGHT_PAID, Order, invoice_of, lines_of, mode_of
from tidewaiter.world.chain.papers import draw_up, transport_document
from tidewaiter.world.chain.route import Way, boxes_needed, by_road, cost, main_legs, size_of, way_of
from tidewaiter.world.chain.scene import Groupage, Scene
from tidewaiter.world.geography import PLACES
from tidewaiter.world.model import SEA, Box, Broker, Leg, Shipment

_BOX_KILOGRAMS, _HOUSES_MAX = 22_000.0, 25
"""What a shared box holds at most, in kilograms and consignments."""

_FORWARDED = 0.3
"""Share of consignments in boxes of their own that go under a forwarder's house document all the same."""


def arrange(scene: Scene, rng: Random, order: Order) -> Shipment:
    """Return the consignment of an order, honest in every paper.

    What is ordered is ready some days later; it sails, flies or drives with the next carriage there is.
    """
    day = scene.day(order.moment)
    lines = order.lines or lines_of(rng, order, day)
    mode = mode_of(rng, order, lines, by_road=by_road(order.seller.country, order.buyer.country))
    boxes = boxes_needed(rng, lines) if mode == SEA else 0
    ready = order.moment + timedelta(days=min(rng.lognormvariate(0.9, 0.6), 14.0))
    way = way_of(rng, scene.carriage, order, mode, ready, full=boxes > 0)
    invoice = invoice_of(rng, order, lines, mode, cost(rng, way, lines, boxes), day)
    place = way.loading if invoice.incoterm not in FREIGHT_PAID else way.inland or way.unloading
    invoice.place = PLACES[place].name
    shipment = Shipment(
        number=scene.serial(),
        ordered=order.moment,
        seller=order.seller,
        buyer=order.buyer,
        lines=lines,
        invoice=invoice,
        legs=way.legs,
        boxes=[],
    )
    leg = main_legs(shipment)[0]
    house, master, owns = _documents(scene, rng, shipment, leg, way, boxes)
    draw_up(scene, rng, shipment, way, house, master)
    if owns:
        happen(scene, rng, shipment)
    return shipment


def _documents(  # noqa: PLR0917 - what it is settled from
    scene: Scene, rng: Random, shipment: Shipment, leg: Leg, way: Way, boxes: int
) -> tuple[str, str, bool]:
    """Settle boxes and transport documents; return (house, master, whether what happens to the boxes is its own).

    House and master are the same where the carrier's own document is the only one.
    """
    mass = sum(line.gross for line in shipment.lines)
    if leg.means.mode == SEA and boxes:
        size = size_of(rng, shipment.lines)
        shipment.boxes = [scene.boxes.take(rng, size, shipment.ordered) for _ in range(boxes)]
        master = transport_document(scene, leg)
        if rng.random() < _FORWARDED:
            forwarder = rng.choice(scene.register.forwarders(shipment.origin))
            return scene.numbers.document(_prefix(forwarder)), master, True
        return master, master, True
    if leg.means.mode == SEA and mass < _BOX_KILOGRAMS:
        return _grouped(scene, rng, shipment, leg, way)
    document = transport_document(scene, leg)
    return document, document, False


def _prefix(forwarder: Broker) -> str:
    """Return the three letters that a forwarder's house documents begin with."""
    number = zlib.crc32(forwarder.name.encode())
    return "".join(chr(65 + number // 26**place % 26) for place in range(3))


def _grouped(scene: Scene, rng: Random, shipment: Shipment, leg: Leg, way: Way) -> tuple[str, str, bool]:
    """Put the consignment into a box with others of the same forwarder on the same ship."""
    forwarder = rng.choice(scene.register.forwarders(shipment.origin))
    mass = sum(line.gross for line in shipment.lines)
    key = (forwarder.id or forwarder.name, way.loading, way.unloading, leg.means.id, leg.voyage, way.inland)
    group = scene.groupage.get(key)
    opens = group is None or group.houses >= _HOUSES_MAX or group.gross + mass > _BOX_KILOGRAMS
    if group is None or opens:
        box = scene.boxes.take(rng, size_of(rng, shipment.lines), shipment.ordered)
        group = Groupage(forwarder, box, transport_document(scene, leg), leg.departs)
        scene.groupage[key] = group
    group.houses += 1
    group.gross += mass
    shipment.shared = True
    shipment.boxes = [Box(group.box.number, group.box.size_type, group.box.tare, group.box.seal)]
    house = scene.numbers.document(_prefix(forwarder))
    return house, group.master, opens
