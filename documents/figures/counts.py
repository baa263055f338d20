"""The figures of a period, added up by the database into whole numbers and names.

They can be written into a settlement as they are: nothing but numbers, text and lists. Spans are
kept as [value, how often], so that means and percentiles of several months can be joined exactly.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, DateField, F, Min, Q, QuerySet
from django.db.models.functions import TruncDate, TruncMonth

from documents import measures
from documents.measures import OF_DOCUMENTS, SAME, STEPS
from documents.receipt.models import IncomingDocument
from documents.work import Spread, joined, spread, steps
from office.periods import Period
from office.workdays.sql import Calendar

Figures = dict[str, Any]
# How documents are grouped: the column, and the column that names it.
GROUPS = {
    "class": ("receipt_class", "receipt_class"),
    "kind": ("kind", "kind"),
    "unit": ("lead_unit", "lead_unit__short_name"),
    "sender": ("sender", "sender__name"),
}
COLUMNS = ("received", "closed", "closed_late", "open", "open_late")
LAST = ("open", "open_late")  # these stand at the end; the others add up over months


def of(rows: QuerySet[IncomingDocument], period: Period, *, is_whole: bool = False) -> Figures:
    """Return the figures of a period over these rows, in a dozen statements.

    For the whole book (`is_whole`) the work need not be looked up row by row: what is owed about a
    classified envelope is no step of the figures.
    """
    work = measures.items()
    if not is_whole:
        work = work.filter(object_id__in=measures.counted(rows).values("pk"))
    rows = measures.counted(rows).order_by()
    totals = _totals(rows, period)
    first_due = totals.pop("first_due")
    return {
        "begin": period.begin.isoformat(),
        "end": period.end.isoformat(),
        "totals": totals,
        "late_days": _late_days(rows, period, first_due),
        "groups": {name: _group(rows, period, name) for name in GROUPS},
        "steps": steps(work, period, STEPS, SAME),
    }


def _totals(rows: QuerySet[IncomingDocument], period: Period) -> dict[str, Any]:
    counts = {
        key: Count("pk", filter=which(period))
        for key, (_words, which) in OF_DOCUMENTS.items()
        if key != "urged"
    }
    first_due = Min("due_on", filter=measures.closed_late(period))
    found: dict[str, Any] = _touched(rows, period).aggregate(**counts, first_due=first_due)
    urgings = measures.urgings_in(period).filter(item__object_id__in=rows.values("pk"))
    return found | urgings.aggregate(
        urged=Count("item__object_id", distinct=True), urgings=Count("pk")
    )


def _touched(rows: QuerySet[IncomingDocument], period: Period) -> QuerySet[IncomingDocument]:
    """Leave out what came later and what was closed before."""
    lasted = Q(closed_at=None) | Q(closed_at__gte=period.start)
    return rows.filter(lasted, received_on__lte=period.end)


def _late_days(
    rows: QuerySet[IncomingDocument], period: Period, first_due: dt.date | None
) -> Spread:
    """Count by how many workdays what was closed late was late."""
    if first_due is None:
        return []
    days = Calendar(first_due, period.end).days_between(F("due_on"), TruncDate("closed_at"))
    late = rows.filter(measures.closed_late(period))
    return spread(late.values(value=days).annotate(n=Count("pk")).values_list("value", "n"))


def _group(rows: QuerySet[IncomingDocument], period: Period, name: str) -> list[list[Any]]:
    """Count by one column: [key, name, received, closed, …], the most received first."""
    key, label = GROUPS[name]
    counts = {f"n_{each}": Count("pk", filter=OF_DOCUMENTS[each][1](period)) for each in COLUMNS}
    found = _touched(rows, period).values(key, label).annotate(**counts)
    lines = [list(line) for line in found.values_list(key, label, *counts) if any(line[2:])]
    return sorted(lines, key=lambda line: (*(-n for n in line[2:]), str(line[1]), str(line[0])))


def by_month(
    rows: QuerySet[IncomingDocument], months: Sequence[Period]
) -> dict[str, dict[dt.date, int]]:
    """Count what came in and what was closed in each of some months."""
    rows, span = measures.counted(rows).order_by(), Period(months[0].begin, months[-1].end)
    columns = {"received": "received_on", "closed": "closed_at"}
    found = {}
    for name, column in columns.items():
        month = TruncMonth(column, output_field=DateField())
        counted = rows.filter(OF_DOCUMENTS[name][1](span)).values(month=month)
        found[name] = dict(counted.annotate(n=Count("pk")).values_list("month", "n"))
    return found


def summed(months: Sequence[Figures]) -> Figures:
    """Join the figures of months that follow one another; what stands at the end is the last's."""
    first, last = months[0], months[-1]
    totals = {
        key: sum(month["totals"][key] for month in months) for key in first["totals"]
    } | {
        "carried": first["totals"]["carried"],
        "open": last["totals"]["open"],
        "open_late": last["totals"]["open_late"],
    }  # fmt: skip
    return {
        "begin": first["begin"],
        "end": last["end"],
        "totals": totals,
        "late_days": joined(month["late_days"] for month in months),
        "groups": {name: _summed_group(months, name) for name in GROUPS},
        "steps": _summed_steps(months),
    }


def _summed_group(months: Sequence[Figures], name: str) -> list[list[Any]]:
    found: dict[Any, list[Any]] = {}
    for month in months:
        for key, label, *numbers in month["groups"][name]:
            line = found.setdefault(key, [key, label, *(0 for _column in COLUMNS)])
            line[1] = label
            for place, (column, number) in enumerate(zip(COLUMNS, numbers, strict=True), 2):
                if column not in LAST:
                    line[place] += number
                elif month is months[-1]:
                    line[place] = number
    lines = [line for line in found.values() if any(line[2:])]
    return sorted(lines, key=lambda line: (*(-n for n in line[2:]), str(line[1]), str(line[0])))


def _summed_steps(months: Sequence[Figures]) -> dict[str, dict[str, Any]]:
    """Join the work of months: times add up, documents that met a step twice do not."""
    last = months[-1]["steps"]
    return {
        step: {
            "took": joined(
                month["steps"][step]["took"] for month in months if step in month["steps"]
            ),
            "waits": last.get(step, {}).get("waits", []),
        }
        for step in STEPS
        if any(step in month["steps"] for month in months)
    }
