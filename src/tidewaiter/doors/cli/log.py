"""Look at the log, prove what is in it, audit it, publish it, have it witnessed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tidewaiter.doors.cli.output import Json, line, table, write_json
from tidewaiter.doors.cli.session import Session
from tidewaiter.kernel.errors import NotProven, SettingFault
from tidewaiter.kernel.words import count

if TYPE_CHECKING:
    from tidewaiter.kernel.log import Policy
    from tidewaiter.node import Node

group = typer.Typer(help="The tamper-evident log: status, proofs, audit, witnesses.", no_args_is_help=True)
_FLAWS_SHOWN = 50

Keys = Annotated[
    list[str] | None, typer.Option("--log-key", help="The log's own key (vkey), as you got it from elsewhere.")
]
PolicyFile = Annotated[Path | None, typer.Option("--policy", help="A C2SP tlog-policy: whom you trust.", exists=True)]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="log")


@group.command()
def status(context: typer.Context, as_json: Json = False) -> None:
    """Say how long the log is, what is in it, what waits, and what witnesses have seen of it."""
    from tidewaiter import witnessing
    from tidewaiter.kernel.log import checkpoint

    session: Session = context.obj
    with session.node("log.read") as node:
        with node.database.reading() as connection:
            positions, signed, _ = node.ledger.known(connection)
            kinds = node.ledger.counts(connection)
        newest = checkpoint.parse(node.ledger.checkpoint())[0]
        kept = node.ledger.witnessed()
        witnessed = None if kept is None else checkpoint.parse(kept)[0].size
        policy = witnessing.policy_of(node)
        facts = {
            "origin": node.ledger.origin,
            "key": node.ledger.key.vkey,
            "entries": newest.size,
            "root": newest.root.hex(),
            "signed": signed,
            "waiting": positions - newest.size,
            "witnesses": len(policy.witnesses),
            "quorum": policy.quorum,
            "witnessed": witnessed,
            "kinds": kinds,
        }
    if as_json:
        write_json(facts)
        return
    said = count(newest.size, "entry", "entries")
    line(f"The log {facts['origin']} has {said}; {facts['waiting']:,} wait.", style="bold")
    line(f"Root {facts['root']}")
    line(f"Key  {facts['key']}")
    said = "no witness is named" if not policy.witnesses else f"{count(len(policy.witnesses), 'witness', 'witnesses')}"
    seen = "no checkpoint has its quorum" if witnessed is None else f"{witnessed:,} entries are witnessed"
    line(f"{said[0].upper()}{said[1:]}; {seen}.")
    table("Entries", ("Kind", "Number#"), sorted(kinds.items()))


@group.command()
def key(
    context: typer.Context,
    witness: Annotated[bool, typer.Option("--witness", help="The key that this node witnesses others with.")] = False,
) -> None:
    """Print the log's public key, for partners and for whoever verifies."""
    session: Session = context.obj
    with session.node(None) as node:
        typer.echo(node.cosigners()[0].key.vkey if witness else node.ledger.key.vkey)


@group.command()
def checkpoint(
    context: typer.Context,
    witnessed: Annotated[bool, typer.Option("--witnessed", help="The newest that has its quorum.")] = False,
) -> None:
    """Print the newest signed checkpoint."""
    session: Session = context.obj
    with session.node("log.read") as node:
        found = node.ledger.witnessed() if witnessed else node.ledger.checkpoint()
    if found is None:
        message = "No checkpoint has its quorum of cosignatures yet."
        raise NotProven(message, "`tidewaiter log witness` asks the witnesses.")
    typer.echo(found.decode(), nl=False)


