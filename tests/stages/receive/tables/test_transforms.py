"""Test transforms: each does what the manual's example says."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tidewaiter.kernel.records import Declaration, GoodsItem, Outcome, Part
from tidewaiter.stages.receive.faults import CellFault
from tidewaiter.stages.receive.tables.cells import cell_reader
from tidewaiter.stages.receive.tables.chain import chain
from tidewaiter.stages.receive.tables.mapping import Column, Source
from tidewaiter.stages.receive.tables.paths import resolve
from tidewaiter.stages.receive.tables.transforms import TRANSFORMS, TransformFault
from tidewaiter.stages.receive.tables.values import Conventions

FIELDS: dict[type, tuple[type[Part], str]] = {
    int: (Outcome, "item"),
    datetime: (Declaration, "issued"),
    date: (Declaration, "documents[0].issued"),
    bool: (Declaration, "goodsShipment.consignment.containerIndicator"),
}


def said(value: object) -> str:
    """Write a value as the manual does."""
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)


@pytest.mark.parametrize("name", TRANSFORMS)
def every_transform_does_what_its_example_says(name: str) -> None:
    transform = TRANSFORMS[name]
    kind: type[Part] = Declaration
    field = "lrn"
    if name == "split":
        kind, field = GoodsItem, "equipment"
    elif transform.wants in FIELDS:
        kind, field = FIELDS[transform.wants]
    elif transform.wants is not None or transform.value is not None:
        field = "grossMass.value"
    column = Column(sources=(Source(names=("A",)),), to=(field,), transform=(transform.example,))
    read = cell_reader(column, resolve(kind, field), Conventions(), (), native=False)
    assert said(read(transform.before)) == transform.after


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("padleft:6:0", "the nearest is pad_left"),
        ("xyz", "there are strip, upper"),
        ("pad_left", "is written pad_left:WIDTH:CHARACTER"),
        ("pad_left:x:0", "'x' is not a count"),
        ("pad_left:6:00", "fills with one character"),
        ("take:0", "'0' is not a count"),
        ("take:999", "'999' is not a count"),
        ("part::1", "part needs the text"),
        ("replace:", "replace needs the text"),
        ("split:", "split needs the text"),
        ("choose:10", "'10' is not written as text=value"),
        ("choose:10=", "choose gives nothing for 10"),
        ("decimal:;", "the decimal mark is"),
        ("date:%H", "'%H' cannot read a day"),
        ("divide:0", "'0' is not a number above zero"),
        ("multiply:-1", "'-1' is not a number above zero"),
    ],
)
def a_transform_that_is_written_wrongly_says_how_it_is_written(written: str, message: str) -> None:
    with pytest.raises(TransformFault, match=message):
        chain((written,), Conventions())


def a_text_that_choose_does_not_list_is_a_fault_unless_a_star_says_otherwise() -> None:
    (step,) = chain(("choose:10=1,40=4",), Conventions()).text
    with pytest.raises(CellFault) as fault:
        step("99")
    assert (fault.value.code, fault.value.expected) == ("not-in-list", "10, 40")
    (step,) = chain(("choose:10=1,*=9",), Conventions()).text
    assert step("99") == "9"
    (step,) = chain(({"choose": {"a:b": "1", "*": "*"}},), Conventions()).text
    assert (step("a:b"), step("z")) == ("1", "z")


def a_text_transform_cannot_follow_a_reader() -> None:
    with pytest.raises(TransformFault, match="must stand before"):
        chain(("integer", "upper"), Conventions())
