"""年度放假通知: read the yearly notice of the State Council's office as it is printed.

“一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。” becomes days.
What the text says twice is compared: the weekday in the brackets, the number of days. Nothing is
guessed: a sentence about a holiday that cannot be read is a problem, and problems stop the entry.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from office.workdays.models import ExceptionalDay

HOLIDAY, MAKEUP = ExceptionalDay.Kind.HOLIDAY, ExceptionalDay.Kind.MAKEUP
WEEKDAYS = "一二三四五六日"
LONGEST = 16  # days one holiday may last; longer is a slip of the pen

TITLE_YEAR = re.compile(r"(?P<year>20\d{2})年(?:部分)?节假日")
LINE = re.compile(
    r"^(?:[一二三四五六七八九十]+、|\d{1,2}[.、])?\s*(?P<name>[\u4e00-\u9fff、·]{2,12})[：:](?P<text>.+)$"
)
DATE = re.compile(
    r"(?:(?P<year>20\d{2})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日"
    r"(?:[（(](?P<note>[^（）()]*)[）)])?"
)
WEEKDAY = re.compile(r"(?:周|星期)(?P<letter>[一二三四五六日天])$")
COUNT = re.compile(r"(?:共|放假)(?P<n>\d{1,2})天")
REST, WORK = re.compile(r"放假|补休"), re.compile(r"上班")


@dataclass(frozen=True, order=True)
class NoticeDay:
    """One day the notice names."""

    day: dt.date
    kind: str
    name: str


@dataclass
class Notice:
    """What a text says: its year, its days in order, and what could not be read."""

    year: int
    days: list[NoticeDay] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class _Unreadable(Exception):
    """A sentence does not say what it should; the message is for the person."""


def parse(text: str, year: int) -> Notice:
    """Read a notice; the year in its title wins over `year`. Never raises."""
    text = text.replace("\u3000", " ")
    found = TITLE_YEAR.search(text)
    notice = Notice(int(found["year"]) if found else year)
    for line in text.splitlines():
        match = LINE.match("".join(line.split()))
        if match and (REST.search(line) or WORK.search(line)):
            _line(notice, match["name"], match["text"])
    if not notice.days and not notice.problems:
        notice.problems.append(_("No holiday was found in this text."))
    _once(notice)
    notice.days.sort()
    return notice


def _line(notice: Notice, name: str, text: str) -> None:
    for sentence in filter(None, re.split(r"[。；;]", text)):
        if not REST.search(sentence) and not WORK.search(sentence):
            continue  # advice: 鼓励各单位结合带薪年休假等制度落实……
        try:
            notice.days += _sentence(sentence, name, notice.year)
        except _Unreadable as error:
            words = {"name": name, "problem": error, "text": sentence}
            notice.problems.append(_("%(name)s: %(problem)s “%(text)s”") % words)


def _sentence(sentence: str, name: str, year: int) -> list[NoticeDay]:
    """Read one sentence; a make-up day and a holiday may stand in one, parted by commas."""
    days: list[NoticeDay] = []
    waiting: list[dt.date] = []
    for part in re.split(r"[，,](?!\d)|(?<=班)[、]", _brackets_kept(sentence)):
        waiting += _days(part, name, year)
        kind = MAKEUP if WORK.search(part) else HOLIDAY if REST.search(part) else None
        if kind is None:
            continue
        if not waiting:
            raise _Unreadable(_("no date"))
        days += [NoticeDay(day, kind, name) for day in waiting]
        waiting = []
    _agree(days, sentence)
    return days


def _brackets_kept(sentence: str) -> str:
    """Replace commas inside brackets, so that they part nothing."""
    return re.sub(r"[（(][^（）()]*[）)]", lambda m: re.sub("[，,]", "、", m[0]), sentence)


def _days(part: str, name: str, year: int) -> list[dt.date]:
    """Return the days of “1月1日（周四）至3日”, “1月26日、2月8日”, or one day."""
    days: list[dt.date] = []
    month = 0
    end = 0
    for match in DATE.finditer(part):
        month = int(match["month"] or month)
        day = _date(match, month, name, year)
        is_until = bool(days) and re.search(r"[至到—-]\s*$", part[end : match.start()])
        if is_until:
            days += _until(days[-1], day)
        else:
            days.append(day)
        end = match.end()
    return days


def _date(match: re.Match[str], month: int, name: str, year: int) -> dt.date:
    if match["year"]:
        year = int(match["year"])
    elif month == 12 and "元旦" in name:  # New Year begins in the old one
        year -= 1
    try:
        day = dt.date(year, month, int(match["day"]))
    except ValueError:
        raise _Unreadable(_("there is no such day: %(day)s") % {"day": match[0]}) from None
    said = WEEKDAY.search(match["note"] or "")
    if said and WEEKDAYS.index(said["letter"].replace("天", "日")) != day.weekday():
        truth = {"day": day, "weekday": f"星期{WEEKDAYS[day.weekday()]}"}
        raise _Unreadable(_("%(day)s is %(weekday)s") % truth)
    return day


def _until(first: dt.date, last: dt.date) -> list[dt.date]:
    length = (last - first).days
    if not 0 < length < LONGEST:
        raise _Unreadable(_("the last day is not after the first"))
    return [first + dt.timedelta(days=n) for n in range(1, length + 1)]


def _agree(days: list[NoticeDay], sentence: str) -> None:
    """Compare with the number of days the sentence gives; make-up days fall on a weekend."""
    holidays = [day for day in days if day.kind == HOLIDAY]
    said = COUNT.search(sentence)
    if said and holidays and int(said["n"]) != len(holidays):
        raise _Unreadable(
            _("%(n)d days are named, %(said)s are said") % {"n": len(holidays), "said": said["n"]}
        )
    for day in days:
        if day.kind == MAKEUP and day.day.weekday() < 5:
            raise _Unreadable(_("%(day)s is a workday anyhow") % {"day": day.day})


def _once(notice: Notice) -> None:
    """Keep each day once; two meanings of one day are a problem."""
    kept: dict[dt.date, NoticeDay] = {}
    for day in notice.days:
        other = kept.setdefault(day.day, day)
        if other.kind != day.kind:
            notice.problems.append(_("%(day)s is named twice, differently.") % {"day": day.day})
    notice.days = list(kept.values())
