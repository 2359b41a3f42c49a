"""Test mapping files: every mistake is named with its line and the nearest right word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.kernel.errors import MappingFault
from tidewaiter.stages import receive
from tidewaiter.stages.receive.tables.mapping import COLUMN_KEYS, MAPPING_KEYS

BASE = """[mapping]
id = "m"
kind = "Declaration"

[[column]]
from = "A"
to = "lrn"

[[column]]
from = "B"
to = "issued"
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('to = "issued"', 'to = "isued"', r"m\.toml, line 11: there is no field 'isued' .* nearest are issued"),
        ('from = "B"', 'form = "B"', r"line 10: \[\[column\]\] has no key 'form'; the nearest is from"),
        ('kind = "Declaration"', 'kind = "Declaratoin"', r"line 3: kind must be one of .* nearest is Declaration"),
        ('id = "m"', 'id = "My Table"', r"line 2: id must be small letters"),
        ('id = "m"', 'id = "m"\ndecimals = ","', r"line 3: \[mapping\] has no key 'decimals'; the nearest is decimal"),
        ('id = "m"', 'id = "m"\ndecimal = ";"', r"line 3: decimal must be"),
        ('id = "m"', 'id = "m"\ngrouping = "."', r"line 3: grouping must be .* not the decimal mark"),
        ('id = "m"', 'id = "m"\ndates = ["%H"]', r"line 3: the date format '%H' cannot read a day"),
        ('id = "m"', 'id = "m"\ndelimiter = ":"', r"line 3: delimiter must be"),
        ('id = "m"', "id = 5", r"line 2: id must be text"),
        ('to = "issued"', 'to = "lrn"', r"line 11: 'lrn' is filled twice"),
        ('to = "issued"', 'to = "parties[importre].id"', r"line 11: 'importre' .* is not one of exporter, importer"),
        ('to = "issued"', 'to = "parties.id"', r"line 11: 'parties' .* is a list; say which member"),
        ('to = "issued"', 'to = "parties[importer]"', r"line 11: .* names a group of fields"),
        ('to = "issued"', 'to = "lrn.x"', r"line 11: 'lrn' .* is a single field"),
        ('to = "issued"', 'to = "office[0]"', r"line 11: 'office' .* is not a list"),
        ('to = "issued"', 'to = "a b"', r"line 11: 'a b' .* is not a field name"),
        ('to = "issued"', 'to = "invoiceAmount[x].value"', r"line 11: 'invoiceAmount' .* is not a list"),
        ('to = "issued"', 'to = "goodsShipment.items[x].origin"', r"line 11: 'items' .* has no members with names"),
        ('to = "issued"', 'to = "issued"\ntransform = "upercase"', r"line 12: there is no transform 'upercase'"),
        ('to = "issued"', 'to = "issued"\ntransform = "decimal"', r"line 12: issued is a moment, and the transform"),
        ('to = "issued"', 'to = "issued"\ntransform = "split:;"', r"line 12: issued is a single field"),
        (
            'to = "issued"',
            'to = "packages"\ntransform = "divide:2"',
            r"line 12: packages is a whole number, which cannot",
        ),
        ('to = "issued"', 'to = "issued"\ntransform = [5]', r"line 12: 5 is not a transform"),
        ('to = "issued"', 'to = "issued"\nrequired = "yes"', r"line 9: `required` is true or false"),
        ('from = "B"\n', "", r"line 9: a column has `to` and either"),
        ('from = "B"', "from = []", r"line 10: a column needs the header"),
    ],
)
def a_mistake_is_named_with_its_line_and_the_nearest_right_word(old: str, new: str, message: str) -> None:
    assert old in BASE
    with pytest.raises(MappingFault, match=message) as fault:
        receive.read_mapping(BASE.replace(old, new), "m.toml")
    assert fault.value.remedy


@pytest.mark.parametrize(
    ("tail", "message"),
    [
        ('[constants]\n"offce" = "1"\n', r"line 14: there is no field 'offce' .* nearest are office"),
        ('[constants]\n"packages" = "many"\n', r"line 14: packages is a whole number; 'many' is not"),
        ('[constants]\n"lrn" = "X"\n', r"line 14: 'lrn' is filled twice"),
        ("[constants]\ngoodsShipment.exportCountry = 'KR'\n", r"write the whole path in quotation marks"),
        ('[group]\nby = ["A"]\n', r"line 13: \[group\] needs a list that the rows fill"),
        ('[group]\nfor = ["A"]\n', r"\[group\] has no key 'for'"),
        ("[colums]\n", r"the file has no key 'colums'; the nearest is column"),
        (
            '[[column]]\nfrom="C"\nto="goodsShipment.items[].origin"\n[[column]]\nfrom="D"\nto="documents[].type"\n',
            r"line 18: 'documents\[\]\.type' makes a second list",
        ),
    ],
)
def a_mistake_in_constants_or_group_is_named_too(tail: str, message: str) -> None:
    with pytest.raises(MappingFault, match=message):
        receive.read_mapping(f"{BASE}\n{tail}", "m.toml")


def a_file_that_is_no_toml_says_where() -> None:
    with pytest.raises(MappingFault, match=r"not valid TOML: .*line 2"):
        receive.read_mapping('[mapping]\nid = "m\n', "m.toml")


@pytest.mark.parametrize("text", ["", "a = 1", "[mapping]", "mapping = 3", "[[mapping]]", "[mapping]\nid=[]\nkind={}"])
def a_file_without_what_a_mapping_needs_is_a_fault(text: str) -> None:
    with pytest.raises(MappingFault):
        receive.read_mapping(text, "m.toml")


KEYS = st.sampled_from([*MAPPING_KEYS, *COLUMN_KEYS, "x", "by", "choose"])
VALUES = st.recursive(
    st.none().map(lambda _: "true")
    | st.integers().map(str)
    | st.sampled_from(['"lrn"', '"m"', '"Declaration"', '"A"']),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda some: f"[{', '.join(some)}]")
        | st.dictionaries(KEYS, inner, max_size=2).map(
            lambda some: "{" + ", ".join(f"{key} = {value}" for key, value in some.items()) + "}"
        )
    ),
    max_leaves=4,
)
TABLES = st.tuples(
    st.sampled_from(["[mapping]", "[[column]]", "[constants]", "[group]"]), st.dictionaries(KEYS, VALUES, max_size=4)
)


@given(st.lists(TABLES, max_size=4))
def no_mapping_file_raises_anything_but_a_mapping_fault(tables: list[tuple[str, dict[str, str]]]) -> None:
    text = "\n".join(
        "\n".join([name, *(f"{key} = {value}" for key, value in entries.items())]) for name, entries in tables
    )
    try:
        receive.read_mapping(text, "m.toml")
    except MappingFault as fault:
        sentence = fault.sentence
    else:
        sentence = "m.toml"
    assert sentence.startswith("m.toml")


def every_shipped_mapping_loads_by_its_id() -> None:
    assert receive.shipped_mappings() == ("asycuda-sad", "asycuda-sad-outcome", "kcs", "kcs-outcome")
    for name in receive.shipped_mappings():
        mapping = receive.load_mapping(name)
        assert mapping.id == name
        assert mapping.title
        assert mapping.source
        assert mapping.licence
        assert receive.read_mapping(receive.mapping_text(name), name).sha256 == mapping.sha256


def a_mapping_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(MappingFault, match=r"no mapping kcs-outcomes: .* nearest that ships is kcs-outcome") as fault:
        receive.load_mapping("kcs-outcomes")
    assert "asycuda-sad" in fault.value.remedy
