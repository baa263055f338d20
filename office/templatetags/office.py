"""What every template may say: icons, lights, days, marks. A builtins library: no {% load %}."""

import datetime as dt
import re
from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone, translation
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from office import clock
from office.titles import title_lines as lines_of
from office.workdays import calendar
from office.workflow import Stateful

register = template.Library()

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
WEEKDAYS = "一二三四五六日"
# 紧急程度 as printed on paper (条例 §9(3)): words of the law are data, not translations.
MARKS = {1: "加急", 2: "特急", 3: "特提"}
BREAKS = re.compile(r"(?<=.)(?=关于|[“‘《])")


@lru_cache(maxsize=128)
def _icon(name: str, size: str) -> SafeString:
    return format_html(
        '<svg class="ic{}" viewBox="0 0 24 24" aria-hidden="true"><use href="#i-{}"/></svg>',
        f" {size}" if size else "", name,
    )  # fmt: skip


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """Draw a symbol of components/icons.html; `size` is "" or "big"."""
    return _icon(name, size)


@register.simple_tag(takes_context=True)
def light(context: Context, what: Any) -> SafeString:
    """Show how a thing stands against its limit: colour, shape and words, in working days.

    `what` is a day, None, or a row with `due_on` and perhaps `done_at`.
    """
    if getattr(what, "done_at", None):
        return _lamp("done", _("Done"))
    due = what if isinstance(what, dt.date) else getattr(what, "due_on", None)
    return lamp(due, _days(context))


def lamp(due: dt.date | None, days: dict[dt.date, str] | None = None) -> SafeString:
    """Return the light of an open thing due on a day."""
    if due is None:
        return _lamp("none", _("No limit"))
    today = clock.today()
    if due == today:
        return _lamp("amber", _("Due today"))
    left = calendar.between(today, due, days)
    if due < today:
        late = max(-left, 1)
        return _lamp("red", ngettext("%(n)d day late", "%(n)d days late", late) % {"n": late})
    if left == 0:
        return _lamp("amber", _("Due on a rest day"))
    colour = "amber" if left <= 2 else "green"
    return _lamp(colour, ngettext("%(n)d day left", "%(n)d days left", left) % {"n": left})


@lru_cache(maxsize=1024)
def _lamp(colour: str, words: str) -> SafeString:
    return format_html('<span class="light light-{}">{}</span>', colour, words)


def _days(context: Context) -> dict[dt.date, str]:
    """Return the calendar, read once per request."""
    request = context.get("request")
    if request is None:
        return calendar.exceptions()
    if not hasattr(request, "office_days"):
        request.office_days = calendar.exceptions()
    days: dict[dt.date, str] = request.office_days
    return days


@register.simple_tag
@lru_cache(maxsize=64)
def mark(urgency: int | str | None) -> SafeString | str:
    """Show the urgency as it is printed on paper: 加急 in a frame, 特急 in full red."""
    words = urgency if isinstance(urgency, str) else MARKS.get(urgency or 0, "")
    if words not in MARKS.values():
        return ""
    full = "" if words == MARKS[1] else " full"
    return format_html('<span class="mark{}" lang="zh-Hans">{}</span>', full, words)


@register.simple_tag
def state_badge(row: Stateful) -> SafeString:
    """Name the state of a row that has a workflow."""
    return format_html('<span class="tag" data-state="{}">{}</span>', row.state, row.state_label)


@register.filter
def day(value: dt.date | None) -> str:
    """Write a day as the screen does: 11月23日, the year only when it is not this year."""
    if not value:
        return ""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    other = value.year != clock.today().year
    if _chinese():
        return (
            f"{value.year}年{value.month}月{value.day}日"
            if other
            else f"{value.month}月{value.day}日"
        )
    short = f"{value.day} {MONTHS[value.month - 1]}"
    return f"{short} {value.year}" if other else short


@register.filter
def moment(value: dt.datetime | None) -> str:
    """Write a moment as the screen does: 11月23日 10:06."""
    if not value:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local.date())} {local:%H:%M}"


@register.filter
def moment_near(value: dt.datetime) -> str:
    """Write a moment of these days as one says it: 今天 10:06, 昨天 10:06."""
    local = timezone.localtime(value)
    near = {0: _("today"), 1: _("yesterday")}.get((clock.today() - local.date()).days)
    return f"{near} {local:%H:%M}" if near else moment(value)


@register.filter
def weekday(value: dt.date | None) -> str:
    """Write the day of the week: 星期一, Monday."""
    if not value:
        return ""
    return f"星期{WEEKDAYS[value.weekday()]}" if _chinese() else f"{value:%A}"


@register.filter
def weekday_short(value: dt.date) -> str:
    """Write the day of the week over a column: 一, Mo."""
    return WEEKDAYS[value.weekday()] if _chinese() else f"{value:%a}"[:2]


@register.filter
def minutes(value: int | None) -> str:
    """Write a span of office minutes: 8 分钟, 6 小时, 1 天 (of seven office hours)."""
    if value is None:
        return ""
    if value < 60:
        return _("%(n)s min") % {"n": value}
    if value < calendar.DAY_MINUTES:
        return _("%(n)s h") % {"n": _short(value / 60)}
    return _("%(n)s d") % {"n": _short(value / calendar.DAY_MINUTES)}


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


@register.filter
def title_breaks(value: str | None) -> SafeString:
    """Let a title break for sense: before 关于, and before quotation marks."""
    return format_html_join(
        SafeString("<wbr>"), "{}", ((part,) for part in BREAKS.split(value or ""))
    )


@register.filter
def title_lines(value: str | None, most: int) -> SafeString:
    """Set a title on paper: even lines of at most so many characters, no word parted."""
    lines = ((line,) for line in lines_of(value or "", most))
    return format_html_join(SafeString("<br>"), "{}", lines)


@register.filter
def capped(value: int, most: int = 99) -> str:
    """Write a count, 99+ beyond `most`."""
    return f"{most}+" if value > most else str(value)


@register.filter
def initial(name: str) -> str:
    """Return the first character of a name, for its round mark."""
    return str(conditional_escape(name[:1]))


def _chinese() -> bool:
    return (translation.get_language() or "zh").startswith("zh")