@group.command()
def prove(
    context: typer.Context,
    entry: Annotated[int, typer.Argument(help="Number of the entry, from 0.", min=0)],
    out: Annotated[Path | None, typer.Option("--out", help="Write PATH.tlog-proof and PATH.leaf instead.")] = None,
) -> None:
    """Print the proof that an entry is in the log (C2SP tlog-proof), offline for whoever has it and the leaf."""
    from tidewaiter import witnessing
    from tidewaiter.kernel.log import proof

    session: Session = context.obj
    with session.node("log.read") as node:
        [(leaf, found)] = witnessing.prove(node, [entry])
    if out is None:
        typer.echo(leaf.decode(), err=True)
        typer.echo(proof.write(found).decode(), nl=False)
        return
    out.with_name(out.name + proof.SUFFIX).write_bytes(proof.write(found))
    out.with_name(out.name + ".leaf").write_bytes(leaf)
    line(f"Wrote {out.name}{proof.SUFFIX} and {out.name}.leaf.")


@group.command()
def verify(
    proof_file: Annotated[Path, typer.Argument(metavar="PROOF", exists=True, dir_okay=False)],
    leaf: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="The entry's bytes.")],
    log_key: Keys = None,
    policy: PolicyFile = None,
    as_json: Json = False,
) -> None:
    """Verify a proof offline, against keys that you bring yourself; no node is needed."""
    from tidewaiter.kernel.log import proof

    shown = proof.verify(leaf.read_bytes(), proof_file.read_bytes(), trusted(log_key, policy))
    times = {name: datetime.fromtimestamp(at, UTC) for name, at in shown.judgement.witnesses.items()}
    facts = {"origin": shown.checkpoint.origin, "entry": shown.index, "entries": shown.checkpoint.size}
    if as_json:
        write_json(facts | {"signedBy": shown.judgement.log, "witnesses": times})
        return
    line(f"Proven: it is entry {shown.index:,} of the {shown.checkpoint.size:,} of {shown.checkpoint.origin}.")
    for name, at in times.items():
        line(f"  Witnessed by {name} at {at:%Y-%m-%d %H:%M:%S} UTC.")


@group.command()
def audit(
    context: typer.Context,
    given: Annotated[
        list[Path] | None, typer.Option("--checkpoint", help="A checkpoint from a witness or partner.", exists=True)
    ] = None,
    as_json: Json = False,
) -> None:
    """Read the whole log, recompute every hash, and compare it with its checkpoints and those that are given."""
    from tidewaiter.kernel.log import audit as auditing
    from tidewaiter.kernel.log import leaf

    session: Session = context.obj
    with session.node("log.read") as node:
        files = node.ledger.files()
        try:
            found = auditing.audit(
                files,
                node.ledger.origin,
                [node.ledger.verifier],
                given=[path.read_bytes() for path in given or ()],
                check_entry=leaf.parse,
            )
        finally:
            files.close()
    if as_json:
        write_json({"entries": found.size, "root": found.root.hex(), "flaws": [one.sentence for one in found.flaws]})
    else:
        compared = count(found.checkpoints, "checkpoint", "checkpoints")
        line(f"Read {found.size:,} entries, root {found.root.hex()}; compared with {compared}.")
        for one in found.flaws[:_FLAWS_SHOWN]:
            line(f"  {one.sentence}", style="red")
        line("Nothing is wrong with it." if found.sound else f"{len(found.flaws):,} things are wrong with it.")
    if not found.sound:
        raise typer.Exit(2)


@group.command()
def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="An empty folder, or one that an earlier export left.")],
    as_json: Json = False,
) -> None:
    """Publish the log as static files that other tools read (C2SP tlog-tiles)."""
    from tidewaiter.kernel.log import export as exporting
    from tidewaiter.kernel.log.files import tile_source

    session: Session = context.obj
    with session.node("log.read") as node:
        signed, files = node.ledger.checkpoint(), node.ledger.files()
        try:
            written = exporting.export(tile_source(files), signed, folder, [node.ledger.verifier])
        finally:
            files.close()
        found = exporting.check_export(folder, node.ledger.origin, [node.ledger.verifier])
    if as_json:
        write_json({"files": written, "entries": found.size, "root": found.root.hex()})
        return
    line(f"Wrote {count(written, 'file', 'files')} to {folder}; read back: {found.size:,} entries, every hash right.")


