"""收文登记簿: one page of the book on the screen, or what is filtered taken away."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import HttpResponseBase, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from documents.around import round_the_rows
from documents.book import pages
from documents.book.exports import BOOK
from documents.book.filters import BEHIND, CHOICES, VIEWS
from office import clock, sheets
from office.errors import NotAllowed
from office.http import Request
from office.listing import shown


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
    view = pages.view_named(data)
    around = round_the_rows(pages.BOOK, page, user)
    counts, shelf = around.counts, around.shelf
    context = {
        "page": page,
        "rows": page.rows,
        "view": "" if shelf.here else view,
        "views": [(name, label, shown(counts[name]), late) for name, label, late in VIEWS],
        "shelf": shelf,
        "here": shown(around.here(view)),
        "overdue": counts["overdue"],
        "figure": pages.figure(page),
        "filters": _filters(data if page.filter else None, view, tuple(around.units)),
        "may_batch": user.has_perm("documents.instruct_incoming"),
        "year": clock.today().year,
    }
    return render(request, "documents/book/register.html", context)


def _filters(data: QueryDict | None, view: str, units: tuple[tuple[int, str], ...]) -> SafeString:
    """Draw the filter row, once for each language, view, set of units and what is chosen."""
    chosen = tuple((name, data.get(name, "")) for name in pages.FILTERS) if data else ()
    return _drawn(translation.get_language(), view, units, chosen)


@lru_cache(maxsize=256)
def _drawn(
    _language: str, view: str, units: tuple[tuple[int, str], ...], chosen: tuple[Any, ...]
) -> SafeString:
    context = {
        "data": dict(chosen),
        "view": view,
        "units": units,
        "choices": CHOICES,
        "behind": [(name, value) for name, value in chosen if value and name in BEHIND],
    }
    return render_to_string("documents/book/filters.html", context)
