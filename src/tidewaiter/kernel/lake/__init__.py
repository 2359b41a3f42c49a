"""Keep columnar history: append, read, compact and erase Parquet files that any engine can read."""

from tidewaiter.kernel.lake.store import Lake, LakeFile

__all__ = ["Lake", "LakeFile"]
