"""Check the code lists: what they hold on which day, where editions stand, how a file becomes one."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest

from tidewaiter.kernel.codes import ALIASES, CodeList, Codes, Entry, Period, from_json, load_csv, to_json
from tidewaiter.kernel.errors import CodeListFault

HS = Path(__file__).parents[4] / "shared" / "data" / "hs" / "harmonized-system.csv"


@pytest.fixture(scope="module")
def codes() -> Codes:
    return Codes()


@pytest.mark.parametrize(
    ("list_id", "code", "day", "expected"),
    [
        ("country", "NL", date(2020, 1, 1), True),
        ("country", "ZZ", date(2020, 1, 1), False),
        ("country", "AN", date(2010, 12, 15), True),
        ("country", "AN", date(2010, 12, 16), False),
        ("country", "SS", date(2011, 8, 10), False),
        ("country", "SS", date(2011, 8, 11), True),
        ("country", "XI", date(2020, 12, 31), False),
        ("country", "XI", date(2021, 1, 1), True),
        ("country", "XK", None, True),
        ("country", "QQ", None, True),
        ("country", "BQ", date(1979, 12, 31), True),
        ("country", "BQ", date(1999, 1, 1), False),
        ("currency", "DEM", date(2002, 3, 31), True),
        ("currency", "DEM", date(2002, 4, 1), False),
        ("currency", "HRK", date(2022, 12, 31), True),
        ("currency", "XCG", date(2025, 2, 28), False),
        ("unit", "KGM", None, True),
        ("unit", "kgm", None, False),
        ("package", "CT", None, True),
        ("mode", "4", None, True),
        ("mode", "X", None, False),
        ("incoterm", "DPU", date(2021, 1, 1), True),
        ("incoterm", "DAT", date(2021, 1, 1), False),
        ("incoterm", "DAT", date(2015, 1, 1), True),
        ("locode", "NLRTM", None, True),
        ("locode", "NLQQQ", None, False),
        ("locode", "", None, False),
        ("airport", "AMS", None, True),
        ("airport", "LON", None, True),
        ("airport", "QQQ", None, False),
        ("hs", "010121", None, False),
        ("nonsense", "1", None, False),
    ],
)
def a_code_is_in_its_list_on_its_days_only(
    codes: Codes, list_id: str, code: str, day: date | None, *, expected: bool
) -> None:
    assert codes.has(list_id, code, day) is expected


def the_seaport_of_shanghai_is_not_its_airport(codes: Codes) -> None:
    airport, port = codes.entry("locode", "CNSHA"), codes.entry("locode", ALIASES["CNSHA", "1"])
    assert airport is not None
    assert port is not None
    assert "1" not in airport.facts["function"]
    assert "1" in port.facts["function"]


@pytest.mark.parametrize(("place", "function"), list(ALIASES))
def every_alias_leads_from_a_place_without_the_function_to_one_with_it(codes: Codes, place: str, function: str) -> None:
    source, target = codes.entry("locode", place), codes.entry("locode", ALIASES[place, function])
    assert source is not None
    assert target is not None
    assert function not in source.facts["function"]
    assert function in target.facts["function"]


def the_coordinates_of_a_place_are_decimal_degrees(codes: Codes) -> None:
    rotterdam = codes.entry("locode", "NLRTM")
    assert rotterdam is not None
    assert (rotterdam.facts["latitude"], rotterdam.facts["longitude"]) == ("51.9167", "4.5000")  # 51°55'N 4°30'E


def every_list_names_its_edition_source_and_hash(codes: Codes) -> None:
    lists = codes.lists()
    assert [one.id for one in lists].count("incoterm") == 3
    for one in lists:
        assert one.edition
        assert one.source
        assert one.licence
        assert len(one.sha256) == 64
        assert one.count > 0
        assert one.loaded_by == "package"


def no_list_of_goods_or_offices_is_there_until_one_is_loaded(codes: Codes) -> None:
    assert not codes.loaded("hs")
    assert not codes.loaded("office")
    assert codes.edition("hs") == ""
    assert codes.describe("hs", "010121") == ""


def a_loaded_list_stands_in_for_the_built_in_one() -> None:
    mine = load_csv(io.BytesIO(b"code,name\nNL,The Low Lands\n"), "country", "mine")
    codes = Codes([mine])
    assert codes.edition("country") == "mine"
    assert codes.describe("country", "NL") == "The Low Lands"
    assert not codes.has("country", "DE")
    assert next(one for one in codes.lists() if one.id == "country").loaded_by == "operator"


def a_day_is_answered_by_the_edition_in_force_on_it() -> None:
    old = load_csv(io.BytesIO(b"code\n010121\n999999\n"), "hs", "2017")
    new = load_csv(io.BytesIO(b"code\n010121\n854352\n"), "hs", "2022")
    codes = Codes([new, old])
    assert codes.edition("hs", date(2020, 6, 1)) == "2017"
    assert codes.edition("hs", date(2022, 1, 1)) == "2022"
    assert codes.edition("hs") == "2022"
    assert codes.has("hs", "999999", date(2021, 12, 31))
    assert not codes.has("hs", "999999", date(2022, 1, 1))
    assert codes.has("hs", "854352")


def a_list_loaded_again_replaces_its_own_edition_only() -> None:
    codes = Codes()
    codes.add(load_csv(io.BytesIO(b"code\n010121\n"), "hs", "2022"))
    codes.add(load_csv(io.BytesIO(b"code\n010129\n"), "hs", "2022"))
    assert [one.edition for one in codes.editions("hs")] == ["2022"]
    assert not codes.has("hs", "010121")


def a_list_survives_json_and_its_hash_is_checked() -> None:
    mine = load_csv(
        io.BytesIO(b"code,name,valid_from,valid_to\nA1,First,2020-01-01,2020-12-31\nB2,Second,,\n"), "office", "1"
    )
    assert mine.get("A1") == Entry("First", (Period(date(2020, 1, 1), date(2020, 12, 31)),))
    assert from_json(to_json(mine)) == mine
    assert to_json(from_json(to_json(mine))) == to_json(mine)
    with pytest.raises(CodeListFault, match="was changed"):
        from_json(to_json(mine).replace(b"Second", b"Sekond"))
    with pytest.raises(CodeListFault, match="not a stored code list"):
        from_json(b'{"id": 1')


def a_byte_order_mark_and_text_streams_are_read() -> None:
    raw = b"\xef\xbb\xbfhscode,description\n0101.21,Horses\n"
    from_bytes = load_csv(io.BytesIO(raw), "hs", "2022")
    from_text = load_csv(io.StringIO(raw.decode("utf-8")), "hs", "2022")
    assert from_bytes == from_text
    assert from_bytes.get("010121") == Entry("Horses")


def the_columns_can_be_named() -> None:
    mine = load_csv(io.BytesIO(b"Kode;x,Navn\n1,En\n"), "office", "1", columns={"code": "kode;x", "name": "NAVN"})
    assert mine.entries == {"1": Entry("En")}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "Line 1: the list hs is empty"),
        (b"a,b\n1,2\n", "Line 1: the list hs has no column for the code"),
        (b"code,name\n", "without a single code"),
        (b"code,name\n\n\n", "without a single code"),
        (b"code,name\n01,a\n02,b\n01,c\n", "Line 4: the code 01 stood on line 2"),
        (b"code,name\n01,a\n,b\n", "Line 3: the code is missing"),
        (b"code,name,valid_from\n01,a,1.2.2020\n", "Line 2: '1.2.2020' is not a day"),
        (b'code,name\n01,"a\n', "is not CSV"),
        (b"code,name\n01,\xff\xfe\n", "is not CSV in UTF-8"),
        (b"code,name\n01," + b"x" * 30_000 + b"\n", "longer than"),
    ],
)
def a_list_that_is_none_is_refused_with_the_line(text: bytes, sentence: str) -> None:
    with pytest.raises(CodeListFault, match=sentence) as caught:
        load_csv(io.BytesIO(text), "hs", "2022")
    assert caught.value.remedy


def a_column_that_is_named_but_not_there_is_refused() -> None:
    with pytest.raises(CodeListFault, match="has no column 'kode'"):
        load_csv(io.BytesIO(b"code\n1\n"), "hs", "2022", columns={"code": "kode"})


def the_members_of_a_list_are_those_whose_period_covers_the_day() -> None:
    mine = CodeList(
        id="x",
        edition="1",
        source="s",
        licence="l",
        sha256="",
        entries={
            "A": Entry("A", (Period(None, date(2020, 1, 1)),)),
            "B": Entry("B", (Period(date(2020, 1, 2), None),)),
            "C": Entry("C"),
            "D": Entry("D", (Period(date(2020, 1, 1), date(2020, 1, 1)),)),
        },
    )
    assert mine.members(date(2019, 12, 31)) == {"A", "C"}
    assert mine.members(date(2020, 1, 1)) == {"A", "C", "D"}
    assert mine.members(date(2020, 1, 2)) == {"B", "C"}
    assert mine.members() == {"A", "B", "C", "D"}


@pytest.mark.skipif(not HS.exists(), reason="the HS list is not on this machine (SOURCES.md)")
def the_published_hs_list_loads() -> None:
    with HS.open("rb") as stream:
        listed = load_csv(stream, "hs", "2022")
    assert listed.count() > 6_000
    assert listed.get("010121") is not None
    assert (listed.valid_from, listed.valid_to) == (date(2022, 1, 1), date(2027, 12, 31))
