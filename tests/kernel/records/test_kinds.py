"""Check that every kind of record survives JSON, and that personal fields are known."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidewaiter.kernel.records import (
    KINDS,
    Address,
    AnyRecord,
    Contact,
    Declaration,
    Journey,
    Measure,
    Message,
    Party,
    decode,
    encode,
    field_types,
    personal_paths,
)

TEXT = st.text(max_size=12)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(min_value=-(2**53), max_value=2**53),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)) | st.datetimes(),
}


@cache
def values_of(shape: Any, depth: int) -> st.SearchStrategy[Any]:
    """Return a strategy for a field's type, not deeper than `depth` structs."""
    if shape in PLAIN:
        return PLAIN[shape]
    if isinstance(shape, type) and issubclass(shape, msgspec.Struct):
        return structs_of(shape, depth - 1) if depth else st.nothing()
    if get_origin(shape) is tuple:
        return st.lists(values_of(get_args(shape)[0], depth), max_size=2).map(tuple) if depth else st.just(())
    inner = next(one for one in get_args(shape) if one is not type(None))
    return st.none() | values_of(inner, depth)


@cache
def structs_of(kind: type[msgspec.Struct], depth: int) -> st.SearchStrategy[Any]:
    """Return a strategy for a struct: each field may be absent."""
    fields = {name: values_of(shape, depth) for name, shape in get_type_hints(kind).items() if name != "__match_args__"}
    hints = {name: strategy for name, strategy in fields.items() if name in kind.__struct_fields__}
    return st.fixed_dictionaries({}, optional=hints).map(lambda given_fields: kind(**given_fields))


@pytest.mark.parametrize("name", sorted(KINDS))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def every_record_comes_back_from_its_json_unchanged(name: str, data: st.DataObject) -> None:
    record: AnyRecord = data.draw(structs_of(KINDS[name], 4))
    packed = encode(record)
    assert decode(packed) == record
    assert encode(decode(packed)) == packed


def a_record_says_its_kind_and_leaves_out_what_is_absent() -> None:
    assert json.loads(encode(Declaration(lrn="A1"))) == {"kind": "Declaration", "lrn": "A1"}


def a_decimal_keeps_its_digits() -> None:
    text = b'{"kind":"Declaration","grossMass":{"value":"12.500","unit":"KGM"}}'
    record = decode(text)
    assert isinstance(record, Declaration)
    assert record.gross_mass == Measure(value=Decimal("12.500"), unit="KGM")
    assert b'"12.500"' in encode(record)


@pytest.mark.parametrize(
    "text",
    [
        b'{"kind":"Nonsense"}',
        b'{"lrn":"A1"}',
        b'{"kind":"Declaration","colour":"red"}',
        b'{"kind":"Declaration","itemCount":"three"}',
        b"[]",
    ],
)
def no_other_json_passes_for_a_record(text: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        decode(text)


def every_field_of_a_party_that_tells_who_or_where_somebody_is_counts_as_personal() -> None:
    found = personal_paths(Declaration)
    party = {path.removeprefix("/parties/*") for path in found if path.startswith("/parties/*")}
    assert party == {
        "/name",
        "/address/line",
        "/address/city",
        "/address/postcode",
        "/address/region",
        "/contact/name",
        "/contact/phone",
        "/contact/email",
    }
    assert any(path.startswith("/goodsShipment/consignment/parties/*/name") for path in found)


def a_personal_struct_is_named_whole() -> None:
    assert "/travellers/*/documents" in personal_paths(Journey)
    assert not any(path.startswith("/travellers/*/documents/") for path in personal_paths(Journey))


def a_struct_without_personal_fields_has_no_personal_paths() -> None:
    assert personal_paths(Message) == frozenset()


def a_declarations_first_party_in_a_role_is_found() -> None:
    agent, other = Party(role="agent", id="1"), Party(role="agent", id="2")
    declaration = Declaration(parties=(Party(role="importer"), agent, other))
    assert declaration.party("agent") is agent
    assert declaration.party("seller") is None
    assert Declaration().items == ()


def the_json_names_lead_to_the_attributes() -> None:
    names = field_types(Declaration)
    assert names["goodsShipment"][0] == "goods_shipment"
    assert {name for name, _ in field_types(Address).values()} == set(Address.__struct_fields__)
    assert set(field_types(Contact)) == {"name", "phone", "email"}
