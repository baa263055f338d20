"""Index of the scheduled sweeps of documents: one line per slice, no code."""
