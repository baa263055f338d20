"""统计: a period on the screen, on paper, as a workbook; where it waits; the month settled."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from documents.figures import papers, services
from documents.figures.report import Report, year
from documents.figures.services import Found, Scope
from documents.figures.waiting import Waiting
from office import periods
from office.errors import NotAllowed
from office.http import Request
from office.overdue.services import may_see
from office.periods import Period
from office.printing import pdf_answer
from office.sheets import xlsx_answer


@require_GET
def figures(request: Request) -> HttpResponseBase:
    """Show the figures of a period (?from=&to=), or take them away (?as=pdf, ?as=xlsx)."""
    within = services.scope(request.user)
    period, form = periods.asked(request.GET)
    found = services.figures(within, period)
    if answer := _taken_away(request, found, within):
        return answer
    every = bool(request.GET.get("senders"))
    context = {
        "found": found,
        "form": form,
        "period": period,
        "report": Report(found, scope=within.query, every_sender=every),
        "unit": within.unit,
        "usual": list(periods.usual()),
        "year": year(within, period),
        "may_list": may_see(request.user),
        "may_settle": _may_settle(request, found, within),
    }
    status = 422 if form.errors else 200
    return render(request, "documents/figures/figures.html", context, status=status)


def _taken_away(request: Request, found: Found, within: Scope) -> HttpResponseBase | None:
    form = request.GET.get("as", "")
    if form not in ("pdf", "xlsx"):
        return None
    if not request.user.has_perm("documents.export_incoming") and within.unit is None:
        raise NotAllowed(_("Your roles do not include exporting the register."))
    name = papers.name(found, within)
    if form == "pdf":
        return pdf_answer(papers.paper(found, within), f"{name}.pdf")
    return xlsx_answer(papers.book(found, within), f"{name}.xlsx")


def _may_settle(request: Request, found: Found, within: Scope) -> bool:
    is_month = found.period.length == 1 and found.period.is_over and not found.settlements
    return is_month and within.unit is None and request.user.has_perm(services.SETTLE)


@require_GET
def waiting(request: Request) -> HttpResponse:
    """Show where documents wait now, and for whom."""
    within = services.scope(request.user)
    context = {
        "waiting": Waiting(within),
        "unit": within.unit,
        "may_list": may_see(request.user),
    }
    return render(request, "documents/figures/waiting.html", context)


@require_POST
def settle(request: Request) -> HttpResponse:
    """Settle the month an address names (月结)."""
    period, form = periods.asked(request.POST)
    if not form.is_bound or form.errors or period.length != 1:
        raise Http404
    services.settle(period.begin, actor=request.user)
    words = _("%(month)s is settled; its figures do not change any more.")
    messages.success(request, words % {"month": period.name})
    return HttpResponseRedirect(_address(period))


def _address(period: Period) -> str:
    return f"{reverse('documents:figures')}?{period.query}"
