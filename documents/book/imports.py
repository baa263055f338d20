"""An old register taken in from a file that was held: tried, then written, at once or by a job.

A queue carries the key of the held file, never a path (A40); it is looked up again as its owner.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from documents.book import importing
from documents.book.importing import Progress, Report, silent
from office.errors import Refused
from office.exporting import MEDIA_TYPE
from office.files import holding
from office.files.models import HeldFile
from office.http import number
from office.jobs import services as jobs
from office.jobs.models import Job
from office.jobs.registry import Result
from office.people.models import User

TRIAL, WRITE = "incoming-trial", "incoming-import"
SHEETS = uuid5(NAMESPACE_URL, "documents.book.imports")  # the one form of every sheet one tries


@transaction.atomic
def hold(upload: File, *, actor: User) -> HeldFile:
    """Keep a sheet to be tried; the one tried before goes, unless a job is at work on it.

    Raises ValidationError as `holding.hold`.
    """
    held = holding.hold(upload, actor=actor, form_key=SHEETS)
    jobs_open = Job.objects.visible_to(actor).filter(
        kind__in=[TRIAL, WRITE], state__in=[Job.State.WAITING, Job.State.RUNNING]
    )
    at_work = [number(key) for key in jobs_open.values_list("arguments__held", flat=True)]
    before = HeldFile.objects.visible_to(actor).of(SHEETS)
    holding.let_go(before.exclude(pk__in=[held.pk, *filter(None, at_work)]))
    return held


def held_file(pk: int | None, actor: User, *, lock: bool = False) -> HeldFile:
    """Return a file the actor has tried. Raises Refused when it was imported, or is kept no longer.

    With `lock`, who comes second waits here, and then finds it gone.
    """
    rows = HeldFile.objects.visible_to(actor)
    rows = rows.select_for_update(of=("self",)) if lock else rows
    if pk is None or not (held := rows.filter(pk=pk).first()):
        raise Refused(_("This sheet has been imported, or is kept no longer. Choose it again."))
    return held


def is_long(held: HeldFile) -> bool:
    """Tell whether a held file is work for a job."""
    with default_storage.open(held.path) as file:
        return importing.is_long(file)


def read(held: HeldFile, progress: Progress = silent) -> Report:
    """Read and judge a held file."""
    with default_storage.open(held.path) as file:
        return importing.read(File(file, name=held.name), progress=progress)


@transaction.atomic
def take_in(pk: int | None, *, actor: User, progress: Progress = silent) -> tuple[int, int]:
    """Write a held file whole and let it go; return how many rows, and how many were there already.

    Raises Refused (wrong rows; or imported already) or NotAllowed.
    """
    held = held_file(pk, actor, lock=True)
    report = read(held, lambda _done, _total: progress(0, 0))
    rows = report.commit(actor, progress)
    holding.let_go(HeldFile.objects.visible_to(actor).filter(pk=held.pk))
    return len(rows), len(report.duplicates)


def start(kind: str, held: HeldFile, *, actor: User) -> Job:
    """Try or write a held file in a job; asked for twice at once it is one."""
    words = {TRIAL: _("Trial of %(name)s"), WRITE: _("Import of %(name)s")}[kind]
    title = (words % {"name": held.name})[:200]
    return jobs.start(kind, title, {"held": str(held.pk)}, actor=actor)


def lately(actor: User) -> list[Job]:
    """Return one's own last trials and imports."""
    return list(Job.objects.visible_to(actor).filter(kind__in=[TRIAL, WRITE])[:5])


def trial(arguments: Mapping[str, Any], actor: User, progress: Progress) -> Result:
    """Read and judge a held file in a job; wrong rows come back as a sheet to mend, instead."""
    held = held_file(number(arguments["held"]), actor)
    report = read(held, progress)
    outcome = report.told | {"held": held.pk}
    if not report.errors:
        return Result(outcome=outcome)
    holding.let_go(HeldFile.objects.visible_to(actor).filter(pk=held.pk))
    return Result(importing.error_book(report), _("Rows to mend.xlsx"), MEDIA_TYPE, outcome=outcome)


def write(arguments: Mapping[str, Any], actor: User, progress: Progress) -> Result:
    """Write a held file in a job, whose transaction it is."""
    written, twice = take_in(number(arguments["held"]), actor=actor, progress=progress)
    return Result(outcome={"written": written, "twice": twice})
