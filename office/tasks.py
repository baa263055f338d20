"""Index of the ground floor's scheduled sweeps: one line per room, no code."""
