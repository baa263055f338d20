"""A month's figures of receipt, counted by hand: what any report of it has to agree with."""
# ruff: noqa: S608 (every part of a statement is a constant of ours)

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection

from documents.demo.nightly.ladder import CALENDAR, local, minute
from documents.receipt.models import IncomingDocument
from office import clock

Counts = dict[str, Any]
GROUPS = {"class": "receipt_class", "kind": "kind", "unit": "lead_unit_id", "sender": "sender_id"}
STEPS = ("done", "pending", "overdue", "took", "took_minutes", "ninth", "waited_minutes")

# Every document with what became of it; `over_at` is when it was closed, sent back or voided.
BOOK = f"""{CALENDAR},
trail AS (SELECT * FROM office_entry WHERE content_type_id = %(kind)s),
book AS MATERIALIZED (
    SELECT *, received_on <= %(last)s AND coalesce(over_at >= %(stop)s, true) AS is_open,
           closed_at >= %(start)s AND closed_at < %(stop)s AS is_closed
    FROM (SELECT d.*, coalesce(closed_at, (SELECT max(at) FROM trail
              WHERE object_id = d.id AND action = CASE d.state WHEN 'rejected' THEN 'reject'
                  WHEN 'void' THEN 'void' END)) AS over_at
          FROM documents_incomingdocument d WHERE NOT is_sealed) AS every_document
), urged AS (
    SELECT w.object_id FROM office_urge u JOIN office_workitem w ON w.id = u.item_id
    WHERE w.content_type_id = %(kind)s AND w.object_id IN (SELECT id FROM book)
        AND u.at >= %(start)s AND u.at < %(stop)s
)"""
SENT_BACK = "EXISTS (SELECT FROM trail WHERE object_id = book.id AND action = 'send_back')"
COLUMNS = f"""
    count(*) FILTER (WHERE received_on BETWEEN %(first)s AND %(last)s) AS received,
    count(*) FILTER (WHERE is_closed) AS closed,
    count(*) FILTER (WHERE is_closed AND {local("closed_at")}::date > due_on) AS closed_late,
    count(*) FILTER (WHERE is_open) AS open,
    count(*) FILTER (WHERE is_open AND due_on < %(late_before)s) AS open_late"""
TOTALS = f"""{BOOK} SELECT {COLUMNS},
    count(*) FILTER (WHERE received_on < %(first)s AND coalesce(over_at >= %(start)s, true))
        AS carried,
    count(*) FILTER (WHERE state = 'rejected' AND over_at >= %(start)s AND over_at < %(stop)s)
        AS rejected,
    count(*) FILTER (WHERE state = 'void' AND over_at >= %(start)s AND over_at < %(stop)s) AS void,
    count(*) FILTER (WHERE is_closed AND due_on IS NOT NULL) AS closed_due,
    count(*) FILTER (WHERE is_closed AND NOT {SENT_BACK}) AS closed_right,
    (SELECT count(DISTINCT object_id) FROM urged) AS urged, (SELECT count(*) FROM urged) AS urgings
FROM book"""
WORK = f"""{CALENDAR},
work AS (
    SELECT w.*, CASE step WHEN 'claim' THEN 'name_handler' ELSE step END AS line,
           outcome = 'done' AND done_at >= %(start)s AND done_at < %(stop)s AS is_done,
           created_at < %(stop)s AND coalesce(done_at >= %(stop)s, true) AS waits,
           {minute(f"date_trunc('minute', {local('%(until)s')})", "b")}
           - {minute(f"date_trunc('minute', {local('created_at')})", "a")} AS waited
    FROM office_workitem w JOIN cal a ON a.day = {local("created_at")}::date
    JOIN cal b ON b.day = {local("%(until)s")}::date
    WHERE content_type_id = %(kind)s AND step <> 'collect'
)
SELECT line, count(DISTINCT object_id) FILTER (WHERE is_done),
    count(DISTINCT object_id) FILTER (WHERE waits),
    count(DISTINCT object_id) FILTER (WHERE is_done AND {local("done_at")}::date > due_on
        OR waits AND due_on < %(late_before)s),
    count(*) FILTER (WHERE is_done), coalesce(sum(taken_minutes) FILTER (WHERE is_done), 0),
    percentile_disc(0.9) WITHIN GROUP (ORDER BY taken_minutes) FILTER (WHERE is_done),
    coalesce(sum(waited) FILTER (WHERE waits), 0)::int
FROM work WHERE is_done OR waits GROUP BY line"""
LATE = f"""{BOOK} SELECT (b.n - a.n)::int, count(*) FROM book JOIN cal a ON a.day = due_on
    JOIN cal b ON b.day = {local("closed_at")}::date
    WHERE is_closed AND {local("closed_at")}::date > due_on GROUP BY 1"""


def counted(month: dt.date) -> Counts:
    """Return a month's figures: totals, the lines of each group, and the work of each step."""
    first = month.replace(day=1)
    after = (first + dt.timedelta(days=31)).replace(day=1)
    now = clock.now()
    start, stop = (dt.datetime.combine(day, dt.time.min, now.tzinfo) for day in (first, after))
    values: dict[str, Any] = {
        "first": first, "last": after - dt.timedelta(days=1), "start": start, "stop": stop,
        "late_before": min(after, now.date()), "until": min(stop, max(now, start)), "now": now,
        "kind": ContentType.objects.get_for_model(IncomingDocument).pk,
    }  # fmt: skip
    groups = {
        name: {line[0]: line[1:] for line in _rows(_group(column), values) if any(line[1:])}
        for name, column in GROUPS.items()
    }
    with connection.cursor() as cursor:
        cursor.execute(TOTALS, values)
        names = [column.name for column in cursor.description or ()]
        totals = dict(zip(names, cursor.fetchone(), strict=True))
    steps = {line: dict(zip(STEPS, numbers, strict=True)) for line, *numbers in _rows(WORK, values)}
    late_days = dict(_rows(LATE, values))
    return {"totals": totals, "groups": groups, "steps": steps, "late_days": late_days}


def _group(column: str) -> str:
    return f"{BOOK} SELECT {column}, {COLUMNS} FROM book GROUP BY 1"


def _rows(question: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def reported(figures: Counts) -> Counts:
    """Return the product's figures of a month in the same form."""
    steps = {}
    for line, found in figures["steps"].items():
        took = [value for value, times in found["took"] for _n in range(times)]
        steps[line] = {
            **{name: found[name] for name in ("done", "pending", "overdue")},
            "took": len(took), "took_minutes": sum(took),
            "ninth": took[-(-len(took) * 9 // 10) - 1] if took else None,
            "waited_minutes": sum(value * times for value, times in found["waits"]),
        }  # fmt: skip
    groups = {
        name: {key: tuple(numbers) for key, _label, *numbers in lines}
        for name, lines in figures["groups"].items()
    }
    late_days = dict(figures["late_days"])
    return {"totals": figures["totals"], "groups": groups, "steps": steps, "late_days": late_days}
