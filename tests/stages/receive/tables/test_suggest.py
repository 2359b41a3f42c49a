"""Test suggesting: what is proposed loads, reads its table, and says why."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidewaiter.kernel.errors import Refused
from tidewaiter.kernel.records import KINDS, Declaration, Outcome
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages import receive
from tidewaiter.stages.receive.tables.paths import resolve
from tidewaiter.stages.receive.tables.profile import Kind, profile
from tidewaiter.stages.receive.tables.vocabulary import targets


def suggest(data: bytes, **options: Any) -> receive.Suggestion:
    """Suggest a mapping of bytes."""
    return receive.suggest(io.BytesIO(data), name="my table.csv", settings=Settings(currency="XOF", **options))


def read(data: bytes, suggestion: receive.Suggestion) -> list[receive.Reading]:
    """Read the bytes through the suggestion."""
    mapping = receive.read_mapping(suggestion.toml, "suggested")
    return list(receive.open_source(io.BytesIO(data), name="t", settings=Settings(), mapping=mapping).readings())


FRENCH = (
    "N° déclaration;Date d'enregistrement;Bureau;Importateur;Code SH;Désignation des marchandises;Pays d'origine;"
    "Poids net;Valeur en douane;Devise;Boîte;Article\n"
    "D1;31/01/2020;BJ01;ACME SARL;0101.21.00;Chevaux vivants;FR;1.234,5;12.000,00;EUR;MSKU1234565;1\n"
    "D1;31/01/2020;BJ01;ACME SARL;8471.30.00;Ordinateurs portables;CN;34,5;2.000,25;EUR;MSKU1234565;2\n"
    "D2;01/02/2020;BJ01;BETA SA;8471.30.00;Ordinateurs de bureau;CN;0,5;2.000,25;EUR;;1\n"
).encode("cp1252")


def a_french_table_of_windows_is_understood_whole() -> None:
    suggestion = suggest(FRENCH)
    fields = {one.column: one.to for one in suggestion.columns}
    assert fields == {
        "N° déclaration": "lrn",
        "Date d'enregistrement": "accepted",
        "Bureau": "office",
        "Importateur": "parties[importer].name",
        "Code SH": "goodsShipment.items[].commodity.classifications[0].id",
        "Désignation des marchandises": "goodsShipment.items[].commodity.description",
        "Pays d'origine": "goodsShipment.items[].origin",
        "Poids net": "goodsShipment.items[].commodity.netMass.value",
        "Valeur en douane": "goodsShipment.items[].customsValue.value",
        "Devise": "invoiceAmount.currency",
        "Boîte": "goodsShipment.items[].equipment[0]",
        "Article": "goodsShipment.items[].sequence",
    }
    one, two = read(FRENCH, suggestion)
    record = one.record
    assert isinstance(record, Declaration)
    assert one.faults == two.faults == ()
    assert record.accepted == datetime(2020, 1, 31, tzinfo=UTC)
    first = record.items[0]
    assert first.commodity is not None
    assert first.commodity.net_mass is not None
    assert (first.commodity.net_mass.value, first.commodity.net_mass.unit) == (Decimal("1234.5"), "KGM")
    assert first.customs_value is not None
    assert (first.customs_value.value, first.customs_value.currency) == (Decimal("12000.00"), "EUR")
    assert first.commodity.classifications[0].id == "01012100"
    assert len(record.items) == 2


def a_spanish_table_is_understood() -> None:
    data = (
        "Nº Declaración,Fecha,Aduana,Importador,NIT Importador,Subpartida,País de origen,Peso neto,Valor en aduana\n"
        "1,2020-01-31,073,Acme SA,900123,847130,CN,1.5,10\n2,2020-02-01,073,Beta SA,900124,10121,FR,2.5,11\n"
    ).encode()
    fields = {one.column: one.to for one in suggest(data).columns}
    assert fields["Nº Declaración"] == "lrn"
    assert fields["Fecha"] == "issued"
    assert fields["Aduana"] == "office"
    assert fields["Importador"] == "parties[importer].name"
    assert fields["Subpartida"] == "goodsShipment.items[].commodity.classifications[0].id"
    assert fields["Peso neto"] == "goodsShipment.items[].commodity.netMass.value"
    suggestion = suggest(data)
    assert "The currency of goodsShipment.items[].customsValue is not in the table: XOF is assumed." in suggestion.notes
    _, two = read(data, suggestion)
    assert isinstance(two.record, Declaration)
    assert two.record.items[0].commodity is not None
    assert two.record.items[0].commodity.classifications[0].id == "010121"


def a_name_that_the_values_contradict_is_not_believed() -> None:
    data = b"Country of origin,HS code,Date\nred,n/a,soon\nblue,n/a,later\n"
    assert {one.to for one in suggest(data).columns if one.confidence > 0.5} == set()


def a_table_of_results_becomes_outcomes() -> None:
    data = b"Declaration,Inspection date,Result,Control\nD1,2020-01-31,0,physical\nD2,2020-02-01,1,physical\n"
    suggestion = suggest(data)
    assert suggestion.kind == "Outcome"
    records = [one.record for one in read(data, suggestion)]
    assert [one.result for one in records if isinstance(one, Outcome)] == ["conform", "irregular"]


def a_day_and_month_that_cannot_be_told_apart_are_noted() -> None:
    suggestion = suggest(b"Declaration ID,Date\n1,03/04/2020\n2,05/06/2020\n")
    (note,) = suggestion.notes
    assert note.startswith("Day and month of 'Date' cannot be told apart in the rows looked at")
    assert note.endswith("%d/%m/%Y is assumed, %m/%d/%Y would fit too.")


def a_column_of_mixed_date_formats_is_noted_and_read() -> None:
    data = b"Declaration ID,Date\n1,2020-04-03\n2,25/12/2020\n3,13/12/2020\n4,2020-04-04\n"
    suggestion = suggest(data)
    assert suggestion.notes[0] == "'Date' mixes date formats: iso, %d/%m/%Y."
    assert all(one.faults == () for one in read(data, suggestion))


def the_values_that_fail_are_counted() -> None:
    rows = b"".join(b"%d,1.%d\n" % (at, at) for at in range(60))
    suggestion = suggest(b"Declaration ID,Net mass\n" + rows + b"x,heavy\n")
    mass = next(one for one in suggestion.columns if one.column == "Net mass")
    assert mass.why.endswith("1 of 61 values cannot be read so")


def a_workbook_gets_a_suggestion_too() -> None:
    made = openpyxl.Workbook()
    made.active.append(["Declaration ID", "Date", "HS code", "Net mass"])
    made.active.append([1, datetime(2020, 1, 31), 847130, 1.5])  # noqa: DTZ001 - cells have no offset
    made.active.append([2, datetime(2020, 2, 1), 10121, 2])  # noqa: DTZ001 - as above
    out = io.BytesIO()
    made.save(out)
    suggestion = suggest(out.getvalue())
    assert 'sheet = "Sheet"' in suggestion.toml
    one, two = read(out.getvalue(), suggestion)
    assert one.faults == two.faults == ()
    assert isinstance(two.record, Declaration)
    assert two.record.items[0].commodity is not None
    assert two.record.items[0].commodity.classifications[0].id == "010121"


def the_shipped_mapping_that_fits_is_named() -> None:
    mapping = receive.load_mapping("kcs")
    header = ",".join(source.names[0] for column in mapping.columns for source in column.sources)
    row = ",".join("1" for _ in mapping.columns)
    notes = suggest(f"{header}\n{row}\n".encode()).notes
    assert notes[0] == "The header fits the mapping kcs, which ships: --mapping kcs."


def no_value_of_a_column_is_written_into_the_mapping() -> None:
    data = b"Declaration ID,Secret\nD1,Johanna Doe\nD2,Johanna Roe\n"
    suggestion = suggest(data)
    assert "Johanna" not in suggestion.toml
    assert "Johanna" not in str(suggestion.columns)


def a_source_that_needs_no_mapping_is_refused() -> None:
    with pytest.raises(Refused, match="need no mapping"):
        suggest(b'{"kind":"Event"}')


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["MSKU1234565", "CSQU3054383"], Kind.CONTAINER),
        (["010121", "847130"], Kind.HS),
        (["0101.21.00", "8471.30.00"], Kind.HS),
        (["KR", "CN", "XK"], Kind.COUNTRY),
        (["EUR", "KRW"], Kind.CURRENCY),
        (["KRPUS", "CN SHA"], Kind.LOCODE),
        (["31/01/2020", "01/02/2020"], Kind.DAY),
        (["1,5", "2,25"], Kind.NUMBER),
        (["Y", "N"], Kind.YES_NO),
        (["fresh green tea", "old black tea"], Kind.TEXT),
    ],
)
def every_kind_of_value_is_told(values: list[str], kind: Kind) -> None:
    assert kind in profile(values).kinds


def a_container_number_with_a_wrong_check_digit_is_none() -> None:
    assert Kind.CONTAINER not in profile(["MSKU1234560", "CSQU3054380"]).kinds


def every_field_of_the_vocabulary_is_one_that_there_is() -> None:
    for kind, fields in targets().items():
        for field in fields:
            resolve(KINDS[kind], field.path)
            assert field.names


HEADERS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters='\x00\r\n",'), min_size=1, max_size=12).map(
        str.strip
    )
    | st.sampled_from(["Date", "HS code", "Net mass", "Currency", "Declaration ID", "Item"]),
    min_size=1,
    max_size=5,
    unique=True,
).filter(lambda some: all(some) and not some[0].startswith(("%PDF", "{", "[", "<", "\ufeff", "PK", "UN")))
CELLS = st.sampled_from(["", "1", "1,5", "2.5", "2020-01-31", "31/01/2020", "KR", "EUR", "847130", "Tea leaves", "é"])


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
@given(st.data(), HEADERS)
def every_suggestion_loads_and_reads_its_table(data: st.DataObject, header: list[str]) -> None:
    rows = data.draw(st.lists(st.lists(CELLS, min_size=len(header), max_size=len(header)), max_size=4))
    text = "\n".join("\t".join(f'"{cell}"' for cell in row) for row in [header, *rows]) + "\n"
    table = text.encode()
    try:
        suggestion = suggest(table)
    except Refused:
        return
    assert [one.column for one in suggestion.columns] == header
    readings = read(table, suggestion)
    assert len(readings) <= len(rows)
