"""Who is quick and who is slow, who is away when, and who then sits in his seat."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from random import Random
from typing import NamedTuple

from documents.demo.cast import Cast
from office import clock
from office.demo.days import OfficeTime
from office.demo.people import ACTING, PEOPLE
from office.people import deputies
from office.people.models import User

SLOW_UNITS = {"science": 1.35, "outreach": 1.25, "personnel": 1.1}
PACE = {"chenguoliang": 1.0, "hezhiyuan": 0.8, "linxiuyun": 1.4, "luozhenghua": 1.1, "zhoumin": 0.9}
AT_ONCE = {"liwenjing": 12, "tiantian": 8, "zhoumin": 8, "sunli": 6}  # things done in an hour
REASONS = ("年休假", "参加业务培训", "外出调研", "参加专项检查", "年休假")
DEPUTIES = {
    "chenguoliang": "hezhiyuan", "hezhiyuan": "linxiuyun", "linxiuyun": "hezhiyuan",
    "luozhenghua": "linxiuyun", "zhoumin": "dinghongwei", "jiangming": "pengjiahui",
    "zhaoqiming": "baiyuting", "wuxiaolan": "jiyuan", "gaolei": "caopeng", "fengyi": "yaomengqi",
    "tangning": "meijing", "zhengpeihua": "dengkexin", "xujing": "shitao",
}  # fmt: skip


class Leave(NamedTuple):
    """One absence in workdays before the base day; without a deputy the desk waits."""

    absent: str
    starts: int
    ends: int
    reason: str
    deputy: str = ""

    def meets(self, other: Leave) -> bool:
        return self.starts <= other.ends and other.starts <= self.ends


def pace(person: str) -> float:
    """Return how slow somebody is: 1 is ordinary, 1.5 takes half as long again."""
    unit = next(each.unit_code for each in PEOPLE if each.username == person)
    own = 0.8 + zlib.crc32(person.encode()) % 50 / 100
    return PACE.get(person, own * SLOW_UNITS.get(unit, 1.0))


class Seats:
    """The people of the office and their absences; a seat is filled by who acts for its owner."""

    def __init__(self, chance: Random, cast: Cast, time: OfficeTime, first: int, last: int) -> None:
        self.cast, self.time = cast, time
        self.paces = {person.username: pace(person.username) for person in PEOPLE}
        self.arranged = [Leave(a.absent, a.starts, a.ends, a.reason, a.deputy) for a in ACTING]
        self.leaves = [*self.arranged]
        for person in sorted(self.paces):
            self._leave(chance, person, first + 4, last)
        self.by_day: dict[int, dict[str, Leave]] = {}
        for leave in self.leaves:
            for day in range(leave.starts, leave.ends + 1):
                self.by_day.setdefault(day, {})[leave.absent] = leave

    def _leave(self, chance: Random, person: str, first: int, last: int) -> None:
        """Send somebody away once or twice; a chain of deputies is never made."""
        for _n in range(chance.choice((1, 2))):
            starts = chance.randint(first, max(first, last - 9))
            leave = Leave(
                person, starts, starts + chance.randint(1, 6), chance.choice(REASONS),
                DEPUTIES.get(person, ""),
            )  # fmt: skip
            near = [other for other in self.leaves if other.meets(leave)]
            names = {name for other in near for name in (other.absent, other.deputy)}
            wanted = {leave.absent, leave.deputy} - {""}
            if leave.ends < last and not names & wanted:
                self.leaves.append(leave)

    def arrange(self, day: int) -> int:
        """Let those who go away in two workdays arrange for it; return how many did."""
        going = [
            leave
            for leave in self.leaves
            if leave.deputy and leave.starts == day + 2 and leave not in self.arranged
        ]
        for leave in going:
            self._arrange(leave)
        return len(going)

    def _arrange(self, leave: Leave) -> None:
        users = self.cast.users
        with clock.at(self.time.moment(self.time.at(leave.starts - 2, "16:40"))):
            deputies.arrange_acting(
                actor=users[leave.absent], absent=users[leave.absent], deputy=users[leave.deputy],
                starts_on=self.time.day(leave.starts), ends_on=self.time.day(leave.ends),
                reason=leave.reason,
            )  # fmt: skip

    def sits(self, person: str, day: int) -> str:
        """Return who is at a person's desk on a day: himself, his deputy, or nobody."""
        leave = self.by_day.get(day, {}).get(person)
        if leave is None:
            return person
        return leave.deputy if leave.deputy and self.is_there(leave.deputy, day) else ""

    def is_there(self, person: str, day: int) -> bool:
        return person not in self.by_day.get(day, {})

    def there(self, people: Iterable[str], day: int) -> list[str]:
        return [person for person in people if self.is_there(person, day)]

    def user(self, person: str, day: int) -> User:
        """Return who acts, sitting in the person's seat."""
        actor = self.cast.users[self.sits(person, day) or person]
        if actor.username == person:
            return actor
        return self.cast.seated(actor, person)
