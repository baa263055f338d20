"""Index of the ground floor's scheduled sweeps: one line per room, no code."""

from office.drafts import tasks as drafts
from office.jobs import tasks as jobs
from office.mail import tasks as mail
from office.reminders import tasks as reminders

__all__ = ["drafts", "jobs", "mail", "reminders"]
