"""发文登记簿: one page of the book on the screen, or what is filtered taken away."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from documents.around import round_the_rows
from documents.drafting.models import OrganCode
from documents.issued import exports, ledgers, pages
from documents.issued.filters import BEHIND, CHOICES, VIEWS
from office import clock, sheets
from office.errors import NotAllowed
from office.http import Request
from office.listing import shown


@require_GET
def register(request: Request) -> HttpResponseBase:
    """Show the register, or write exactly what is filtered to a sheet or to paper."""
    user, data = request.user, request.GET
    if not user.has_perm("documents.view_dispatch"):
        raise NotAllowed(_("Your roles do not include the register of dispatches."))
    if data.get("as"):
        if not user.has_perm("documents.print_dispatch_forms"):
            raise NotAllowed(_("Your roles do not include exporting the register."))
        if answer := sheets.answer(request, pages.to_take_away(data, user), exports.REGISTER):
            return answer
    page, view = pages.on_screen(data, user), pages.view_named(data)
    around = round_the_rows(pages.BOOK, page, user)
    codes = OrganCode.objects.filter(is_active=True).values_list("pk", "code")
    context = {
        "page": page,
        "rows": page.rows,
        "data": {name: data.get(name, "") for name in pages.FILTERS},
        "view": "" if around.shelf.here else view,
        "view_here": view,
        "views": [(name, label, shown(around.counts[name]), late) for name, label, late in VIEWS],
        "dated": view == "issued",
        "shelf": around.shelf,
        "here": shown(around.here(view)),
        "overdue": around.counts["overdue"],
        "figure": pages.figure(page),
        "behind": [(name, data[name]) for name in BEHIND if data.get(name)],
        "choices": {**CHOICES, "unit": around.units, "code": codes},
        "books": ledgers.books(user),
        "year": clock.today().year,
    }
    return render(request, "documents/issued/register.html", context)