@group.command()
def mirror(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="Where the log is served, for instance https://partner.example/log.")],
    folder: Annotated[Path, typer.Argument(help="An empty folder, or one that an earlier run left.")],
    log_key: Annotated[str, typer.Option("--log-key", help="The log's own key (vkey), as you got it from elsewhere.")],
    policy: PolicyFile = None,
    token: Annotated[str, typer.Option(help="Token that the partner gave.", envvar="TIDEWAITER_LOG_TOKEN")] = "",
    as_json: Json = False,
) -> None:
    """Follow a partner's log into a folder; every hash is held against its checkpoint, and a fork kept as evidence."""
    from tidewaiter.kernel.log import mirror as mirroring
    from tidewaiter.kernel.log import policy as policies
    from tidewaiter.kernel.log.cosignatures import LOG_KINDS, verifier
    from tidewaiter.kernel.log.http import RemoteLog
    from tidewaiter.kernel.log.notes import parse_key

    session: Session = context.obj
    settings, own = session.settings(), parse_key(log_key)
    found_policy = None if policy is None else policies.parse(policy.read_bytes())
    with RemoteLog(url, settings, token) as remote:
        bounds, keys = mirroring.bounds(settings), [verifier(own, LOG_KINDS)]
        done = mirroring.follow(remote, folder, own.name, keys, bounds=bounds, policy=found_policy)
    entries = 0 if done.mirrored is None else done.mirrored.size
    if as_json:
        facts = {"entries": entries, "newest": done.newest.size, "tiles": done.tiles, "bytes": done.bytes}
        write_json(facts | {"complete": done.complete})
        return
    said = count(entries, "entry", "entries")
    line(f"The mirror has {said} of {done.newest.size:,}; {done.tiles:,} tiles were fetched.")
    if not done.complete:
        line("The bounds of a run were reached; run it again to go on.")


@group.command()
def witness(
    context: typer.Context,
    disregard: Annotated[
        list[str] | None, typer.Option(help="Name of a witness whose word does not halt this node; goes into the log.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask the witnesses of the policy to cosign the newest checkpoint."""
    from tidewaiter import witnessing

    session: Session = context.obj
    with session.node("log.checkpoint") as node:
        policy = witnessing.policy_of(node)
        if not policy.witnesses:
            message = "This node names no witnesses."
            raise SettingFault(message, f"Write them into {witnessing.POLICY_FILE} at home; docs/how-to says how.")
        if disregard:
            node.disregarded = frozenset(disregard)
            with node.work() as work:
                work.leave("witness.disregarded", {"witnesses": sorted(disregard)})
        asked, judgement = witnessing.ask(node, disregard=disregard or ())
    names = sorted(policy.witnesses)
    if as_json:
        write_json({"quorum": judgement is not None, "missing": asked.missing, "witnesses": names})
    else:
        table("Witnesses", ("Witness", "Said"), [(one, asked.missing.get(one, "cosigned")) for one in names])
        line("The checkpoint has its quorum." if judgement else f"The quorum {policy.quorum} is not reached.")
    if judgement is None:
        raise typer.Exit(2)


def trusted(log_key: list[str] | None, policy: Path | None) -> Policy:
    """Return whom a person who verifies trusts; raises SettingFault where nobody was named."""
    from tidewaiter.kernel.log import policy as policies
    from tidewaiter.kernel.log.notes import parse_key

    if policy is not None:
        return policies.parse(policy.read_bytes())
    if not log_key:
        message = "Nobody to trust was named: a proof holds under keys that you bring."
        raise SettingFault(message, "Give --log-key with the key that the node's people told you, or --policy FILE.")
    logs = tuple(policies.Party(parse_key(one)) for one in log_key)
    return policies.Policy(logs, {}, {}, policies.NONE)


def entry_of(node: Node, reference: str) -> bytes:
    """Return the key of the record that a reference means."""
    from tidewaiter.doors.cli.repair import newest

    return newest(node, reference).record_key
