"""Declare the features of past outcomes, of the route, of repeats, of the parties and of quality."""

from __future__ import annotations

from tidewaiter.stages.screen.features.shape import (
    PATTERN_STRENGTH,
    PRIOR_RATE,
    PRIOR_STRENGTH,
    Feature,
    days_since,
    others,
    others_share,
    share,
)

_NEVER = "Never null."


def _rate(name: str, subject: str, what: str, formula: str, *, whose: str) -> Feature:
    """Declare a past rate."""
    return Feature(
        name=name,
        subject=subject,
        unit="share",
        meaning=f"Past share of irregular consignments {what}.",
        formula=formula,
        null=_NEVER,
        says=f"{{{name}}} of earlier consignments {whose} were irregular, weighed with {{base_rate}} of all.",
    )


def _count(name: str, subject: str, what: str, formula: str, says: str) -> Feature:
    """Declare a count of the past."""
    return Feature(name=name, subject=subject, meaning=what, formula=formula, null=_NEVER, says=says)


OUTCOMES: tuple[Feature, ...] = (
    _count("all_known", "general", "Known outcomes.", "coalesce(past_all_known, 0)", "{all_known} outcomes are known."),
    Feature(
        name="base_rate",
        subject="general",
        unit="share",
        meaning="Past share of irregular items among all known outcomes, shrunk to the prior.",
        formula=f"(coalesce(past_all_positives, 0) + {PRIOR_STRENGTH} * {PRIOR_RATE}) / (all_known + {PRIOR_STRENGTH})",
        null=_NEVER,
        says="{base_rate} of all earlier controls found something ({all_known} outcomes).",
        fitted=False,
    ),
    _rate(
        "chapter_rate",
        "goods",
        "of the HS chapter, each pattern once, the row's own left out",
        others_share("chapter", "base_rate"),
        whose="of chapter {hs2}",
    ),
    _rate(
        "heading_rate",
        "goods",
        "of the HS heading, each pattern once, the row's own left out",
        others_share("heading", "chapter_rate"),
        whose="of heading {hs4}",
    ),
    _rate(
        "goods_rate",
        "goods",
        "of the goods, each pattern once, the row's own left out",
        others_share("goods", "heading_rate"),
        whose="of {hs6} ({goods_kinds} different ones with a known outcome)",
    ),
    _count(
        "goods_kinds",
        "goods",
        "Other patterns of the goods with a known outcome.",
        others("goods"),
        "{goods_kinds} different consignments of {hs6} have a known outcome.",
    ),
    _count(
        "heading_kinds",
        "goods",
        "Other patterns of the heading with a known outcome.",
        others("heading"),
        "{heading_kinds} different consignments of heading {hs4} have a known outcome.",
    ),
    _rate(
        "rate_rate",
        "duty",
        "of the chapter at this duty rate, each pattern once, the row's own left out",
        others_share("rate", "chapter_rate"),
        whose="of chapter {hs2} at {duty_rate} % duty",
    ),
    _rate(
        "chapter_duty_rate",
        "duty",
        "of the chapter under this duty type, each pattern once, the row's own left out",
        others_share("chapter_duty", "chapter_rate"),
        whose="of chapter {hs2} under duty type {duty_type}",
    ),
    _rate(
        "tariff_rate",
        "duty",
        "under this duty type and rate, each pattern once, the row's own left out",
        others_share("tariff", "base_rate"),
        whose="at {duty_rate} % under duty type {duty_type}",
    ),
    _rate(
        "size_rate",
        "mass",
        "of about this mass at this duty rate, each pattern once, the row's own left out",
        others_share("size", "base_rate"),
        whose="of about {mass} kg at {duty_rate} % duty",
    ),
    _rate(
        "heading_size_rate",
        "mass",
        "of the heading of about this mass, each pattern once, the row's own left out",
        others_share("heading_size", "heading_rate"),
        whose="of heading {hs4} of about {mass} kg",
    ),
    _rate(
        "chapter_route_rate",
        "route",
        "of the chapter on the route, each pattern once, the row's own left out",
        others_share("chapter_route", "chapter_rate"),
        whose="of chapter {hs2} from {origin} by way of {departure}",
    ),
    _rate(
        "origin_rate",
        "origin",
        "of the goods from the origin, each pattern once, the row's own left out",
        others_share("goods_origin", "goods_rate"),
        whose="of {hs6} from {origin}",
    ),
    _rate(
        "regime_rate",
        "origin",
        "of goods, origin and duty type, each pattern once, the row's own left out",
        others_share("goods_regime", "origin_rate"),
        whose="of {hs6} from {origin} under duty type {duty_type}",
    ),
    _count(
        "origin_kinds",
        "origin",
        "Other patterns of goods and origin with a known outcome.",
        others("goods_origin"),
        "{origin_kinds} different consignments of {hs6} from {origin} have a known outcome.",
    ),
    Feature(
        name="origin_share",
        subject="origin",
        unit="share",
        meaning="Share of earlier items of the goods that came from this origin.",
        formula="CASE WHEN past_goods_seen > 0 THEN coalesce(past_goods_origin_seen, 0) / past_goods_seen END",
        null="The goods were never declared here before.",
        says="{origin_share} of earlier items of {hs6} came from {origin}.",
    ),
    Feature(
        name="transhipped",
        subject="route",
        kind="truth",
        unit="code",
        meaning="Whether the goods were sent from another country than their origin.",
        formula="departure <> origin",
        null="Departure or origin is not declared.",
        says="Sent from {departure}, origin {origin}; another country on the way: {transhipped}.",
    ),
    _count(
        "route_seen",
        "route",
        "Earlier items on the route from departure and origin.",
        "coalesce(past_route_seen, 0)",
        "{route_seen} earlier items came from {origin} by way of {departure}.",
    ),
    _rate(
        "route_rate",
        "route",
        "of the route, each pattern once, the row's own left out",
        others_share("route", "base_rate"),
        whose="from {origin} by way of {departure}",
    ),
    _rate(
        "departure_rate",
        "route",
        "of the goods from the departure, each pattern once, the row's own left out",
        others_share("goods_departure", "goods_rate"),
        whose="of {hs6} sent from {departure}",
    ),
    Feature(
        name="departure_share",
        subject="route",
        unit="share",
        meaning="Share of earlier items of the goods that were sent from this country.",
        formula="CASE WHEN past_goods_seen > 0 THEN coalesce(past_goods_departure_seen, 0) / past_goods_seen END",
        null="The goods were never declared here before.",
        says="{departure_share} of earlier items of {hs6} were sent from {departure}.",
    ),
    _count(
        "pattern_seen",
        "pattern",
        "Earlier items with the same goods, route, duty and net mass.",
        "coalesce(past_pattern_seen, 0)",
        "The same goods, route, duty and mass were declared {pattern_seen} times before.",
    ),
    _count(
        "pattern_known",
        "pattern",
        "Known outcomes of the same goods, route, duty and net mass.",
        "coalesce(past_pattern_known, 0)",
        "{pattern_known} outcomes of the same goods, route, duty and mass are known.",
    ),
    Feature(
        name="pattern_rate",
        subject="pattern",
        unit="share",
        meaning="Past share of irregular items among the same goods, route, duty and mass, shrunk to the goods' rate.",
        formula=share("pattern", "regime_rate", PATTERN_STRENGTH),
        null=_NEVER,
        says="The same goods, route, duty and mass were declared {pattern_seen} times before; after {pattern_known} "
        "known outcomes {pattern_rate} irregular is expected.",
    ),
    Feature(
        name="pattern_idle",
        subject="pattern",
        unit="days",
        meaning="Days since the same goods, route, duty and mass were last declared.",
        formula=days_since("pattern", "last_day"),
        null="Never declared before, or goods or mass missing.",
        says="The same goods, route, duty and mass were last declared {pattern_idle} days ago.",
    ),
)


