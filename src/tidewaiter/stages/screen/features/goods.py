"""Declare the features of the goods themselves: codes, unit value, mass, round figures, duty."""

from __future__ import annotations

from tidewaiter.stages.screen.features.shape import Feature, days_since


def _code(name: str, meaning: str, subject: str) -> Feature:
    """Declare a declared code, for rules to name."""
    return Feature(
        name=name,
        subject=subject,
        kind="text",
        unit="code",
        meaning=meaning,
        formula=name,
        null="It is not declared.",
        says=f"{meaning.rstrip('.')}: {{{name}}}.",
        fitted=False,
    )


CODES: tuple[Feature, ...] = (
    _code("hs2", "HS chapter, two digits.", "goods"),
    _code("hs4", "HS heading, four digits.", "goods"),
    _code("hs6", "HS subheading, six digits.", "goods"),
    _code("origin", "Country of origin, ISO 3166-1 alpha-2.", "origin"),
    _code("departure", "Country the goods were sent from, ISO 3166-1 alpha-2.", "route"),
    _code("duty_type", "Kind of duty, or of the rate's regime.", "duty"),
    _code("preference", "Tariff preference claimed.", "duty"),
    _code("payment_method", "How duty is paid.", "duty"),
    _code("origin_marking", "How the origin is marked on the goods.", "origin"),
    _code("mode", "Mode of transport at the border, UN/ECE Recommendation 19.", "route"),
    _code("incoterm", "Delivery terms, Incoterms rule.", "price"),
    _code("currency", "Currency of the value, ISO 4217.", "price"),
    _code("office", "Customs office.", "office"),
)

PRICES: tuple[Feature, ...] = (
    Feature(
        name="value",
        subject="price",
        unit="money",
        meaning="Declared customs value of the item, in its currency.",
        formula="value",
        null="No value is declared.",
        says="The declared value is {value} {currency}.",
        fitted=False,
    ),
    Feature(
        name="unit_value",
        subject="price",
        unit="per kg",
        meaning="Declared value by kilogram, net where it is declared, else gross.",
        formula="unit_value",
        null="Value or mass is missing or zero.",
        says="The unit value is {unit_value} per kg.",
        fitted=False,
    ),
    Feature(
        name="price_records",
        subject="price",
        meaning="Earlier items of the goods from the origin, in the currency, with a unit value.",
        formula="coalesce(past_price_origin_priced, 0)",
        null="Never null.",
        says="{price_records} earlier items of {hs6} from {origin} have a unit value.",
    ),
    Feature(
        name="price_goods_records",
        subject="price",
        meaning="Earlier items of the goods from anywhere, in the currency, with a unit value.",
        formula="coalesce(past_price_goods_priced, 0)",
        null="Never null.",
        says="{price_goods_records} earlier items of {hs6} have a unit value.",
    ),
    Feature(
        name="usual_unit_value",
        subject="price",
        unit="per kg",
        meaning="Usual unit value: geometric mean of earlier items of goods and origin, shrunk to goods, to heading.",
        formula="exp(origin_ln)",
        null="No earlier item of the heading has a unit value in this currency.",
        says="The usual unit value of {hs6} from {origin} is {usual_unit_value} per kg.",
        fitted=False,
    ),
    Feature(
        name="price_gap",
        subject="price",
        unit="gap",
        meaning="Unit value against the usual one: -0.62 is 62 % below it.",
        formula="unit_value / exp(origin_ln) - 1",
        null="There is no unit value, or no usual one to compare it with.",
        says="Unit value {unit_value} per kg is {price_gap} the usual {usual_unit_value} for {hs6} from {origin} "
        "({price_records} earlier items from there, {price_goods_records} from anywhere).",
        fitted=False,
    ),
    Feature(
        name="price_z",
        subject="price",
        unit="ratio",
        meaning="Unit value against the usual one, in standard deviations of the logarithm within the goods.",
        formula="(ln_unit_value - origin_ln) / price_deviation",
        null="There is no unit value, or no usual one to compare it with.",
        says="Unit value {unit_value} per kg is {price_gap} the usual {usual_unit_value} for {hs6} from {origin} "
        "({price_records} earlier items from there, {price_goods_records} from anywhere).",
    ),
    Feature(
        name="price_spread",
        subject="price",
        unit="ratio",
        meaning="Standard deviation of the logarithm of earlier unit values of the goods.",
        formula="CASE WHEN heading_ln IS NOT NULL THEN price_deviation END",
        null="No earlier item of the heading has a unit value in this currency.",
        says="Earlier unit values of {hs6} spread by a factor e^{price_spread} about the usual one.",
    ),
    Feature(
        name="mass",
        subject="mass",
        unit="kg",
        meaning="Net mass, else gross mass, in kilograms.",
        formula="mass",
        null="No mass above zero is declared.",
        says="The mass is {mass} kg.",
    ),
    Feature(
        name="mass_z",
        subject="mass",
        unit="ratio",
        meaning="Mass against the usual one of goods and origin, in standard deviations of the logarithm.",
        formula="(ln_mass - origin_mass) / mass_deviation",
        null="There is no mass, or no usual one to compare it with.",
        says="The mass of {mass} kg is {mass_z} standard deviations from the usual one of {hs6} from {origin}.",
    ),
    Feature(
        name="net_share",
        subject="mass",
        unit="share",
        meaning="Net mass as a share of gross mass.",
        formula="CASE WHEN gross_kg > 0 THEN net_kg / gross_kg END",
        null="Net or gross mass is missing.",
        says="Net mass is {net_share} of gross mass.",
    ),
    Feature(
        name="kg_per_package",
        subject="mass",
        unit="kg",
        meaning="Mass by package, in kilograms.",
        formula="CASE WHEN packages > 0 THEN mass / packages END",
        null="Mass or number of packages is missing.",
        says="A package weighs {kg_per_package} kg.",
    ),
    Feature(
        name="value_zeros",
        subject="roundness",
        meaning="Zeros at the end of the value, where it is a whole number; -1 where it is not.",
        formula="CASE WHEN value > 0 AND value < 1e15 THEN CASE WHEN value <> floor(value) THEN -1 ELSE "
        "length(CAST(CAST(value AS BIGINT) AS VARCHAR)) - length(rtrim(CAST(CAST(value AS BIGINT) AS VARCHAR), '0')) "
        "END END",
        null="No value above zero is declared.",
        says="The value of {value} ends in {value_zeros} zeros.",
    ),
    Feature(
        name="mass_zeros",
        subject="roundness",
        meaning="Zeros at the end of the mass in kilograms, where it is a whole number; -1 where it is not.",
        formula="CASE WHEN mass < 1e15 THEN CASE WHEN mass <> floor(mass) THEN -1 ELSE "
        "length(CAST(CAST(mass AS BIGINT) AS VARCHAR)) - length(rtrim(CAST(CAST(mass AS BIGINT) AS VARCHAR), '0')) "
        "END END",
        null="No mass above zero is declared.",
        says="The mass of {mass} kg ends in {mass_zeros} zeros.",
    ),
    Feature(
        name="unit_value_whole",
        subject="roundness",
        kind="truth",
        unit="code",
        meaning="Whether the unit value is a whole number of the currency, to a hundredth.",
        formula="abs(unit_value - floor(unit_value + 0.5)) < 0.005 AND unit_value >= 1",
        null="There is no unit value.",
        says="Whole unit value: {unit_value_whole} ({unit_value} per kg).",
    ),
)

