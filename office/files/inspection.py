"""Judge one upload: what it is called, what it is, and whether the office takes it."""

import hashlib
import zipfile
from dataclasses import dataclass
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from office.files import archives, names, papers, sm3
from office.files.kinds import ALLOWED, IMAGES, KINDS, OLE, PROGRAMS, ZIP
from office.files.papers import Line

HEAD = 16
FIRST_LINES = 60
MARKED_WITHIN = 200  # a classification mark stands in the top corner of the first page
VBA = "_VBA_PROJECT".encode("utf-16-le")
CODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True)
class Inspection:
    """What an upload is; made once and kept on the upload, so that form and service agree."""

    name: str
    media_type: str
    size_bytes: int
    sha256: str
    sm3: str
    pages: int | None
    text: str
    lines: tuple[Line, ...] = ()  # the first page from the top down


def inspect(upload: File) -> Inspection:
    """Return what an upload is.

    Raises ValidationError, for the field it came from, when the office does not take it.
    """
    found: Inspection | None = getattr(upload, "office_inspection", None)
    if found is None:
        found = _inspect(upload)
        upload.office_inspection = found  # type: ignore[attr-defined]
    upload.seek(0)
    return found


def _inspect(upload: File) -> Inspection:
    name = names.clean(upload.name or "")
    names.refuse_classified(name)
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    _refuse_size(upload)
    if extension in PROGRAMS:
        message = _("Programs are not taken. Ask the sender for a spreadsheet or a PDF.")
        raise ValidationError(message, "extension")
    if extension not in KINDS:
        message = _("Files of this kind are not taken. Allowed: %(allowed)s.")
        raise ValidationError(message, "extension", {"allowed": ALLOWED})
    pages, text, lines = _content(upload, extension)
    top = "\n".join(line.text for line in lines)
    names.refuse_classified(text[:MARKED_WITHIN], head=True)
    names.refuse_classified(top[:MARKED_WITHIN], head=True)
    sha256, own = _digests(upload)
    return Inspection(
        name=name,
        media_type=KINDS[extension].media_type,
        size_bytes=upload.size,
        sha256=sha256,
        sm3=own,
        pages=pages,
        text=text[: papers.TEXT_CHARACTERS].replace("\0", ""),
        lines=tuple(lines),
    )


def _refuse_size(upload: File) -> None:
    if not upload.size:
        raise ValidationError(_("This file is empty."), "empty")
    if upload.size > settings.UPLOAD_LIMIT_BYTES:
        message = _("This file is too large (%(size)s); the limit is %(limit)s.")
        most = filesizeformat(settings.UPLOAD_LIMIT_BYTES)
        raise ValidationError(message, "size", {"size": filesizeformat(upload.size), "limit": most})


def _content(upload: File, extension: str) -> tuple[int | None, str, list[Line]]:
    """Return pages, text and first lines, after comparing the bytes with the extension."""
    upload.seek(0)
    head = upload.read(HEAD)
    starts = KINDS[extension].starts
    if starts and not head.startswith(starts):
        _refuse_mismatch(extension)
    upload.seek(0)
    if head.startswith(ZIP):
        return _unpaged(archives.look_into(_seekable(upload), extension))
    if zipfile.is_zipfile(_seekable(upload)):  # a second file hides behind the first
        _refuse_mismatch(extension)
    upload.seek(0)
    if extension == "pdf":
        return papers.read_pdf(upload.read())
    if extension in IMAGES:
        return papers.read_image(_seekable(upload), extension), "", []
    data = upload.read()
    if head.startswith(OLE):
        if VBA in data:
            message = _("The file carries macros. Save it without macros and upload it again.")
            raise ValidationError(message, "macro")
        return _unpaged("")
    return _unpaged(_plain(data, extension))


def _unpaged(text: str) -> tuple[None, str, list[Line]]:
    first = text.splitlines()[:FIRST_LINES]
    return None, text, [Line(line) for line in first if line.strip()]


def _plain(data: bytes, extension: str) -> str:
    for coding in CODINGS:
        try:
            text = data.decode(coding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    return _refuse_mismatch(extension)


def _refuse_mismatch(extension: str) -> NoReturn:
    message = _("The content is not what the extension .%(extension)s says.")
    raise ValidationError(message, "mismatch", {"extension": extension})


def _seekable(upload: File) -> Any:
    return upload.file if hasattr(upload.file, "seek") else upload


def _digests(upload: File) -> tuple[str, str]:
    upload.seek(0)
    international, own = hashlib.sha256(), sm3.new()
    for chunk in upload.chunks():
        international.update(chunk)
        own.update(chunk)
    return international.hexdigest(), own.hexdigest()
