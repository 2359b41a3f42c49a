"""Give tests of JSON documents the examples, and a way to read bytes as a document."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.receive import Reading
from tidewaiter.stages.receive.json.documents import JsonDocument
from tidewaiter.stages.receive.model import head_of

EXAMPLES = Path(__file__).parent / "examples"


@pytest.fixture(scope="session")
def document() -> Callable[..., JsonDocument]:
    """A function that opens bytes as a JSON document; settings are given by name."""

    def open_bytes(data: bytes, **settings: Any) -> JsonDocument:
        head = head_of("json", len(data), None, kind="json")
        return JsonDocument(io.BytesIO(data), head, Settings(**settings))

    return open_bytes


@pytest.fixture(scope="session")
def read(document: Callable[..., JsonDocument]) -> Callable[..., list[Reading]]:
    """A function that reads every record of bytes."""

    def read_bytes(data: bytes, **settings: Any) -> list[Reading]:
        return list(document(data, **settings).readings())

    return read_bytes


@pytest.fixture(scope="session")
def example() -> Callable[[str], bytes]:
    """A function that returns an example by its name: dcsa, epcis, waybill, one-record."""
    return lambda name: (EXAMPLES / f"{name}.json").read_bytes()
