"""How many letters come on a day, and when: by weekday, season and holiday."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterator
from random import Random

from documents.demo.letters.shape import Letter
from documents.demo.life.letters import Author
from office.demo.days import OfficeTime
from office.workdays import calendar

QUIET = 12  # workdays at the end which belong to the hand-written letters alone
A_DAY = 4.7
WEEKDAYS = (1.25, 1.1, 1.0, 0.95, 0.8, 0.5, 0.5)  # those at a weekend are make-up workdays
MONTHS = (1.1, 0.8, 1.0, 1.0, 0.95, 1.05, 1.0, 0.85, 1.05, 0.95, 1.2, 1.55)
AFTER_REST = 1.5  # the first day after a holiday
FLASH_ON_REST = 0.05  # 特急 on a day on which nobody else works
FLASH_AT_WORK = 0.04
SEALED = 0.25
RUNS = ("08:40", "09:10", "09:15", "10:30", "15:10", "15:20")  # the exchange and the post come


class Post:
    """Everything that will come, day by day, whatever the office makes of it.

    `written` are the hand-written letters of the same days: they count among the day's.
    """

    def __init__(
        self, time: OfficeTime, first: dt.date, written: list[tuple[Letter, dt.date]],
        *, seed: int, scale: float,
    ) -> None:  # fmt: skip
        self.time, self.scale = time, scale
        self.author = Author(written)
        self.told = Counter(day for _letter, day in written)
        self.bags: dict[dt.date, list[Letter]] = {}
        day = first
        while day <= time.base:
            chance = Random(f"{seed} post {day}")  # noqa: S311
            self.bags[day] = list(self._bag(day, chance))
            day += calendar.ONE_DAY

    def _bag(self, day: dt.date, chance: Random) -> Iterator[Letter]:
        back = -self.time.workday(day)
        if back < QUIET and self.told:
            return
        if not self.time.works(day):
            if chance.random() < FLASH_ON_REST:
                yield self.author.flash(chance, day, back, "08:31")
            return
        mean = max(expected(day) - self.told[day], 0.0) * self.scale
        for at in times(chance, count(chance, mean)):
            yield self.author.letter(chance, day, back, at)
        if chance.random() < FLASH_AT_WORK:
            yield self.author.flash(chance, day, back, _any_time(chance))

    def given(self, year: int) -> Counter[str]:
        """Count by sender what will be registered in a year."""
        return Counter(
            letter.sender for day, bag in self.bags.items() if day.year == year for letter in bag
        )


def expected(day: dt.date) -> float:
    """Return how many letters such a workday brings."""
    days = calendar.exceptions()
    eve = day - 3 * calendar.ONE_DAY
    rested = not any(calendar.is_workday(eve + n * calendar.ONE_DAY, days) for n in range(3))
    share = AFTER_REST if rested else 1.0
    return A_DAY * WEEKDAYS[day.weekday()] * MONTHS[day.month - 1] * share


def count(chance: Random, mean: float) -> int:
    """Draw how many come when so many are expected (Poisson)."""
    limit, product, number = math.exp(-min(mean, 500)), chance.random(), 0
    while product > limit:
        product *= chance.random()
        number += 1
    return number


def times(chance: Random, number: int) -> Iterator[str]:
    """Yield the times of day at which so many letters come, in order."""
    moments = [
        chance.choice(RUNS) if chance.random() < 0.35 else _any_time(chance) for _n in range(number)
    ]
    yield from sorted(moments)


def _any_time(chance: Random) -> str:
    hour = chance.choices((8, 9, 10, 11, 14, 15, 16), (2, 4, 4, 2, 3, 4, 3))[0]
    return f"{hour:02}:{chance.randint(35 if hour == 8 else 0, 59):02}"