def _party(name: str, article: str, *, dated: bool) -> tuple[Feature, ...]:
    """Declare the features every party has: past rate, counts, days."""
    own: tuple[Feature, ...] = (
        _count(
            f"{name}_seen",
            name,
            f"Earlier declarations of the {name}.",
            f"coalesce(past_{name}_seen, 0)",
            f"{article} {name} has {{{name}_seen}} earlier declarations.",
        ),
        _count(
            f"{name}_known",
            name,
            f"Known outcomes of the {name}.",
            f"coalesce(past_{name}_known, 0)",
            f"{article} {name} has {{{name}_known}} known outcomes.",
        ),
        Feature(
            name=f"{name}_rate",
            subject=name,
            unit="share",
            meaning=f"Past share of irregular outcomes of the {name}, shrunk to the rate of all.",
            formula=share(name, "base_rate"),
            null=_NEVER,
            says=f"{article} {name} has {{{name}_known}} known outcomes in {{{name}_seen}} earlier declarations; "
            f"{{{name}_rate}} irregular is expected, {{base_rate}} of all.",
        ),
    )
    if not dated:
        return own
    return (
        *own,
        Feature(
            name=f"{name}_age",
            subject=name,
            unit="days",
            meaning=f"Days since the {name} was first seen.",
            formula=days_since(f"{name}", "first_day"),
            null="Never seen before, or not named.",
            says=f"{article} {name} was first seen {{{name}_age}} days ago.",
        ),
        Feature(
            name=f"{name}_idle",
            subject=name,
            unit="days",
            meaning=f"Days since the {name} was last seen.",
            formula=days_since(f"{name}", "last_day"),
            null="Never seen before, or not named.",
            says=f"{article} {name} was last seen {{{name}_idle}} days ago.",
        ),
    )


