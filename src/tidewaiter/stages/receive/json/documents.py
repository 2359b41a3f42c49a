"""Read whole JSON documents, and lines of them: DCSA and EPCIS events, waybills, records in a list."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any, BinaryIO, NamedTuple

import msgspec
from msgspec.structs import replace

from tidewaiter.kernel.records import KINDS, AnyRecord, Message
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.receive.faults import fault, shown
from tidewaiter.stages.receive.json.dcsa import DCSA
from tidewaiter.stages.receive.json.epcis import EPCIS
from tidewaiter.stages.receive.json.lines import read_record
from tidewaiter.stages.receive.json.one_record import ONE_RECORDS
from tidewaiter.stages.receive.json.source import Malformed, Repeated, Source, Steps, decoded, repeated_keys
from tidewaiter.stages.receive.json.unit import Format, Unit, at_steps
from tidewaiter.stages.receive.json.waybill import WAYBILLS
from tidewaiter.stages.receive.model import Fault, Head, Place, Reading
from tidewaiter.stages.receive.pointers import unescape
from tidewaiter.stages.receive.text_rows import Shape, TextRow, text_rows

FORMATS: tuple[Format, ...] = (EPCIS, DCSA, WAYBILLS, ONE_RECORDS)
RECORDS = "records"
"""What a document is called that holds records of the canonical kinds."""

_TITLES = {one.name: one.title for one in FORMATS} | {RECORDS: "records"}
_LISTS: tuple[Steps, ...] = tuple(dict.fromkeys(steps for one in FORMATS for steps in one.lists))
_BOM = b"\xef\xbb\xbf"
_LOOK_ITEMS = 100
"""How many items of a list are looked at to tell what it holds."""

_AFTER_ITEM = re.compile(rb"\s*+(?:\Z|\]|,\s*+(?:\Z|\{))")
"""What follows a whole message in a list: the list's end or its next; not a member that a stray brace cut off."""

_ESCAPED = re.compile(r"[\udc80-\udcff]")
_LOOK_ROWS = 3
"""How many lines are looked at to tell whether each is a document."""

_TYPE_MEMBERS = ("eventType", "type", "isA", "@type", "kind")
_KINDS_HERE = re.compile(rb'"kind"\s*:\s*"(?:' + "|".join(KINDS).encode() + rb')"')
_MARKS = re.compile(
    rb'"(?:eventType|epcisBody|eventList|waybillNumber|transportContractDocument|transportContractReferencedDocument'
    rb"|includedSupplyChainConsignmentItem|includedConsignmentItem|(?:supplyChain|specified|master|house)Consignment"
    rb'|specifiedSupplyChainConsignment)"\s*:|"(?:Object|Aggregation|Association|Transaction|Transformation)Event"'
)


def is_json_document(start: bytes) -> bool:
    """Say whether a source that starts like this is read here, and not as JSON lines of the canonical kinds.

    That is a list, an object written over several lines, or one that has the marks of a format of `FORMATS`.
    """
    body = start.removeprefix(_BOM).lstrip(b" \t\r\n")
    if body.startswith(b"["):
        return body[1:].lstrip(b" \t\r\n")[:1] in (b"{", b"]", b"[")
    if not body.startswith(b"{"):
        return False
    first = body.split(b"\n", 1)[0].strip()
    return first == b"{" or (_KINDS_HERE.search(first) is None and _MARKS.search(body) is not None)


def recognise(value: Any) -> str | None:
    """Return the name of the format that a decoded document is in (epcis, dcsa, waybill, one-record, records)."""
    name, _ = _found(value)
    return name


def _found(value: Any) -> tuple[str | None, Steps]:
    """Return what a document is in, and the steps to where its messages stand."""
    for steps in _LISTS:
        held = at_steps(value, steps)
        some = held[:_LOOK_ITEMS] if isinstance(held, list) else [held]
        for name in filter(None, map(_name_of, some)):
            return name, steps
    for form in FORMATS:
        for steps in form.lists:
            if steps and at_steps(value, steps) == []:
                return form.name, steps
    return None, ()


