"""Prove how policies are read, and that only a quorum satisfies one."""

from __future__ import annotations

from itertools import chain, combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kernel.log.keys import LOG, NOON, ORIGIN, Pair, pair

from tidewaiter.kernel.errors import NoteFault, NotProven
from tidewaiter.kernel.log import policy
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.cosignatures import COSIGNED_ED25519, COSIGNED_MLDSA44
from tidewaiter.kernel.log.notes import Note

WITNESSES = {
    name: pair(f"{name}.example/w", COSIGNED_MLDSA44 if name == "Y3" else COSIGNED_ED25519)
    for name in ("X1", "X2", "X3", "Y1", "Y2", "Y3")
}
EXAMPLE = "\n".join(
    [
        "# The example of the standard",
        f"log {LOG.key.vkey}  https://node.example/log/",
        "",
        *(f"witness {name} {WITNESSES[name].key.vkey}" for name in ("X1", "X2", "X3")),
        "group X-witnesses 2 X1 X2 X3",
        *(f"\t witness {name}\t{WITNESSES[name].key.vkey} https://{name}.example " for name in ("Y1", "Y2", "Y3")),
        "group Y-witnesses any Y1 Y2 Y3",
        "group X-and-Y all X-witnesses Y-witnesses",
        "  # the end",
        "quorum X-and-Y",
        "",
    ]
)
MADE = Checkpoint(ORIGIN, 41, bytes(range(32)))


def signed(*names: str, log: Pair | None = LOG) -> Note:
    """Make the checkpoint with these cosignatures."""
    pairs = [*([log] if log else []), *(WITNESSES[name] for name in names)]
    return Note(MADE.text, tuple(one.signature(MADE, NOON) for one in pairs))


def the_example_of_the_standard_is_read() -> None:
    found = policy.parse(EXAMPLE.encode())
    assert [one.url for one in found.logs] == ["https://node.example/log/"]
    assert list(found.witnesses) == list(WITNESSES)
    assert found.groups["X-witnesses"] == policy.Group(2, ("X1", "X2", "X3"))
    assert found.groups["X-and-Y"].threshold == 2
    assert policy.parse(policy.write(found)) == found


def the_example_of_the_standard_is_satisfied_by_two_and_one_only() -> None:
    found = policy.parse(EXAMPLE.encode())
    for names in chain.from_iterable(combinations(WITNESSES, count) for count in range(7)):
        enough = sum(name[0] == "X" for name in names) >= 2 and any(name[0] == "Y" for name in names)
        assert policy.satisfied(found, names) is enough, names


def a_checkpoint_with_its_quorum_is_accepted_and_says_when_each_witness_signed() -> None:
    found = policy.judge(policy.parse(EXAMPLE.encode()), MADE, signed("X1", "X3", "Y3"))
    assert (found.log, dict(found.witnesses)) == (ORIGIN, {"X1": NOON, "X3": NOON, "Y3": NOON})


@pytest.mark.parametrize("names", [(), ("X1", "X2"), ("X1", "Y1"), ("Y1", "Y2", "Y3")])
def a_checkpoint_without_its_quorum_is_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(NotProven, match=f"{len(names)} of 6 witnesses"):
        policy.judge(policy.parse(EXAMPLE.encode()), MADE, signed(*names))


def a_quorum_without_the_log_is_refused() -> None:
    with pytest.raises(NotProven, match="No log"):
        policy.judge(policy.parse(EXAMPLE.encode()), MADE, signed("X1", "X2", "Y1", log=None))


def a_log_of_the_policy_cannot_sign_for_another_origin() -> None:
    other = Checkpoint("other.example/log", 41, MADE.root)
    pairs = [LOG, WITNESSES["X1"], WITNESSES["X2"], WITNESSES["Y1"]]
    note = Note(other.text, tuple(one.signature(other, NOON) for one in pairs))
    with pytest.raises(NotProven, match="No log"):
        policy.judge(policy.parse(EXAMPLE.encode()), other, note)


def a_policy_may_have_no_logs_where_they_are_known_from_elsewhere() -> None:
    open_policy = policy.parse(b"quorum none\n")
    assert policy.judge(open_policy, MADE, signed(), [LOG.verifier]).log == ORIGIN
    with pytest.raises(NotProven):
        policy.judge(open_policy, MADE, signed())


def a_log_known_from_elsewhere_cannot_sign_for_another_origin_or_beside_the_policy() -> None:
    other = Checkpoint("other.example/log", 41, MADE.root)
    note = Note(other.text, (LOG.signature(other),))
    with pytest.raises(NotProven, match="No known key"):
        policy.judge(policy.parse(b"quorum none\n"), other, note, [LOG.verifier])
    stranger = pair("other.example/log")
    named = policy.parse(f"log {LOG.key.vkey}\nquorum none\n".encode())
    with pytest.raises(NotProven, match="No known key"):
        policy.judge(named, other, Note(other.text, (stranger.signature(other),)), [stranger.verifier])


def a_log_may_be_a_witness_of_itself_with_one_key() -> None:
    both = pair(ORIGIN, COSIGNED_MLDSA44)
    found = policy.parse(f"log {both.key.vkey}\nwitness w {both.key.vkey}\nquorum w\n".encode())
    judged = policy.judge(found, MADE, Note(MADE.text, (both.signature(MADE, NOON),)))
    assert (judged.log, dict(judged.witnesses)) == (ORIGIN, {"w": NOON})


def a_note_of_another_text_is_refused() -> None:
    with pytest.raises(NotProven, match="not that of the checkpoint"):
        policy.judge(policy.parse(b"quorum none\n"), Checkpoint(ORIGIN, 1, bytes(32)), signed(), [LOG.verifier])


