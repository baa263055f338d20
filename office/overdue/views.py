"""逾期清单 on the screen, and as the paper that hangs on the wall."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from office import clock
from office.http import Request, number
from office.overdue import services
from office.people.models import Unit
from office.printing import pdf_answer


@require_GET
def overdue(request: Request) -> HttpResponse:
    """Show what units are late with (?unit=), or print it (?as=pdf)."""
    seen, today = services.units_of(request.user), clock.today()
    choices = list(Unit.objects.all()) if seen is None else seen
    unit = _chosen(choices, request.GET.get("unit", ""))
    if unit is None and len(choices) == 1:
        unit = choices[0]
    if request.GET.get("as") == "pdf" and (unit or seen is None):
        name = f"{services.TITLE} {today:%Y-%m-%d}{f' {unit.short_name}' if unit else ''}.pdf"
        return pdf_answer(services.overdue_list(unit, today), name)
    sections = services.sections([unit] if unit else seen, today)
    context = {
        "sections": sections,
        "total": sum(len(section.lines) for section in sections),
        "unit": unit,
        "may_print": bool(unit) or seen is None,
        "today": today,
    }
    return render(request, "office/overdue.html", context)


def _chosen(choices: list[Unit], asked: str) -> Unit | None:
    """Return the unit an address names. Raises Http404 for one the reader may not see."""
    if not asked:
        return None
    found = next((unit for unit in choices if unit.pk == number(asked)), None)
    if found is None:
        raise Http404
    return found
