"""Prove that a sealed file opens with its passphrase alone, and says where it was changed."""

from __future__ import annotations

import io

import pytest

from tidewaiter.kernel.errors import KeyFault
from tidewaiter.kernel.seal import files
from tidewaiter.kernel.seal.files import PIECE_BYTES, Sealing, open_file, open_lines


def sealed(data: bytes, code: str = "tide", context: str = "test") -> bytes:
    """Return data sealed, written in uneven parts."""
    out = io.BytesIO()
    with Sealing(out, code, context) as sealing:
        for start in range(0, len(data), 10_007):
            sealing.write(data[start : start + 10_007])
    return out.getvalue()


def opened(data: bytes, code: str = "tide", context: str = "test") -> bytes:
    """Return what was sealed."""
    return b"".join(open_file(io.BytesIO(data), code, context, name="truth.sealed"))


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make guesses cheap, so that the tests are quick."""
    monkeypatch.setattr(files, "SCRYPT_N", 2)


@pytest.mark.parametrize("length", [0, 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES])
def what_was_sealed_is_opened_again(length: int) -> None:
    data = bytes(number % 251 for number in range(length))
    assert opened(sealed(data)) == data


def the_same_content_gives_the_same_bytes_and_another_shares_none() -> None:
    one, other = sealed(b"a" * 100_000), sealed(b"a" * 99_999 + b"b")
    assert one == sealed(b"a" * 100_000)
    body = [data[data.index(b"\n") + 1 :] for data in (one, other)]
    assert body[0][:64] != body[1][:64]  # the first piece is the same text, and not under the same key


@pytest.mark.parametrize(("passphrase", "context"), [("Tide", "test"), ("tide", "other")])
def a_wrong_passphrase_or_place_does_not_open_it_and_it_says_so(passphrase: str, context: str) -> None:
    with pytest.raises(KeyFault, match="another seed or code"):
        opened(sealed(b"secret"), passphrase, context)


def a_changed_byte_is_refused_with_where_it_is() -> None:
    data = sealed(bytes(3 * PIECE_BYTES))
    head = data.index(b"\n") + 1
    for at in (head, head + PIECE_BYTES + 16, len(data) - 1):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        with pytest.raises(KeyFault, match=r"changed in its bytes") as caught:
            opened(changed)
        start = caught.value.facts["at"]
        assert isinstance(start, int)
        assert start <= at < start + PIECE_BYTES + 16


def no_piece_can_be_taken_out_moved_or_cut_off() -> None:
    data = sealed(bytes(3 * PIECE_BYTES))
    head, size = data.index(b"\n") + 1, PIECE_BYTES + 16
    first, second, rest = data[head : head + size], data[head + size : head + 2 * size], data[head + 2 * size :]
    for body in (first + second, first + rest, second + first + rest, first, b"", first + second + rest[:-1]):
        with pytest.raises(KeyFault):
            opened(data[:head] + body)


@pytest.mark.parametrize("text", [b"", b"{}\n", b"\xff" * 500, b'{"format":"x"}\n' + bytes(100), b"\n\n"])
def what_is_no_sealed_file_is_said(text: bytes) -> None:
    with pytest.raises(KeyFault, match="first line"):
        opened(text)


def no_file_can_ask_for_more_work_than_we_do() -> None:
    data = sealed(b"x").replace(b'"n":32768', b'"n":99999')
    with pytest.raises(KeyFault, match="first line"):
        opened(data)


def the_lines_of_a_file_are_read_across_its_pieces() -> None:
    lines = [str(number).encode() * 9 for number in range(5_000)]
    data = sealed(b"".join(one + b"\n" for one in lines))
    assert list(open_lines(io.BytesIO(data), "tide", "test")) == lines


def nothing_is_written_where_what_writes_fails() -> None:
    out = io.BytesIO()

    def fail() -> None:
        with Sealing(out, "tide", "test") as sealing:
            sealing.write(b"x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert out.getvalue() == b""
