"""Work out values for duty, duties and taxes of a paper, as its country counts them."""

from __future__ import annotations

from dataclasses import dataclass

from tidewaiter.world.chain.order import FREIGHT_PAID
from tidewaiter.world.chain.taxes import RELIEF_USD, duty_rate, preferred, vat_rate
from tidewaiter.world.geography import COUNTRIES, rate
from tidewaiter.world.goods import BY_HS
from tidewaiter.world.model import Good, Invoice, Line

_WHOLE = frozenset({"XOF", "VND", "JPY", "KRW", "CLP", "XAF", "UGX"})
"""Currencies without a minor unit in use."""


def money(amount: float, currency: str) -> float:
    """Return an amount rounded to what its currency has."""
    return float(round(amount)) if currency in _WHOLE else round(amount, 2)


@dataclass(frozen=True, slots=True)
class Due:
    """What one line is worth and owes, in the currency of the country: value for duty, duty, tax; rates in per cent."""

    value: float
    duty_rate: int
    duty: float
    tax_rate: float
    tax: float

    @property
    def total(self) -> float:
        """Duty and tax together."""
        return self.duty + self.tax


def tariff_good(line: Line) -> Good:
    """Return the goods that a declared heading stands for; the line's own where nobody trades under it."""
    return BY_HS.get(line.hs, line.good)


def claims(country: str, line: Line) -> bool:
    """Say whether a preference is claimed for a line: where its declared origin has one and duty would be due."""
    return preferred(country, line.origin) and duty_rate(country, tariff_good(line), line.origin) > 0


def value_for_duty(lines: list[Line], line: Line, invoice: Invoice, country: str, day: int) -> float:
    """Return the customs value of a line: CIF or FOB as the country counts it, in its currency."""
    practice = COUNTRIES[country].practice
    assert practice is not None  # noqa: S101 - only homes are asked
    mass = sum(one.gross for one in lines) or 1.0
    freight = invoice.freight * line.gross / mass
    amount = line.price
    if practice.value == "CIF":
        if invoice.incoterm not in FREIGHT_PAID:
            amount += freight
        total = sum(one.price for one in lines) or 1.0
        amount += invoice.insurance * line.price / total
    elif invoice.incoterm in FREIGHT_PAID:
        amount = max(amount - freight, 0.05 * amount)
    currency = COUNTRIES[country].currency
    return money(amount * rate(invoice.currency, day) / rate(currency, day), currency)


def export_value(lines: list[Line], line: Line, invoice: Invoice, country: str, day: int) -> float:
    """Return the statistical value of a line that leaves: free on board, in the country's currency."""
    mass = sum(one.gross for one in lines) or 1.0
    price = line.price
    if invoice.incoterm in FREIGHT_PAID:
        price = max(price - invoice.freight * line.gross / mass, 0.05 * price)
    currency = COUNTRIES[country].currency
    return money(price * rate(invoice.currency, day) / rate(currency, day), currency)


def due(lines: list[Line], line: Line, invoice: Invoice, country: str, day: int) -> Due:
    """Return what a line owes when it is declared for free circulation."""
    currency = COUNTRIES[country].currency
    value = value_for_duty(lines, line, invoice, country, day)
    percent = duty_rate(country, tariff_good(line), line.origin, claims(country, line))
    if sum(one.price for one in lines) * rate(invoice.currency, day) < RELIEF_USD:
        percent = 0
    duty = money(value * percent / 100, currency)
    tax_rate = vat_rate(country)
    return Due(value, percent, duty, tax_rate, money((value + duty) * tax_rate / 100, currency))


def owed(lines: list[Line], invoice: Invoice, country: str, day: int) -> float:
    """Return all that lines owe, in the country's currency."""
    return sum(due(lines, line, invoice, country, day).total for line in lines)
