"""Prove that the truth is written as it happened, and opens with the seed alone."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tidewaiter.kernel.errors import KeyFault, NotFound, Refused
from tidewaiter.kernel.records import Amount, Consignment, Declaration, GoodsItem, GoodsShipment, TransportMeans
from tidewaiter.kernel.seal import files
from tidewaiter.kernel.seal.files import Sealing
from tidewaiter.world.model import Letter, Planted, Slip
from tidewaiter.world.truth import (
    Declared,
    Flaw,
    Manifest,
    Parcels,
    Slipped,
    Truth,
    TruthWriter,
    inspection_hours,
    open_truth,
    read_manifest,
    sha256_of,
    verify,
)

START = date(2026, 1, 5)
CEDI = 0.08


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make guesses cheap, so that the tests are quick."""
    monkeypatch.setattr(files, "SCRYPT_N", 2)


@dataclass
class Day:
    """What happened on a day."""

    letters: list[Letter] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)


def declaration(mrn: str, *, function: str = "9", value: str = "1000", mode: str = "1") -> Letter:
    """Return a letter with a declaration of one item."""
    at = datetime(2026, 1, 7, 9, tzinfo=UTC)
    consignment = Consignment(transport_means=(TransportMeans(stage="border", mode=mode),))
    item = GoodsItem(sequence=1, customs_value=Amount(value=Decimal(value), currency="GHS"))
    shipment = GoodsShipment(consignment=consignment, items=(item, item))
    record = Declaration(mrn=mrn, function=function, issued=at, goods_shipment=shipment)
    return Letter(at + timedelta(hours=2), "GH", "csv", "BROKER", record)


def planted(reference: str = "26GH1", day: int = 2) -> Planted:
    """Return something smuggled."""
    references = (reference, f"{reference}/BL")
    return Planted("misvalued", 3, 0.75, "value", "GH", references, 1, 5_000.0, "GHS", "It was worth more.", 7, day)


def sealed(days: Iterable[Day], seed: str = "tide") -> bytes:
    """Return the sealed truth of some days."""
    out = io.BytesIO()
    with Sealing(out, seed, "test") as sealing:
        writer = TruthWriter(sealing.write, start=START, rate=lambda currency, _: {"GHS": CEDI}[currency])
        for day in days:
            writer.day(day)
    return out.getvalue()


def truth_of(data: bytes, seed: str = "tide") -> Truth:
    """Return the truth that was sealed."""
    return Truth(lambda: io.BytesIO(data), seed, "test")


def what_happened_is_read_back_in_us_dollars() -> None:
    slip = Slip("transposed", "GH", "26GH2", (("FMT-001", "digit"),))
    truth = truth_of(sealed([Day([declaration("26GH1"), declaration("26GH2")], [planted()], [slip])]))
    [one] = truth.planted()
    assert (one.scheme, one.references, one.evaded_usd, one.day) == ("misvalued", ("26GH1", "26GH1/BL"), 400.0, 2)
    assert list(truth.slips()) == [
        Slipped(kind="transposed", country="GH", reference="26GH2", findings=(("FMT-001", "digit"),))
    ]
    first, second = truth.declared()
    assert first == Declared("GH", "26GH1", 2, 160.0, first.hours)
    assert second.reference == "26GH2"


def an_amendment_is_no_second_declaration() -> None:
    letters = [declaration("26GH1"), declaration("26GH1", function="4"), declaration("26GH1", function="1")]
    assert len(list(truth_of(sealed([Day(letters)])).declared())) == 1


def the_same_world_gives_the_same_bytes() -> None:
    days = [Day([declaration(f"26GH{number}") for number in range(50)], [planted()])]
    assert sealed(days) == sealed(days)
    assert b"misvalued" not in sealed(days)


def a_wrong_seed_is_told_and_opens_nothing() -> None:
    with pytest.raises(KeyFault, match="another seed or code"):
        list(truth_of(sealed([Day([], [planted()])]), "ebb").planted())


def a_line_of_another_program_is_said() -> None:
    out = io.BytesIO()
    with Sealing(out, "tide", "test") as sealing:
        sealing.write(b'{"is":"planted"}\n')
    with pytest.raises(Refused, match="cannot be read"):
        list(truth_of(out.getvalue()).planted())


def an_inspection_costs_hours_that_depend_on_the_declaration_alone() -> None:
    sea, road = declaration("26GH1").record, declaration("26GH1", mode="3").record
    assert isinstance(sea, Declaration)
    assert isinstance(road, Declaration)
    assert inspection_hours(sea) == inspection_hours(sea)
    assert inspection_hours(sea) > inspection_hours(road) > 0
    assert len({inspection_hours(Declaration(mrn=f"M{number}")) for number in range(50)}) > 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder of a small world."""
    (tmp_path / "GH").mkdir()
    (tmp_path / "GH" / "a.csv").write_bytes(b"a")
    (tmp_path / "truth.sealed").write_bytes(sealed([Day()]))
    made = Manifest(
        format="tidewaiter-world/1",
        program="0",
        countries=("GH",),
        start=START,
        days=1,
        consignments=1,
        window_hours=6,
        honest=False,
        counts={"GH": {"csv": Parcels().more(1, 1)}},
        files={"GH/a.csv": sha256_of(tmp_path / "GH" / "a.csv")},
        truth=sha256_of(tmp_path / "truth.sealed"),
    )
    (tmp_path / "manifest.json").write_bytes(made.data)
    return tmp_path


def a_world_that_is_as_it_was_has_no_flaw(folder: Path) -> None:
    manifest = read_manifest(folder)
    assert list(verify(folder, manifest)) == []
    assert manifest.counts["GH"]["csv"] == Parcels(1, 1, 1)


def what_is_changed_missing_or_added_is_named(folder: Path) -> None:
    manifest = read_manifest(folder)
    (folder / "GH" / "a.csv").write_bytes(b"b")
    (folder / "GH" / "b.csv").write_bytes(b"b")
    (folder / "truth.sealed").unlink()
    assert list(verify(folder, manifest)) == [
        Flaw("GH/a.csv", "was changed"),
        Flaw("GH/b.csv", "is not in the manifest"),
        Flaw("truth.sealed", "is missing"),
    ]
    (folder / "GH" / "a.csv").unlink()
    (folder / "GH" / "a.csv").symlink_to("b.csv")
    assert Flaw("GH/a.csv", "was changed") in list(verify(folder, manifest))


def a_folder_without_a_manifest_is_no_whole_world(folder: Path) -> None:
    (folder / "manifest.json").write_bytes(b"{}")
    with pytest.raises(Refused, match="cannot be read"):
        read_manifest(folder)
    (folder / "manifest.json").unlink()
    with pytest.raises(NotFound, match="no whole world"):
        read_manifest(folder)
    (folder / "truth.sealed").unlink()
    with pytest.raises(NotFound, match="no truth"):
        open_truth(folder, "tide", "test")
