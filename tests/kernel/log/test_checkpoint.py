"""Prove that checkpoints are written in one way and read as strictly as the standard allows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kernel.log.keys import LOG, ORIGIN, pair

from tidewaiter.kernel.errors import NoteFault, NotProven
from tidewaiter.kernel.log import checkpoint, notes
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.notes import Note

MADE = Checkpoint(ORIGIN, 41, bytes(range(32)))
ROOT = notes.encode64(MADE.root)


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
def a_checkpoint_is_read_as_it_was_written(size: int, root: bytes) -> None:
    made = Checkpoint(ORIGIN, size, root)
    found, note = checkpoint.verified(LOG.checkpoint(made), ORIGIN, [LOG.verifier])
    assert found == made
    assert note.data == LOG.checkpoint(made)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"{ORIGIN}\n41\n",
        f"{ORIGIN}\n41\n{ROOT}",
        f"\n41\n{ROOT}\n",
        f"{ORIGIN}\n041\n{ROOT}\n",
        f"{ORIGIN}\n-1\n{ROOT}\n",
        f"{ORIGIN}\n{2**63}\n{ROOT}\n",
        f"{ORIGIN}\n41\n{ROOT[:-4]}\n",
        f"{ORIGIN}\n41\n{ROOT[:-1]}\n",
        f"{ORIGIN}\n41\n{ROOT}AAAA\n",
        f"{ORIGIN}\n41\n{ROOT}\n\n",
        f"{ORIGIN}\n41\n{ROOT}\n\nmore\n",
        f"{'o' * 256}\n41\n{ROOT}\n",
    ],
)
def no_other_text_is_a_checkpoint(text: str) -> None:
    with pytest.raises(NoteFault):
        checkpoint.parse_text(text)


def what_other_logs_add_is_read_and_never_written() -> None:
    text = MADE.text + "extension one\ntwo\n"
    found = checkpoint.parse_text(text)
    assert (found.extensions, found.text) == (("extension one", "two"), text)
    with pytest.raises(NoteFault, match="no extension"):
        checkpoint.write(found, [LOG.signature(MADE)])


@pytest.mark.parametrize("origin", ["", "two words", "plus+sign", "o" * 256, "line\nbreak"])
def no_checkpoint_is_written_for_an_origin_that_could_be_misread(origin: str) -> None:
    with pytest.raises(NoteFault):
        checkpoint.write(Checkpoint(origin, 1, bytes(32)), [LOG.signature(MADE)])


@pytest.mark.parametrize("made", [Checkpoint(ORIGIN, -1, bytes(32)), Checkpoint(ORIGIN, 1, bytes(31))])
def no_checkpoint_is_written_that_could_not_be_read(made: Checkpoint) -> None:
    with pytest.raises(NoteFault):
        checkpoint.write(made, [LOG.signature(MADE)])


def no_checkpoint_is_written_without_a_signature() -> None:
    with pytest.raises(NoteFault, match="at least one signature"):
        checkpoint.write(MADE, [])


def a_checkpoint_of_another_log_is_refused_even_if_our_key_signed_it() -> None:
    other = Checkpoint("other.example/log", 41, MADE.root)
    data = Note(other.text, (LOG.signature(other),)).data
    with pytest.raises(NotProven, match="another log"):
        checkpoint.verified(data, ORIGIN, [LOG.verifier])


def a_checkpoint_that_only_others_signed_is_refused() -> None:
    other = pair("other.example/log")
    with pytest.raises(NotProven, match="No known key"):
        checkpoint.verified(Note(MADE.text, (other.signature(MADE),)).data, ORIGIN, [LOG.verifier])
