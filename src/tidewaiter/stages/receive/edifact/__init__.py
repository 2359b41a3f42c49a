"""Read and write UN/EDIFACT interchanges: their characters, segments, envelopes, messages and records."""
