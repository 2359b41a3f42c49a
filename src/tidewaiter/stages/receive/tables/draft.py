"""Write a proposed mapping as TOML: columns with their transforms, conventions, constants, the group."""

from __future__ import annotations

import json
import re
from collections import Counter

import msgspec

from tidewaiter.stages.receive.tables.profile import Kind, Profile
from tidewaiter.stages.receive.tables.values import ISO

_ITEM = "goodsShipment.items[]."
_AMOUNTS = (
    "invoiceAmount",
    "goodsShipment.consignment.freight",
    f"{_ITEM}customsValue",
    f"{_ITEM}statisticalValue",
    f"{_ITEM}invoiceAmount",
    f"{_ITEM}dutyTaxes[0].assessed",
)
_FOREIGN = ("invoiceAmount", f"{_ITEM}invoiceAmount", "goodsShipment.consignment.freight")
_MASSES = ("grossMass", f"{_ITEM}commodity.netMass", f"{_ITEM}commodity.grossMass")
_RESULTS = {
    frozenset({"0", "1"}): "choose:0=conform,1=irregular",
    frozenset({"0", "1", "2"}): "choose:0=conform,1=irregular,2=offence",
}
_LONGEST_CODE = 14


class Chosen(msgspec.Struct, frozen=True):
    """The field chosen for a column: how sure, from 0 to 1, why, and what is done to the text."""

    path: str
    confidence: float
    why: str
    transform: tuple[str, ...] = ()


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a table when its mapping is written; `chosen` is by the column's index."""

    name: str
    kind: str
    header: tuple[str, ...]
    profiles: tuple[Profile, ...]
    chosen: dict[int, Chosen]
    delimiter: str | None
    encoding: str | None
    sheet: str | None
    currency: str


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A mapping's text, its columns with their transforms, and what a person should look at."""

    toml: str
    columns: dict[int, Chosen]
    notes: tuple[str, ...]


def write_mapping(draft: Draft) -> Written:
    """Write the mapping of a draft."""
    notes: list[str] = []
    decimal, grouping = _marks(draft)
    dates = _dates(draft, notes)
    columns = {
        index: msgspec.structs.replace(one, transform=tuple(_transforms(draft, index, decimal, dates)))
        for index, one in draft.chosen.items()
    }
    paths = {one.path for one in columns.values()}
    lines = [
        f"# Proposed for {_comment(draft.name)}. Look through it before you use it: it is likely, not certain.",
        "",
        "[mapping]",
        f"id = {_text(_id(draft.name))}",
        f"kind = {_text(draft.kind)}",
        'version = "1"',
    ]
    for key, value in (("delimiter", draft.delimiter), ("encoding", draft.encoding), ("sheet", draft.sheet)):
        if value:
            lines.append(f"{key} = {_text(value)}")
    if decimal == ",":
        lines.append('decimal = ","')
    if grouping:
        lines.append(f"grouping = {_text(grouping)}")
    if dates != (ISO,):
        lines.append(f"dates = [{', '.join(map(_text, dates))}]")
    for index, header in enumerate(draft.header):
        if header:
            lines += ["", *_column(header, columns.get(index), paths, draft.profiles[index])]
    lines += _constants(draft, paths, notes)
    lines += _group(draft, columns)
    return Written(toml="\n".join(lines) + "\n", columns=columns, notes=tuple(notes))


def _column(header: str, chosen: Chosen | None, paths: set[str], found: Profile) -> list[str]:
    """Write one column; one that is not recognised becomes a comment to fill in."""
    if chosen is None:
        kinds = sorted(kind.value for kind in found.kinds) or ["nothing"]
        return [
            f"# {', '.join(kinds)}; {found.different} different.",
            "# [[column]]",
            f"# from = {_text(header)}",
            '# to = ""',
        ]
    fields = _fields(chosen, paths)
    to = _text(fields[0]) if len(fields) == 1 else f"[{', '.join(map(_text, fields))}]"
    lines = [
        f"# {chosen.confidence:.0%} sure: {_comment(chosen.why)}.",
        "[[column]]",
        f"from = {_text(header)}",
        f"to = {to}",
    ]
    if chosen.transform:
        lines.append(f"transform = [{', '.join(map(_text, chosen.transform))}]")
    return lines


def _transforms(draft: Draft, index: int, decimal: str, dates: tuple[str, ...]) -> list[str]:
    """Return what must be done to a column's text."""
    path, found = draft.chosen[index].path, draft.profiles[index]
    if path.endswith("classifications[0].id"):
        return _tariff_steps(found)
    if path.endswith(".mode") and found.lengths == (2,):
        return ["take:1"]
    if path == "result":
        return [_RESULTS[frozenset({"0", "1"})]] if Kind.YES_NO in found.kinds and Kind.INTEGER in found.kinds else []
    if Kind.DAY in found.kinds and path in _DAYS and len(found.dates) == 1 and found.dates[0] not in dates:
        return [f"date:{found.dates[0]}"]
    if path.endswith((".value", ".rate")) and found.decimal and found.decimal != decimal:
        return [f"decimal:{found.decimal}"]
    return []


