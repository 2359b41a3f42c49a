"""Define what validation gives: findings."""

from __future__ import annotations

import msgspec

from tidewaiter.stages.receive import Place


class Finding(msgspec.Struct, gc=False, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """One thing that is wrong with a record, or worth a second look.

    `rule` is the rule's id, for example FMT-001. `severity` is error or warning. `level` is syntax, structure, code,
    format, arithmetic, date, field, document or privacy. `path` is an RFC 6901 pointer into the record's
    JSON. `code` and `params` are stable for machines; `message` is the rule's law with what was found;
    a value of a personal field is never in it. `standard` names the source of the law.
    """

    rule: str
    severity: str
    level: str
    path: str | None = None
    place: Place | None = None
    code: str
    params: dict[str, str | int] = {}
    message: str
    standard: str | None = None
