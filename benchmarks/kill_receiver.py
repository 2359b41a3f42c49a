"""Receive a file and say every acknowledgement aloud: the process that kill.py kills."""

from __future__ import annotations

import sys
from pathlib import Path

from tidewaiter import journey
from tidewaiter.kernel.settings import Settings
from tidewaiter.node import start
from tidewaiter.stages.receive import load_mapping
from tidewaiter.stages.record import Receipt


def _acknowledge(receipt: Receipt) -> None:
    """Write which records are acknowledged, at once."""
    sys.stdout.write(f"{receipt.message} {receipt.first} {receipt.last}\n")
    sys.stdout.flush()


def main(home: str, file: str, mapping: str, batch: int) -> None:
    """Receive the file into the node."""
    node = start(Settings(home=home, batch_records=batch))
    with Path(file).open("rb") as stream:
        source = journey.Source(stream=stream, name="kill.csv", mapping=load_mapping(mapping))
        journey.arrive(node, source, progress=_acknowledge)
    sys.stdout.write("complete\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
