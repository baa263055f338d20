"""Index of the ground floor's scheduled sweeps: one line per room, no code."""

from office.drafts import tasks as drafts
from office.jobs import tasks as jobs
from office.overdue import tasks as overdue

__all__ = ["drafts", "jobs", "overdue"]
