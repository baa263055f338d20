"""环节: what is counted of the work about any document: done, pending, late, and how long it took.

Spans are kept as [minutes, how often], so that percentiles of several months can be joined exactly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Value
from django.utils import timezone

from office.desk.models import WorkItem
from office.periods import Period
from office.workdays.sql import Calendar

Spread = list[list[int]]


def done(period: Period) -> Q:
    """Work that was done in the period; what fell away was not done."""
    within = Q(done_at__gte=period.start, done_at__lt=period.stop)
    return within & Q(outcome=WorkItem.Outcome.DONE)


def pending(period: Period) -> Q:
    """Work that lay on a desk at the end of the period."""
    return Q(created_at__lt=period.stop) & (Q(done_at=None) | Q(done_at__gte=period.stop))


def overdue(period: Period) -> Q:
    """Work that was done after its day, or lay there after it."""
    lay = pending(period) & Q(due_on__lt=period.late_before)
    return done(period) & Q(done_at__date__gt=F("due_on")) | lay


def steps(
    items: QuerySet[WorkItem], period: Period, order: Sequence[str], same: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """Count documents by step, and the office minutes their work took or has waited so far.

    `order` names the steps; `same` those that are one line with another.
    """
    is_done, is_pending = done(period), pending(period)
    work = items.filter(is_done | is_pending).order_by()
    sets = {"done": is_done, "pending": is_pending, "overdue": overdue(period)}
    counts: dict[str, Any] = {
        name: Count("object_id", filter=which, distinct=True) for name, which in sets.items()
    }
    counts["oldest"] = Min("created_at", filter=is_pending)
    lines: Any = work.values("step").annotate(**counts)
    found: dict[str, dict[str, Any]] = {line.pop("step"): line for line in lines}
    for other, line in same.items():  # a document that met both is one
        if other in found:
            del found[other]
            found[line] = work.filter(step__in=[other, line]).aggregate(**counts)
    begun = [oldest for line in found.values() if (oldest := line.pop("oldest"))]
    first = timezone.localtime(min(begun, default=period.start)).date()
    so_far = Calendar(first, period.end).minutes_between(F("created_at"), Value(period.until))
    took = _spans(items.filter(is_done, taken_minutes__isnull=False), F("taken_minutes"), same)
    waits = _spans(items.filter(is_pending), so_far, same)
    return {
        step: found[step] | {"took": took.get(step, []), "waits": waits.get(step, [])}
        for step in order
        if step in found
    }


def _spans(work: QuerySet[WorkItem], minutes: Any, same: Mapping[str, str]) -> dict[str, Spread]:
    """Count, by step, how often each number of office minutes comes."""
    counted = work.order_by().values("step", value=minutes).annotate(n=Count("*"))
    found: dict[str, Counter[int]] = {}
    for step, value, n in counted.values_list("step", "value", "n"):
        found.setdefault(same.get(step, step), Counter())[value] += n
    return {step: spread(counter.items()) for step, counter in found.items()}


def spread(pairs: Iterable[Sequence[int]]) -> Spread:
    """Return pairs of value and how often in order."""
    return sorted([value, n] for value, n in pairs)


def joined(spreads: Iterable[Spread]) -> Spread:
    """Return several spreads as one."""
    total: Counter[int] = Counter()
    for each in spreads:
        for value, n in each:
            total[value] += n
    return spread(total.items())


@dataclass(frozen=True)
class Span:
    """What a spread comes to."""

    n: int
    mean: float | None
    median: int | None  # half took at most this (percentile_disc(0.5))
    ninth: int | None  # nine in ten took at most this (percentile_disc(0.9))

    @classmethod
    def of(cls, found: Spread) -> Span:
        """Sum a spread up."""
        n = sum(times for _value, times in found)
        if not n:
            return cls(0, None, None, None)
        mean = sum(value * times for value, times in found) / n
        return cls(n, mean, _at(found, -(-n // 2)), _at(found, -(-n * 9 // 10)))


def _at(found: Spread, wanted: int) -> int:
    """Return the value at a place, counted from 1."""
    seen = 0
    for value, times in found:
        seen += times
        if seen >= wanted:
            return value
    raise ValueError(wanted)
