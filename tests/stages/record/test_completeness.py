"""Show which fields of a record count as wanted, and how their places are counted."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tidewaiter.kernel.records import KINDS, field_types
from tidewaiter.stages.record.completeness import WANTED, Step, filled, steps_of


def _share(kind: str, field: str, record: dict[str, Any]) -> float:
    return dict(filled(kind, msgspec.json.encode(record)))[field]


def _struct(annotation: Any) -> Any:
    """Return the struct inside a field's annotation, and whether it is one of many."""
    shape = msgspec.inspect.type_info(annotation)
    many = False
    while True:
        if isinstance(shape, msgspec.inspect.Metadata):
            shape = shape.type
        elif isinstance(shape, msgspec.inspect.UnionType):
            shape = next(one for one in shape.types if not isinstance(one, msgspec.inspect.NoneType))
        elif isinstance(shape, msgspec.inspect.VarTupleType):
            shape, many = shape.item_type, True
        else:
            return (shape.cls if isinstance(shape, msgspec.inspect.StructType) else None), many


@pytest.mark.parametrize("kind", WANTED)
def every_wanted_field_is_one_that_the_kind_has(kind: str) -> None:
    for field in WANTED[kind]:
        for path in map(steps_of, field.split(" | ")):
            part: Any = KINDS[kind]
            many = False
            for step in path:
                if step == Step("*"):
                    assert many, f"{field}: {kind} has no list there"
                    many = False
                    continue
                assert not many, f"{field}: {step.name} is a step into a list"
                assert part is not None, f"{field}: nothing is below {step.name}"
                assert step.name in field_types(part), f"{field}: there is no {step.name}"
                _, annotation = field_types(part)[step.name]
                part, many = _struct(annotation)
                if step.key:
                    assert many
                    assert step.key in field_types(part)
                    many = False
            assert not many or part is None, f"{field}: a list of parts is no value"


def a_field_in_every_element_of_a_list_is_filled_as_far_as_they_fill_it() -> None:
    field = "goodsShipment/items/*/origin"
    items = [{"origin": "CN"}, {}, {"origin": ""}, {"origin": "KR"}]
    assert _share("Declaration", field, {"goodsShipment": {"items": items}}) == 0.5
    assert _share("Declaration", field, {"goodsShipment": {"items": []}}) == 0
    assert _share("Declaration", field, {}) == 0


def the_fuller_of_a_choice_counts() -> None:
    assert _share("Declaration", "mrn | lrn", {"lrn": "A"}) == 1
    assert _share("Declaration", "mrn | lrn", {"lrn": ""}) == 0


def a_condition_is_met_by_any_element_with_one_of_its_values() -> None:
    field = "parties[role=importer|exporter]/id"
    assert _share("Declaration", field, {"parties": [{"role": "seller", "id": "1"}]}) == 0
    assert _share("Declaration", field, {"parties": [{"role": "importer"}, {"role": "exporter", "id": "1"}]}) == 1


def every_element_of_nested_lists_counts_alike() -> None:
    field = "consignments/*/items/*/commodity/description"
    goods = [{"commodity": {"description": "x"}}, {"commodity": {}}, {}]
    assert _share("CargoReport", field, {"consignments": [{"items": goods}, {"items": goods[:1]}]}) == 0.5
    assert _share("CargoReport", field, {"consignments": [{"items": goods[:1]}, {}]}) == 0.5


def nothing_is_wanted_of_a_kind_without_a_list() -> None:
    assert filled("Message", b"{}") == []
