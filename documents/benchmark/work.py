"""The heavier work: paper in a fresh process, a long sheet in a task, figures, the sweep."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.urls import reverse

from documents.benchmark import load, measure
from documents.benchmark.around import AT, BOOK, ITEM
from documents.benchmark.copies import in_bulk, insert, random
from documents.measures import STEPS
from documents.receipt.models import IncomingDocument, Opinion
from documents.receipt.workflow import State
from office import clock
from office.desk.models import WorkItem
from office.jobs import services as jobs
from office.jobs.models import Job
from office.people.models import User
from office.reminders.services import sweep

DOCUMENTS, ITEMS, MORE = 30_000, 500_000, 14  # of the figures: all, all, more of each document
OPEN = 100_000
OPINIONS = 6  # so many make a slip of two pages
TIMES = 5
SHEETS, CONSTANT_MB = (10_000, 100_000), 20
# What a process of its own does: Django is set up by the module that gunicorn serves.
ALONE = "from documents.benchmark import wsgi, work; work.export({})"


@dataclass(frozen=True)
class Line:
    """One figure of the table: what was done, in which time, and what it may take."""

    name: str
    seconds: float
    most: float = 0.0
    note: str = ""

    def __str__(self) -> str:
        verdict = ""
        if self.most:
            word = "kept" if self.seconds <= self.most else "MISSED"
            verdict = f"   <= {self.most:g} s: {word}"
        return f"{self.name:52}{self.seconds:9.3f} s{verdict}   {self.note}".rstrip()


# --- paper ----------------------------------------------------------------------------------------


def two_pages(author: User) -> str:
    """Return the address of a slip of two pages: a document about which much was said."""
    rows = IncomingDocument.objects.visible_to(author).filter(state=State.HANDLING)
    row = rows.order_by("pk")[:1].get()
    text = "请认真研究，按照时限要求提出办理意见，并将办理情况书面报送办公室。" * 2
    missing = OPINIONS - row.opinions.count()
    Opinion.objects.bulk_create(
        Opinion(document=row, step="propose", author=author, unit=author.unit, text=text)
        for _n in range(missing)
    )
    return reverse("documents:incoming-slip", args=[row.pk])


def first_paper(path: str, cookie: str) -> Line:
    """Time the first paper of a process that has shown a page before, several times."""
    took = []
    for _n in range(TIMES):
        with measure.served(workers=1) as port:
            ask = measure.client(port, cookie)
            ask(reverse("office:desk"))
            began = time.perf_counter()
            status, _body = ask(path)
            took.append(time.perf_counter() - began)
            if status != 200:
                raise RuntimeError(f"{path} answered {status}")
    note = f"median of {TIMES} processes, worst {max(took):.3f} s"
    return Line("PDF of two pages, first of a process", sorted(took)[TIMES // 2], 0.6, note)


# --- a long sheet ---------------------------------------------------------------------------------


def sheets() -> Iterator[Line]:
    """Write sheets of two lengths, each by a job in a process of its own; memory stays constant."""
    asked_by = load.person("出表", "office_director")
    newest = IncomingDocument.objects.order_by("-received_on", "-pk")
    peaks = []
    for rows in SHEETS:
        last = newest.values_list("received_on", flat=True)[rows - 1 : rows].first()
        query = f"view=all&since={last}" if last else "view=all"
        job = Job.objects.create(
            kind="incoming-register", title="bench", asked_by=asked_by,
            arguments={"query": query, "as": "xlsx", "language": settings.LANGUAGE_CODE},
        )  # fmt: skip
        told = json.loads(_alone(ALONE.format(job.pk)))
        job.refresh_from_db()
        if job.state != Job.State.DONE:
            raise RuntimeError(job.message)
        default_storage.delete(job.path)
        peaks.append(told["peak"])
        note = f"{job.message}, {job.size_bytes / 1e6:.1f} MB; peak memory {told['peak']:.0f} MB"
        if rows == SHEETS[-1]:
            word = "kept" if peaks[-1] - peaks[0] <= CONSTANT_MB else "MISSED"
            note += f", {peaks[-1] - peaks[0]:+.0f} MB beside the short one: constant {word}"
        yield Line(f"XLSX in a task, {rows:,} rows", told["seconds"], note=note)


def export(pk: int) -> None:
    """Do a job in this process and print what it took."""
    began = time.perf_counter()
    jobs.run(pk)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"peak": peak, "seconds": seconds}))


def _alone(program: str) -> str:
    name = str(connection.settings_dict["NAME"])
    environment = os.environ | {"OFFICE_BENCH_DATABASE": name, "OFFICE_LOG_LEVEL": "ERROR"}
    done = subprocess.run(  # noqa: S603 (our own interpreter and module)
        [sys.executable, "-c", program], env=environment, cwd=settings.BASE_DIR,
        check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return done.stdout


# --- figures and the sweep ------------------------------------------------------------------------


def fill(tell: load.Tell) -> None:
    """Load the documents of the figures, and so many items that there are half a million."""
    load.fill(DOCUMENTS, tell)
    document = IncomingDocument.objects.order_by("pk")[:1].get()
    person = load.reader()
    item = WorkItem.objects.create(
        content_type=ContentType.objects.get_for_model(document), object_id=document.pk,
        step="read", title="x", url="/", assignee=person, sent_by=person, done_at=clock.now(),
        done_by=person, outcome="done", taken_minutes=90, due_on=clock.today(),
    )  # fmt: skip
    names = ", ".join(f"({n}, '{STEPS[n % len(STEPS)]}')" for n in range(MORE))
    n = f"d.id * {MORE} + s.n"
    took = random(n, 4000, 9)
    tell(f"{ITEMS:,} work items")
    with in_bulk(WorkItem):
        insert(item, f"{BOOK} CROSS JOIN (VALUES {names}) AS s(n, step)", "true", ITEM | {
            "step": "s.step", "created_at": AT, "due_on": "d.received_on + 2 * s.n",
            "done_at": f"{AT} + {took} * interval '3 minutes'", "taken_minutes": took,
        })  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def sweeps() -> Iterator[Line]:
    """Hand out a hundred thousand items, remind of them twice, and take all of it back."""
    with transaction.atomic():
        _open_items()
        for name in ("first", "again"):
            began = time.perf_counter()
            told = sweep()
            seconds = time.perf_counter() - began
            yield Line(
                f"reminder sweep, {OPEN:,} open items, {name}", seconds, 5.0, f"{told:,} told"
            )
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _open_items() -> None:
    """Open items of every urgency, due around today, some with a limit to their step."""
    people = list(User.objects.filter(username__startswith="bench-").order_by("pk"))
    document = IncomingDocument.objects.order_by("pk")[:1].get()
    item = WorkItem.objects.create(
        content_type=ContentType.objects.get_for_model(document), object_id=document.pk,
        step="x", title="x", url="/", assignee=people[0], sent_by=people[1],
    )  # fmt: skip
    n = "d.id * 4 + d.n"
    due = f"current_date - 30 + {random(n, 60, 35)}"
    steps = "(ARRAY['propose', 'answer', 'close', 'file'])[d.n]"
    times = f"{BOOK} CROSS JOIN generate_series(1, 4) AS s(n) LIMIT {OPEN}"
    every = f"(SELECT d.*, s.n FROM {times}) d"  # noqa: S608 (our own text)
    insert(item, every, "true", ITEM | {
        "step": steps,
        "assignee_id": f"{people[0].pk} + {random(n, 50, 31)}",
        "urgency": random(n, 4, 32),
        "created_at": f"now() - {random(n, 40, 33)} * interval '1 day'",
        "due_on": f"CASE WHEN {random(n, 10, 34)} > 0 THEN {due} END",
        "limit_minutes": f"CASE WHEN {random(n, 3, 36)} = 0 THEN 960 END",
    })  # fmt: skip
    item.delete()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE office_workitem")
