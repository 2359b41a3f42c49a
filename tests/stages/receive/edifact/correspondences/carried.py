"""Make records of the shapes that messages about cargo and containers can carry, for property tests."""

from __future__ import annotations

import string
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tidewaiter.kernel.records import (
    AdditionalInformation,
    Address,
    Amount,
    Classification,
    Commodity,
    Contact,
    DangerousGoods,
    Document,
    Event,
    GoodsItem,
    Location,
    Measure,
    Packaging,
    Party,
    Seal,
    TransportEquipment,
    TransportMeans,
)

LETTERS = string.ascii_letters + string.digits + "ÄÖÜß.,-/&()" + "'+:?*" + " " * 8
"""What texts are made of: service characters and letters beyond ASCII among them."""

_SEEDS = st.integers(0, 2**40)


def made(signs: str, least: int, most: int) -> st.SearchStrategy[str]:
    """Texts of signs, made from a seed each, because records need thousands of them."""

    def text(seed: int) -> str:
        chance = Random(seed)  # noqa: S311 - no secrets
        return "".join(chance.choices(signs, k=chance.randint(least, most)))

    return _SEEDS.map(text)


def words(most: int) -> st.SearchStrategy[str]:
    """Texts with single blanks inside."""
    return made(LETTERS, 1, most).map(lambda text: " ".join(text.split()) or "X")


def codes(most: int, least: int = 2) -> st.SearchStrategy[str]:
    """Identifiers."""
    return made(string.ascii_uppercase + string.digits, least, most)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value or none."""
    return st.none() | values


def some(values: st.SearchStrategy[Any], most: int = 3, least: int = 0) -> st.SearchStrategy[tuple[Any, ...]]:
    """A tuple of values."""
    return st.lists(values, min_size=least, max_size=most).map(tuple)


def filled(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Only structs that say something besides what their kind says."""
    return values.filter(_says_something)


def _says_something(struct: Any) -> bool:
    """Say whether a struct has a value in a field that is not only the word for its kind."""
    return any(getattr(struct, name) not in {None, ()} for name in struct.__struct_fields__ if name not in _KINDS)


_KINDS = {"role", "stage"}

SLOW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
"""Records of cargo are large: to make smaller the one that fails a test would take minutes."""

MOMENTS = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    datetime(2069, 12, 31),  # noqa: DTZ001 - as above
    timezones=st.just(UTC),
).map(lambda moment: moment.replace(microsecond=0))
NUMBERS = st.builds(lambda number, places: Decimal(number).scaleb(-places), st.integers(0, 10**9), st.integers(0, 3))
MEASURES = st.builds(Measure, value=NUMBERS, unit=st.sampled_from(["KGM", "TNE", "LBR"]))
VOLUMES = st.builds(Measure, value=NUMBERS, unit=st.just("MTQ"))
DEGREES = st.builds(Measure, value=st.integers(-99, 250).map(Decimal), unit=st.sampled_from(["CEL", "FAH"]))
AMOUNTS = st.builds(Amount, value=NUMBERS, currency=st.sampled_from(["EUR", "USD", "JPY"]))
LOCODES = made(string.ascii_uppercase, 5, 5)
COUNTRIES = st.sampled_from(["DE", "CN", "BR", "KE"])
EQUIPMENT_IDS = made(string.digits, 7, 7).map(lambda number: f"TIDU{number}")

PLACES = st.builds(Location, code=LOCODES, name=maybe(words(70)), id=maybe(codes(10)))
CONTACTS = filled(st.builds(Contact, name=maybe(words(35)), phone=maybe(words(25)), email=maybe(words(40))))
ADDRESSES = filled(
    st.builds(
        Address,
        line=maybe(words(90)),
        city=maybe(words(35)),
        postcode=maybe(codes(9)),
        region=maybe(codes(9)),
        country=maybe(COUNTRIES),
    )
)
SEALS = st.builds(
    Seal,
    id=words(30),
    party=maybe(st.sampled_from(["CA", "SH", "CU", "TO"])),
    condition=maybe(st.sampled_from(["intact", "damaged"])),
)
HAZARDS = filled(
    st.builds(
        DangerousGoods,
        un_number=maybe(made(string.digits, 4, 4)),
        hazard_class=st.sampled_from(["3", "6.1", "2.3"]),
        packing_group=maybe(st.sampled_from(["I", "II", "III"])),
        regulation=st.just("IMD"),
        flashpoint=maybe(DEGREES),
    )
)


@st.composite
def parties(draw: Any, roles: tuple[str, ...], most: int = 4) -> tuple[Party, ...]:
    """Parties in the roles."""
    party = st.builds(
        Party,
        role=st.sampled_from(roles),
        id=maybe(codes(17)),
        name=maybe(words(150)),
        address=maybe(ADDRESSES),
        contact=maybe(CONTACTS),
    )
    found: tuple[Party, ...] = draw(some(filled(party), most))
    return found


def itinerary(*roles: str) -> st.SearchStrategy[tuple[Location, ...]]:
    """Places with roles."""
    return some(
        st.builds(Location, role=st.sampled_from(roles), code=LOCODES, name=maybe(words(70)), id=maybe(codes(10)))
    )


