"""Measure reading messages: interchanges beside pydifact on the same file, XML documents, JSON events.

Usage: python benchmarks/interchanges.py [--segments 200000] [--pairs 3] [--data ../shared/data]

tokens    bytes to segments, elements and components, each with its place
matched   the same, in their envelopes, and matched with the table of their message
match     matching alone
whole     bytes to records, with everything that is wrong with them
pydifact  text to its segments, on the same file, in the same run
XML       a WCO declaration to its record, one document after the other
JSON      DCSA equipment events to records, in one document

Figures are per second of one core's time; ratios are medians of pairs taken one after the other.
"""

from __future__ import annotations

import argparse
import gc
import io
import json
import random
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

from proofs import SETTINGS

from tidewaiter.stages import receive
from tidewaiter.stages.receive.edifact.directory import message_table
from tidewaiter.stages.receive.edifact.envelopes import Envelopes
from tidewaiter.stages.receive.edifact.letters import Letter
from tidewaiter.stages.receive.edifact.matching import match
from tidewaiter.stages.receive.edifact.tokens import Tokens

CONSIGNMENTS = 140
"""Consignments in one message; with what belongs to each, about 2,000 segments."""

DECLARATION = """<?xml version="1.0" encoding="UTF-8"?>
<md:MetaData xmlns:md="urn:wco:datamodel:WCO:DocumentMetaData-DMS:2" xmlns="urn:wco:datamodel:WCO:DEC-DMS:2">
 <md:WCODataModelVersionCode>3.6</md:WCODataModelVersionCode>
 <md:WCOTypeName>DEC</md:WCOTypeName>
 <md:ResponsibleAgencyCode>QQ</md:ResponsibleAgencyCode>
 <Declaration>
  <AcceptanceDateTime><DateTimeString formatCode="102">20240102</DateTimeString></AcceptanceDateTime>
  <FunctionCode>9</FunctionCode>
  <FunctionalReferenceID>LRN-1</FunctionalReferenceID>
  <TypeCode>IMA</TypeCode>
  <GoodsItemQuantity>{items}</GoodsItemQuantity>
  <TotalPackageQuantity>20</TotalPackageQuantity>
  <BorderTransportMeans><ModeCode>1</ModeCode></BorderTransportMeans>
  <Declarant><ID>QQ123456789</ID></Declarant>
  <Exporter><Name>ORCHID WORKS</Name><Address><CityName>PORT ONE</CityName><CountryCode>CN</CountryCode>
   <Line>QUAY 1</Line><PostcodeID>1000</PostcodeID></Address></Exporter>
  <GoodsShipment>
   <Consignee><ID>QQ987654321</ID></Consignee>
   <Consignment><GoodsLocation><Name>DEPOT</Name><TypeCode>A</TypeCode></GoodsLocation>
    <TransportEquipment><SequenceNumeric>1</SequenceNumeric><ID>CSQU3054383</ID></TransportEquipment></Consignment>
   <Destination><CountryCode>NL</CountryCode></Destination>{goods}
   <TradeTerms><ConditionCode>CIF</ConditionCode><LocationID>NLRTM</LocationID></TradeTerms>
  </GoodsShipment>
 </Declaration>
</md:MetaData>
"""
ITEM = """
   <GovernmentAgencyGoodsItem><SequenceNumeric>{number}</SequenceNumeric>
    <StatisticalValueAmount currencyID="EUR">{value}</StatisticalValueAmount>
    <AdditionalDocument><CategoryCode>N</CategoryCode><ID>DOC{number}</ID><TypeCode>935</TypeCode></AdditionalDocument>
    <Commodity><Description>SHIRTS, KNITTED</Description>
     <Classification><ID>61051000</ID><IdentificationTypeCode>TSP</IdentificationTypeCode></Classification>
     <GoodsMeasure><GrossMassMeasure unitCode="KGM">{value}</GrossMassMeasure>
      <NetNetWeightMeasure unitCode="KGM">90</NetNetWeightMeasure></GoodsMeasure></Commodity>
    <GovernmentProcedure><CurrentCode>40</CurrentCode><PreviousCode>00</PreviousCode></GovernmentProcedure>
    <Origin><CountryCode>CN</CountryCode><TypeCode>1</TypeCode></Origin>
    <Packaging><SequenceNumeric>1</SequenceNumeric><MarksNumbersID>M{number}</MarksNumbersID>
     <QuantityQuantity>10</QuantityQuantity><TypeCode>CT</TypeCode></Packaging></GovernmentAgencyGoodsItem>"""

