"""Start long work, do it, follow it, cancel it."""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from office import clock
from office.audit.services import record_reading
from office.celery import app
from office.errors import NotAllowed, Refused
from office.jobs.models import Job
from office.jobs.registry import Result, kind_of, work
from office.notifications.services import notify
from office.people import services as people

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from office.people.models import User

TASK = "office.jobs.run"
SPACE = 0x4A4F  # of the advisory locks: "JO"
BETWEEN_SECONDS = 0.5  # how often progress is written
KEPT_DAYS = 30  # how long what a job made can be fetched
logger = logging.getLogger(__name__)


class Cancelled(Exception):
    """Who asked for the job does not want it any more."""


@transaction.atomic
def start(kind: str, title: str, arguments: Mapping[str, str], *, actor: User) -> Job:
    """Note a job and hand it to a worker after commit. Raises KeyError for an unknown kind.

    What is asked for again while it goes on is the same job: a link followed ten times is one.
    """
    work(kind)
    people.locked(actor)
    asked = {
        "kind": kind,
        "arguments": {**arguments, "language": translation.get_language() or ""},
        "asked_by": actor,
        "on_behalf_of": actor.acting_for,
    }
    going_on = Job.objects.filter(**asked, state__in=[Job.State.WAITING, Job.State.RUNNING])
    if same := going_on.first():
        return same
    job = Job.objects.create(title=title, **asked)
    transaction.on_commit(lambda: app.send_task(TASK, [job.pk], queue="bulk"))
    return job


def run(pk: int) -> bool:
    """Do a job; return whether it was done here. Two workers at once do it once."""
    mine = Job.objects.filter(pk=pk, state=Job.State.WAITING)
    with _sign_of_life(pk):
        if not mine.update(state=Job.State.RUNNING, started_at=clock.now()):
            return False
        job = Job.objects.select_related("asked_by__unit", "on_behalf_of__unit").get(pk=pk)
        ended = False
        try:
            with translation.override(job.arguments.get("language") or None):
                ended = _do(job)
        finally:
            if not ended:  # a bug: the trace goes to the log, the person gets a sentence
                _end(job, Job.State.FAILED, message=_("Something went wrong; nothing was changed."))
    return True


def recover() -> int:
    """End the jobs whose worker died; return how many. Safe to repeat and to run twice."""
    found = 0
    running = Job.objects.filter(state=Job.State.RUNNING).select_related("asked_by")
    for job in running:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [SPACE, _small(job.pk)])
            if cursor.fetchone()[0]:
                with translation.override(job.arguments.get("language") or None):
                    words = _("The server was stopped in the middle; nothing was changed.")
                    found += _end(job, Job.State.FAILED, message=words)
    return found


