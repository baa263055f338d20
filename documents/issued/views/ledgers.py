"""用印登记簿 and 分发登记: each a page of its book on the screen, or taken away."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from documents.issued import exports
from documents.issued import ledgers as books
from office import sheets
from office.errors import NotAllowed
from office.http import Request
from office.listing import shown
from office.sheets import Sheet


@require_GET
def seals(request: Request) -> HttpResponseBase:
    """Show which seal was set on what, when, by whom and on whose word."""
    return _book(request, books.SEALS, exports.SEALS, "documents/issued/seals.html")


@require_GET
def copies(request: Request) -> HttpResponseBase:
    """Show who was sent which copies, and who has not acknowledged them."""
    return _book(request, books.COPIES, exports.COPIES, "documents/issued/copies.html")


def _book(
    request: Request, ledger: books.Ledger, sheet: Sheet, template: str
) -> HttpResponseBase:  # fmt: skip
    user, data = request.user, request.GET
    ledger.demand(user)
    if data.get("as"):
        if not user.has_perm("documents.print_dispatch_forms"):
            raise NotAllowed(_("Your roles do not include exporting the register."))
        if answer := sheets.answer(request, ledger.page(data, user, is_screen=False), sheet):
            return answer
    page = ledger.page(data, user)
    context = {
        "ledger": ledger,
        "page": page,
        "rows": page.rows,
        "here": shown(page.count),
        "view": ledger.view_named(data),
        "data": {name: data.get(name, "") for name in ledger.filterset.Meta.fields},
        "choices": books.choices(ledger),
        "others": [each for each in books.books(user) if each[0] != request.path],
    }
    return render(request, template, context)
