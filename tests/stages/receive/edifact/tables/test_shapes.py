"""Test the tables of segments and elements: their notation, and that they say what directories say."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tidewaiter.stages.receive.edifact.tables.groups import sections, types
from tidewaiter.stages.receive.edifact.tables.shapes import formats, parse, shapes

DIRECTORIES = Path(__file__).parents[6] / "shared" / "data" / "edifact-directories"
needs_directories = pytest.mark.skipif(not DIRECTORIES.exists(), reason=f"the directories are not at {DIRECTORIES}")
DIRECTORY_TYPES = tuple(sorted(set(types()) - {"CONTRL", "PNRGOV"}))


@pytest.mark.parametrize(
    "line",
    [
        "ABC+0000",
        "ABC+3035:3039",
        "ABC+3035 3039",
        "ABC+3035!!",
        "ABC+C082",
        "ABC+C082(3039",
        "ABC+C082(3039)x",
        "ABC+(3039)",
    ],
)
def a_segment_that_is_not_in_the_notation_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="segments"):
        parse(line)


def every_element_of_the_list_is_used_and_named() -> None:
    used = {
        one
        for shape in shapes().values()
        for element in shape.elements
        for layout in element.layouts
        for part in layout.components
        for one in part.ids
    }
    assert used == set(formats())
    assert all(name == name.strip() and 0 < len(name) < 60 for _, name in formats().values())


@needs_directories
def the_segments_of_an_old_directory_stand_where_the_shapes_say() -> None:
    root = ET.parse(DIRECTORIES / "D95B" / "segments.xml").getroot()  # noqa: S314 - our own data
    told, tags = 0, {tag for kind in DIRECTORY_TYPES for table in sections(kind) for tag in table.tags}
    for segment in root:
        shape = shapes().get(str(segment.get("id")))
        if shape is None or shape.tag not in tags:
            continue
        for at, element in enumerate(segment):
            names = {layout.id for layout in shape.elements[at].layouts}
            first = shape.elements[at].layouts[0].components[0].ids
            assert str(element.get("id")) in names.union(first), f"{shape.tag} {at}"
            layouts = [layout for layout in shape.elements[at].layouts if layout.id == element.get("id")]
            for index, component in enumerate(element):
                assert any(str(component.get("id")) in layout.components[index].ids for layout in layouts), shape.tag
                told += 1
    assert told > 250
