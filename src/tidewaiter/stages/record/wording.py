"""Say in words where something stands in a source."""

from __future__ import annotations

from tidewaiter.stages.receive import Place


def where_of(place: Place | None) -> list[str]:
    """Say where something stands: a cell, a segment and its element, or a line and what is known in it."""
    if place is None:
        return []
    if place.cell is not None:
        return [f"cell {place.cell}"]
    if place.tag is not None:
        segment = [f"segment {place.segment:,}"] if place.segment is not None else []
        return [*segment, place.tag, *([f"element {place.element}"] if place.element is not None else [])]
    said = [f"line {place.line:,}"] if place.line is not None else []
    said += [f"row {place.row:,}"] if place.row is not None and place.line is None else []
    said += [f"column {place.column}"] if place.column is not None else []
    return said + ([place.xpath] if place.xpath is not None else [])
