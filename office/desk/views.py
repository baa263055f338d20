"""The desk: what I owe, what I wait for, what I have to read."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from office import clock
from office.desk import board, lines, services
from office.errors import NotAllowed, Refused
from office.http import Request, number, safe
from office.listing import ListPage
from office.mail.services import standing
from office.shell import path_of
from office.workdays import calendar


def desk(request: Request) -> HttpResponse:
    seat, today = request.user.seat, clock.today()
    days = board.due_days(seat)
    waits, reads = board.awaited(seat), board.newest_to_read(seat)
    waited = [item for wait in waits for item in wait.items]
    month = board.strip(days, today)
    sees_units = request.user.has_perm("office.view_workitem")
    keeps_calendar = "system_officer" in seat.roles
    context = {
        "today": today,
        "groups": board.groups(seat, days, today),
        "total": sum(days.values()),
        "late": sum(n for day, n in days.items() if day and day < today),
        "due_today": days.get(today, 0),
        "most": board.MOST,
        "strip": lines.strip(month) if any(day.count for day in month) else "",
        "waits": waits,
        "waits_people": len({item.assignee_id or f"{item.unit_id}{item.role}" for item in waited}),
        "reads": reads,
        "units": board.units(today) if sees_units else None,
        "calendar_path": path_of("admin:office_exceptionalday_changelist"),
        "mail": standing() if request.user.has_perm("office.keep_mail") else None,
        "years": calendar.unconfirmed_years(today) if keeps_calendar else [],
    }
    return render(request, "office/desk.html", context)


@require_GET
def units(request: Request) -> HttpResponse:
    """Show the rows behind each number of the chart: what a unit owes, or only what is late."""
    if not request.user.has_perm("office.view_workitem"):
        raise NotAllowed(_("Your roles do not include what all units owe."))
    today, data = clock.today(), request.GET
    unit, only_late = number(data.get("unit")), bool(data.get("late"))
    chart = board.units(today)
    items = board.owed_by_unit(unit, chart.homes)
    page = ListPage(
        data,
        items.overdue_on(today) if only_late else items,
        sorts={"due": (Coalesce("due_on", Value(dt.date.max)),)},
        default="due",
    )
    keys = [row["pk"] for row in page.rows]
    found = items.select_related("assignee__unit", "unit").in_bulk(keys)
    shown_items = [found[key] for key in keys if key in found]
    context = {
        "page": page,
        "lines": lines.of_units(shown_items, services.readable_among(shown_items, request.user)),
        "chart": chart,
        "unit": unit,
        "only_late": only_late,
        "count": sum(
            bar.late if only_late else bar.open for bar in chart.bars if unit in (None, bar.pk)
        ),
    }
    return render(request, "office/units.html", context)


def reading(request: Request) -> HttpResponse:
    page = Paginator(board.to_read(request.user.seat), 25).get_page(request.GET.get("page"))
    newest = max((item.pk for item in page.object_list), default=0)
    return render(request, "office/reading.html", {"page": page, "newest": newest})


@require_POST
def read(request: Request) -> HttpResponse:
    """Mark one copy as read, or all up to the newest that was shown; stay in the list."""
    until, item = number(request.POST.get("until")), number(request.POST.get("item"))
    which = Q(pk=item or 0) if until is None else Q(pk__lte=until)
    done = 0
    for copy in board.to_read(request.user.seat).filter(which):
        try:
            services.mark_read(copy, actor=request.user)
        except (Refused, NotAllowed) as refusal:
            messages.warning(request, f"{copy.reference}：{refusal.reason}")
        else:
            done += 1
    if done:
        text = ngettext("Marked as read: %(n)d document.", "Marked as read: %(n)d documents.", done)
        messages.success(request, text % {"n": done})
    return redirect(safe(request, request.POST.get("next")))


@require_POST
def urge(request: Request, pk: int) -> HttpResponse:
    """Urge whoever owes an item that the seat sent, and what else it waits for there (催办)."""
    waiting = board.waiting(request.user.seat)
    item = get_object_or_404(waiting, pk=pk)
    items = waiting.filter(content_type=item.content_type_id, object_id=item.object_id)
    words = request.POST.get("words", "").strip()[:200]
    told = services.urge(items, actor=request.user, words=words)
    text = ngettext("Urged: %(n)d person was told.", "Urged: %(n)d people were told.", told) % {
        "n": told
    }
    if told:
        messages.success(request, text)
    else:
        messages.warning(request, _("Nobody is in this pool; hand the work to a person."))
    return redirect(safe(request, request.POST.get("next")))


@require_POST
def opened(request: Request, pk: int) -> HttpResponse:
    """Note that the reader has opened what he owes; the first time counts."""
    item = get_object_or_404(board.owed(request.user.seat), pk=pk)
    services.note_opened(item.pk)
    return HttpResponse(status=204) if request.htmx else redirect(item.url)
