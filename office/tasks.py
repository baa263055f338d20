"""Index of the ground floor's scheduled sweeps: one line per room, no code."""

from office.backup import tasks as backup
from office.drafts import tasks as drafts
from office.entrance import tasks as entrance
from office.jobs import tasks as jobs
from office.mail import tasks as mail
from office.operation import tasks as operation
from office.overdue import tasks as overdue
from office.reminders import tasks as reminders

__all__ = [
    "backup", "drafts", "entrance", "jobs", "mail", "operation", "overdue", "reminders",
]  # fmt: skip
