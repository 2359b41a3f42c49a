"""Judge sums: masses, packages, items, invoices, value for the mass, duty for the rate, verified mass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

import msgspec

from tidewaiter.kernel.codes import BULK, MAGNITUDE, Codes
from tidewaiter.kernel.records import (
    Amount,
    Consignment,
    Declaration,
    DutyTax,
    GoodsItem,
    Measure,
    TransportEquipment,
)
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.validate.rule import Rule, Sight
from tidewaiter.stages.validate.rules._quantities import kilograms, plain, usable

_HUNDRED = Decimal(100)


class ARI001(Rule):
    """The net mass of goods is above zero and not above their gross mass."""

    level: ClassVar[str] = "arithmetic"
    standard: ClassVar[str] = "WCO Data Model 126, 128"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {GoodsItem: "commodity"}
    cases: ClassVar[dict[str, str]] = {
        "net-above-gross": "{net} kg net and {gross} kg gross.",
        "zero-net": "it is zero, and no quantity in another unit is given.",
        "zero-gross": "the gross mass is zero.",
    }
    warns = frozenset(("zero-net", "zero-gross"))

    def look(self, node: GoodsItem, sight: Sight) -> None:
        """Hold net against gross; goods counted in another unit may lawfully weigh nothing to speak of."""
        goods = node.commodity
        if goods is None:
            return
        net, gross = kilograms(goods.net_mass), kilograms(goods.gross_mass)
        if net is not None and net == 0 and goods.tariff_quantity is None:
            sight.find(self, "zero-net", "commodity/netMass/value")
        if gross is None:
            return
        if gross == 0:
            sight.find(self, "zero-gross", "commodity/grossMass/value")
        elif net is not None and net > gross:
            sight.find(self, "net-above-gross", "commodity/netMass/value", net=plain(net), gross=plain(gross))


class ARI002(Rule):
    """The gross masses of the items add up to the gross mass of the whole, and the net masses to no more."""

    level: ClassVar[str] = "arithmetic"
    standard: ClassVar[str] = "WCO Data Model 131; Regulation (EU) 2015/2446, Annex B, D.E. 18 04"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {Declaration: "gross_mass", Consignment: "gross_mass"}
    cases: ClassVar[dict[str, str]] = {
        "gross-above": "the items weigh {items} kg gross, the whole {whole} kg.",
        "gross-below": "the items weigh {items} kg gross, the whole {whole} kg.",
        "net-above": "the items weigh {items} kg net, the whole {whole} kg gross.",
    }
    warns = frozenset(("gross-below",))

    def __init__(self, codes: Codes, settings: Settings) -> None:
        super().__init__(codes, settings)
        self._share = Decimal(str(settings.sum_tolerance_share))
        self._least = Decimal(str(settings.mass_tolerance_kilograms))

    def look(self, node: Declaration | Consignment, sight: Sight) -> None:
        """Add up, where every item states its mass; items lighter than the whole only warn (pallets are not goods)."""
        whole = kilograms(node.gross_mass)
        if whole is None or not node.items:
            return
        slack = max(self._least, whole * self._share)
        gross = _total([item.commodity.gross_mass if item.commodity else None for item in node.items])
        net = _total([item.commodity.net_mass if item.commodity else None for item in node.items])
        facts = {"whole": plain(whole)}
        if gross is not None and abs(gross - whole) > slack:
            case = "gross-above" if gross > whole else "gross-below"
            sight.find(self, case, "grossMass/value", items=plain(gross), **facts)
        elif net is not None and net - whole > slack:
            sight.find(self, "net-above", "grossMass/value", items=plain(net), **facts)


def _total(measures: Sequence[Measure | None]) -> Decimal | None:
    """Add up masses, in kilograms; None where one is missing."""
    total = Decimal(0)
    for measure in measures:
        mass = kilograms(measure)
        if mass is None:
            return None
        total += mass
    return total


class ARI003(Rule):
    """There are as many items as the header says, and no two have the same number."""

    level: ClassVar[str] = "arithmetic"
    standard: ClassVar[str] = "WCO Data Model 228, 006"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {Declaration: "", Consignment: "items"}
    cases: ClassVar[dict[str, str]] = {
        "count": "the header says {stated}, and there are {found}.",
        "repeated": "number {value} stands {times} times.",
    }

    def look(self, node: Declaration | Consignment, sight: Sight) -> None:
        """Count the items and their numbers."""
        items = node.items
        stated = node.item_count if type(node) is Declaration else None
        if stated is not None and stated != len(items) and node.function != "1":  # type: ignore[union-attr]
            sight.find(self, "count", "itemCount", stated=stated, found=len(items))
        if len(items) > 1:
            base = "goodsShipment/items" if type(node) is Declaration else "items"
            times = Counter(item.sequence for item in items if item.sequence is not None)
            for number, count in times.items():
                if count > 1:
                    sight.find(self, "repeated", base, value=number, times=count)


class ARI004(Rule):
    """The packages of the items add up to the packages of the whole."""

    level: ClassVar[str] = "arithmetic"
    standard: ClassVar[str] = "WCO Data Model 146, 144; Regulation (EU) 2015/2446, Annex B, D.E. 18 06"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {Declaration: "packages", Consignment: "packages"}
    cases: ClassVar[dict[str, str]] = {"sum": "the items have {items}, the whole {whole}."}

    def look(self, node: Declaration | Consignment, sight: Sight) -> None:
        """Add up, where every item states its packages and none is in bulk; one package may hold several items."""
        whole = node.packages
        if whole is None or not node.items:
            return
        total = 0
        for item in node.items:
            for packaging in item.packaging:
                if packaging.quantity is None or packaging.quantity == 0 or packaging.type in BULK:
                    return
                total += packaging.quantity
            if not item.packaging:
                return
        if total != whole:
            sight.find(self, "sum", "packages", items=total, whole=whole)


class ARI005(Rule):
    """The prices of the items, and the totals of the invoices, add up to the invoice amount of the whole."""

    level: ClassVar[str] = "arithmetic"
    severity: ClassVar[str] = "warning"
    standard: ClassVar[str] = "WCO Data Model 109, 112"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {Declaration: "invoice_amount"}
    cases: ClassVar[dict[str, str]] = {
        "items": "the items come to {found}, the whole to {stated} {currency}.",
        "invoices": "the invoices come to {found}, the whole to {stated} {currency}.",
    }

    def look(self, node: Declaration, sight: Sight) -> None:
        """Add up what is stated in the same currency; freight and discounts may lawfully make a difference."""
        whole, shipment = node.invoice_amount, node.goods_shipment
        if whole is None or whole.value is None or shipment is None or not usable(whole.value):
            return
        share = Decimal(str(self.settings.sum_tolerance_share))
        slack = max(abs(whole.value) * share, Decimal(MAGNITUDE.get(whole.currency or "", 1)))
        for case, amounts in (
            ("items", [item.invoice_amount for item in shipment.items]),
            ("invoices", [invoice.amount for invoice in shipment.invoices]),
        ):
            total = _sum(amounts, whole.currency)
            if total is not None and abs(total - whole.value) > slack:
                facts = {"found": plain(total), "stated": plain(whole.value), "currency": whole.currency or ""}
                sight.find(self, case, "invoiceAmount/value", **facts)


def _sum(amounts: Sequence[Amount | None], currency: str | None) -> Decimal | None:
    """Add up amounts; None where there is none, or one is missing or in another currency."""
    total = Decimal(0)
    for amount in amounts:
        if amount is None or amount.value is None or amount.currency != currency or not usable(amount.value):
            return None
        total += amount.value
    return total if amounts else None


class ARI006(Rule):
    """Goods have a value, and what a kilogram is worth lies within what any goods are worth."""

    level: ClassVar[str] = "arithmetic"
    severity: ClassVar[str] = "warning"
    standard: ClassVar[str] = "WTO Customs Valuation Agreement, Article 1; settings of this node"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {GoodsItem: ""}
    cases: ClassVar[dict[str, str]] = {
        "zero-value": "the value is zero.",
        "dear": "{value} {currency} for {mass} kg is more than any goods are worth.",
        "cheap": "{value} {currency} for {mass} kg is less than any goods are worth.",
    }

    def __init__(self, codes: Codes, settings: Settings) -> None:
        super().__init__(codes, settings)
        self._least = {unit: settings.kilogram_usd_min * unit for unit in (1, *MAGNITUDE.values())}
        self._most = {unit: settings.kilogram_usd_max * unit for unit in (1, *MAGNITUDE.values())}

    def look(self, node: GoodsItem, sight: Sight) -> None:
        """Divide value by net mass; the currency counts by its order of magnitude only, so the range is wide."""
        name, amount = "customsValue", node.customs_value
        if amount is None:
            name, amount = "statisticalValue", node.statistical_value
        if amount is None:
            name, amount = "invoiceAmount", node.invoice_amount
        if amount is None:
            return
        value = amount.value
        if value is None or not usable(value):
            return
        if not value:
            sight.find(self, "zero-value", f"{name}/value")
            return
        goods = node.commodity
        mass = kilograms(goods.net_mass) if goods is not None else None
        if mass is None or mass <= 0 or value < 0:
            return
        currency = amount.currency or self.settings.currency
        unit = MAGNITUDE.get(currency, 1)
        density = float(value) / float(mass)
        if not self._least[unit] <= density <= self._most[unit]:
            case = "dear" if density > self._most[unit] else "cheap"
            sight.find(self, case, f"{name}/value", value=plain(value), currency=currency, mass=plain(mass))


class ARI007(Rule):
    """A duty or tax is its rate of its base, within rounding."""

    level: ClassVar[str] = "arithmetic"
    severity: ClassVar[str] = "warning"
    standard: ClassVar[str] = "WCO Data Model 360, 123, 110"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {DutyTax: "assessed"}
    cases: ClassVar[dict[str, str]] = {"product": "{rate} % of {base} is {due}, and {stated} is stated."}

    def look(self, node: DutyTax, sight: Sight) -> None:
        """Multiply, where all three are there in one currency; least and specific duties make lawful differences."""
        rate, base, due = node.rate, node.base, node.assessed
        if rate is None or base is None or due is None or base.currency != due.currency:
            return
        if base.value is None or due.value is None or not (usable(rate) and usable(base.value) and usable(due.value)):
            return
        expected = base.value * rate / _HUNDRED
        slack = max(Decimal(MAGNITUDE.get(due.currency or "", 1)), abs(expected) / 1000)
        if abs(expected - due.value) > slack:
            facts = {"rate": plain(rate), "base": plain(base.value), "due": plain(expected)}
            sight.find(self, "product", "assessed/value", **facts, stated=plain(due.value))


class ARI008(Rule):
    """The verified gross mass of a container is at least its tare and its goods."""

    level: ClassVar[str] = "arithmetic"
    standard: ClassVar[str] = "SOLAS VI/2; IMO MSC.1/Circ.1475"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {TransportEquipment: "verified_gross_mass"}
    cases: ClassVar[dict[str, str]] = {"below": "{verified} kg verified, {tare} kg tare and {goods} kg of goods."}

    def __init__(self, codes: Codes, settings: Settings) -> None:
        super().__init__(codes, settings)
        self._share = Decimal(1) - Decimal("0.05")  # the weighing may be out by 5 %, MSC.1/Circ.1475

    def look(self, node: TransportEquipment, sight: Sight) -> None:
        """Hold the verified mass against tare and goods, or either alone."""
        verified = kilograms(node.verified_gross_mass)
        if verified is None:
            return
        tare, goods = kilograms(node.tare) or Decimal(0), kilograms(node.gross_mass) or Decimal(0)
        if verified < (tare + goods) * self._share:
            facts = {"verified": plain(verified), "tare": plain(tare), "goods": plain(goods)}
            sight.find(self, "below", "verifiedGrossMass/value", **facts)
