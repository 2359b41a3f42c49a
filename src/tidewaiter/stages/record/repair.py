"""Work the repair queue: list, show with the place in the source, correct."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec

from tidewaiter.kernel.errors import Conflict, NotFound, TidewaiterError
from tidewaiter.kernel.records import KINDS, AnyRecord, encode
from tidewaiter.stages.receive import Layout, Place, locate
from tidewaiter.stages.record import _store
from tidewaiter.stages.record.model import Change, RepairEntry, Version
from tidewaiter.stages.validate import Finding

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_WHERE = "`tidewaiter repair show` prints the path of every fault."
_END = "-"
"""The token of RFC 6901 for the place after a list's last element."""


class BadCorrection(TidewaiterError):
    """A correction names a field that the record cannot have, or a value that the field cannot have."""

    slug = "correction"
    exit_code = 12


def waiting(connection: Connection, *, limit: int = 50, after: int = 0, rule: str | None = None) -> list[RepairEntry]:
    """Return the records that wait for repair, oldest first; `rule` keeps those that broke it."""
    return _store.repair_entries(connection, limit=limit, after=after, rule=rule)


def newest(connection: Connection, key: bytes) -> Version:
    """Return the newest version of a record."""
    found = _store.read_version(connection, key, None)
    if found is None:
        message = f"There is no record {key.hex()}."
        raise NotFound(message)
    return found


def placed(
    findings: Sequence[Finding],
    layout: Layout | None,
    raw: bytes,
    *,
    offset: int | None,
    line: int | None,
    row: int | None,
    form: str | None = None,
    format: str | None = None,  # noqa: A002 - the word of every door
) -> list[Finding]:
    """Return the findings with the place in the source of the field they speak of, as far as it can be told.

    `raw` are the record's bytes, which start at `offset` of the source, on `line`, in data row `row` or as number
    `row` of their message, in the message's `format` and `form`. A workbook's cells are told by their row alone.
    """
    if not raw if offset is not None else layout is None or row is None:
        return list(findings)
    told = []
    for finding in findings:
        exact = finding.place is not None and (finding.place.offset is not None or finding.place.cell is not None)
        if finding.path is None or exact:
            told.append(finding)
            continue
        place: Place | None = locate(
            layout, raw, finding.path, offset=offset or 0, line=line or 1, row=row, form=form, format=format
        )
        told.append(finding if place is None else msgspec.structs.replace(finding, place=place))
    return told


def corrected(version: Version, changes: Sequence[Change]) -> AnyRecord:
    """Return the record with the changes made; raises BadCorrection naming the field that cannot be so.

    A change's path is an RFC 6901 pointer; `-` as the last token adds to a list, and a value of None takes out.
    """
    if version.state == "settled":
        message = f"{version.reference} has a later version than {version.version}."
        raise Conflict(message, "Look at the newest version and correct that.")
    tree = msgspec.json.decode(encode(version.record))
    for change in changes:
        _change(tree, change)
    try:
        return msgspec.convert(tree, KINDS[version.kind], strict=False)
    except msgspec.ValidationError as error:
        message = f"The correction does not fit the record: {_pointed(str(error))}."
        raise BadCorrection(message, "docs/reference/records.md lists the fields and their types.") from error


def _change(tree: dict[str, Any], change: Change) -> None:
    """Make one change in the record's plain form."""
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in change.path.split("/")[1:]]
    if not change.path.startswith("/") or not tokens:
        message = f"{change.path!r} is not a field's path: it starts with a slash, for example /mrn."
        raise BadCorrection(message, _WHERE)
    node: Any = tree
    for token, following in pairwise(tokens):
        node = _step(node, token, change.path, new=[] if _is_index(following) else {})
    _put(node, tokens[-1], change)


def _step(node: Any, token: str, path: str, *, new: Any) -> Any:
    """Go one token down, making the part where it is not there yet."""
    if isinstance(node, list):
        at = _index(node, token, path)
        if at == len(node):
            node.append(new)
        return node[at]
    if not isinstance(node, dict):
        message = f"{path} goes through a field that has no parts."
        raise BadCorrection(message, _WHERE)
    return node.setdefault(token, new)


def _put(node: Any, token: str, change: Change) -> None:
    """Set or take out the last token's value."""
    if isinstance(node, list):
        at = _index(node, token, change.path)
        if change.value is None:
            del node[at : at + 1]
        elif at == len(node):
            node.append(change.value)
        else:
            node[at] = change.value
    elif not isinstance(node, dict):
        message = f"{change.path} goes through a field that has no parts."
        raise BadCorrection(message, _WHERE)
    elif change.value is None:
        node.pop(token, None)
    else:
        node[token] = change.value


def _index(node: list[Any], token: str, path: str) -> int:
    """Return the list index that the token means."""
    at = len(node) if token == _END else int(token) if _is_index(token) else -1
    if not 0 <= at <= len(node):
        message = f"{path} names element {token} of a list that has {len(node)}."
        raise BadCorrection(message, "Elements count from 0; - adds one at the end.")
    return at


def _is_index(token: str) -> bool:
    """Return whether the token can be a list index."""
    return token == _END or re.fullmatch(r"0|[1-9][0-9]*", token) is not None


def _pointed(message: str) -> str:
    """Turn msgspec's `$.a[0].b` into the pointer /a/0/b."""
    return re.sub(
        r"`\$([^`]*)`", lambda found: re.sub(r"\[(\d+|\.\.\.)\]", r"/\1", found.group(1)).replace(".", "/"), message
    )
