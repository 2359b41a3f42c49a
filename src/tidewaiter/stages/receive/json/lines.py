"""Read JSON lines of the canonical kinds: strictly first, leniently where a line is not right."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

import msgspec

from tidewaiter.kernel.records import KINDS, AnyRecord, Declaration, decode, encode, is_personal
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.receive.faults import fault, shown
from tidewaiter.stages.receive.json.places import depth_of, value_span
from tidewaiter.stages.receive.model import Fault, Head, Place, Reading
from tidewaiter.stages.receive.pointers import escape
from tidewaiter.stages.receive.text_rows import Shape, TextRow, line_at, text_rows

_WHERE = re.compile(r"(?P<what>.*?)(?: - at `(?P<path>\$.*)`)?\Z", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>.*)`\Z", re.DOTALL)
_EXPECTED = re.compile(r"Expected `(?P<expected>[^`]*)`(?:, got `(?P<found>[^`]*)`)?")
_STEP = re.compile(r"\.([A-Za-z0-9_]+)|\[([0-9]+)\]")
_AT_BYTE = re.compile(r"(?P<what>.*) \(byte (?P<at>[0-9]+)\)\Z", re.DOTALL)
_KEY = re.compile(rb'"\s*:')
_BOM = b"\xef\xbb\xbf"

_untyped = msgspec.json.Decoder(float_hook=lambda text: msgspec.Raw(text.encode()))
_retyped = msgspec.json.Encoder()


class JsonLinesMessage:
    """A file of JSON lines opened as a message: its head, and its records."""

    def __init__(self, stream: BinaryIO, head: Head, settings: Settings) -> None:
        self.head = head
        self._stream = stream
        self._settings = settings
        stream.seek(0)
        self._start = len(_BOM) if stream.read(len(_BOM)) == _BOM else 0
        self._shape = Shape(row_bytes_max=settings.row_bytes_max)

    def readings(self, *, after_number: int = 0, from_offset: int | None = None) -> Iterator[Reading]:
        """Yield the readings after the given one; `from_offset` is where its bytes ended, where known."""
        offset, line, number = self._start, 1, 0
        if from_offset is not None and from_offset > offset:
            line = line_at(self._stream, self._shape, start=offset, line=line, offset=from_offset)
            offset, number = from_offset, after_number
        rows = text_rows(self._stream, self._shape, offset=offset, line=line)
        for at, row in enumerate(islice(rows, after_number - number, None), after_number + 1):
            yield self._read(row, at)

    def _read(self, row: TextRow, number: int) -> Reading:
        """Read one line."""
        raw, offset, length, line, flaw = row
        record: AnyRecord = Declaration()
        faults: list[Fault]
        if flaw:
            here = Place(offset=offset, length=length, line=line)
            faults = [fault("row-too-long", place=here, found=length, expected=self._settings.row_bytes_max)]
        else:
            record, faults = read_record(raw, offset, line, self._settings)
        return Reading(
            number=number,
            record=record,
            faults=tuple(faults),
            offset=offset,
            length=length,
            line=line,
        )


def read_record(raw: bytes, offset: int, line: int, settings: Settings) -> tuple[AnyRecord, list[Fault]]:
    """Return the record that is written in these bytes, as far as it can be read, and the faults."""
    return _Line(raw, offset, line, settings).read()


class _Line:
    """One line being read; collects its faults."""

    def __init__(self, raw: bytes, offset: int, line: int, settings: Settings) -> None:
        self.raw = raw
        self.offset = offset
        self.line = line
        self.settings = settings
        self.faults: list[Fault] = []

    def read(self) -> tuple[AnyRecord, list[Fault]]:
        """Return the record, as far as it can be read, and the faults."""
        try:
            record = decode(self.raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return self._leniently(), self.faults
        if self._may_repeat_keys(record):
            self._duplicates(self.raw)
        return record, self.faults

    def _may_repeat_keys(self, record: AnyRecord) -> bool:
        """Say whether the line has more keys than the record's own JSON, or hides what looks like one.

        A quick look that spares most lines a second parse; a null or an empty list is reason enough to look twice.
        """
        hidden = b"\\u0022" in self.raw or b"\\u003" in self.raw
        return hidden or len(_KEY.findall(self.raw)) > len(_KEY.findall(encode(record)))

    def _leniently(self) -> AnyRecord:
        """Read what can be read of a line that is not valid."""
        raw = self.raw
        try:
            raw.decode()
        except UnicodeDecodeError as error:
            self._add("encoding", {"expected": "utf-8"}, span=(error.start, error.end))
            raw = raw.decode("utf-8", "replace").encode()
        if depth_of(raw) > self.settings.json_depth_max:
            self._add("too-deep", {"expected": self.settings.json_depth_max})
            return Declaration()
        try:
            data = _untyped.decode(raw)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            found = _AT_BYTE.match(str(error))
            what = (found["what"] if found else str(error)).removeprefix("JSON is malformed: ")
            end = len(self.raw)
            at = min(int(found["at"]), end) if found else end
            self._add("malformed-json", {"found": shown(what)}, span=(at, min(at + 1, end)))
            return Declaration()
        self._duplicates(raw)
        kind = data.get("kind") if isinstance(data, dict) else None
        if not isinstance(data, dict) or not isinstance(kind, str) or kind not in KINDS:
            found_kind = shown(kind) if isinstance(kind, str) else type(data if kind is None else kind).__name__
            path = "/kind" if isinstance(data, dict) and "kind" in data else None
            self._add("unknown-kind", {"expected": ", ".join(KINDS), "found": found_kind}, path=path)
            return Declaration()
        return self._without_faulty_leaves(data, kind)

    def _without_faulty_leaves(self, data: dict[str, Any], kind: str) -> AnyRecord:
        """Drop one faulty leaf after the other until the rest fits the kind."""
        while True:
            try:
                return decode(_retyped.encode(data))
            except msgspec.ValidationError as error:
                if len(self.faults) >= self.settings.faults_per_record_max:
                    self._add("too-many-faults", {"expected": self.settings.faults_per_record_max})
                    break
                if not self._drop(data, kind, str(error)):
                    break
        return KINDS[kind]()

    def _drop(self, data: dict[str, Any], kind: str, message: str) -> bool:
        """Drop the leaf that the message complains of, and say so; return whether there was one."""
        parts = _WHERE.match(message)
        what, where = (parts["what"], parts["path"] or "$") if parts else (message, "$")
        steps: list[str | int] = [name or int(index) for name, index in _STEP.findall(where)]
        unknown = _UNKNOWN.match(what)
        if unknown:
            steps.append(unknown["name"])
        holder: Any = data
        for step in steps[:-1]:
            holder = holder.get(step) if isinstance(holder, dict) else _item(holder, step)
        last = steps[-1] if steps else None
        if isinstance(holder, dict) and last in holder:
            value = holder.pop(last)
        elif isinstance(holder, list) and isinstance(last, int) and last < len(holder):
            value = holder[last]
            holder[last] = _blank_for(what) if value in ("", {}) else _blank_like(holder)
            if holder[last] == value:
                self._add("type", {"expected": "a record that can be read", "found": shown(what)}, path="")
                return False
        else:
            self._add("type", {"expected": "a record that can be read", "found": shown(what)}, path="")
            return False
        path = "".join(f"/{escape(str(step))}" for step in steps)
        if unknown:
            self._add("unknown-member", {}, path=path)
        else:
            self._add("type", self._params(kind, path, what, value), path=path)
        return True

    def _params(self, kind: str, path: str, what: str, value: Any) -> dict[str, str | int]:
        """Say what was expected and what was found; a personal field's value is left out."""
        said = _EXPECTED.match(what)
        params: dict[str, str | int] = {"expected": said["expected"].split(" | ")[0] if said else what}
        if not is_personal(KINDS[kind], path, inside=True):
            params["found"] = shown(value if isinstance(value, str) else _retyped.encode(value).decode())
        elif said and said["found"]:
            params["found"] = said["found"]
        return params

    def _duplicates(self, raw: bytes) -> None:
        """Say which keys stand more than once in one object."""
        twice: list[str] = []

        def note(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            made = dict(pairs)
            if len(made) != len(pairs):
                twice.extend(key for key, often in Counter(key for key, _ in pairs).items() if often > 1)
            return made

        try:
            json.loads(raw, object_pairs_hook=note)
        except (ValueError, RecursionError):
            return  # msgspec reads it, so this is a matter of taste between two readers, not of keys
        for key in dict.fromkeys(twice):
            self._add("duplicate-key", {"found": shown(key)})

    def _add(
        self, code: str, params: dict[str, str | int], *, path: str | None = None, span: tuple[int, int] | None = None
    ) -> None:
        """Add a fault, with its place in the source; `span` is where it is in the line, where that is known."""
        found = span or (value_span(self.raw, path) if path else None) or (0, len(self.raw))
        place = Place(offset=self.offset + found[0], length=found[1] - found[0], line=self.line)
        self.faults.append(fault(code, path=path, place=place, **params))


def _item(holder: Any, step: str | int) -> Any:
    """Return an item of a list, or None."""
    return holder[step] if isinstance(holder, list) and isinstance(step, int) and step < len(holder) else None


def _blank_for(what: str) -> Any:
    """Return what may stand for an item that is blank already and still does not fit, by the complaint."""
    return {} if what.startswith("Expected `object`") else ""


def _blank_like(holder: list[Any]) -> Any:
    """Return what may stand for a faulty item of a list: an empty part, or empty text among texts.

    The item is not taken out, so that the paths of the items after it stay what the sender wrote.
    """
    return {} if any(isinstance(one, dict) for one in holder) else ""
