"""What the office writes of its own accord, and when: through the year, and every two weeks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from documents.demo.texts import TEXTS
from documents.demo.texts.minutes import ITEMS, PRESENT
from documents.demo.texts.shape import Text
from documents.demo.writing.course import FATES
from office.demo.days import OfficeTime
from office.workdays import calendar

FORTNIGHT, FIRST_MEETING = 14, dt.date(2024, 1, 3)
LATELY = 15  # workdays at the end whose dispatches stop, each at a step of its own
# The steps at which they stop, those begun first the furthest on.
STOPS = (
    "file", "close", "distribute", "seal", "print", "register", "recheck", "sign", "countersign",
    "check", "review", "submit",
)  # fmt: skip


class Plan(NamedTuple):
    """One dispatch that will be begun: on which day, by whom, how it fares, where it stops."""

    day: dt.date
    text: Text
    fate: str
    stops: str = ""


def plans(
    time: OfficeTime, first: dt.date, *, seed: int, scale: float = 1
) -> dict[dt.date, list[Plan]]:
    """Return everything that will be begun, by day.

    `scale` is the part of it that a smaller office writes; the last weeks are whole, so that
    something lies at every step on the last day.
    """
    chance = Random(f"{seed} writings")  # noqa: S311
    due = [
        (day, text)
        for day, text in _all(time, first)
        if chance.random() < scale or (scale and -time.workday(day) <= LATELY)
    ]
    found: dict[dt.date, list[Plan]] = {}
    stops = _stops(time, due)
    for number, (day, text) in enumerate(due):
        fate = "" if text.remark or number in stops else FATES[number % len(FATES)]
        plan = Plan(day, text, fate, stops.get(number, ""))
        found.setdefault(day, []).append(plan)
    return found


def _stops(time: OfficeTime, due: list[tuple[dt.date, Text]]) -> dict[int, str]:
    """Name the step at which each of the last ones stops, so that the last day has every state."""
    late = [n for n, (day, _text) in enumerate(due) if -time.workday(day) <= LATELY]
    found: dict[int, str] = {}
    left = list(STOPS)
    for number in reversed(late):
        step = left[-1] if left else ""
        if step == "countersign" and not due[number][1].units:
            step = left[-2]
        if step:
            found[number] = step
            left.remove(step)
    return found


def _all(time: OfficeTime, first: dt.date) -> Iterator[tuple[dt.date, Text]]:
    """Yield day and text, in the order of days."""
    day, last = first, time.base
    waiting: list[Text] = []
    meets = False
    while day <= last:
        waiting += [text for text in TEXTS if f"{day:%m-%d}" in text.when]
        meets = meets or (day - FIRST_MEETING).days % FORTNIGHT == 0
        if time.works(day):
            yield from ((day, text) for text in waiting)
            if meets:
                yield day, minutes(day)
            waiting, meets = [], False
        day += calendar.ONE_DAY


def minutes(day: dt.date) -> Text:
    """Return the minutes of the meeting of the fortnight: three matters, the next in turn."""
    number = day.timetuple().tm_yday // FORTNIGHT + 1
    turn = (day - FIRST_MEETING).days // FORTNIGHT * 3
    matters = [ITEMS[(turn + n) % len(ITEMS)] for n in range(3)]
    named = "、".join(name for name, _words in matters)
    body = [
        f"{day.year}年{day.month}月{day.day}日，陈国梁主任主持召开{day.year}年第{number}次主任办公会议，"
        f"研究{named}等事项。现纪要如下："
    ]
    for ordinal, (name, words) in zip("一二三", matters, strict=True):
        body += [f"{ordinal}、关于{name}", words]
    return Text(
        "guchen",
        "纪要",
        f"{day.year}年第{number}次主任办公会议纪要",
        "\n".join([*body, PRESENT]),
        signer="chenguoliang",
    )
