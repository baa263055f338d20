"""An old register taken in: a dry run with a report for every row, then all or nothing."""

from __future__ import annotations

import io

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from documents.book import importing, imports
from documents.book.forms import ImportForm
from documents.book.importing import Report
from office.errors import NotAllowed
from office.files.models import HeldFile
from office.http import Request
from office.locks import briefly
from office.sheets import xlsx_answer


def demand_import(request: Request) -> None:
    """Only the registry takes an old register in. Raises NotAllowed."""
    if not request.user.has_perm("documents.import_incoming"):
        raise NotAllowed(_("Only the registry does this."), clause="条例 第二十四条（二）")


@require_http_methods(["GET", "POST"])
def import_register(request: Request) -> HttpResponseBase:
    """Import an old register from XLSX: a dry run with a row-by-row report, then all or nothing.

    A long one is tried and written by a job; its page leads back here to write it.
    """
    demand_import(request)
    if request.method == "GET":
        return _page(request, ImportForm())
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid() or not (held := _held(request, form)):
        return _page(request, form, status=422)
    if "write" in request.POST:
        return _write(request, held)
    if "errors" in request.POST:
        return xlsx_answer(importing.error_book(imports.read(held)), _("Rows to mend.xlsx"))
    if imports.is_long(held):
        return redirect(imports.start(imports.TRIAL, held, actor=request.user))
    report = imports.read(held)
    return _page(request, form, held, report, status=422 if report.errors else 200)


def _held(request: Request, form: ImportForm) -> HeldFile | None:
    """Return the file that was chosen now, kept, or the one that was tried before."""
    given = form.cleaned_data
    if not given["file"]:
        return imports.held_file(given["held"], request.user)
    try:
        return imports.hold(given["file"], actor=request.user)
    except ValidationError as error:
        form.add_error("file", error)
        return None


def _write(request: Request, held: HeldFile) -> HttpResponse:
    if imports.is_long(held):
        return redirect(imports.start(imports.WRITE, held, actor=request.user))
    reason = _("Another old register is being imported. Try again in a few minutes.")
    with transaction.atomic(), briefly(reason):
        written, _twice = imports.take_in(held.pk, actor=request.user)
    messages.success(request, _("Imported %(n)s documents.") % {"n": written})
    return redirect("documents:incoming")


def _page(
    request: Request,
    form: ImportForm,
    held: HeldFile | None = None,
    report: Report | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form, "held": held, "report": report.told if report else None,
        "lately": imports.lately(request.user),
    }  # fmt: skip
    return render(request, "documents/book/import.html", context, status=status)


@require_GET
def import_template(request: Request) -> FileResponse:
    """The empty workbook for an old register."""
    demand_import(request)
    return xlsx_answer(io.BytesIO(importing.template()), _("Old register.xlsx"))