_DAYS = ("issued", "accepted", "controlled")


def _tariff_steps(found: Profile) -> list[str]:
    """Return what makes tariff numbers of the column: digits alone, the leading zero back in its place."""
    steps = ["digits"] if found.punctuated else []
    longest = max(found.lengths, default=0)
    if longest % 2 == 0 and longest - 1 in found.lengths and longest <= _LONGEST_CODE:
        steps.append(f"pad_left:{longest}:0")
    return steps


def _marks(draft: Draft) -> tuple[str, str]:
    """Return the decimal mark and the mark between thousands that most number columns show."""
    numbers = [draft.profiles[index] for index, one in draft.chosen.items() if one.path.endswith((".value", ".rate"))]
    shown = Counter(one.decimal for one in numbers if one.decimal)
    decimal = shown.most_common(1)[0][0] if shown else "."
    groupings = {one.grouping for one in numbers if one.grouping and one.decimal == decimal}
    return decimal, next(iter(groupings), "")


def _dates(draft: Draft, notes: list[str]) -> tuple[str, ...]:
    """Return the date formats of the table: those of its first column of days."""
    for index in sorted(draft.chosen):
        found = draft.profiles[index]
        if draft.chosen[index].path in _DAYS and found.dates:
            if found.twin:
                notes.append(
                    f"Day and month of {draft.header[index]!r} cannot be told apart in the rows looked at: "
                    f"{found.dates[0]} is assumed, {found.twin} would fit too."
                )
            if len(found.dates) > 1:
                notes.append(f"{draft.header[index]!r} mixes date formats: {', '.join(found.dates)}.")
            return found.dates
    return (ISO,)


def _column_of_currency(paths: set[str]) -> list[str]:
    """Return the fields that a table's one column of currencies fills: of the invoice, else of every amount."""
    if "invoiceAmount.currency" not in paths:
        return []
    foreign = [one for one in _FOREIGN if f"{one}.value" in paths]
    return [f"{one}.currency" for one in foreign or [one for one in _AMOUNTS if f"{one}.value" in paths]]


def _fields(chosen: Chosen, paths: set[str]) -> list[str]:
    """Return the fields that a column fills."""
    return (chosen.path == "invoiceAmount.currency" and _column_of_currency(paths)) or [chosen.path]


def _constants(draft: Draft, paths: set[str], notes: list[str]) -> list[str]:
    """Write what the table does not say: units of mass, currencies, the item's number where there is one item."""
    said = [f'"{one}.unit" = "KGM"' for one in _MASSES if f"{one}.value" in paths]
    told = _column_of_currency(paths)
    for one in _AMOUNTS:
        if f"{one}.value" in paths and f"{one}.currency" not in told:
            said.append(f'"{one}.currency" = {_text(draft.currency)}')
            notes.append(f"The currency of {one} is not in the table: {draft.currency} is assumed.")
    items = any(one.startswith(_ITEM) for one in paths)
    if items and f"{_ITEM}sequence" not in paths and not _grouped_by(draft, draft.chosen):
        said.append(f'"{_ITEM}sequence" = 1')
    if draft.kind == "Declaration" and "function" not in paths:
        said.insert(0, '"function" = "9"')
    return ["", "[constants]", *said] if said else []


def _group(draft: Draft, columns: dict[int, Chosen]) -> list[str]:
    """Write which rows belong together, where one declaration takes several."""
    by = _grouped_by(draft, columns)
    items = any(one.path.startswith(_ITEM) for one in columns.values())
    return ["", "[group]", f"by = [{', '.join(map(_text, by))}]"] if by and items else []


def _grouped_by(draft: Draft, columns: dict[int, Chosen]) -> list[str]:
    """Return the columns whose value names the declaration and is repeated from row to row."""
    for wanted in ("mrn", "lrn"):
        for index, one in columns.items():
            if one.path == wanted and draft.profiles[index].repeats:
                return [draft.header[index]]
    return []


def _id(name: str) -> str:
    """Make a mapping's id of a file's name."""
    stem = name.rsplit(".", 1)[0].casefold().encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:60].strip("-") or "my-table"


def _text(value: str) -> str:
    """Write a TOML string."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    """Return text that may stand in a TOML comment."""
    return "".join(one if one.isprintable() else " " for one in text)
