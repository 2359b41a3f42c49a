"""Test places: the bytes of any field are found again from the record's own bytes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tidewaiter.stages import receive

Open = Callable[..., receive.Opened]
HEADER = b"Number,Date,Importer,Seller,Carrier,Goods,Mass,Packages\n"


def found(
    data: bytes, opened: receive.Opened, reading: receive.Reading, path: str
) -> tuple[bytes, receive.Place] | None:
    """Return the bytes that a path stands at, and the place."""
    assert reading.offset is not None
    assert reading.length is not None
    raw = data[reading.offset : reading.offset + reading.length]
    place = receive.locate(
        opened.head.layout, raw, path, offset=reading.offset, line=reading.line or 1, row=reading.row
    )
    if place is None or place.offset is None or place.length is None:
        return None
    return data[place.offset : place.offset + place.length], place


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def every_field_of_a_row_is_found_in_its_bytes(plain_mapping: receive.Mapping, opening: Open, encoding: str) -> None:
    data = HEADER + 'A1,2026-01-05,"Café\n""X""", S1 ,,Thé,12.5,3\n'.encode(encoding)
    opened = opening(data, plain_mapping, encoding=encoding)
    (one,) = opened.readings()
    places = {
        path: found(data, opened, one, path)
        for path in ("/lrn", "/parties/0/name", "/parties/1/id", "/goodsShipment/items/0/commodity/description")
    }
    assert {path: place and place[0].decode(encoding) for path, place in places.items()} == {
        "/lrn": "A1",
        "/parties/0/name": '"Café\n""X"""',
        "/parties/1/id": "S1",
        "/goodsShipment/items/0/commodity/description": "Thé",
    }
    seller = places["/parties/1/id"]
    assert seller is not None
    assert (seller[1].line, seller[1].row, seller[1].column) == (3, 1, "Seller")


def a_part_that_moved_up_is_found_where_it_came_from(plain_mapping: receive.Mapping, opening: Open) -> None:
    data = HEADER + b"A1,2026-01-05,,,C1,Tea,1,1\n"
    opened = opening(data, plain_mapping)
    (one,) = opened.readings()
    carrier = found(data, opened, one, "/parties/0/id")
    assert carrier is not None
    assert (carrier[0], carrier[1].column) == (b"C1", "Carrier")
    assert found(data, opened, one, "/parties/1/id") is None


def an_item_is_found_in_its_own_row_of_the_group(grouped_mapping: receive.Mapping, opening: Open) -> None:
    data = HEADER + b"\r\n".join(
        [b"A1,2026-01-05,Acme,S1,C1,Tea,1,3", b"", b"A1,2026-01-05,Acme,S1,C1,Cups,2,3", b"A2,2026-01-05,,,,x,1,1"]
    )
    opened = opening(data, grouped_mapping)
    one, _ = opened.readings()
    second = found(data, opened, one, "/goodsShipment/items/1/commodity/netMass/value")
    assert second is not None
    assert (second[0], second[1].line, second[1].row) == (b"2", 4, 2)
    whole = found(data, opened, one, "/goodsShipment/items/1/commodity")
    assert whole is not None
    assert whole[0] == b"Cups"
    lrn = found(data, opened, one, "/lrn")
    assert lrn is not None
    assert lrn[1].line == 2
    assert found(data, opened, one, "/goodsShipment/items/2/origin") is None


def a_constant_and_an_unknown_path_have_no_place_but_the_record_has(
    plain_mapping: receive.Mapping, opening: Open
) -> None:
    data = HEADER + b"A1,2026-01-05,,,C1,Tea,1,1\n"
    opened = opening(data, plain_mapping)
    (one,) = opened.readings()
    for path in ("/goodsShipment/items/0/commodity/netMass/unit", "/office", "/parties/x"):
        assert found(data, opened, one, path) is None
    whole = found(data, opened, one, "")
    assert whole is not None
    assert whole[0] == data[len(HEADER) : -1]


def a_field_that_is_missing_is_found_at_its_empty_cell(plain_mapping: receive.Mapping, opening: Open) -> None:
    data = HEADER + b"A1,2026-01-05,,,C1,,1,1\n"
    opened = opening(data, plain_mapping)
    (one,) = opened.readings()
    empty = found(data, opened, one, "/goodsShipment/items/0/commodity/description")
    assert empty is not None
    assert (empty[0], empty[1].column) == (b"", "Goods")


def a_json_value_is_found_and_a_missing_one_at_the_part_above(opening: Open) -> None:
    data = b'\n{"kind": "Declaration", "goodsShipment": {"items": [{"origin": "KR"}]}}'
    opened = opening(data)
    (one,) = opened.readings()
    origin = found(data, opened, one, "/goodsShipment/items/0/origin")
    assert origin is not None
    assert (origin[0], origin[1].line) == (b'"KR"', 2)
    above = found(data, opened, one, "/goodsShipment/items/0/sequence")
    assert above is not None
    assert above[0] == b'{"origin": "KR"}'


def the_place_of_a_fault_is_the_place_that_is_found_later(plain_mapping: receive.Mapping, opening: Open) -> None:
    data = HEADER + b"A1,never,Acme,,C1,Tea,heavy,many\n"
    opened = opening(data, plain_mapping)
    (one,) = opened.readings()
    assert len(one.faults) == 3
    for fault in one.faults:
        assert fault.path is not None
        later = found(data, opened, one, fault.path)
        assert later is not None
        assert later[1] == fault.place
