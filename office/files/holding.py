"""Files that come before their row: held for one form of one person, then put under the row."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import models, transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from office.files import services
from office.files.inspection import inspect
from office.files.models import Attachment, HeldFile

if TYPE_CHECKING:
    from office.people.models import User

MOST_FILES, MOST_BYTES = 100, 2**30  # that one person has waiting


@transaction.atomic
def hold(upload: File, *, actor: User, form_key: UUID) -> HeldFile:
    """Keep a file for the form it was chosen in; chosen twice it is kept once.

    Raises ValidationError when the office does not take it, or too much waits already.
    """
    what = inspect(upload)
    mine = HeldFile.objects.visible_to(actor)
    once = {"sha256": what.sha256, "name": what.name}
    if there := mine.of(form_key).filter(**once).first():
        return there
    waiting = mine.aggregate(files=Count("pk"), size=Sum("size_bytes", default=0))
    if waiting["files"] >= MOST_FILES or waiting["size"] + what.size_bytes > MOST_BYTES:
        message = _("Too many of your files wait to be registered. Register or let go of some.")
        raise ValidationError(message, "waiting")
    held, _is_new = HeldFile.objects.get_or_create(
        uploader=actor, form_key=form_key, **once, defaults=services.keep(upload)
    )
    return held


def take(form_key: UUID | None, *, actor: User) -> list[HeldFile]:
    """Lock the files one person has waiting for a form, in the order they came."""
    mine = HeldFile.objects.visible_to(actor).of(form_key)
    files = list(mine.select_for_update())
    for sha256 in sorted({held.sha256 for held in files}):
        services.lock_bytes(sha256)
    return files


def put_under(parent: models.Model, held: HeldFile, *, actor: User, step: str = "") -> Attachment:
    """Turn a file that was taken into a file of its row; in the same transaction."""
    there = Attachment.objects.about(parent).filter(sha256=held.sha256, name=held.name, step=step)
    if same := there.first():
        held.delete()
        return same
    facts: dict[str, Any] = {name: getattr(held, name) for name in (*services.FACTS, "path")}
    held.delete()
    return Attachment.objects.create(
        content_type=ContentType.objects.get_for_model(parent),
        object_id=parent.pk,
        step=step,
        uploaded_by=actor,
        **facts,
    )


def let_go(rows: models.QuerySet[HeldFile]) -> int:
    """Let held files go, and the bytes that nothing else names; return how many there were."""
    with transaction.atomic():
        paths = dict(rows.select_for_update().values_list("pk", "path"))
        gone: int = HeldFile.objects.filter(pk__in=paths).delete()[0]
        transaction.on_commit(lambda: services.forget(paths.values()))
    return gone


def sweep(before: dt.datetime, *, but: models.QuerySet[Any]) -> int:
    """Let go what was held before a moment for forms whose keys are not among `but`."""
    return let_go(HeldFile.objects.filter(created_at__lt=before).exclude(form_key__in=but))
