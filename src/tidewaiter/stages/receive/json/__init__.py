"""Read JSON: lines of the canonical kinds."""
