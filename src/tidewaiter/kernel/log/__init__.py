"""Keep the tamper-evident log: tree, tiles, checkpoints, witnesses, proofs."""
