"""Who takes which step in the demonstration, and who acts for whom on that day."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from documents.reference.models import Sender
from office.access import OFFICERS
from office.demo.people import ACTING, PEOPLE
from office.people.models import Unit, User
from office.workdays.calendar import DAY_MINUTES

REGISTRY = ("liwenjing", "liwenjing", "liwenjing", "tiantian")
SCREENERS = ("liwenjing", "dinghongwei", "guchen")
CHASERS = ("guchen", "liwenjing", "zhoumin")
DIRECTOR, CONFIDENTIAL_CLERK = "zhoumin", "sunli"

Act = Callable[[User], object]


class Deed(NamedTuple):
    """What somebody will do about one item, not before `ready` (minutes of office hours)."""

    ready: int
    who: str
    act: Act
    label: str


class Cast:
    """Everybody of the demonstration, by account; seats follow the acting arrangements."""

    def __init__(self) -> None:
        found = User.objects.select_related("unit").in_bulk(field_name="username")
        self.users: dict[str, User] = {str(name): user for name, user in found.items()}
        self.unit_rows = {unit.code: unit for unit in Unit.objects.all()}
        self.senders = Sender.objects.in_bulk(field_name="name")
        self.units: dict[str, list[str]] = {}
        self.heads: dict[str, str] = {}
        for person in PEOPLE:
            if not set(person.roles) & set(OFFICERS):
                self.units.setdefault(person.unit_code, []).append(person.username)
            if person.duty == "head":
                self.heads[person.unit_code] = person.username

    def deputy(self, username: str, minutes: int) -> str:
        """Return who acts for a person at that time, or nothing."""
        day = minutes // DAY_MINUTES
        away = (a for a in ACTING if a.absent == username and a.starts <= day <= a.ends)
        return next((arrangement.deputy for arrangement in away), "")

    def seat(self, username: str, minutes: int) -> User:
        """Return the person, or who acts for him at that time, sitting in his seat."""
        deputy = self.deputy(username, minutes)
        return self.seated(self.users[deputy], username) if deputy else self.users[username]

    def seated(self, deputy: User, username: str) -> User:
        """Return the deputy sitting in somebody's seat."""
        actor = copy.copy(deputy)
        actor.acting_for = self.users[username]
        return actor

    def member(self, unit: str, minutes: int, chance: Random) -> str:
        """Return somebody of a unit who is there; often its head."""
        head = self.heads[unit]
        if chance.random() < 0.4 and not self.deputy(head, minutes):
            return head
        there = [name for name in self.units[unit] if not self.deputy(name, minutes)]
        return chance.choice(there)
