"""The figures of dispatches over a period, added up by the database in a dozen statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Count,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.functions import TruncMonth

from documents.drafting.models import Dispatch, FindingAnswer
from documents.issued import measures
from documents.issued.measures import OF_DISPATCHES, STEPS
from documents.reference.models import StepLimit
from documents.work import steps
from office.periods import Period

# How dispatches are grouped: the column, and the column that names it.
GROUPS = {"kind": ("kind", "kind"), "unit": ("unit", "unit__short_name")}
COLUMNS = ("begun", "signed", "issued", "void", "open")


@dataclass(frozen=True)
class Passing:
    """What became of the submissions of one unit."""

    unit: int
    name: str
    dispatches: int
    back: int  # dispatches that did not pass at once
    submissions: int
    passed: int
    returned: int
    refused: int


@dataclass(frozen=True)
class Rule:
    """What the proofreader found by one rule before drafts were submitted."""

    rule: str
    found: int
    mended: int
    answered: int
    dispatches: int


@dataclass(frozen=True)
class Figures:
    """The figures of a period over some dispatches."""

    period: Period
    totals: dict[str, int]
    groups: dict[str, list[list[Any]]]
    steps: dict[str, dict[str, Any]]
    limits: dict[str, int]
    passing: list[Passing]
    rules: list[Rule]


def of(rows: QuerySet[Dispatch], period: Period) -> Figures:
    """Return the figures of a period over these rows."""
    rows = rows.order_by()
    counts = {key: Count("pk", filter=which(period)) for key, (_, which) in OF_DISPATCHES.items()}
    work = measures.items().filter(object_id__in=rows.values("pk"))
    return Figures(
        period,
        rows.aggregate(**counts),
        {name: _group(rows, period, name) for name in GROUPS},
        steps(work, period, STEPS, {}),
        dict(StepLimit.objects.values_list("step", "hours")),
        _passing(rows, period),
        _rules(rows, period),
    )


def _group(rows: QuerySet[Dispatch], period: Period, name: str) -> list[list[Any]]:
    """Count by one column: [key, name, begun, signed, …], the most begun first."""
    key, label = GROUPS[name]
    counts = {f"n_{each}": Count("pk", filter=OF_DISPATCHES[each][1](period)) for each in COLUMNS}
    found = rows.values(key, label).annotate(**counts).values_list(key, label, *counts)
    lines = [list(line) for line in found if any(line[2:])]
    return sorted(lines, key=lambda line: (*(-n for n in line[2:]), str(line[1])))


def _passing(rows: QuerySet[Dispatch], period: Period) -> list[Passing]:
    """Count, by unit, the submissions that were settled in the period, and how."""
    said = measures.verdicts(period).filter(dispatch__in=rows.values("pk"))
    by_unit = said.values("dispatch__unit", "dispatch__unit__short_name").annotate(
        dispatches=Count("dispatch", distinct=True),
        back=Count("dispatch", distinct=True, filter=~Q(step="check")),
        submissions=Count("pk"),
        passed=Count("pk", filter=Q(step="check")),
        returned=Count("pk", filter=Q(step="send_back")),
        refused=Count("pk", filter=Q(step="refuse")),
    )
    names = (
        "dispatch__unit", "dispatch__unit__short_name", "dispatches", "back", "submissions",
        "passed", "returned", "refused",
    )  # fmt: skip
    found = [Passing(*line) for line in by_unit.values_list(*names)]
    return sorted(found, key=lambda each: (-each.submissions, each.name))


def _rules(rows: QuerySet[Dispatch], period: Period) -> list[Rule]:
    """Count, by rule, what the proofreader found, and what became of it.

    What got a reason is answered; all else that stood before a submission was mended by then.
    """
    reason = FindingAnswer.objects.filter(
        dispatch=OuterRef("dispatch"), rule=OuterRef("rule"), quote=OuterRef("quote")
    )
    found = measures.objections(period).filter(dispatch__in=rows.values("pk"))
    counted = (
        found.annotate(is_answered=Exists(reason))
        .values("rule")
        .annotate(
            n=Count("pk"),
            mended=Count(
                "pk", filter=Q(is_answered=False, found_at__lte=F("dispatch__submitted_at"))
            ),
            answered=Count("pk", filter=Q(is_answered=True)),
            dispatches=Count("dispatch", distinct=True),
        )
    )
    lines = counted.values_list("rule", "n", "mended", "answered", "dispatches")
    return sorted((Rule(*line) for line in lines), key=lambda each: (-each.found, each.rule))


def by_month(rows: QuerySet[Dispatch], months: Sequence[Period]) -> dict[str, dict[Any, int]]:
    """Count what was begun and what was given its number in each of some months."""
    span = Period(months[0].begin, months[-1].end)
    found = {}
    for name, column in {"begun": "begun_at", "issued": "registered_at"}.items():
        month = TruncMonth(column, output_field=DateField())
        counted = rows.order_by().filter(OF_DISPATCHES[name][1](span)).values(month=month)
        found[name] = dict(counted.annotate(n=Count("pk")).values_list("month", "n"))
    return found
