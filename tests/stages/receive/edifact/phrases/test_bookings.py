"""Prove that the many ways in which airlines write days, hours, contacts and documents are read."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest

from tidewaiter.kernel.records import Contact, Journey, Leg, Traveller
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.receive import Reading
from tidewaiter.stages.receive.edifact.phrases.bookings import mail_of
from tidewaiter.stages.receive.edifact.reader import EdifactSource

HEAD = (
    "UNB+IATA:1+XQ+BORDER+260501:2100+1'UNH+1+PNRGOV:13:1:IA'MSG+:22'ORG+XQ'"
    "TVL+020526:0915+CAI+HAM+XQ+417'SRC'RCI+XQ:A1B2C3'"
)


def _read(body: str) -> Reading:
    data = f"{HEAD}{body}UNT+9+1'UNZ+1+1'".encode()
    return next(EdifactSource(io.BytesIO(data), length=len(data), sender=None, settings=Settings()).readings())


def _journey(body: str) -> Journey:
    record = _read(body).record
    assert isinstance(record, Journey)
    return record


def _traveller(text: str) -> Traveller:
    (one,) = _journey(f"TIF+DOE+JANE:A:1'SSR+DOCS:HK:1:XQ:::::{text}'").travellers
    return one


def _leg(moments: str) -> Leg:
    (one,) = _journey(f"TVL+{moments}+CAI+HAM+XQ+417'").itinerary
    return one


@pytest.mark.parametrize(
    ("moments", "arrival"),
    [
        ("020526:0915:020526:1340", datetime(2026, 5, 2, 13, 40, tzinfo=UTC)),
        ("020526:0915::1340", datetime(2026, 5, 2, 13, 40, tzinfo=UTC)),
        ("020526:0915:1340", datetime(2026, 5, 2, 13, 40, tzinfo=UTC)),
        ("020526:2215::0140:1", datetime(2026, 5, 3, 1, 40, tzinfo=UTC)),
        ("020526:0915:030526", datetime(2026, 5, 3, tzinfo=UTC)),
        ("020526:0915:020526:134059", datetime(2026, 5, 2, 13, 40, 59, tzinfo=UTC)),
        ("020526:0915", None),
        (":::1340", None),
    ],
)
def an_arrival_may_leave_out_its_day(moments: str, arrival: datetime | None) -> None:
    assert _leg(moments).arrival == arrival


@pytest.mark.parametrize(
    "moments", ["310226:0915", "020526:2560", "0205:0915", "020526:09:15", "\N{ARABIC-INDIC DIGIT ZERO}20526:0915"]
)
def no_moment_is_made_of_what_is_none(moments: str) -> None:
    one = _read(f"TVL+{moments}+CAI+HAM+XQ+417'")
    assert isinstance(one.record, Journey)
    assert one.record.itinerary[0].departure is None
    assert [fault.code for fault in one.faults if fault.path == "/itinerary/0/departure"] == ["not-a-date"]


@pytest.mark.parametrize(
    ("born", "day"),
    [
        ("12JUL64", date(1964, 7, 12)),
        ("12jul26", date(2026, 7, 12)),
        ("12JUL27", date(1927, 7, 12)),
        ("2FEB1999", date(1999, 2, 2)),
    ],
)
def no_one_is_born_after_the_flight(born: str, day: date) -> None:
    assert _traveller(f"/P/EGY/A1/EGY/{born}/F/17AUG31/DOE/JANE").birth_date == day


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("/P/EGY/A1/EGY/12JUL64/F/17AUG31/DOE/JANE", ("EGY", "F", ["A1"])),
        ("////EGY/12JUL64/F//DOE/JANE", ("EGY", "F", [])),
        ("//ERI/A1//04SEP97/F/18NOV17/DOE/JANE", (None, "F", ["A1"])),
        ("/P", (None, None, [None])),
        ("///", (None, None, [])),
    ],
)
def a_travel_document_may_leave_out_what_it_wants(
    text: str, held: tuple[str | None, str | None, list[str | None]]
) -> None:
    one = _traveller(text)
    assert (one.nationality, one.sex, [document.number for document in one.documents]) == held


@pytest.mark.parametrize(
    ("remark", "contact"),
    [
        ("CTCM 491700000001", Contact(phone="491700000001")),
        ("CTCR 00115555555555", Contact(phone="00115555555555")),
        ("YY CTC M 123456789", Contact(phone="123456789")),
        ("CTC-0049401234", Contact(phone="0049401234")),
        ("CTCE JANE..DOE./X//MAIL.EXAMPLE", Contact(email="JANE_DOE-X@MAIL.EXAMPLE")),
        ("THIS PASSENGER IS A VIP", None),
        ("CTCE", None),
        ("VICTORY CTCM 1", None),
    ],
)
def a_contact_is_found_in_a_remark(remark: str, contact: Contact | None) -> None:
    journey = _journey(f"IFT+4:28::XQ+{remark}'TIF+DOE+JANE:A:1'IFT+4:28::XQ+{remark}'")
    assert journey.contacts == (() if contact is None else (contact,))
    assert journey.travellers[0].contact == contact


@pytest.mark.parametrize("seat", ["XXX", "A", "14", "NS", "\N{ARABIC-INDIC DIGIT THREE}A"])
def no_seat_is_made_of_a_sign_for_none(seat: str) -> None:
    flight = "TVL+020526:0915+CAI+HAM+XQ+417'"
    journey = _journey(f"TIF+DOE+JANE:A:1'{flight}SSR+SEAT:HK:1:XQ:::CAI:HAM+{seat}::1'")
    assert journey.travellers[0].seat is None


def the_seat_is_that_of_the_flight_that_is_reported() -> None:
    other = "TVL+010526:0915+LXR+CAI+XQ+11'SSR+SEAT:HK:1:XQ:::LXR:CAI+1A::1'"
    flight = "TVL+020526:0915+CAI+HAM+XQ+417'SSR+SEAT:HK:1:XQ:::CAI:HAM+2B::1'"
    assert _journey(f"TIF+DOE+JANE:A:1'{other}{flight}").travellers[0].seat == "2B"
    assert _journey(f"TIF+DOE+JANE:A:1'{other}").travellers[0].seat == "1A"


def a_name_of_a_group_is_no_traveller() -> None:
    names = [one.family_name for one in _journey("TIF+ACME TEAM:G'TIF+DOE+JANE:A:1'").travellers]
    assert names == ["DOE"]


def a_flight_number_alone_is_no_flight() -> None:
    assert len(_journey("TVL+020526:0915+CAI+HAM+XQ:MS+417'TVL+++++972:M'").itinerary) == 1


def the_signs_that_telegrams_lack_are_put_back_into_a_mail_address() -> None:
    assert mail_of("A..B./C//D.EXAMPLE") == "A_B-C@D.EXAMPLE"
