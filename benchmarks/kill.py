"""Kill -9 a receiver many times; count what is lost or doubled, and leaves that do not hold.

Usage: python benchmarks/kill.py --kills 200 [--file FILE --mapping NAME]
"""

from __future__ import annotations

import argparse
import base64
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from tidewaiter.kernel.log import audit, leaf
from tidewaiter.kernel.log.files import entries_between
from tidewaiter.kernel.log.tiles import unbundle
from tidewaiter.kernel.settings import Settings
from tidewaiter.node import create, start

RECEIVER = Path(__file__).with_name("kill_receiver.py")


def kill_often(home: Path, file: Path, mapping: str, *, kills: int, batch: int, chance: random.Random) -> set[int]:
    """Start the receiver again and again, kill it at random moments, and return the records it acknowledged."""
    acknowledged: set[int] = set()
    done = 0
    while done < kills:
        command = [sys.executable, str(RECEIVER), str(home), str(file), mapping, str(batch)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        first = process.stdout.readline()  # wait until it works, so that no kill falls on the start alone
        lines = [first]
        if first and not first.startswith("complete"):
            time.sleep(chance.uniform(0.0, 0.05))
            process.kill()
            done += 1
        lines += process.stdout.readlines()
        process.wait()
        for line in lines:
            if line.endswith("\n") and not line.startswith("complete"):
                _, low, high = map(int, line.split())
                acknowledged.update(range(low, high + 1))
        if any(line.startswith("complete") for line in lines):
            break
    return acknowledged


def examine(home: Path) -> tuple[dict[int, int], int]:
    """Return record number → how often it is kept, and how many steps are queued."""
    node = start(Settings(home=str(home)))
    with node.database.reading() as connection:
        rows = connection.execute(sa.text("SELECT number, count(*) FROM record_version GROUP BY number")).all()
        again = connection.execute(sa.text("SELECT count(*) FROM record_duplicate")).scalar_one()
    kept = {int(number): int(count) for number, count in rows}
    kept[0] = int(again)
    waiting = node.outbox.waiting()
    node.close()
    return kept, waiting


def evidence(home: Path) -> tuple[int, int, int, int]:
    """Return (entries, flaws of an audit, versions without a leaf, leaves that do not commit to their statement)."""
    node = start(Settings(home=str(home)))
    node.ledger.integrate()
    files = node.ledger.files()
    found = audit.audit(files, node.ledger.origin, [node.ledger.verifier], check_entry=leaf.parse)
    with node.database.reading() as connection:
        bare = connection.execute(
            sa.text(
                "SELECT count(*) FROM record_version v WHERE (SELECT count(*) FROM kernel_event e "
                "WHERE e.about = v.record_key AND e.kind = 'record.kept') = 0"
            )
        ).scalar_one()
        events = [node.ledger.entry(connection, at) for at in range(found.size)]
    keys = node.vault.keys({one.key for one in events})
    false = 0
    for start_at in range(0, found.size, 256):
        stop = min(found.size, start_at + 256)
        for at, data in enumerate(unbundle(entries_between(files, start_at, stop)), start=start_at):
            one = leaf.parse(data)
            salt = keys[events[at].key].salt(base64.urlsafe_b64decode(one.id + "=="))
            false += leaf.commitment(salt, events[at].statement) != leaf.committed(one)
    files.close()
    node.close()
    return found.size, len(found.flaws), int(bare), false


def main() -> int:
    """Run the kills and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--batch", type=int, default=20)
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--mapping", default="kcs")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "node"
        create(Settings(home=str(home)))[0].close()
        acknowledged = kill_often(
            home, arguments.file, arguments.mapping, kills=arguments.kills, batch=arguments.batch, chance=chance
        )
        kept, waiting = examine(home)
        repeated = kept.pop(0)
        lost = sorted(number for number in acknowledged if number not in kept)
        doubled = sorted(number for number, count in kept.items() if count > 1)
        print(f"seed {arguments.seed}, kill -9: {arguments.kills}")
        print(f"acknowledged {len(acknowledged):,}; found {len(acknowledged) - len(lost):,}; lost {len(lost)}")
        print(f"kept {len(kept):,}; doubled {len(doubled)}; repeated readings {repeated}; steps queued {waiting}")
        entries, flaws, bare, false = evidence(home)
        print(f"log: {entries:,} entries; flaws {flaws}; versions without a leaf {bare}; leaves not holding {false}")
    return int(bool(lost or doubled or repeated or flaws or bare or false))


if __name__ == "__main__":
    sys.exit(main())
