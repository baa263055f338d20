"""发文登记簿: one page of the book on the screen, or what is filtered taken away."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from documents.drafting import register as book
from documents.receipt.models.choices import Kind
from office import sheets
from office.errors import NotAllowed
from office.http import Request
from office.people.models import Unit


@require_GET
def register(request: Request) -> HttpResponseBase:
    """Show the register, or write exactly what is filtered to a sheet or to paper."""
    user, data = request.user, request.GET
    if not user.has_perm("documents.view_dispatch"):
        raise NotAllowed(_("Your roles do not include the register of dispatches."))
    if data.get("as"):
        if not user.has_perm("documents.print_dispatch_forms"):
            raise NotAllowed(_("Your roles do not include exporting the register."))
        if answer := sheets.answer(request, book.page(data, user), book.BOOK):
            return answer
    page = book.page(data, user, book.shape)
    context = {
        "page": page,
        "rows": page.rows,
        "data": data.dict(),
        "view": data.get("view", "open"),
        "views": book.VIEWS,
        "kinds": Kind.choices,
        "units": Unit.objects.filter(parent__isnull=False).values_list("pk", "short_name"),
    }
    return render(request, "documents/drafting/register.html", context)
