"""An old register taken in: a dry run with a report for every row, then all or nothing."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from documents.book import importing
from documents.book.forms import ImportForm
from office.errors import NotAllowed
from office.exporting import MEDIA_TYPE
from office.http import Request


def demand_import(request: Request) -> None:
    """Only the registry takes an old register in. Raises NotAllowed."""
    if not request.user.has_perm("documents.import_incoming"):
        raise NotAllowed(_("Only the registry does this."), clause="条例 第二十四条（二）")


@require_http_methods(["GET", "POST"])
def import_register(request: Request) -> HttpResponse:
    """Import an old register from XLSX: a dry run with a row-by-row report, then all or nothing."""
    demand_import(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    report = None
    if request.method == "POST" and form.is_valid():
        report = importing.read(form.cleaned_data["file"])
        if "errors" in request.POST:
            return download(importing.error_book(report), _("Rows to mend.xlsx"))
        if form.cleaned_data["commit"] and not report.errors:
            report.commit(request.user)
            messages.success(request, _("Imported %(n)s documents.") % {"n": len(report.rows)})
            return redirect("documents:incoming")
    context = {"form": form, "report": report}
    return render(
        request, "documents/book/import.html", context, status=422 if form.errors else 200
    )


@require_GET
def import_template(request: Request) -> HttpResponse:
    """The empty workbook for an old register."""
    demand_import(request)
    return download(importing.template(), _("Old register.xlsx"))


def download(content: bytes, name: str) -> HttpResponse:
    """Answer with a workbook to be kept."""
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = "attachment; filename*=UTF-8''" + quote(name)
    return response
