"""Office time of the demonstration: days counted from its base day, minutes of office hours.

A moment is an integer here: minutes of office hours since the base day opened, so that nothing
of the demonstration ever happens at night, on a Sunday or on a holiday.
"""

import datetime as dt

from django.utils import timezone

from office.demo.people import BASE_DAY
from office.workdays import calendar
from office.workdays.calendar import DAY_MINUTES

# The demonstration stops here on its base day; what is younger has not happened yet.
UNTIL = dt.time(10, 30)


def base_day(now: dt.datetime) -> dt.date:
    """Return the last workday on which the demonstration's morning is over already."""
    day = now.date() if now.time() >= UNTIL else now.date() - calendar.ONE_DAY
    while not calendar.is_workday(day):
        day -= calendar.ONE_DAY
    return day


class OfficeTime:
    """Turn days and minutes of the demonstration into real moments."""

    def __init__(self, base: dt.date = BASE_DAY, past: int = 90) -> None:
        self.base = base
        days = calendar.exceptions()
        back, day = [base], base
        while len(back) <= past:
            day -= calendar.ONE_DAY
            if calendar.is_workday(day, days):
                back.append(day)
        self._past = back
        self._number = {day: -n for n, day in enumerate(back)}

    def day(self, workdays: int) -> dt.date:
        """Return the day so many workdays after (or before) the base day."""
        return self._past[-workdays] if workdays <= 0 else calendar.after(self.base, workdays)

    def works(self, day: dt.date) -> bool:
        """Tell whether a day up to the base day is a workday."""
        return day in self._number

    def workday(self, day: dt.date) -> int:
        """Return how many workdays a day lies after the base day; a rest day is as the next one."""
        if day > self.base:
            return calendar.between(self.base, day)
        while day not in self._number:
            day += calendar.ONE_DAY
        return self._number[day]

    def at(self, workdays: int, time: str) -> int:
        """Return a time of day, “09:15”, as minutes of office hours."""
        moment = dt.time.fromisoformat(time)
        gone = 0
        for opening, closing in calendar.HOURS:
            reached = min(max(moment, opening), closing)
            gone += _minutes(reached) - _minutes(opening)
        return workdays * DAY_MINUTES + min(gone, DAY_MINUTES - 1)

    def moment(self, minutes: int, second: int = 0) -> dt.datetime:
        """Return the real moment of so many minutes of office hours."""
        workdays, left = divmod(minutes, DAY_MINUTES)
        for opening, closing in calendar.HOURS:
            room = _minutes(closing) - _minutes(opening)
            if left < room:
                start = dt.datetime.combine(self.day(workdays), opening)
                return timezone.make_aware(start + dt.timedelta(minutes=left, seconds=second))
            left -= room
        raise AssertionError("a day has as many minutes as its hours")

    @property
    def end(self) -> int:
        """Return the moment at which the demonstration stops."""
        return self.at(0, UNTIL.isoformat())


def _minutes(time: dt.time) -> int:
    return time.hour * 60 + time.minute