W1, W2 = WITNESSES["X1"].key.vkey, WITNESSES["X2"].key.vkey


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment\n",
        "quorum\n",
        "quorum none\nquorum none\n",
        "quorum none none\n",
        "quorum later\n",
        f"quorum w\nwitness w {W1}\n",
        f"witness w {LOG.key.vkey}\nquorum w\n",
        f"log {W1}\nquorum none\n",
        "log key\nquorum none\n",
        "log\nquorum none\n",
        f"log {LOG.key.vkey} url more\nquorum none\n",
        f"log {LOG.key.vkey}\nlog {LOG.key.vkey}\nquorum none\n",
        f"witness none {W1}\nquorum none\n",
        f"witness w {W1}\nwitness w {W2}\nquorum w\n",
        f"witness w {W1}\nwitness v {W1}\nquorum w\n",
        f"witness w {W1}\ngroup w any w\nquorum w\n",
        f"witness w {W1}\ngroup g any w w\nquorum g\n",
        f"witness w {W1}\ngroup g 0 w\nquorum g\n",
        f"witness w {W1}\ngroup g 2 w\nquorum g\n",
        f"witness w {W1}\ngroup g 01 w\nquorum g\n",
        f"witness w {W1}\ngroup g some w\nquorum g\n",
        f"witness w {W1}\ngroup g any none\nquorum g\n",
        f"witness w {W1}\ngroup g any later\nquorum g\n",
        f"witness w {W1}\ngroup g any\nquorum g\n",
        f"witness w {W1}\ngroup g any w\ngroup h any w\nquorum g\n",
        f"witness w {W1}\ngroup g any g\nquorum g\n",
        "Quorum none\n",
        "quorum none\r\n",
        "quorum none\x00\n",
        "quorum\vnone\n",
        "quorum\u00a0none\n",
        "\n" * 5_000 + "quorum none\n",
    ],
)
def a_policy_that_is_wrong_is_refused(text: str) -> None:
    with pytest.raises(NoteFault):
        policy.parse(text.encode())


def two_kinds_of_one_key_are_one_witness() -> None:
    twice = pair("other.example/name", COSIGNED_ED25519, seed="X1.example/w").key
    assert twice.public == WITNESSES["X1"].key.public
    with pytest.raises(NoteFault, match="Line 2"):
        policy.parse(f"witness w {W1}\nwitness v {twice.vkey}\nquorum w\n".encode())


def a_name_is_octets_and_need_not_be_text() -> None:
    data = b"witness \xff\xfe " + W1.encode() + b"\nwitness \xe2\x84\xaa " + W2.encode() + b"\nquorum \xff\xfe\n"
    found = policy.parse(data)
    assert len(found.witnesses) == 2
    assert policy.write(found) == data


def a_policy_may_have_thirty_two_of_everything() -> None:
    pairs = [pair(f"w{one}.example", COSIGNED_ED25519) for one in range(32)]
    logs = [pair(f"log{one}.example") for one in range(32)]
    lines = [f"log {one.key.vkey}" for one in logs]
    lines += [f"witness w{number} {one.key.vkey}" for number, one in enumerate(pairs)]
    lines += [f"group g{one} all w{one} {'g' + str(one - 1) if one else ''}" for one in range(32)]
    found = policy.parse("\n".join([*lines, "quorum g31", ""]).encode())
    assert policy.satisfied(found, [f"w{one}" for one in range(32)])
    assert not policy.satisfied(found, [f"w{one}" for one in range(1, 32)])


@given(st.integers(1, 40), st.integers(0, 20))
def a_threshold_is_the_least_that_two_quorums_share_an_honest_witness(witnesses: int, faulty: int) -> None:
    if 3 * faulty >= witnesses:
        with pytest.raises(NoteFault):
            policy.threshold(witnesses, faulty)
        return
    least = policy.threshold(witnesses, faulty)
    assert 2 * least - witnesses > faulty
    assert 2 * (least - 1) - witnesses <= faulty


@pytest.mark.parametrize("witnesses", range(1, 8))
def no_split_view_of_seven_witnesses_or_fewer_gives_two_checkpoints_a_quorum(witnesses: int) -> None:
    """Let a lying log show each honest witness one of two views or none, and let faulty ones sign both."""
    for faulty in range(witnesses):
        if 3 * faulty >= witnesses:
            continue
        quorum = policy.Policy((), parties(witnesses), {"g": group(witnesses, faulty)}, "g")
        for shown in product("AB-", repeat=witnesses - faulty):
            liars = {f"w{one}" for one in range(faulty)}
            views = {
                view: liars | {f"w{faulty + number}" for number, seen in enumerate(shown) if seen == view}
                for view in "AB"
            }
            assert not all(policy.satisfied(quorum, views[view]) for view in "AB")
        honest = {f"w{one}" for one in range(faulty, witnesses)}
        assert policy.satisfied(quorum, honest), "the honest ones alone must be able to make a quorum"


def a_smaller_threshold_would_let_two_views_have_a_quorum() -> None:
    loose = policy.Policy((), parties(4), {"g": policy.Group(2, ("w0", "w1", "w2", "w3"))}, "g")
    assert policy.satisfied(loose, {"w0", "w1"})
    assert policy.satisfied(loose, {"w2", "w3"})


def parties(count: int) -> dict[str, policy.Party]:
    """Make witnesses."""
    return {f"w{one}": policy.Party(pair(f"w{one}.example", COSIGNED_ED25519).key) for one in range(count)}


def group(witnesses: int, faulty: int) -> policy.Group:
    """Make the group of all with the threshold for that many faulty ones."""
    return policy.Group(policy.threshold(witnesses, faulty), tuple(f"w{one}" for one in range(witnesses)))
