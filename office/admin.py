"""Index of the back-office of the ground floor: one line per room, no code."""

from office.audit import admin as audit
from office.desk import admin as desk
from office.numbering import admin as numbering
from office.people import admin as people
from office.reminders import admin as reminders
from office.workdays import admin as workdays

__all__ = ["audit", "desk", "numbering", "people", "reminders", "workdays"]
