"""Keep the truth of a world: what was planted, slipped and declared, sealed from who has not the seed."""

from tidewaiter.world.truth.delay import inspection_hours
from tidewaiter.world.truth.lines import Declared, Slipped, Smuggled
from tidewaiter.world.truth.manifest import Flaw, Manifest, Parcels, read_manifest, sha256_of, verify
from tidewaiter.world.truth.reading import Truth, open_truth
from tidewaiter.world.truth.writing import Happened, TruthWriter

__all__ = [
    "Declared",
    "Flaw",
    "Happened",
    "Manifest",
    "Parcels",
    "Slipped",
    "Smuggled",
    "Truth",
    "TruthWriter",
    "inspection_hours",
    "open_truth",
    "read_manifest",
    "sha256_of",
    "verify",
]
