"""Test that a record becomes a message and the same record again, on what the message can carry.

The records are generated from the correspondences' own lines: each field that a line writes, with values that its
codec can carry. What two fields say together is settled afterwards, for each kind of message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tidewaiter.kernel.records import Declaration, Measure, MovementStep, Response, ResponseError, TransitMovement
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.receive.lens import DECIMAL, INTEGER, TEXT, Codes, Day, Flag, Lens, Line, Moment
from tidewaiter.stages.receive.lens.lines import Const, Each, Leaf, Nested, PartLine, Texts
from tidewaiter.stages.receive.xml import wco
from tidewaiter.stages.receive.xml.ncts import MOVEMENTS
from tidewaiter.stages.receive.xml.ncts_answers import ANSWERS
from tidewaiter.stages.receive.xml.ncts_lines import (
    NCTS_DAY,
    CombinedCode,
    Coordinates,
    MessageType,
    Rest,
    Seen,
)
from tidewaiter.stages.receive.xml.ncts_writing import Envelope, write_answer, write_movement
from tidewaiter.stages.receive.xml.parsing import parse
from tidewaiter.stages.receive.xml.recognise import recognise
from tidewaiter.stages.receive.xml.tree import reading
from tidewaiter.stages.receive.xml.values import CHAIN, WCO_MOMENT
from tidewaiter.stages.receive.xml.wco import write_declaration, write_response

ENVELOPE = Envelope("NTA.QQ", "NTA.NO", "M-1", datetime(2026, 3, 4, tzinfo=UTC))
SETTINGS = Settings()

TEXTS = (
    st.text(st.characters(categories=("L", "N", "P", "S", "Zs"), exclude_characters="\x85"), min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool)
)
FIRST, LAST = date(1900, 1, 1), date(2100, 1, 1)
MOMENTS = st.builds(
    lambda day, second: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=second),
    st.dates(FIRST, LAST),
    st.integers(0, 86_399),
)
NUMBERS = st.decimals(0, Decimal(10) ** 12, places=6)
CODEC_VALUES: Mapping[type, st.SearchStrategy[Any]] = {
    type(TEXT): TEXTS,
    type(INTEGER): st.integers(0, 99_999),
    type(DECIMAL): NUMBERS,
    Flag: st.booleans(),
    Moment: MOMENTS,
    type(WCO_MOMENT): MOMENTS,
    Day: st.dates(),
    type(CHAIN): st.sampled_from(("42A", "42A/67A/68A[2]", "42A[1]/57A[2].R031", "42A/68A[12]/93A[1].144")),
    CombinedCode: st.sampled_from(("51071000", "51071090")),
    Coordinates: st.just("+60.12345 +24.12345"),
    MessageType: st.sampled_from(("CC015C", "CC170C")),
}


def _values(line: Leaf) -> st.SearchStrategy[Any]:
    """Return values that a line can carry."""
    codec: Any = line.codec
    if codec is NCTS_DAY:
        return st.dates(FIRST, LAST).map(lambda one: datetime(one.year, one.month, one.day, tzinfo=UTC))
    if isinstance(codec, Codes):
        words = st.sampled_from(sorted(codec._codes))
        return st.one_of(words, TEXTS.filter(lambda one: one not in codec._words)) if codec._keep else words
    if type(codec).__name__ == "_WcoDay":
        return st.dates(FIRST, LAST)
    return CODEC_VALUES.get(type(codec), st.none())


def _structs(kind: type[Any], lines: Sequence[Line], given: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Return structs of which lines write every field that is set."""
    fields: dict[str, list[st.SearchStrategy[Any]]] = {}
    many: dict[str, list[st.SearchStrategy[Any]]] = {}
    for line in lines:
        if isinstance(line, Const | Rest | Seen):
            continue
        if isinstance(line, Texts):
            many.setdefault(line.name, []).append(st.lists(_values(line), max_size=2))
        elif isinstance(line, Leaf) and not line.read_only:
            fields.setdefault(line.name, []).append(_values(line))
        elif isinstance(line, Nested) and all(one.constants for one in line.earlier):
            inside = _structs(line.kind, line.lines, line.constants).filter(_carried_by(line))
            if isinstance(line, PartLine):
                fields.setdefault(line.name, []).append(inside)
            elif isinstance(line, Each):
                many.setdefault(line.name, []).append(st.lists(inside, max_size=2))
    made = {name: st.one_of(st.none(), *several) for name, several in fields.items()}
    joined = {name: st.tuples(*several).map(_flat) for name, several in many.items()}
    return st.fixed_dictionaries(made | joined).map(lambda values: kind(**{**given, **values}))


