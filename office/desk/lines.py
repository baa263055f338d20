"""The lines of a desk, drawn lean: a full desk has a hundred of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from office.desk.models import WorkItem
from office.lean import Lean
from office.templatetags.office import day, lamp, mark, minutes
from office.workdays import calendar

if TYPE_CHECKING:
    from office.desk.board import Day

LINE = Lean("office/owed.html")


def owed(items: list[WorkItem], *, is_today: bool) -> Iterator[SafeString]:
    """Draw the items under one heading; the first of each day is where the month strip leads."""
    days, before = calendar.exceptions(), None
    for item in items:
        yield LINE(_values(item, is_today, days) | {"anchor": _anchor(item, before)})
        before = item.due_on


def _values(item: WorkItem, is_today: bool, days: dict[dt.date, str]) -> dict[str, str]:
    is_pooled = item.unit_id is not None and item.assignee_id is None
    return {
        "light": lamp(item.due_on, days),
        "when": _when(item.due_on, is_today),
        "verb": item.verb,
        "url": item.url,
        "mark": mark(item.urgency),
        "title": item.title,
        "reference": item.reference,
        "limit": _limit(item.limit_minutes),
        "pool": format_html("<span>{}</span>", _("to be claimed")) if is_pooled else "",
        "urged": urged(item.urged),
        "sent": _("from %(name)s") % {"name": item.sent_by.name},
        "unit": item.sent_by.unit.short_name,
    }


def _anchor(item: WorkItem, before: dt.date | None) -> str:
    is_first = item.due_on and item.due_on != before
    return f"due-{item.due_on}" if is_first else f"item-{item.pk}"


def _when(due: dt.date | None, is_today: bool) -> str:
    if is_today:
        words = _("before %(time)s") % {"time": f"{calendar.CLOSING:%H:%M}"}
        return format_html("<time>{}</time>", words)
    return format_html('<time datetime="{}">{}</time>', due.isoformat(), day(due)) if due else ""


def _limit(span: int | None) -> str:
    if not span:
        return ""
    return format_html("<span>{}</span>", _("limit %(span)s") % {"span": minutes(span)})


def urged(times: int) -> str:
    """Say how often a thing was urged."""
    if not times:
        return ""
    words = ngettext("urged once", "urged %(n)s times", times) % {"n": times}
    return format_html('<span class="red-ink">{}</span>', words)


def strip(days: list[Day]) -> SafeString:
    """Draw the month with what falls due on each day."""
    return _strip(translation.get_language(), tuple(days))


@lru_cache(maxsize=256)
def _strip(_language: str, days: tuple[Day, ...]) -> SafeString:
    return render_to_string("office/strip.html", {"strip": days})
