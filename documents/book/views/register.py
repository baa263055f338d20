"""收文登记簿: one page of the book on the screen, or what is filtered taken away."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from documents.book import pages
from documents.book.exports import BOOK
from documents.book.filters import CHOICES, VIEWS
from documents.receipt.models import IncomingDocument
from office import clock, sheets
from office.errors import NotAllowed
from office.http import Request
from office.listing import CAP, kept_counts


@require_GET
def register(request: Request) -> HttpResponseBase:
    """Show the register, or write exactly what is filtered to a sheet or to paper."""
    user, data = request.user, request.GET
    if not user.has_perm("documents.view_incoming"):
        raise NotAllowed(_("Your roles do not include the register of incoming documents."))
    if data.get("as"):
        if not user.has_perm("documents.export_incoming"):
            raise NotAllowed(_("Your roles do not include exporting the register."))
        if answer := sheets.answer(request, pages.to_take_away(data, user), BOOK):
            return answer
    page = pages.on_screen(data, user)
    view, counts = pages.view_named(data), pages.counts(user)
    here = counts[view]
    if page.filter:
        here = kept_counts(IncomingDocument, user, page.filters, lambda: {"": page.filtered})[""]
    context = {
        "page": page,
        "rows": page.rows,
        "view": view,
        "views": [(name, label, _shown(counts[name]), late) for name, label, late in VIEWS],
        "here": _shown(here),
        "overdue": counts["overdue"],
        "choices": CHOICES,
        "data": data,
        "units": pages.units(),
        "may_batch": user.has_perm("documents.instruct_incoming"),
        "year": clock.today().year,
    }
    return render(request, "documents/book/register.html", context)


def _shown(count: int) -> str:
    return f"{CAP:,}+" if count > CAP else str(count)
