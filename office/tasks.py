"""Index of the ground floor's scheduled sweeps: one line per room, no code."""

from office.jobs import tasks as jobs

__all__ = ["jobs"]
