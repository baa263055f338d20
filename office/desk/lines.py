"""The lines of a desk, drawn lean: a full desk has a hundred of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

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

LINE = Lean("office/owed.html")


@dataclass(frozen=True)
class Day:
    """One day of the month strip."""

    day: dt.date
    count: int
    is_rest: bool
    is_past: bool
    is_today: bool


def owed(items: list[WorkItem], *, is_today: bool) -> Iterator[SafeString]:
    """Draw the items under one heading; the first of each day is where the month strip leads."""
    days, before = calendar.exceptions(), None
    for item in items:
        yield LINE(
            _values(item, days) | {
                "anchor": _anchor(item, before),
                "when": _when(item.due_on, is_today),
                "what": _link(item, f"{item.url}#act"),
                "limit": _limit(item.limit_minutes),
                "pool": _pool(item),
                "who": _("from %(name)s") % {"name": item.sent_by.name},
                "where": item.sent_by.unit.short_name,
            }
        )  # fmt: skip
        before = item.due_on


def of_units(items: list[WorkItem], readable: Container[int]) -> Iterator[SafeString]:
    """Draw what units owe: by whom; the title is for whoever may read the row."""
    days = calendar.exceptions()
    for item in items:
        hidden = format_html('<span class="title soft-ink">{}</span>', item.reference or "—")
        yield LINE(
            _values(item, days) | {
                "anchor": f"item-{item.pk}",
                "when": _when(item.due_on, False),
                "what": _link(item, item.url) if item.pk in readable else hidden,
                "limit": "",
                "pool": "",
                "who": item.owner_text,
                "where": item.assignee.unit.short_name if item.assignee else _("to be claimed"),
            }
        )  # fmt: skip


def _values(item: WorkItem, days: dict[dt.date, str]) -> dict[str, Any]:
    return {
        "light": lamp(item.due_on, days),
        "verb": item.verb,
        "reference": item.reference,
        "urged": urged(item.urged),
    }


def _link(item: WorkItem, url: str) -> SafeString:
    return format_html('<a class="title" href="{}">{} {}</a>', url, mark(item.urgency), item.title)


def _pool(item: WorkItem) -> str:
    is_pooled = item.unit_id is not None and item.assignee_id is None
    return format_html("<span>{}</span>", _("to be claimed")) if is_pooled else ""


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