FEW = 3
"""Goods items of the invented declaration."""


def cargo_report(segments: int, seed: int = 1) -> bytes:
    """Return an interchange of cargo reports (CUSCAR) that has about so many segments."""
    chance = random.Random(seed)
    body: list[str] = []
    number = 0
    while len(body) < segments:
        number += 1
        body += _message(chance, number, min(CONSIGNMENTS, max(1, (segments - len(body)) // 14)))
    whole = ["UNB+UNOC:3+ACMELINES+NLCUSTOMS+240601:1000+I1", *body, f"UNZ+{number}+I1"]
    return ("UNA:+.? '" + "".join(f"{one}'" for one in whole)).encode("latin-1")


def _message(chance: random.Random, number: int, consignments: int) -> list[str]:
    """Return the segments of one cargo report."""
    lines = [
        f"UNH+M{number}+CUSCAR:D:95B:UN",
        f"BGM+785+C{number}+9",
        "DTM+137:20240601:102",
        "TDT+20+117W+1++ACML:172:20+++9074729:146:11:SEA FERN:PA",
        "LOC+60+NLRTM:139:6",
    ]
    for at in range(1, consignments + 1):
        box, mass = f"CSQU{chance.randrange(10**6):06}3", chance.randrange(50, 25_000)
        lines += [
            f"CNI+{at}",
            f"RFF+BM:ACML{number:04}{at:04}",
            f"LOC+9+{chance.choice(('CNSGH', 'SGSIN', 'USNYC'))}:139:6",
            "LOC+11+NLRTM:139:6",
            f"NAD+CZ+++ORCHID WORKS {at}+QUAY {at}+SHANGHAI++200000+CN",
            "NAD+CN+++KADE TRADING+KADE 1+ROTTERDAM++3011AA+NL",
            f"GID+1+{chance.randrange(1, 900)}:CT",
            f"FTX+AAA+++{chance.choice(('MENS COTTON SHIRTS, KNITTED', 'SPARE PARTS?: PUMPS', 'TOYS'))}",
            f"MEA+WT+AAB+KGM:{mass}",
            "MEA+VOL+AAW+MTQ:12.5",
            f"SGP+{box}+10",
            "DGS+IMD+3+1263" if at % 20 == 0 else "PCI+28+MARKS 1",
            "CST+1+610510:122",
        ]
    return [*lines, f"UNT+{len(lines) + 1}+M{number}"]


def seconds(work: Callable[[], object]) -> float:
    """Return how much time of the processor some work takes, with what others have left behind collected before."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def tokens(raw: bytes) -> int:
    """Return how many segments there are, having looked at each."""
    return sum(1 for _ in Tokens(io.BytesIO(raw), segment_bytes_max=SETTINGS.edifact_segment_bytes_max))


def letters(raw: bytes) -> list[Letter]:
    """Return the messages in their envelopes."""
    found = Envelopes(
        Tokens(io.BytesIO(raw), segment_bytes_max=SETTINGS.edifact_segment_bytes_max),
        segments_max=SETTINGS.edifact_segments_max,
    )
    return [one for one in found if isinstance(one, Letter)]


def matching(found: Sequence[Letter]) -> None:
    """Match messages with their table."""
    table = message_table("CUSCAR", "D", "95B")
    assert table is not None
    for letter in found:
        _, flaws = match(table, letter.segments)
        assert not flaws, flaws


def read(raw: bytes) -> int:
    """Return how many records a source has, all read."""
    opened = receive.open_source(io.BytesIO(raw), name="source", settings=SETTINGS)
    return sum(1 for _ in opened.readings())


def by_pydifact(text: str) -> int:
    """Return how many segments pydifact finds."""
    from pydifact.parser import Parser

    return sum(1 for _ in Parser().parse(text))


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return sorted(values)[len(values) // 2]


def measure_interchanges(segments: int, pairs: int) -> None:
    """Measure interchanges, pair by pair, and print."""
    raw = cargo_report(segments)
    text, count = raw.decode("latin-1"), tokens(raw)
    known = letters(raw)
    assert all(not one.faults for one in known)
    print(f"CUSCAR, {count:,} segments in {len(known):,} messages, {len(raw) / 1e6:.1f} MB; segments/s")
    work: dict[str, tuple[Callable[[], object], int | None]] = {
        "tokens": (lambda: tokens(raw), 200_000),
        "matched": (lambda: matching(letters(raw)), None),
        "match": (lambda: matching(known), 40_000),
        "whole": (lambda: read(raw), 20_000),
    }
    try:
        by_pydifact("UNB+UNOC:3+A+B+240601:1000+I1'UNZ+0+I1'")
        work["pydifact"] = (lambda: by_pydifact(text), None)
    except ImportError:
        print("  pydifact is not here")
    took: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(pairs):
        for name, (call, _) in work.items():
            took[name].append(seconds(call))
    for name, times in took.items():
        target = work[name][1]
        said = f" (target {target:,})" if target else ""
        print(f"  {name:9} {count / median(times):10,.0f}{said}")
    if "pydifact" in took:
        for name in ("tokens", "matched", "whole"):
            ratio = median([theirs / mine for mine, theirs in zip(took[name], took["pydifact"], strict=True)])
            print(f"  pydifact takes {ratio:.1f} times as long as {name}{' (target 5)' if name == 'tokens' else ''}")


def measure_documents(pairs: int, data: Path) -> None:
    """Measure XML documents and JSON events, and print."""
    goods = "".join(ITEM.format(number=number, value=number * 100) for number in range(1, FEW + 1))
    invented = DECLARATION.format(items=FEW, goods=goods).encode()
    sets = {f"a WCO declaration of {FEW} items, invented": [invented] * 300}
    samples = [path.read_bytes() for path in sorted((data / "wco-dms" / "samples").glob("*.xml"))]
    if samples:
        sets[f"the {len(samples)} WCO samples"] = samples * 4
    for name, documents in sets.items():
        assert read(documents[0]) == 1
        took = median([seconds(lambda all_of=documents: [read(one) for one in all_of]) for _ in range(pairs)])  # type: ignore[misc]  # a list is no iterator
        size = sum(map(len, documents)) / len(documents) / 1024
        print(f"  XML  {len(documents) / took:10,.0f} documents/s (target 500): {name}, {size:.1f} KiB each")
    event = {
        "eventID": "3c7d4f0e-0001-4a7a-9b6e-000000000001",
        "eventType": "EQUIPMENT",
        "eventCreatedDateTime": "2024-06-01T10:05:00Z",
        "eventClassifierCode": "ACT",
        "eventDateTime": "2024-06-01T10:00:00Z",
        "equipmentEventTypeCode": "DISC",
        "equipmentReference": "CSQU3054383",
        "ISOEquipmentCode": "22G1",
        "emptyIndicatorCode": "LADEN",
        "documentReferences": [{"documentReferenceType": "TRD", "documentReferenceValue": "ACML0001"}],
        "eventLocation": {"UNLocationCode": "NLRTM", "locationName": "ROTTERDAM"},
    }
    events = json.dumps([event] * 5_000).encode()
    assert read(events) == 5_000
    took = median([seconds(lambda: read(events)) for _ in range(pairs)])
    print(f"  JSON {5_000 / took:10,.0f} DCSA events/s")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segments", type=int, default=200_000)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--write", type=Path, help="only write the interchange to this file")
    arguments = parser.parse_args()
    if arguments.write is not None:
        arguments.write.write_bytes(cargo_report(arguments.segments))
        sys.exit(0)
    warnings.simplefilter("ignore")  # pydifact warns of every directory that it has no tables for
    measure_interchanges(arguments.segments, arguments.pairs)
    measure_documents(arguments.pairs, arguments.data)


if __name__ == "__main__":
    main()
