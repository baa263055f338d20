"""发文统计: a period on the screen, on paper, as a workbook."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from documents.tallies import counts, papers, services
from documents.tallies.counts import Figures
from documents.tallies.report import Report, year
from documents.tallies.services import Scope
from office import periods
from office.errors import NotAllowed
from office.http import Request
from office.printing import pdf_answer
from office.sheets import xlsx_answer


@require_GET
def figures(request: Request) -> HttpResponseBase:
    """Show the figures of a period (?from=&to=), or take them away (?as=pdf, ?as=xlsx)."""
    within = services.scope(request.user)
    period, form = periods.asked(request.GET)
    found = counts.of(within.rows, period)
    if answer := _taken_away(request, found, within):
        return answer
    every = bool(request.GET.get("rules"))
    context = {
        "form": form,
        "period": period,
        "report": Report(found, scope=within.query, every_rule=every),
        "unit": within.unit,
        "usual": list(periods.usual()),
        "year": year(within, period),
    }
    status = 422 if form.errors else 200
    return render(request, "documents/tallies/figures.html", context, status=status)


def _taken_away(request: Request, found: Figures, within: Scope) -> HttpResponseBase | None:
    form = request.GET.get("as", "")
    if form not in ("pdf", "xlsx"):
        return None
    if not request.user.has_perm(services.EXPORT) and within.unit is None:
        raise NotAllowed(_("Your roles do not include exporting the register."))
    name = papers.name(found, within)
    if form == "pdf":
        return pdf_answer(papers.paper(found, within), f"{name}.pdf")
    return xlsx_answer(papers.book(found, within), f"{name}.xlsx")
