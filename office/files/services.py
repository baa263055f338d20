"""Take files in, hand them out, withdraw them. Bytes are kept once, under their hash."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from office import clock
from office.audit.services import record
from office.errors import NotAllowed, Refused
from office.files import papers
from office.files.inspection import inspect
from office.files.models import Attachment, HeldFile, StoredFile

if TYPE_CHECKING:
    from office.people.models import User

FACTS = ("name", "media_type", "size_bytes", "sha256", "sm3", "pages", "text")
KEPT = (Attachment.objects, HeldFile.objects)  # whatever names bytes in the storage


@transaction.atomic
def store(
    parent: models.Model, upload: File, *, actor: User, step: str = "", text: str = ""
) -> Attachment:
    """Keep one file under a row; the same file twice under one row is kept once.

    `text` is what search finds, when it is better than what can be read from the file. Raises
    ValidationError when the file is not taken. Writes no audit entry: the step that calls it does.
    """
    what = inspect(upload)
    same = Attachment.objects.about(parent).filter(sha256=what.sha256, name=what.name, step=step)
    if there := same.first():
        return there
    return Attachment.objects.create(
        content_type=ContentType.objects.get_for_model(parent),
        object_id=parent.pk,
        step=step,
        uploaded_by=actor,
        **keep(upload) | ({"text": text} if text else {}),
    )


def keep(upload: File) -> dict[str, Any]:
    """Keep the bytes of a file the office takes; return what is known of it. In a transaction.

    Raises ValidationError when the file is not taken.
    """
    what = inspect(upload)
    lock_bytes(what.sha256)
    facts = {name: getattr(what, name) for name in FACTS}
    return facts | {"path": _keep(upload, what.sha256)}


def forget(paths: Iterable[str]) -> None:
    """Drop the bytes that no row names any more. Repeating it changes nothing."""
    for path in sorted(set(paths)):
        with transaction.atomic():
            lock_bytes(path.rpartition("/")[2])
            if any(rows.filter(path=path).exists() for rows in KEPT):
                continue
            for name in (path, *_beside(path)):
                default_storage.delete(name)


def _beside(path: str) -> list[str]:
    """Return the pictures that were drawn of a file's pages."""
    folder, _slash, name = f"pages/{path}".rpartition("/")
    try:
        _folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    return [f"{folder}/{file}" for file in files if file.startswith(f"{name}-")]


def lock_bytes(sha256: str) -> None:
    """Let nobody drop bytes while another takes them in: hold their hash until the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(sha256[:15], 16)])


@transaction.atomic
def withdraw(pk: int, *, actor: User) -> Attachment:
    """Take a file back: the uploader only, while its row is open and not signed. The bytes stay.

    Raises Attachment.DoesNotExist (not there, or its row is not visible), NotAllowed or Refused.
    """
    parent = parent_for(Attachment.objects.get(pk=pk, withdrawn_at=None), actor)
    if parent is None:
        raise Attachment.DoesNotExist
    rows = type(parent)._default_manager.select_for_update(of=("self",))
    parent = rows.get(pk=parent.pk)  # row before file, as the steps lock them
    file = Attachment.objects.select_for_update(of=("self",)).get(pk=pk, withdrawn_at=None)
    if file.uploaded_by_id not in (actor.pk, actor.seat.pk):
        reason = _("Only who uploaded a file withdraws it: %(who)s.")
        raise NotAllowed(reason % {"who": file.uploaded_by})
    if not getattr(parent, "is_open", True):
        raise Refused(_("The row is closed; its files stay."))
    if getattr(parent, "is_locked", False):
        raise Refused(_("The text is signed; its files stay."))
    file.withdrawn_at = clock.now()
    file.save(update_fields=["withdrawn_at"])
    record(parent, "withdraw_file", actor=actor, comment=file.name, facts={"sha256": file.sha256})
    return file


def parent_for(file: Attachment, reader: User) -> Any:
    """Return the row a file hangs on, as far as the reader may see it, or None."""
    row = visible_row(file.content_type_id, file.object_id, reader)
    return None if row is not None and withheld(row, file, reader) else row


def withheld(row: Any, file: Attachment, reader: User) -> bool:
    """Tell whether a row keeps one of its files from who may read the row itself."""
    withholds = getattr(row, "withholds", None)
    return bool(withholds and withholds(file, reader))


def visible_row(kind: int, pk: int, reader: User) -> Any:
    """Return a row of a content type that the reader may see, or None."""
    try:
        model: Any = ContentType.objects.get_for_id(kind).model_class()
    except ContentType.DoesNotExist:
        return None
    rows = getattr(getattr(model, "objects", None), "visible_to", None)
    return rows(reader).filter(pk=pk).first() if rows else None


def page_picture(file: StoredFile, number: int) -> bytes:
    """Return a page of a PDF as PNG; drawn once and kept beside the bytes. Raises LookupError."""
    if not 1 <= number <= (file.pages or 0):
        raise LookupError(number)
    path = f"pages/{file.path}-{number}.png"
    if default_storage.exists(path):
        with default_storage.open(path) as kept:
            return bytes(kept.read())
    with default_storage.open(file.path) as paper:
        picture = papers.picture(paper.read(), number)
    _save(path, ContentFile(picture))
    return picture


def _keep(upload: File, sha256: str) -> str:
    path = f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
    if not default_storage.exists(path):
        upload.seek(0)
        _save(path, upload)
    return path


def _save(path: str, content: File) -> None:
    """Save under exactly this path; whoever comes second finds the same bytes there."""
    written = default_storage.save(path, content)
    if written != path:
        default_storage.delete(written)