def _name_of(data: Any) -> str | None:
    """Return the name of what one message is, or None where it is none."""
    if isinstance(data, dict) and isinstance(data.get("kind"), str) and data["kind"] in KINDS:
        return RECORDS
    return next((form.name for form in FORMATS if form.is_one(data)), None)


def _utf8(raw: bytes) -> tuple[bytes, tuple[int, int] | None]:
    """Return bytes that are UTF-8, with a question mark for each that is not, and where the first of those stand."""
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        text = _ESCAPED.sub("?", raw.decode("utf-8", "surrogateescape")).encode()
        return text, (error.start, error.end)
    return raw, None


class _Entry(NamedTuple):
    """One message of a text, and the name of what it is."""

    unit: Unit
    name: str | None


class _Text:
    """One JSON text: its messages, as far as it can be read, and what is wrong with it as a whole."""

    def __init__(self, raw: bytes, offset: int, line: int, settings: Settings) -> None:
        text, gap = _utf8(raw)
        self.source = Source(text, offset, line)
        self._settings = settings
        self.faults: list[Fault] = []
        if gap is not None:
            self.faults.append(fault("encoding", place=self.source.stretch(*gap), expected="utf-8"))
        self.repeated: dict[int, list[Repeated]] = {}
        self.broken = False
        self._rows: list[tuple[Unit, str | None, int]] = []
        self._units: Callable[[], Iterator[Unit]] = self._read()

    def entries(self) -> Iterator[_Entry]:
        """Yield the messages one by one, so that a long list of small ones takes no more memory than it does."""
        for unit in self._units():
            yield _Entry(unit, _name_of(unit.data))

    def _read(self) -> Callable[[], Iterator[Unit]]:
        """Decode the text and return what yields its messages; of one that breaks off, those that are whole."""
        raw, depth, most = self.source.raw, self._settings.json_depth_max, self._settings.json_values_max
        if raw.count(b"{") + raw.count(b"[") > most:
            self.broken = True
            self.faults.append(fault("too-many-values", place=self.source.place(()), expected=most))
            return lambda: iter(())
        try:
            value = decoded(raw, depth)
        except Malformed as error:
            self.broken = True
            if error.code == "too-deep":
                self.faults.append(fault("too-deep", place=self.source.place(()), expected=depth))
                return lambda: iter(())
            at = min(error.at, len(raw))
            self.faults.append(
                fault("malformed-json", place=self.source.stretch(at, min(at + 1, len(raw))), found=shown(error.what))
            )
            return partial(self._whole_ones, at)
        name, steps = _found(value)
        held = at_steps(value, steps)
        listed = held if isinstance(held, list) and name is not None else None
        self._share_out(repeated_keys(raw, value), steps, listed)
        return partial(self._ones, value, steps, [held] if listed is None else listed, listed is not None)

    def _ones(self, value: Any, steps: Steps, held: list[Any], in_list: bool) -> Iterator[Unit]:  # noqa: FBT001 - bound above
        """Yield the messages of a text."""
        for at, data in enumerate(held):
            yield Unit(value, self.source, (*steps, at) if in_list else steps, data)

    def _share_out(self, repeated: Iterator[Repeated], steps: Steps, listed: list[Any] | None) -> None:
        """Note the repeated keys of each message, by its number, and under -1 those outside all of them."""
        for one in repeated:
            home: int | None = 0
            if listed is not None:
                home = self.source.inside(steps).item_at(one.start)
            elif steps:
                start, end = self.source.span(steps) or (0, 0)
                home = 0 if start <= one.start < end else None
            held = self.repeated.setdefault(-1 if home is None else home, [])
            if len(held) <= self._settings.faults_per_record_max:
                held.append(one)

    def _whole_ones(self, until: int) -> Iterator[Unit]:
        """Yield the messages of a list that are whole before the byte at which the text goes wrong."""
        heading = {"sender": self._value(self.source.span(("sender",)), until)}
        for steps in _LISTS:
            at = -1
            for at, span in enumerate(self.source.inside(steps).items()):
                data = self._value(span, until)
                if _name_of(data) is not None and _AFTER_ITEM.match(self.source.raw, span[1]):
                    yield Unit(heading, self.source, (*steps, at), data)
            if at >= 0:
                return

    def _value(self, span: tuple[int, int] | None, until: int) -> Any:
        """Return the value in these bytes of a text that goes wrong later, or None where there is none."""
        if span is None or span[1] > until:
            return None
        try:
            return decoded(self.source.raw[span[0] : span[1]], self._settings.json_depth_max)
        except Malformed:
            return None

    def records(self, unknown: Message) -> Iterator[tuple[AnyRecord, list[Fault]]]:
        """Yield the records and what is wrong with each; `unknown` stands for what can be read into none."""
        whole = [*self.faults, *self._repetitions(-1)]
        if self.broken:
            for entry in self.entries():
                yield from self._of(entry, [], unknown)
            yield unknown, whole
            return
        for at, entry in enumerate(self.entries()):
            own = [] if entry.name == RECORDS else self._repetitions(at)
            yield from self._of(entry, [*whole, *own], unknown)
            whole = []

    def _of(self, entry: _Entry, said: list[Fault], unknown: Message) -> Iterator[tuple[AnyRecord, list[Fault]]]:
        """Yield the records of one message; what was said of it already goes to the first."""
        unit, most = entry.unit, self._settings.faults_per_record_max
        if entry.name is None:
            place = self.source.place(unit.steps)
            yield unknown, self._limited([*said, fault("unknown-message", place=place, found=_said(unit.data))])
            return
        if entry.name == RECORDS:
            start, end = self.source.span(unit.steps) or (0, len(self.source.raw))
            place = self.source.stretch(start, end)
            record, faults = read_record(self.source.raw[start:end], place.offset or 0, place.line or 1, self._settings)
            yield record, [*said, *faults]
            return
        form = _BY_NAME[entry.name]
        said = [*said, *form.lacks(unit, most)]
        for view in form.views(unit):
            record, stumbles = view.lens.read(view.node)
            yield record, self._limited([*said, *stumbles])
            said = []

    def _limited(self, faults: list[Fault]) -> list[Fault]:
        """Return the faults, at most so many as may be said of a record."""
        most = self._settings.faults_per_record_max
        return faults if len(faults) <= most else [*faults[:most], fault("too-many-faults", expected=most)]

    def _repetitions(self, at: int) -> list[Fault]:
        """Return the repeated keys of a unit as faults; those outside all units for -1."""
        return [
            fault("duplicate-key", place=self.source.stretch(one.start, one.end), found=shown(one.name))
            for one in self.repeated.get(at, ())
        ]

    def find(self, row: int, path: str) -> Place | None:
        """Return where the field at a pointer of the record with this number in the text stands."""
        if not self._rows:
            for unit, name in self.entries():
                views = len(_BY_NAME[name].views(unit)) if name in _BY_NAME else 1
                self._rows += [(unit, name, at) for at in range(views)]
        if not 0 < row <= len(self._rows):
            return None
        unit, name, at = self._rows[row - 1]
        if name in _BY_NAME and path:
            view = _BY_NAME[name].views(unit)[at]
            return view.lens.find(view.node, path) or self.source.place(unit.steps)
        inside = (int(step) if step.isdigit() else unescape(step) for step in path.split("/")[1:])
        return self.source.place((*unit.steps, *inside))