@contextmanager
def _sign_of_life(pk: int) -> Iterator[None]:
    """Hold a lock as long as this connection lives: when the worker is killed, it is let go."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [SPACE, _small(pk)])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [SPACE, _small(pk)])


def _small(pk: int) -> int:
    return pk % 2**31


def cancel(pk: int, *, actor: User) -> Job:
    """Stop a job that is not over. Raises Job.DoesNotExist."""
    job = Job.objects.visible_to(actor).get(pk=pk)
    if not job.is_over:
        _end(job, Job.State.CANCELLED)
        job.refresh_from_db()
    return job


def sweep() -> int:
    """Delete what jobs made longer ago than it is kept; return how many files. Safe to repeat."""
    before = clock.now() - dt.timedelta(days=KEPT_DAYS)
    old = Job.objects.filter(finished_at__lt=before).exclude(path="")
    paths = list(old.values_list("path", flat=True))
    for path in paths:
        default_storage.delete(path)
    Job.objects.filter(path__in=paths).update(path="")
    return len(paths)


def demand(job: Job, actor: User) -> None:
    """Raise NotAllowed unless the actor, in the seat the job was asked from, may still do it."""
    needed = kind_of(job.kind).permission
    if job.on_behalf_of_id is None:
        is_allowed = needed in actor.permissions
    else:
        is_allowed = actor.seat.pk == job.on_behalf_of_id and actor.has_perm(needed)
    if not (actor.is_active and is_allowed):
        absent = job.on_behalf_of
        who = _("It was asked for while acting for %(name)s.") % {"name": absent} if absent else ""
        raise NotAllowed(_("Your roles do not include what this task was for."), who=who)


def _do(job: Job) -> bool:
    actor = job.asked_by
    actor.acting_for = job.on_behalf_of
    try:
        demand(job, actor)
        with _Progress(job) as progress:
            if kind_of(job.kind).writes:
                with transaction.atomic():
                    _finish(job, work(job.kind)(job.arguments, actor, progress))
            else:
                _finish(job, work(job.kind)(job.arguments, actor, progress))
    except Cancelled:
        return True
    except (Refused, NotAllowed) as error:
        _end(job, Job.State.FAILED, message=error.reason)
    except ValidationError as error:
        _end(job, Job.State.FAILED, message="\n".join(error.messages))
    return True


def _finish(job: Job, result: Result) -> None:
    """Note what a job ended with. Raises Cancelled when it is not wanted any more."""
    facts: dict[str, Any] = {"message": result.message, "outcome": dict(result.outcome)}
    if result.file is not None:
        with result.file as file:
            path = default_storage.save(f"jobs/{uuid.uuid4().hex}", File(file))
        facts |= {"path": path, "name": result.name, "media_type": result.media_type}
        facts["size_bytes"] = default_storage.size(path)
    if not _end(job, Job.State.DONE, **facts):
        if result.file is not None:
            default_storage.delete(facts["path"])
        raise Cancelled
    if result.file is not None:
        told = {"what": job.title, "n": result.message}
        record_reading(job, "export", actor=job.asked_by, **told)


def _end(job: Job, state: str, **facts: Any) -> bool:
    open_ = Job.objects.filter(pk=job.pk, state__in=[Job.State.WAITING, Job.State.RUNNING])
    if not open_.update(state=state, finished_at=clock.now(), **facts):
        return False
    logger.info("job over pk=%s kind=%s state=%s", job.pk, job.kind, state)
    if state != Job.State.CANCELLED:
        words = _("Finished: %(title)s") if state == Job.State.DONE else _("Not done: %(title)s")
        text = words % {"title": job.title}
        notify([job.asked_by], key=f"job-{job.pk}", text=text, url=job.get_absolute_url())
    return True


class _Progress:
    """Write how far a job is, not oftener than is of use to anybody.

    Inside the transaction of the work nobody would see it, and the row would be locked against
    its owner's cancelling: then it is written over a connection of its own.
    """

    def __init__(self, job: Job) -> None:
        self.job, self.last = job, 0.0
        self.was_atomic = connection.in_atomic_block
        self.aside: BaseDatabaseWrapper | None = None

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.aside is not None:
            self.aside.close()

    def __call__(self, done: int, total: int) -> None:
        if (moment := time.monotonic()) - self.last < BETWEEN_SECONDS:
            return
        self.last = moment
        is_inside = connection.in_atomic_block and not self.was_atomic
        if not (self._aside(done, total) if is_inside else self._here(done, total)):
            raise Cancelled

    def _here(self, done: int, total: int) -> int:
        running = Job.objects.filter(pk=self.job.pk, state=Job.State.RUNNING)
        return running.update(done=done, total=total)

    def _aside(self, done: int, total: int) -> int:
        if self.aside is None:
            self.aside = connection.copy()
        with self.aside.cursor() as cursor:
            cursor.execute(
                "UPDATE office_job SET done = %s, total = %s WHERE id = %s AND state = %s",
                [done, total, self.job.pk, Job.State.RUNNING],
            )
            return int(cursor.rowcount)
