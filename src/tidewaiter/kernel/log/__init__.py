"""Keep the tamper-evident log: tree, tiles, checkpoints, witnesses, proofs.

From the bottom up: `tree`, `tiles`, `notes`, `checkpoint`, `cosignatures`, `policy`, `proof`, `witness`, `asking` are
pure; `files` and `store` write to a disk, `memory` stands in for one and crashes; `leaf` is what is logged; `audit` and
`export` are for those who do not take our word for it, `mirror` and `fork` for us who do not take others'. `http` alone
reaches the network. Modules are called by their names: `store.open_log`.
"""

from tidewaiter.kernel.log.asking import Asked, Witness
from tidewaiter.kernel.log.audit import Audit, Flaw
from tidewaiter.kernel.log.checkpoint import Checkpoint
from tidewaiter.kernel.log.files import DiskFiles, Files
from tidewaiter.kernel.log.leaf import Leaf
from tidewaiter.kernel.log.notes import Key, Note, Sign, Signature, Verifier
from tidewaiter.kernel.log.policy import Judgement, Policy
from tidewaiter.kernel.log.proof import Proof, Proven
from tidewaiter.kernel.log.store import Committed, LogStore
from tidewaiter.kernel.log.witness import Cosigner, Head, Heads

__all__ = [
    "Asked",
    "Audit",
    "Checkpoint",
    "Committed",
    "Cosigner",
    "DiskFiles",
    "Files",
    "Flaw",
    "Head",
    "Heads",
    "Judgement",
    "Key",
    "Leaf",
    "LogStore",
    "Note",
    "Policy",
    "Proof",
    "Proven",
    "Sign",
    "Signature",
    "Verifier",
    "Witness",
]
