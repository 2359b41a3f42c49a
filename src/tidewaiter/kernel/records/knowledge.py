"""Say what is known: graded intelligence, and what a control of goods found."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from tidewaiter.kernel.records._base import Amount, Measure, Part, Record, own, wco


class Intelligence(Record, frozen=True, kw_only=True):
    """A graded piece of intelligence."""

    reference: Annotated[str | None, own("Number given by the owner.")] = None
    issued: Annotated[datetime | None, own("When it was written.")] = None
    subject: Annotated[str | None, own("What it is about.", personal=True)] = None
    text: Annotated[str | None, own("What is known.", personal=True)] = None
    source_grading: Annotated[str | None, own("A, B, C or X: reliability of the source.")] = None
    information_grading: Annotated[str | None, own("1, 2, 3 or 4: reliability of the information.")] = None
    handling: Annotated[str | None, own("H0, H1, H2 or H3: who may be told.")] = None
    source_protection: Annotated[bool | None, own("Whether the source must not be identifiable.")] = None
    expires: Annotated[datetime | None, own("When it must be reviewed or deleted.")] = None


class Seizure(Part, frozen=True, kw_only=True):
    """Goods taken."""

    goods: Annotated[str | None, own("What was seized.")] = None
    classification: Annotated[str | None, wco("145", "HS code of it.")] = None
    quantity: Annotated[Measure | None, own("How much.")] = None
    value: Annotated[Amount | None, own("What it is worth.")] = None
    place: Annotated[str | None, own("Where it was found.")] = None
    concealment: Annotated[str | None, own("How it was hidden.")] = None


class Outcome(Record, frozen=True, kw_only=True):
    """What a control found. `result` is conform, irregular or offence."""

    reference: Annotated[str | None, own("Number of the control, where it has one.")] = None
    declaration: Annotated[str | None, own("MRN or LRN of the declaration controlled.")] = None
    declarant: Annotated[str | None, own("Identifier of the declarant, where the LRN alone is not unique.")] = None
    item: Annotated[int | None, own("Goods item controlled, from 1; absent: all.")] = None
    controlled: Annotated[datetime | None, own("When the result was known.")] = None
    control: Annotated[str | None, own("documents, scan, physical or audit.")] = None
    selection: Annotated[str | None, own("targeted, random, or all: how it was chosen.")] = None
    result: Annotated[str | None, own("conform, irregular or offence.")] = None
    irregularity: Annotated[str | None, own("value, classification, origin, quantity, prohibited, or other.")] = None
    seizures: Annotated[tuple[Seizure, ...], own("Goods seized.")] = ()
    revenue_recovered: Annotated[Amount | None, own("Duty, tax and fines recovered.")] = None
    weight: Annotated[Decimal | None, own("Inverse probability of having been chosen, at least 1.")] = None
