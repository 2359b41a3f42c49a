"""Test the URIs that EPCIS names things by: each register, both ways, and what is in none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.stages.receive.json.identifiers import (
    Named,
    check_digit,
    locode_in,
    locode_uri,
    named,
    uri_of,
    words_of,
)


@pytest.mark.parametrize(
    ("uri", "found"),
    [
        ("urn:epc:id:bic:CSQU3054383", Named("BIC", "CSQU3054383")),
        ("CSQU3054383", Named("BIC", "CSQU3054383")),
        ("https://app.bic-boxtech.example/container/CSQU3054383", Named("BIC", "CSQU3054383")),
        ("urn:epc:id:imovn:9176187", Named("IMO", "9176187")),
        ("urn:epc:id:sscc:0614141.1234567890", Named("SSCC", "106141412345678908")),
        ("https://id.gs1.org/00/106141412345678908", Named("SSCC", "106141412345678908")),
        ("urn:epc:id:grai:0614141.12345.400", Named("GRAI", "00614141123452400")),
        ("https://example.org/some/path/8003/00614141123452400?a=b", Named("GRAI", "00614141123452400")),
        ("urn:epc:id:giai:0614141.12345400", Named("GIAI", "061414112345400")),
        ("https://id.gs1.org/8004/061414112345400", Named("GIAI", "061414112345400")),
        ("urn:epc:id:sgln:0614141.12345.400", Named("GLN", "0614141123452.400")),
        ("urn:epc:id:sgln:0614141.12345.0", Named("GLN", "0614141123452")),
        ("https://id.gs1.org/414/0614141123452/254/400", Named("GLN", "0614141123452.400")),
        ("urn:epc:id:ginc:0614141.xyz47%2F11", Named("GINC", "0614141xyz47/11")),
        ("urn:epc:id:gsin:0614141.123456789", Named("GSIN", "06141411234567890")),
        ("urn:epc:id:gdti:0614141.12345.400", Named("GDTI", "0614141123452400")),
    ],
)
def a_uri_names_a_number_in_a_register(uri: str, found: Named) -> None:
    assert named(uri) == found


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "urn:epc:id:bic:CSQ",
        "urn:epc:id:imovn:ABC",
        "urn:epc:id:sscc:0614141",
        "urn:epc:id:sscc:06x4141.1",
        "urn:epc:id:sscc:0614141.x",
        "urn:epc:id:grai:0614141.x.1",
        "urn:epc:id:sgtin:0614141.112345.400",
        "urn:epc:id:",
        "https://id.gs1.org/01/09521141123454",
        "https://id.gs1.org/00/",
        "http://[",
        "ordinary words",
    ],
)
def a_uri_of_no_known_register_names_nothing(uri: str) -> None:
    assert named(uri) is None
    assert words_of(uri, "asset") == uri


@pytest.mark.parametrize(
    ("digits", "digit"), [("10614141234567890", "8"), ("061414112345", "2"), ("400638133393", "1")]
)
def the_check_digit_is_that_of_gs1(digits: str, digit: str) -> None:
    assert check_digit(digits) == digit


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
    | st.builds("{} {}".format, st.sampled_from(["GLN", "GRAI", "SSCC", "BIC", "IMO"]), st.text("ab./# %0", min_size=1))
    | st.from_regex(r"urn:(epc:id|x-tidewaiter):[a-z]{3,5}:[0-9.]{1,9}", fullmatch=True)
)
def every_text_comes_back_from_its_uri(words: str) -> None:
    uri = uri_of(words, "asset")
    assert words_of(uri, "asset") == words
    assert not any(one.isspace() for one in uri)


@pytest.mark.parametrize(
    "uri",
    [
        "NLRTM",
        "https://vocabulary.uncefact.org/unlocode#NLRTM",
        "https://service.unece.org/trade/locode/NLRTM",
        "unlcd:NLRTM",
        "urn:un:unlocode:nlrtm",
    ],
)
def a_place_may_be_a_locode_in_many_ways(uri: str) -> None:
    assert locode_in(uri) == "NLRTM"


@pytest.mark.parametrize(
    "uri", ["", "NLRT", "https://vocabulary.uncefact.org/unlocode", "urn:epc:id:sgln:0614141.12345.0", "geo:1,2"]
)
def a_place_that_is_no_locode_has_none(uri: str) -> None:
    assert locode_in(uri) is None
    assert locode_in(locode_uri("SGSIN")) == "SGSIN"