PARTIES: tuple[Feature, ...] = (
    *_party("importer", "The", dated=True),
    *_party("declarant", "The", dated=False),
    *_party("supplier", "The", dated=True),
    *_party("carrier", "The", dated=False),
    *_party("office", "The", dated=False),
    Feature(
        name="importer_new",
        subject="importer",
        kind="truth",
        unit="code",
        meaning="Whether the importer is named and was never seen before.",
        formula="importer IS NOT NULL AND importer_seen = 0",
        null=_NEVER,
        says="First declaration of the importer: {importer_new}.",
    ),
    Feature(
        name="supplier_new",
        subject="supplier",
        kind="truth",
        unit="code",
        meaning="Whether the seller or exporter is named and was never seen before.",
        formula="supplier IS NOT NULL AND supplier_seen = 0",
        null=_NEVER,
        says="First declaration of the supplier: {supplier_new}.",
    ),
    _count(
        "importer_goods_seen",
        "importer",
        "Earlier items of the goods by the importer.",
        "coalesce(past_importer_goods_seen, 0)",
        "The importer has declared {hs6} {importer_goods_seen} times before.",
    ),
    Feature(
        name="importer_goods_rate",
        subject="importer",
        unit="share",
        meaning="Past share of irregular outcomes of the importer with these goods, shrunk to the importer's.",
        formula=share("importer_goods", "importer_rate"),
        null=_NEVER,
        says="{importer_goods_rate} of the importer's consignments of {hs6} are expected to be irregular "
        "({importer_goods_seen} earlier ones).",
    ),
    _count(
        "pair_seen",
        "supplier",
        "Earlier declarations of the importer with the supplier.",
        "coalesce(past_pair_seen, 0)",
        "Importer and supplier have {pair_seen} earlier declarations together.",
    ),
    Feature(
        name="pair_idle",
        subject="supplier",
        unit="days",
        meaning="Days since importer and supplier last declared together.",
        formula=days_since("pair", "last_day"),
        null="Never together before, or one of them not named.",
        says="Importer and supplier last declared together {pair_idle} days ago.",
    ),
)

QUALITY: tuple[Feature, ...] = (
    _count(
        "errors", "quality", "Errors found in the declaration.", "coalesce(errors, 0)", "{errors} errors were found."
    ),
    _count(
        "warnings",
        "quality",
        "Warnings given to the declaration.",
        "coalesce(warnings, 0)",
        "{warnings} warnings were given.",
    ),
    _count(
        "items",
        "quality",
        "Goods items of the declaration.",
        "coalesce(item_count, 0)",
        "The declaration has {items} items.",
    ),
    Feature(
        name="description_letters",
        subject="quality",
        meaning="Length of the description of the goods, in characters.",
        formula="length(trim(description))",
        null="There is no description.",
        says="The description of the goods has {description_letters} characters.",
    ),
    Feature(
        name="version_seen",
        subject="quality",
        meaning="Version of the declaration: 1 is the original.",
        formula="version",
        null=_NEVER,
        says="This is version {version_seen} of the declaration.",
        fitted=False,
    ),
)
