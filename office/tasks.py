"""Index of the ground floor's scheduled sweeps: one line per room, no code."""

from office.drafts import tasks as drafts
from office.entrance import tasks as entrance
from office.jobs import tasks as jobs

__all__ = ["drafts", "entrance", "jobs"]
