"""Check that what is sent is read back, but for losses written down here, without a finding."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import date, timedelta

import pytest
from msgspec.structs import replace
from tests.playground.post.clean_letters import at
from tests.playground.post.clean_travels import CLEAN

from tidewaiter.kernel.codes import Codes
from tidewaiter.kernel.records import AnyRecord, Declaration, Party
from tidewaiter.kernel.settings import Settings
from tidewaiter.playground.post import Parcel, parcels
from tidewaiter.stages.receive import Reading, open_source, read_mapping
from tidewaiter.stages.validate import Checker
from tidewaiter.world.model import FORMS, Letter

SETTINGS = Settings(home="unused")
CHECKER = Checker(Codes(), today=date(2026, 3, 1), settings=SETTINGS)


def sent(form: str, times: int = 1) -> list[Parcel]:
    """Return the parcels of a form's clean letters."""
    letters = [
        Letter(at(12, 9), "GH", form, f"Sender {number}", record, message)
        for number in range(times)
        for message, record in CLEAN[form]
    ]
    return list(parcels(letters, window=timedelta(hours=6)))


def read(parcel: Parcel) -> list[Reading]:
    """Return what a node reads of a parcel."""
    mapping = read_mapping(parcel.mapping, parcel.name) if parcel.mapping else None
    return list(open_source(io.BytesIO(parcel.data), name=parcel.name, settings=SETTINGS, mapping=mapping).readings())


def _parties(record: Declaration, **lost: None) -> Declaration:
    """Return a declaration with its parties in order of their roles, without what is lost of each."""
    parties = sorted((replace(one, **lost) for one in record.parties), key=lambda one: one.role or "")
    return replace(record, parties=tuple(parties))


def _table(record: Declaration) -> Declaration:
    """Return what a table carries: all, with the parties in the order of its columns."""
    return _parties(record)


def _cusdec(record: Declaration) -> Declaration:
    """Return what CUSDEC carries: no container indicator, no status, no seals where there are several boxes."""
    shipment = record.goods_shipment
    assert shipment is not None
    assert shipment.consignment is not None
    boxes = shipment.consignment.equipment
    consignment = replace(
        shipment.consignment,
        container_indicator=None,
        equipment=boxes if len(boxes) == 1 else tuple(replace(one, seals=()) for one in boxes),
    )
    previous = tuple(replace(one, type=None) for one in shipment.previous_documents)
    shipment = replace(shipment, consignment=consignment, previous_documents=previous)
    return _parties(replace(record, goods_shipment=shipment), status=None)


def _wco(record: Declaration) -> Declaration:
    """Return what the WCO model's import and export carry: not voyage, arrival, master document, registers, status."""
    shipment = record.goods_shipment
    assert shipment is not None
    assert shipment.consignment is not None
    means = tuple(replace(one, journey=None, arrival=None) for one in shipment.consignment.transport_means)
    consignment = replace(shipment.consignment, transport_means=means, master_document=None)
    invoices = tuple(replace(one, amount=None) for one in shipment.invoices)
    shipment = replace(shipment, consignment=consignment, invoices=invoices)
    kind = record.type if record.function == "9" else None  # a request to change says in its type that it is one
    return _parties(replace(record, goods_shipment=shipment, type=kind), status=None, scheme=None)


CARRIED: Mapping[str, Callable[[Declaration], Declaration]] = {"csv": _table, "cusdec": _cusdec, "wco": _wco}
"""Form → what it carries of a declaration; other forms carry all of their clean letters."""


def carried(form: str, record: AnyRecord) -> AnyRecord:
    """Return what a form carries of a record."""
    return CARRIED[form](record) if isinstance(record, Declaration) else record


def every_form_has_clean_letters() -> None:
    assert set(CLEAN) == set(FORMS)


@pytest.mark.parametrize("form", FORMS)
def a_clean_letter_is_read_back_as_it_was_sent(form: str) -> None:
    (parcel,) = sent(form)
    readings = read(parcel)
    assert [one.faults for one in readings if one.faults] == []
    back = [_parties(one.record) if isinstance(one.record, Declaration) else one.record for one in readings]
    assert back == [carried(form, record) for _, record in CLEAN[form]]
    assert parcel.letters == len(back)


@pytest.mark.parametrize("form", FORMS)
def a_clean_letter_has_no_finding_before_or_after_its_journey(form: str) -> None:
    records = [record for _, record in CLEAN[form]]
    back = [one.record for parcel in sent(form) for one in read(parcel)]
    found = [(one.rule, one.code, one.path) for record in (*records, *back) for one in CHECKER.check(record)]
    assert found == []


@pytest.mark.parametrize("form", FORMS)
def a_letter_that_is_sent_again_is_read_again(form: str) -> None:
    (parcel,) = sent(form, times=3)
    assert len(read(parcel)) == parcel.letters == 3 * len(CLEAN[form])


@pytest.mark.parametrize("form", ["cusdec", "cuscar", "coarri", "ncts", "pnrgov"])
def every_record_is_known_by_its_sender_where_the_form_names_one(form: str) -> None:
    (parcel,) = sent(form, times=2)
    envelopes = [one.message.interchange for one in read(parcel) if one.message is not None]
    assert [one.sender for one in envelopes if one is not None] == [
        f"Sender {number}" for number in range(2) for _ in CLEAN[form]
    ]


NAMES = ("Yılmaz Çelik A.Ş.", "Nguyễn Thị Ánh", "Sharikat al-ʿAyn", "Østergård + Søn's: B?")  # noqa: RUF001 - a Turkish letter, as it is spelt


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["csv", "cusdec", "wco"])
def a_name_survives_whatever_its_letters(form: str, name: str) -> None:
    record = CLEAN[form][0][1]
    assert isinstance(record, Declaration)
    named = replace(record, parties=(Party(role="importer", id="GHC1", scheme="NATIONAL", name=name),))
    (parcel,) = parcels([Letter(at(1), "GH", form, "S", named)], window=timedelta(days=1))
    (reading,) = read(parcel)
    assert reading.faults == ()
    assert isinstance(reading.record, Declaration)
    assert [one.name for one in reading.record.parties] == [name]