def means(stage: str | None, *, timed: bool = True) -> st.SearchStrategy[TransportMeans]:
    """A ship, a truck, a train or a barge."""
    times = {"departure": maybe(MOMENTS), "arrival": maybe(MOMENTS)} if timed else {}
    named = {"stage": st.just(stage), "journey": maybe(codes(17)), "name": maybe(words(35)), **times}
    ship = st.builds(
        TransportMeans,
        mode=st.just("1"),
        id=made(string.digits, 7, 7),
        id_type=st.just("IMO"),
        nationality=maybe(COUNTRIES),
        **named,
    )
    sign = st.builds(TransportMeans, mode=st.none(), id=codes(7), id_type=st.just("CALLSIGN"), **named)
    truck = st.builds(TransportMeans, mode=st.just("3"), id=codes(9), id_type=st.just("PLATE"), **named)
    return filled(ship | sign | truck)


def equipment(*, sealed: bool = True, cooled: bool = True) -> st.SearchStrategy[TransportEquipment]:
    """A container."""
    return st.builds(
        TransportEquipment,
        id=EQUIPMENT_IDS,
        size_type=maybe(st.sampled_from(["22G1", "45R1", "L5G1"])),
        fullness=maybe(st.sampled_from(["full", "empty"])),
        seals=some(SEALS) if sealed else st.just(()),
        tare=maybe(MEASURES),
        gross_mass=maybe(MEASURES),
        verified_gross_mass=maybe(MEASURES),
        temperature=maybe(DEGREES) if cooled else st.none(),
    )


STATEMENTS = st.builds(
    AdditionalInformation,
    type=st.sampled_from(["ABV", "ACB", "HAN"]),
    code=maybe(codes(3)),
    text=maybe(words(300)),
)


@st.composite
def commodities(draw: Any, hazards: st.SearchStrategy[DangerousGoods], *, coded: bool = True) -> Commodity | None:
    """Goods with a description that may be longer than one segment holds."""
    commodity: Commodity = draw(
        st.builds(
            Commodity,
            description=maybe(words(900)),
            classifications=some(st.builds(Classification, id=made(string.digits, 6, 10))) if coded else st.just(()),
            gross_mass=maybe(MEASURES),
            net_mass=maybe(MEASURES),
            volume=maybe(VOLUMES),
            dangerous_goods=some(hazards, 2),
        )
    )
    return commodity if _says_something(commodity) else None


@st.composite
def items(
    draw: Any, boxes: tuple[str, ...], hazards: st.SearchStrategy[DangerousGoods] = HAZARDS
) -> tuple[GoodsItem, ...]:
    """Goods items in some of the containers."""
    found: list[GoodsItem] = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        packaging = draw(
            some(
                st.builds(
                    Packaging,
                    quantity=st.integers(1, 10**6),
                    type=maybe(st.sampled_from(["CT", "PX"])),
                    marks=st.none(),
                )
            )
        )
        if packaging and draw(st.booleans()):
            first = Packaging(quantity=packaging[0].quantity, type=packaging[0].type, marks=draw(words(200)))
            packaging = (first, *packaging[1:])
        inside = draw(st.lists(st.sampled_from(boxes), unique=True)) if boxes else []
        found.append(
            GoodsItem(
                sequence=number,
                packaging=packaging,
                commodity=draw(commodities(hazards)),
                customs_value=draw(maybe(AMOUNTS)),
                invoice_amount=draw(maybe(AMOUNTS)),
                origin=draw(maybe(COUNTRIES)),
                equipment=tuple(inside),
                additional_information=draw(some(STATEMENTS, 2)),
            )
        )
    return tuple(found)


def documents(*types: str) -> st.SearchStrategy[Document]:
    """Numbered documents."""
    return st.builds(Document, type=st.sampled_from(types), number=codes(35))


@st.composite
def container_events(
    draw: st.DrawFn,
    /,
    kind: str,
    happened: st.SearchStrategy[str],
    *,
    classifier: str = "actual",
    main: bool = True,
    **more: st.SearchStrategy[Any],
) -> tuple[Event, ...]:
    """Events of one message: what it says of all of them is the same in each."""
    said = {
        "type": kind,
        "classifier": classifier,
        "code": draw(happened),
        "report": draw(codes(35)),
        "function": draw(st.sampled_from(["1", "9"])),
        "recorded": draw(maybe(MOMENTS)),
        "source": draw(codes(17)),
        "operator": draw(maybe(codes(17))),
        "main_carriage": draw(maybe(means("border"))) if main else None,
    }
    event = st.builds(
        Event,
        equipment=EQUIPMENT_IDS,
        size_type=maybe(st.sampled_from(["22G1", "45R1"])),
        fullness=maybe(st.sampled_from(["full", "empty"])),
        booking=maybe(codes(20)),
        transport_document=maybe(codes(20)),
        at=maybe(MOMENTS),
        loading=maybe(PLACES),
        unloading=maybe(PLACES),
        destination=maybe(PLACES),
        tare=maybe(MEASURES),
        gross_mass=maybe(MEASURES),
        verified_gross_mass=maybe(MEASURES),
        seals=some(SEALS),
        goods=maybe(words(600)),
        dangerous_goods=some(st.builds(replace, HAZARDS, name=maybe(words(300))), 2),
        **more,
        **{name: st.just(value) for name, value in said.items()},
    )
    found: tuple[Event, ...] = draw(some(event, 3, 1))
    return found