_BY_NAME = {form.name: form for form in FORMATS}


def _said(data: Any) -> str:
    """Say what a message is that cannot be read: its type where it names one."""
    if isinstance(data, dict):
        named = next((data[one] for one in _TYPE_MEMBERS if isinstance(data.get(one), str)), None)
        return f"an object of type {shown(named)}" if named else "an object"
    return "a list" if isinstance(data, list) else "null" if data is None else "a single value"


class JsonDocument:
    """A JSON document, or lines of such, opened as a message: its head, and its records."""

    def __init__(self, stream: BinaryIO, head: Head, settings: Settings) -> None:
        self._stream = stream
        self._settings = settings
        self._length = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        self._start = len(_BOM) if stream.read(len(_BOM)) == _BOM else 0
        self._in_lines = self._is_in_lines()
        self._text = None if self._in_lines or self._length > settings.json_bytes_max else self._whole_text()
        self.head = replace(head, message=replace(head.message, type=self._title()))

    def readings(self, *, after_number: int = 0, from_offset: int | None = None) -> Iterator[Reading]:
        """Yield the readings after the given one; where its bytes ended is of no use, for others share them."""
        del from_offset
        texts = self._lines() if self._in_lines else self._whole()
        numbered = enumerate(texts, 1)
        for number, reading in islice(numbered, after_number, None):
            yield replace(reading, number=number)

    def _whole(self) -> Iterator[Reading]:
        """Yield the readings of the one document."""
        if self._text is None:
            yield self._too_long(0, self._length, 1, self._settings.json_bytes_max, "document-too-long")
        else:
            yield from self._of(self._text, (0, self._length), 1)

    def _whole_text(self) -> _Text:
        """Read the one document."""
        self._stream.seek(self._start)
        return _Text(self._stream.read(), self._start, 1, self._settings)

    def _lines(self) -> Iterator[Reading]:
        """Yield the readings of a document a line."""
        for raw, offset, length, line, flaw in self._rows():
            if flaw:
                yield self._too_long(offset, length, line, self._settings.row_bytes_max, "row-too-long")
            else:
                yield from self._of(_Text(raw, offset, line, self._settings), (offset, length), line)

    def _of(self, text: _Text, stretch: tuple[int, int], line: int) -> Iterator[Reading]:
        """Yield the readings of one text, which all stand in the same stretch of bytes."""
        if not text.source.raw.strip():
            return
        for row, (record, faults) in enumerate(text.records(self.head.message), 1):
            yield Reading(
                number=row,
                record=record,
                faults=tuple(faults),
                offset=stretch[0],
                length=stretch[1],
                line=line,
                row=row,
            )

    def _too_long(self, offset: int, length: int, line: int, most: int, code: str) -> Reading:
        """Return the reading of bytes that are too many to be read."""
        place = Place(offset=offset, length=length, line=line)
        said = fault(code, place=place, found=length, expected=most)
        return Reading(
            number=1, record=self.head.message, faults=(said,), offset=offset, length=length, line=line, row=1
        )

    def _rows(self) -> Iterator[TextRow]:
        """Yield the lines that are not blank."""
        return text_rows(self._stream, Shape(row_bytes_max=self._settings.row_bytes_max), offset=self._start, line=1)

    def _is_in_lines(self) -> bool:
        """Say whether every line is a document of its own: the first is one, or the two after a broken first are."""
        self._stream.seek(self._start)
        sample = self._stream.read(_LOOK_ROWS * self._settings.row_bytes_max)
        rows = [row for row in sample.split(b"\n") if row.strip()][:_LOOK_ROWS]
        if len(rows) < 2:  # noqa: PLR2004 - one line is one document either way
            return False
        return _is_json(rows[0]) or all(map(_is_json, rows[1:]))

    def _title(self) -> str | None:
        """Return what the document, or the first of its lines, is."""
        text = self._text
        if self._in_lines:
            raw, offset, _, line, _ = next(self._rows())
            text = _Text(raw, offset, line, self._settings)
        entries = islice(text.entries(), _LOOK_ITEMS) if text is not None else ()
        return next((_TITLES[one.name] for one in entries if one.name is not None), None)


def _is_json(raw: bytes) -> bool:
    """Say whether a line is a whole JSON object or list."""
    try:
        return isinstance(msgspec.json.decode(raw), dict | list)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False


class DocumentPlaces:
    """The bytes that records share, to be asked where their fields stand."""

    def __init__(self, raw: bytes, *, offset: int, line: int, settings: Settings) -> None:
        bom = len(_BOM) if offset == 0 and raw.startswith(_BOM) else 0
        self._text = _Text(raw[bom:], offset + bom, line, settings)

    def find(self, row: int, path: str) -> Place | None:
        """Return where the field at a pointer of the record with this number stands; of an absent one, its part."""
        return self._text.find(row, path)