DUTIES: tuple[Feature, ...] = (
    Feature(
        name="goods_seen",
        subject="goods",
        meaning="Earlier items of the goods.",
        formula="coalesce(past_goods_seen, 0)",
        null="Never null.",
        says="{goods_seen} earlier items of {hs6} are known.",
    ),
    Feature(
        name="goods_age",
        subject="goods",
        unit="days",
        meaning="Days since the goods were first declared here.",
        formula=days_since("goods", "first_day"),
        null="The goods were never declared here before.",
        says="{hs6} was first declared here {goods_age} days ago.",
    ),
    Feature(
        name="duty_rate",
        subject="duty",
        unit="per cent",
        meaning="Rate of the item's first duty.",
        formula="duty_rate",
        null="No rate is declared.",
        says="The duty rate is {duty_rate} %.",
    ),
    Feature(
        name="usual_duty_rate",
        subject="duty",
        unit="per cent",
        meaning="Mean rate of earlier items of the goods, shrunk to the heading's.",
        formula="CASE WHEN past_heading_dutied > 0 THEN (coalesce(past_goods_duty_sum, 0) + "
        "4.0 * past_heading_duty_sum / past_heading_dutied) / (coalesce(past_goods_dutied, 0) + 4.0) END",
        null="No earlier item of the heading has a rate.",
        says="The usual duty rate of {hs6} is {usual_duty_rate} %.",
    ),
    Feature(
        name="duty_gap",
        subject="duty",
        unit="ratio",
        meaning="Rate less the usual rate of the goods, in percentage points.",
        formula="duty_rate - usual_duty_rate",
        null="There is no rate, or no usual one.",
        says="The duty rate of {duty_rate} % stands against a usual {usual_duty_rate} % for {hs6} "
        "({goods_seen} earlier items).",
    ),
    Feature(
        name="preferential",
        subject="duty",
        kind="truth",
        unit="code",
        meaning="Whether a tariff preference is claimed (any code but 100, no preference).",
        formula="preference IS NOT NULL AND preference NOT IN ('', '100', '000', '0')",
        null="Never null.",
        says="Preference claimed: {preferential}.",
    ),
    Feature(
        name="regime_share",
        subject="duty",
        unit="share",
        meaning="Share of earlier items of goods and origin under this duty type.",
        formula="CASE WHEN past_goods_origin_seen > 0 "
        "THEN coalesce(past_goods_regime_seen, 0) / past_goods_origin_seen END",
        null="The goods never came from this origin before.",
        says="{regime_share} of earlier items of {hs6} from {origin} were under duty type {duty_type}.",
    ),
)
