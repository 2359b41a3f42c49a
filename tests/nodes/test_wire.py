"""Prove that frames between the playground and its nodes are read whole, or refused."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidewaiter.playground import wire
from tidewaiter.playground.hosts import HostFault

Pair = tuple[socket.socket, socket.socket]

commands = st.one_of(
    st.builds(wire.Deliver, st.datetimes(timezones=st.just(UTC)), st.text(max_size=10), st.integers(0, 2**63 - 1)),
    st.builds(wire.Ask, st.text(max_size=10)),
    st.builds(wire.Die, st.integers(0, 9)),
    st.sampled_from([wire.FollowUp(), wire.Taken(), wire.Stop(), wire.Advance(datetime(2026, 1, 5, tzinfo=UTC))]),
)


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Give two ends of a connection."""
    one, other = socket.socketpair()
    with one, other:
        yield one, other


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(commands, st.binary(max_size=500))
def a_frame_is_read_as_it_was_sent(pair: Pair, command: wire.Command, body: bytes) -> None:
    wire.send(pair[0], command, body)
    assert wire.receive(pair[1], wire.Command) == (command, body)


def a_frame_that_is_too_long_is_neither_sent_nor_read(pair: Pair) -> None:
    with pytest.raises(HostFault, match="too long"):
        wire.send(pair[0], wire.Ask("x" * wire.HEAD_BYTES_MAX))
    pair[0].sendall(b"\xff" * 12)
    with pytest.raises(HostFault, match="too long"):
        wire.receive(pair[1], wire.Command)


def a_head_that_is_no_command_is_refused(pair: Pair) -> None:
    for head in (b'{"type":"Dance"}', b"\xff\xfe", b"[]"):
        pair[0].sendall(len(head).to_bytes(4, "big") + bytes(8) + head)
        with pytest.raises(HostFault, match="no command"):
            wire.receive(pair[1], wire.Command)


def an_end_in_the_midst_of_a_frame_is_an_end(pair: Pair) -> None:
    pair[0].sendall(bytes([0, 0, 0, 9]) + bytes(8) + b"half")
    pair[0].close()
    with pytest.raises(EOFError):
        wire.receive(pair[1], wire.Command)
