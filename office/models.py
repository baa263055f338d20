"""Index of the ground floor's tables: one line per room, no code."""

from office.audit.models import Entry
from office.desk.models import Urge, WorkItem
from office.drafts.models import Draft
from office.entrance.models import SecondFactor, SignIn
from office.files.models import Attachment, HeldFile
from office.jobs.models import Job
from office.mail.models import Choice, Letter
from office.notifications.models import Notice
from office.numbering.models import Series
from office.people.models import Acting, PastPassword, Post, Unit, User
from office.reminders.models import Ladder, Reminder
from office.search.models import SearchEntry
from office.settlements.models import Settlement
from office.tabs.models import Tab
from office.workdays.models import ExceptionalDay

__all__ = [
    "Acting", "Attachment", "Choice", "Draft", "Entry", "ExceptionalDay", "HeldFile", "Job",
    "Ladder", "Letter", "Notice", "PastPassword", "Post", "Reminder", "SearchEntry", "SecondFactor",
    "Series", "Settlement", "SignIn", "Tab", "Unit", "Urge", "User", "WorkItem",
]  # fmt: skip
