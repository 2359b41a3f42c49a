"""Read a mapping file: which column of a table becomes which field of a record."""

from __future__ import annotations

import difflib
import hashlib
import re
import tomllib
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from tidewaiter.kernel.errors import MappingFault
from tidewaiter.kernel.records import KINDS, Part
from tidewaiter.stages.receive.faults import CellFault
from tidewaiter.stages.receive.tables.chain import Chain, chain
from tidewaiter.stages.receive.tables.paths import LEAVES, FieldPath, PathFault, resolve
from tidewaiter.stages.receive.tables.transforms import TransformFault
from tidewaiter.stages.receive.tables.tree import plant
from tidewaiter.stages.receive.tables.values import ISO, READERS, Conventions, format_works

Written = str | dict[str, Any]

MAPPING_KEYS = {
    "id": "Short name, for --mapping and the records' provenance: small letters, digits and hyphens.",
    "title": "What the table is, in a few words.",
    "source": "Who publishes the table and where its column names come from.",
    "licence": "Terms of the table's data.",
    "kind": "Kind of the records: " + ", ".join(KINDS) + ".",
    "version": "Version of the mapping; raise it with every change.",
    "delimiter": "What separates cells of a text table: `,` `;` `|` or a tab. Absent: found out.",
    "encoding": "Character encoding of a text table. Absent: UTF-8.",
    "decimal": "Decimal mark of numbers, `.` or `,`. Absent: `.`.",
    "grouping": "Mark between thousands, `.` or `,`. Absent: none; spaces and apostrophes are always understood.",
    "dates": "Formats of days and moments: `iso` or patterns such as `%d/%m/%Y`. Absent: `iso`.",
    "sheet": "Name of the sheet of a workbook. Absent: the first one that is visible.",
    "empty": "Texts that count as nothing in every column, beside the blank cell.",
}
"""Key of [mapping] → what it means. The manual's table is made from this."""

COLUMN_KEYS = {
    "from": "The column's header; several in a list are alternatives, the first one that the table has is read.",
    "join": "Instead of `from`: several columns read as one text; all must be filled. "
    "A part may be a table with its own `from` and `transform`.",
    "with": "What stands between the joined parts. Absent: nothing.",
    "to": "The field; several in a list all get the value.",
    "transform": "What is done to the text before it is read, in order.",
    "required": "Whether a table without this column is refused.",
    "empty": "Texts that count as nothing in this column, beside the blank cell.",
}
"""Key of [[column]] → what it means. The manual's table is made from this."""

_GROUP_KEYS = {"by": "Columns that say which rows belong together."}
_TABLES = ("mapping", "column", "constants", "group")
_DELIMITERS = (",", ";", "\t", "|")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A column to read: alternative headers, and transforms of its own where it is part of a join."""

    names: tuple[str, ...]
    transform: tuple[Written, ...] = ()


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One [[column]] of a mapping; `line` is where it starts in the file, from 1."""

    sources: tuple[Source, ...]
    to: tuple[str, ...]
    glue: str = ""
    transform: tuple[Written, ...] = ()
    required: bool = False
    empty: tuple[str, ...] = ()
    line: int = 0


class Mapping(msgspec.Struct, frozen=True, kw_only=True):
    """A mapping, checked: every field path, transform and constant in it is valid.

    `group` holds the alternatives of each column that rows are grouped by. `sha256` is of the file's text.
    """

    id: str
    kind: str
    title: str = ""
    source: str = ""
    licence: str = ""
    version: str = "1"
    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    conventions: Conventions = Conventions()
    empty: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    constants: dict[str, Any] = {}
    group: tuple[tuple[str, ...], ...] = ()
    sha256: str = ""
    where: str = ""

    @property
    def struct(self) -> type[Part]:
        """The struct of the mapping's kind."""
        return KINDS[self.kind]


def read_mapping(text: str, where: str) -> Mapping:
    """Read and check a mapping; `where` names the file in messages. Raises MappingFault."""
    return _Reader(text, where).mapping()


