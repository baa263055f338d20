"""What holds of the whole office at the end of every day, asked of the tables themselves.

Plain SQL over all rows, written without the services: whatever they do wrong shows here. Each
question returns the rows which break its rule. Times agree to the microsecond because a step of
the living office happens at one moment of the one clock.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db import connection
from psycopg import sql

from documents.demo.nightly import dispatches, kept, ladder, months, rows, weekly
from documents.drafting.models import Dispatch
from documents.drafting.services.issuing import ISSUE
from documents.drafting.workflow import DISPATCH
from documents.figures import counts
from documents.receipt.invariants import Broken, check_invariants
from documents.receipt.models import IncomingDocument
from documents.receipt.workflow import INCOMING
from office import clock
from office.files.models import Attachment
from office.periods import Period
from office.workflow import Workflow

APPS = ("office", "documents", "finance", "meetings", "logistics", "oversight")
SHOWN = 12  # broken rows named in a message
LATELY, FOR_EVER = dt.timedelta(days=3), dt.timedelta(days=36_500)
TOLD = ladder.QUESTIONS | weekly.QUESTIONS
QUESTIONS = rows.QUESTIONS | dispatches.QUESTIONS | TOLD | kept.QUESTIONS


def check(*, each: bool = False, whole: bool = True) -> None:
    """Raise Broken when anything is not as it must be at the end of a day.

    `each` asks the rows that were touched that day one by one as well, with the invariants of
    their slice. Not `whole`, of reminders and letters only the last days are asked,
    and no paper is read again.
    """
    demand(QUESTIONS, whole=whole)
    if whole and (changed := list(altered())):
        raise Broken(f"not the paper that was issued: {', '.join(changed[:SHOWN])}")
    if each:
        for row in touched(clock.today()):
            check_invariants(row)


def check_ladder() -> None:
    """Raise Broken when anybody was not told or mailed what he should have been by now."""
    demand(TOLD, whole=False)


def demand(questions: dict[str, str], *, whole: bool) -> None:
    """Raise Broken when any row breaks any of these rules."""
    if found := list(faults(questions, whole=whole)):
        shown = "; ".join(found[:SHOWN])
        raise Broken(f"at {clock.now():%Y-%m-%d %H:%M}, {len(found)} faults: {shown}")


def faults(questions: dict[str, str] = QUESTIONS, *, whole: bool = True) -> Iterator[str]:
    """Yield every row that breaks a rule, with the rule."""
    now = clock.now()
    values = {
        "kind": ContentType.objects.get_for_model(IncomingDocument).pk,
        "dispatch": ContentType.objects.get_for_model(Dispatch).pk,
        "ways": json.dumps(list(_ways(INCOMING))),
        "dispatch_ways": json.dumps(list(_ways(DISPATCH))),
        "now": now,
        "since": now - (FOR_EVER if whole else LATELY),
    }
    for rule, question in questions.items():
        for pk, detail in _rows(question, values):
            yield f"{rule}: {pk} {detail}".rstrip()


def altered() -> Iterator[str]:
    """Yield the issued papers whose file no longer holds what was measured and sealed."""
    kind = ContentType.objects.get_for_model(Dispatch)
    files = Attachment.objects.filter(content_type=kind, step=ISSUE, withdrawn_at=None)
    issued = dict(Dispatch.objects.exclude(issued_sha256="").values_list("pk", "issued_sha256"))
    for file in files.order_by("pk"):
        with default_storage.open(file.path) as content:
            if hashlib.sha256(content.read()).hexdigest() != issued.get(file.object_id):
                yield file.name


def touched(day: dt.date) -> list[IncomingDocument]:
    """Return the documents about which something was recorded on a day."""
    kind = ContentType.objects.get_for_model(IncomingDocument)
    question = (
        "SELECT DISTINCT object_id FROM office_entry WHERE content_type_id = %(kind)s"
        " AND (at AT TIME ZONE 'Asia/Shanghai')::date = %(day)s"
    )
    keys = [pk for (pk,) in _rows(question, {"kind": kind.pk, "day": day})]
    return list(IncomingDocument.objects.filter(pk__in=keys).order_by("pk"))


def check_month(month: dt.date) -> None:
    """Raise Broken when the figures of a month are not what they come to when counted by hand."""
    figures = counts.of(IncomingDocument.objects.all(), Period.of_months(month, 1), is_whole=True)
    reported, counted = months.reported(figures), months.counted(month)
    for part, numbers in counted.items():
        if reported[part] != numbers:
            raise Broken(f"{part} of {month:%Y-%m}: reported {reported[part]}, counted {numbers}")


def digest() -> str:
    """Return one SHA-256 over every row of every table of ours, but for what is given by chance."""
    whole = hashlib.sha256()
    models = [model for name in APPS for model in apps.get_app_config(name).get_models()]
    for table in sorted({model._meta.db_table for model in models}):
        query = sql.SQL(
            "SELECT (to_jsonb(t) - 'password' - 'paper_path')::text AS line FROM {} AS t "
            "ORDER BY line"
        ).format(sql.Identifier(table))
        for (line,) in _rows(query, None):
            whole.update(f"{table} {line}\n".encode())
    return whole.hexdigest()


def refresh_statistics() -> None:
    """Let the planner see what has come in: nobody else does, inside one transaction.

    Of our tables only: the catalogues that all databases of a server share would stay locked.
    """
    with connection.cursor() as cursor:
        names = map(sql.Identifier, connection.introspection.table_names(cursor))
        cursor.execute(sql.SQL("ANALYZE {}").format(sql.SQL(", ").join(names)))


def _ways(table: Workflow) -> Iterator[dict[str, str]]:
    """Yield every way a state table allows, once for each source and target."""
    for step in table:
        for source in sorted(step.sources):
            for target in sorted(step.targets or {source}):
                yield {"step": step.name, "a": source, "b": target}


def _rows(question: Any, values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