def _flat(lists: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
    """Join lists."""
    return tuple(one for several in lists for one in several)


def _carried_by(line: Nested) -> Callable[[Any], bool]:
    """Return what says whether a struct holds more than constants, and is written by this line and no earlier one."""
    needs_unit = line.kind is Measure and bool(line.earlier)

    def carried(struct: Any) -> bool:
        return struct != line.kind(**line.constants) and line.fits(struct) and not (needs_unit and struct.unit is None)

    return carried


def _records(lens: Lens[Any]) -> st.SearchStrategy[Any]:
    """Return records of the shape that a correspondence can carry, field by field."""
    constants = {one.name: one.value for one in lens.lines if isinstance(one, Const)}
    return _structs(lens.kind, lens.lines, constants)


def _back(written: bytes) -> Any:
    """Read what was written; nothing may be wrong with it."""
    parsed = parse(written, SETTINGS)
    assert parsed.faults == ()
    assert parsed.root is not None
    (found,) = recognise(parsed.root)
    record, faults = found.lens.read(reading(found.element))
    assert faults == ()
    return record


def _without_empty(struct: Any, name: str) -> Any:
    """Return the struct without a part that holds nothing."""
    held = getattr(struct, name)
    return replace(struct, **{name: None}) if held is not None and held == type(held)() else struct


def _numbered(items: Sequence[Any], first: int = 1) -> tuple[Any, ...]:
    """Number items, as writing does where they have none; a further procedure needs one that is requested."""
    return tuple(
        replace(
            item,
            sequence=number,
            procedure=item.procedure or "40",
            previous_procedure=item.previous_procedure or "00",
            additional_procedures=("1CS", "000") if number % 2 else (),
        )
        for number, item in enumerate(items, first)
    )


def _settled_declaration(record: Declaration, function: str) -> Declaration:
    """Settle what fields say together: a request has no type of its own."""
    shipment = record.goods_shipment
    if shipment is not None:
        items = tuple(replace(one, equipment=("CSQU3054383",)) for one in _numbered(shipment.items))
        shipment = _without_empty(replace(shipment, items=items), "consignment")
        shipment = None if shipment == type(shipment)() else shipment
    kind = None if function in {"1", "4"} or record.type in wco.REQUESTS else record.type
    return replace(record, function=function, type=kind, goods_shipment=shipment)


ROUND_TRIPS = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


@ROUND_TRIPS
@given(_records(wco.DECLARATIONS), st.sampled_from("1459"))
def a_declaration_is_the_same_after_a_message(record: Declaration, function: str) -> None:
    settled = _settled_declaration(record, function)
    assert _back(write_declaration(settled)) == settled


@ROUND_TRIPS
@given(_records(wco.RESPONSES), st.sampled_from(("01", "02", "03", "09", "13")))
def a_response_is_the_same_after_a_message(record: Response, function: str) -> None:
    items = tuple(replace(item, sequence=number) for number, item in enumerate(record.items, 1))
    settled = replace(record, function=function, result=wco.RESULTS.get(function), items=items)
    assert _back(write_response(settled)) == settled


def _settled_movement(record: TransitMovement) -> TransitMovement:
    """Settle what fields say together: numbers of items, modes that stand once, codes of one commodity."""
    number, houses = 1, []
    for house in record.houses:
        items = []
        for item in house.items:
            items.append(replace(item, sequence=number, equipment=(), commodity=_one_code(item.commodity)))
            number += 1
        houses.append(replace(house, items=tuple(items), transport_means=_without_mode(house.transport_means)))
    whole = record.consignment
    if whole is not None:
        whole = replace(whole, transport_means=_without_mode(whole.transport_means), equipment=())
        whole = None if whole == type(whole)(level="master") else whole
    carried = tuple(one for one in houses if one != type(one)(level="house"))
    return replace(record, houses=carried, consignment=whole, issued=record.issued or ENVELOPE.prepared)


def _without_mode(means: Sequence[Any]) -> tuple[Any, ...]:
    """Return means of transport that are named, without their mode."""
    return tuple(replace(one, mode=None, id=one.id or "AB1") for one in means)


def _one_code(commodity: Any) -> Any:
    """Return a commodity with one code of the HS, and one of the combined nomenclature that begins with it."""
    if commodity is None or not commodity.classifications:
        return commodity
    kind = type(commodity.classifications[0])
    codes = (kind(type="HS", id="510710"), kind(type="CN", id="51071090"))
    return replace(commodity, classifications=codes)


@pytest.mark.parametrize("code", ["CC015C", "CC013C", "CC170C"])
def a_movement_is_the_same_after_a_message(code: str) -> None:
    @ROUND_TRIPS
    @given(_records(MOVEMENTS[code]))
    def prove(record: TransitMovement) -> None:
        settled = _settled_movement(record)
        assert _back(write_movement(settled, code, ENVELOPE)) == settled

    prove()


@pytest.mark.parametrize(("code", "step"), [("CC007C", "arrival"), ("CC044C", "unloading"), ("CC045C", "discharge")])
def a_step_is_the_same_after_a_message(code: str, step: str) -> None:
    lens = MOVEMENTS[code]

    @ROUND_TRIPS
    @given(_records(lens), MOMENTS)
    def prove(record: TransitMovement, at: datetime) -> None:
        begun = at if code == "CC007C" else at.replace(hour=0, minute=0, second=0)
        office = record.departure_office if step == "discharge" else record.destination_office
        settled = replace(_settled_movement(record), steps=(MovementStep(type=step, at=begun, office=office),))
        assert _back(write_movement(settled, code, ENVELOPE)) == settled

    prove()


@pytest.mark.parametrize("code", ["CC056C", "CC057C"])
def an_answer_is_the_same_after_a_message(code: str) -> None:
    errors = st.builds(
        ResponseError,
        location=st.just("/CC015C/Consignment[1]"),
        reason=st.sampled_from(("12", "13", "14", "90")),
        code=st.sampled_from(("STR-003", "R0001", "N/A")),
    )

    @ROUND_TRIPS
    @given(_records(ANSWERS[code]), st.lists(errors, max_size=3))
    def prove(record: Response, said: list[Any]) -> None:
        settled = replace(record, errors=tuple(said), statuses=record.statuses[:1], additional_information=())
        assert _back(write_answer(settled)) == settled

    prove()