def chain_of(column: Column, path: FieldPath, conventions: Conventions) -> Chain:
    """Make a column's transforms ready for a field; raises TransformFault where they do not lead to its type."""
    ready = chain(column.transform, conventions)
    if ready.wants is not None and path.leaf not in _WANTED.get(ready.wants, (ready.wants,)):
        message = f"{path.text} is a {LEAVES[path.leaf]}, and the transform makes a {LEAVES[ready.wants]}"
        raise TransformFault(message)
    if ready.after and path.leaf is not Decimal:
        message = f"{path.text} is a {LEAVES[path.leaf]}, which cannot be multiplied or divided"
        raise TransformFault(message)
    if ready.separator is not None and not path.many:
        message = f"{path.text} is a single field, which cannot take several values"
        raise TransformFault(message)
    return ready


_WANTED: dict[type, tuple[type, ...]] = {
    Decimal: (Decimal, float),
    date: (date, datetime),
    datetime: (date, datetime),
}
"""Type that a transform makes → types of fields that it serves."""


class _Reader:
    """Reads one mapping file and says where in it something is wrong."""

    def __init__(self, text: str, where: str) -> None:
        self.text = text
        self.where = where
        self.starts = [at for at, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*column\s*\]\]", line)]

    def mapping(self) -> Mapping:
        """Read the whole file."""
        try:
            data = tomllib.loads(self.text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            message = f"{self.where} is not valid TOML: {error}."
            raise MappingFault(message, "Mend that line.") from error
        self._keys(data, _TABLES, "the file", 1)
        head = self._table(data, "mapping")
        self._keys(head, MAPPING_KEYS, "[mapping]", self._line("[mapping]"))
        mapping = self._head(head)
        columns = self._columns(data.get("column"), mapping.conventions)
        constants = self._table(data, "constants", absent=True)
        group = self._table(data, "group", absent=True)
        self._keys(group, _GROUP_KEYS, "[group]", self._line("[group]"))
        by = group.get("by", [])
        mapping = msgspec.structs.replace(
            mapping,
            columns=columns,
            constants=self._constants(constants, mapping),
            group=tuple(self._texts(one, "[group] by", self._line("[group]")) for one in _listed(by)),
        )
        self._check(mapping)
        return mapping

    def _head(self, head: dict[str, Any]) -> Mapping:
        """Read [mapping]."""
        at = self._line("[mapping]")
        for key, value in head.items():
            if key not in {"dates", "empty", "version"} and not isinstance(value, str):
                raise self._fault(self._line(key), f"{key} must be text, not {value!r}")
        if not _ID.match(head.get("id", "")):
            raise self._fault(self._line("id"), "id must be small letters, digits and hyphens, for example my-table")
        if head.get("kind") not in KINDS:
            near = difflib.get_close_matches(head.get("kind", ""), KINDS, n=1)
            hint = f"; the nearest is {near[0]}" if near else ""
            raise self._fault(self._line("kind") or at, f"kind must be one of {', '.join(KINDS)}{hint}")
        if head.get("delimiter") not in (None, *_DELIMITERS):
            raise self._fault(self._line("delimiter"), "delimiter must be , ; | or a tab")
        return Mapping(
            **{key: head[key] for key in ("id", "kind", "title", "source", "licence", "delimiter", "encoding", "sheet")
               if key in head},
            version=str(head.get("version", "1")),
            conventions=self._conventions(head),
            empty=self._texts(head.get("empty", []), "empty", self._line("empty")),
            sha256=hashlib.sha256(self.text.encode()).hexdigest(),
            where=self.where,
        )  # fmt: skip

    def _conventions(self, head: dict[str, Any]) -> Conventions:
        """Read how the table writes numbers and days."""
        decimal, grouping = head.get("decimal", "."), head.get("grouping", "")
        if decimal not in (".", ","):
            raise self._fault(self._line("decimal"), "decimal must be . or ,")
        if grouping not in ("", ".", ",") or grouping == decimal:
            raise self._fault(self._line("grouping"), "grouping must be . or , and not the decimal mark")
        dates = self._texts(head.get("dates", [ISO]), "dates", self._line("dates"))
        for each in dates:
            if not format_works(each):
                message = f"the date format {each!r} cannot read a day; write iso or for example %d/%m/%Y"
                raise self._fault(self._line("dates"), message)
        return Conventions(decimal=decimal, grouping=grouping, dates=dates)

    def _columns(self, data: object, conventions: Conventions) -> tuple[Column, ...]:
        """Read every [[column]]."""
        if not isinstance(data, list) or not data:
            raise self._fault(1, "there is no [[column]]; a mapping has at least one")
        return tuple(self._column(place, one, conventions) for place, one in enumerate(data))

    def _column(self, place: int, data: dict[str, Any], conventions: Conventions) -> Column:
        """Read one [[column]]."""
        at = self._line_in(place, "")
        self._keys(data, COLUMN_KEYS, "[[column]]", at, place)
        if ("from" in data) == ("join" in data) or "to" not in data:
            raise self._fault(at, 'a column has `to` and either `from` or `join`, for example from = "Origin"')
        sources = (
            (self._source(data["from"], place),)
            if "from" in data
            else tuple(self._source(one, place) for one in _listed(data["join"]))
        )
        if not isinstance(data.get("required", False), bool) or not isinstance(data.get("with", ""), str):
            raise self._fault(at, "`required` is true or false, and `with` is text")
        column = Column(
            sources=sources,
            to=self._texts(data["to"], "to", self._line_in(place, "to")),
            glue=data.get("with", ""),
            transform=self._transforms(data.get("transform", []), place),
            required=data.get("required", False),
            empty=self._texts(data.get("empty", []), "empty", self._line_in(place, "empty")),
            line=at,
        )
        for source in sources:
            self._attempt(place, "transform", chain, source.transform, conventions)
        return column

    def _source(self, data: object, place: int) -> Source:
        """Read what `from` says, or one part of `join`."""
        at = self._line_in(place, "from") or self._line_in(place, "join")
        if isinstance(data, dict):
            self._keys(data, ("from", "transform"), "a part of join", at, place)
            names = self._texts(data.get("from", []), "from", at)
            return Source(names=self._some(names, at), transform=self._transforms(data.get("transform", []), place))
        return Source(names=self._some(self._texts(data, "from", at), at))

    def _some(self, names: tuple[str, ...], at: int) -> tuple[str, ...]:
        """Refuse an empty list of headers."""
        if not names:
            raise self._fault(at, "a column needs the header it is read from")
        return names

    def _transforms(self, data: object, place: int) -> tuple[Written, ...]:
        """Read `transform`: text, braces, or a list of them."""
        written = tuple(_listed(data))
        for each in written:
            if not isinstance(each, str | dict):
                raise self._fault(self._line_in(place, "transform"), f"{each!r} is not a transform")
        return written

    def _constants(self, data: dict[str, Any], mapping: Mapping) -> dict[str, Any]:
        """Read [constants]: each value in its field's type."""
        read: dict[str, Any] = {}
        for text, value in data.items():
            at = self._line(text) or self._line("[constants]")
            if isinstance(value, dict | list):
                raise self._fault(at, f'write the whole path in quotation marks, for example "{text}.x" = "1"')
            try:
                path = resolve(mapping.struct, text)
            except PathFault as error:
                raise self._fault(at, str(error)) from error
            reader = READERS.get(path.leaf)
            plain = str(value).lower() if isinstance(value, bool) else str(value)
            try:
                typed: Any = reader(Conventions())(plain) if reader else plain
            except CellFault as error:
                raise self._fault(at, f"{text} is a {LEAVES[path.leaf]}; {value!r} is not {error.expected}") from error
            read[text] = (typed,) if path.many else typed
        return read

    def _check(self, mapping: Mapping) -> None:
        """Check every field path and transform, and that the fields fit together."""
        paths: list[FieldPath] = []
        places: list[int] = []
        for place, column in enumerate(mapping.columns):
            for text in column.to:
                path = self._attempt(place, "to", resolve, mapping.struct, text)
                self._attempt(place, "transform", chain_of, column, path, mapping.conventions)
                paths.append(path)
                places.append(place)
        constants = [(resolve(mapping.struct, text), value) for text, value in mapping.constants.items()]
        try:
            grown = plant(mapping.struct, paths, constants)
        except PathFault:
            self._first_misfit(mapping, paths, places, constants)
            raise
        if mapping.group and not any("{row}" in pointer for pointer in grown.pointers):
            message = '[group] needs a list that the rows fill, for example to = "goodsShipment.items[].origin"'
            raise self._fault(self._line("[group]"), message)

    def _first_misfit(
        self, mapping: Mapping, paths: list[FieldPath], places: list[int], constants: list[tuple[FieldPath, Any]]
    ) -> None:
        """Say which column or constant is the first that does not fit with those before it."""
        for count, place in enumerate(places, 1):
            self._attempt(place, "to", plant, mapping.struct, paths[:count], [])
        for count, (path, _) in enumerate(constants, 1):
            try:
                plant(mapping.struct, paths, constants[:count])
            except PathFault as error:
                raise self._fault(self._line(path.text), str(error)) from error

    def _attempt(self, place: int, key: str, call: Any, *arguments: Any) -> Any:
        """Call something that may find a fault in a column, and say where it stands."""
        try:
            return call(*arguments)
        except (PathFault, TransformFault, IndexError) as error:
            raise self._fault(self._line_in(place, key), f"{error}") from error

    def _table(self, data: dict[str, Any], name: str, *, absent: bool = False) -> dict[str, Any]:
        """Return a table of the file."""
        table = data.get(name, {} if absent else None)
        if not isinstance(table, dict):
            raise self._fault(1, f"there is no [{name}] table")
        return table

    def _texts(self, data: object, key: str, at: int) -> tuple[str, ...]:
        """Read text or a list of texts."""
        listed = tuple(_listed(data))
        wrong = next((one for one in listed if not isinstance(one, str)), None)
        if wrong is not None:
            raise self._fault(at, f"{key} must be text or a list of texts, not {wrong!r}")
        return listed

    def _keys(self, data: Any, known: Any, table: str, at: int, place: int | None = None) -> None:
        """Refuse a key that there is not."""
        if not isinstance(data, dict):
            raise self._fault(at, f"{table} is not a table")
        for key in data:
            if key not in known:
                near = difflib.get_close_matches(key, list(known), n=1, cutoff=0.4)
                hint = f"the nearest is {near[0]}" if near else f"there are {', '.join(known)}"
                line = self._line(key) if place is None else self._line_in(place, key)
                raise self._fault(line or at, f"{table} has no key {key!r}; {hint}")

    def _line(self, needle: str) -> int:
        """Return the first line that starts with the text (in quotation marks or not), from 1, or 0."""
        wanted = re.compile(rf"""\s*["']?{re.escape(needle)}["']?\s*(=|\Z|#|\])?""")
        return next((at for at, line in enumerate(self.text.splitlines(), 1) if wanted.match(line)), 0)

    def _line_in(self, place: int, key: str) -> int:
        """Return the line of a key in the numbered [[column]], else the line where that starts."""
        if place >= len(self.starts):
            return 1
        start = self.starts[place]
        end = self.starts[place + 1] if place + 1 < len(self.starts) else start + 40
        lines = self.text.splitlines()[start : end - 1]
        if key:
            for at, line in enumerate(lines, start + 1):
                if re.match(rf"\s*{re.escape(key)}\s*=", line):
                    return at
        return start

    def _fault(self, line: int, sentence: str) -> MappingFault:
        """Word a fault of this file."""
        where = f"{self.where}, line {line}" if line else self.where
        return MappingFault(f"{where}: {sentence}.", "docs/reference/mappings.md says how a mapping is written.")


def _listed(data: object) -> list[Any]:
    """Return the data as a list, whether it is one or a single value."""
    return data if isinstance(data, list) else [data]
