"""Judge a record against its earlier version and over time: seals, amendments, discharge."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from tidewaiter.kernel.records import AnyRecord, TransitMovement, identify
from tidewaiter.kernel.records.kinds import encode
from tidewaiter.stages.validate.rule import Rule, Sight

CANCEL, CHANGE, REPLACE, ORIGINAL = "1", "4", "5", "9"


class XDO002(Rule):
    """The seals seen on the way are those affixed at departure or at an incident reported before."""

    level: ClassVar[str] = "document"
    severity: ClassVar[str] = "warning"
    standard: ClassVar[str] = "Regulation (EU) 2015/2447, Articles 299 and 305; Convention on Common Transit"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {TransitMovement: "steps"}
    cases: ClassVar[dict[str, str]] = {
        "other": "{value} was seen at the {step}, and was never affixed.",
        "broken": "seal {value} was {condition} at the {step}.",
    }

    def look(self, node: TransitMovement, sight: Sight) -> None:
        """Walk the steps in order; seals at an incident are new ones."""
        affixed = {seal.id for seal in node.seals}
        if node.consignment is not None:
            affixed |= {seal.id for one in node.consignment.equipment for seal in one.seals}
        for place, step in enumerate(node.steps):
            for number, seal in enumerate(step.seals):
                field, kind = f"steps/{place}/seals/{number}", step.type or "step"
                if seal.condition is not None and seal.condition.lower() in {"damaged", "absent", "broken"}:
                    facts = {"value": seal.id or "", "condition": seal.condition, "step": kind}
                    sight.find(self, "broken", f"{field}/condition", **facts)
                if step.type in {"departure", "incident"} or not affixed:
                    affixed.add(seal.id)
                elif seal.id is not None and seal.id not in affixed:
                    sight.find(self, "other", f"{field}/id", value=seal.id, step=kind)


class XDO003(Rule):
    """An amendment refers to a record that is known and open, and keeps its identity; an original comes once."""

    level: ClassVar[str] = "document"
    standard: ClassVar[str] = "UN/EDIFACT 1225; WCO Data Model 017"
    cases: ClassVar[dict[str, str]] = {
        "unknown": "function {function} refers to a record that is not known here.",
        "second-original": "an original with other content was received before.",
        "other-kind": "it is of kind {found}, and the earlier version of kind {before}.",
        "identity": "{field} was {before} and is now {found}.",
        "cancelled": "the record was cancelled before.",
        "closed": "the movement was discharged before.",
    }

    def compare(self, record: AnyRecord, previous: AnyRecord | None, sight: Sight) -> None:
        """Hold a record against the version before; None where there is none."""
        function = getattr(record, "function", None)
        if previous is None:
            if function in {CANCEL, CHANGE, REPLACE}:
                sight.find(self, "unknown", "function", function=function)
            return
        if type(record) is not type(previous):
            sight.find(self, "other-kind", "kind", found=type(record).__name__, before=type(previous).__name__)
            return
        if encode(record) == encode(previous):
            return
        if getattr(previous, "function", None) == CANCEL:
            sight.find(self, "cancelled", "function")
        elif isinstance(previous, TransitMovement) and any(step.type == "discharge" for step in previous.steps):
            sight.find(self, "closed", "function")
        elif (function in {ORIGINAL, None} and hasattr(record, "function")) and not _is_report(record):
            sight.find(self, "second-original", "function")
        self._identity(record, previous, sight)

    def _identity(self, record: AnyRecord, previous: AnyRecord, sight: Sight) -> None:
        """Hold the fields that say which record it is against each other; a number given meanwhile is no change."""
        for name in ("mrn", "lrn", "reference"):
            before, found = getattr(previous, name, None), getattr(record, name, None)
            if before is not None and found is not None and before != found and type(record).__name__ != "Journey":
                sight.find(self, "identity", name, field=name, before=before, found=found)
        known = getattr(record, "mrn", None) and getattr(previous, "mrn", None)
        if not known and getattr(record, "lrn", None) and identify(record, b"").key != identify(previous, b"").key:
            sides = (getattr(one, "mrn", None) for one in (previous, record))
            if not any(sides) and record.lrn == previous.lrn:  # type: ignore[union-attr]  # the kind has it
                sight.find(self, "identity", "lrn", field="the party that lodged it", before="other", found="this one")


class XDO004(Rule):
    """A transit movement is discharged once, and nothing is reported of it afterwards."""

    level: ClassVar[str] = "document"
    standard: ClassVar[str] = "Regulation (EU) 952/2013, Article 215; Convention on Common Transit, Appendix I, 48"
    on: ClassVar[dict[type[msgspec.Struct], str]] = {TransitMovement: "steps"}
    cases: ClassVar[dict[str, str]] = {
        "twice": "it is discharged {times} times.",
        "after": "{step} is reported after the discharge.",
    }

    def look(self, node: TransitMovement, sight: Sight) -> None:
        """Count the discharges, and look at what follows the first."""
        kinds = [step.type for step in node.steps]
        if "discharge" not in kinds:
            return
        first, times = kinds.index("discharge"), kinds.count("discharge")
        if times > 1:
            sight.find(self, "twice", "steps", times=times)
        for place, kind in enumerate(kinds[first + 1 :], start=first + 1):
            if kind in {"departure", "passage", "incident", "arrival"}:
                sight.find(self, "after", f"steps/{place}", step=kind)


def _is_report(record: AnyRecord) -> bool:
    """Say whether a record is what an office or a trader reports of a movement on its way: a step, and no function."""
    return isinstance(record, TransitMovement) and record.function is None and bool(record.steps)
