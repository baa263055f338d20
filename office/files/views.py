"""Hand out files, only through the rows they hang on."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from office.audit.services import record
from office.files import holding, services
from office.files.kinds import INLINE
from office.files.models import Attachment, HeldFile, StoredFile
from office.http import Request, or_404

CHUNK = 2**16
# A browser's PDF viewer does not open in a sandbox; everything else does not need scripts or forms.
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"
VIEWER = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@require_safe
def attachment(request: Request, pk: int, name: str) -> HttpResponseBase:
    """Hand out one file; every download is recorded."""
    file, parent = readable(request, pk)
    if name != file.name:
        raise Http404
    response = _handed_out(request, file)
    if request.method == "GET":
        record(parent, "download", actor=request.user, comment=file.name)
    return response


@require_safe
def page(request: Request, pk: int, number: int) -> HttpResponse:
    """Show a page of a PDF as a picture, for the preview beside the record."""
    file, _parent = readable(request, pk)
    return _picture(file, number)


@require_safe
def download_all(request: Request, kind: int, pk: int) -> StreamingHttpResponse:
    """Hand out every file of one row as a ZIP, streamed; recorded once."""
    parent = services.visible_row(kind, pk, request.user)
    about = list(Attachment.objects.about(parent)) if parent else []
    files = [file for file in about if not services.withheld(parent, file, request.user)]
    if not files:
        raise Http404
    if request.method == "GET":
        words = _("All files (%(n)s)") % {"n": len(files)}
        record(parent, "download", actor=request.user, comment=words)
    response = StreamingHttpResponse(_zipped(files), content_type="application/zip")
    name = f"{getattr(parent, 'reference', '') or pk}.zip"
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    response["Content-Security-Policy"] = SANDBOX
    _close_in(response)
    return response


@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Take one's own file back."""
    with or_404(Attachment):
        file = services.withdraw(pk, actor=request.user)
    messages.success(request, _("Withdrawn: %(name)s") % {"name": file.name})
    return redirect(services.parent_for(file, request.user))


@require_safe
def held(request: Request, pk: int, name: str) -> HttpResponseBase:
    """Hand a file that waits for its form back to who uploaded it, and to nobody else."""
    file = _mine(request, pk)
    if name != file.name:
        raise Http404
    return _handed_out(request, file)


@require_safe
def held_page(request: Request, pk: int, number: int) -> HttpResponse:
    """Show a page of one's own held file as a picture."""
    return _picture(_mine(request, pk), number)


@require_POST
def drop(request: Request, pk: int) -> HttpResponse:
    """Let go of one's own held file."""
    file = _mine(request, pk)
    holding.let_go(HeldFile.objects.visible_to(request.user).filter(pk=file.pk))
    return HttpResponse(status=204)


def _mine(request: Request, pk: int) -> HeldFile:
    return get_object_or_404(HeldFile.objects.visible_to(request.user).defer("text"), pk=pk)


def readable(request: Request, pk: int) -> tuple[Attachment, Any]:
    """Return a file and its row, when the reader may see that row; else answer 404."""
    file = get_object_or_404(Attachment.objects.defer("text"), pk=pk, withdrawn_at=None)
    parent = services.parent_for(file, request.user)
    if parent is None:
        raise Http404
    return file, parent


def _handed_out(request: Request, file: StoredFile) -> HttpResponseBase:
    """Answer with a file: shown in the browser only when asked for and harmless, never sniffed."""
    inline = "inline" in request.GET and file.media_type in INLINE
    response: HttpResponseBase = _bytes(file)
    response["Content-Type"] = file.media_type
    response["Content-Disposition"] = content_disposition_header(not inline, file.name) or ""
    viewer = inline and file.media_type == "application/pdf"
    response["Content-Security-Policy"] = VIEWER if viewer else SANDBOX
    _close_in(response)
    return response


def _picture(file: StoredFile, number: int) -> HttpResponse:
    try:
        picture = services.page_picture(file, number)
    except LookupError:
        raise Http404 from None
    response = HttpResponse(picture, content_type="image/png")
    response["Content-Security-Policy"] = SANDBOX
    _close_in(response, "private, max-age=600")
    return response


def _bytes(file: StoredFile) -> Any:
    """Leave the sending to the web server when it can (OFFICE_ACCEL is its internal address)."""
    if accel := settings.OFFICE_ACCEL:
        response = HttpResponse()
        response["X-Accel-Redirect"] = quote(f"{accel.rstrip('/')}/{file.path}")
        return response
    return FileResponse(default_storage.open(file.path))


def _close_in(response: HttpResponseBase, cache: str = "private, no-store") -> None:
    response["Cache-Control"] = cache
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"


class _Sink(io.RawIOBase):
    """What zipfile writes to: the bytes wait here until they are sent."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.waiting.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken = b"".join(self.waiting)
        self.waiting.clear()
        return taken


def _zipped(files: list[Attachment]) -> Iterator[bytes]:
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for number, file in enumerate(files, 1):
            inside = zipfile.ZipInfo(f"{number:02d}-{file.name}", file.uploaded_at.timetuple()[:6])
            with default_storage.open(file.path) as source, archive.open(inside, "w") as target:
                while chunk := source.read(CHUNK):
                    target.write(chunk)
                    yield sink.take()
    yield sink.take()
