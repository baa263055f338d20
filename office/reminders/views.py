"""What will be sent on the next working day: the letters themselves, before they are rows."""

from __future__ import annotations

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from office import clock
from office.http import Request
from office.mail.models import HOURS
from office.mail.services import demand_keeper
from office.overdue import letters as lists
from office.reminders import letters
from office.workdays import calendar

MOST = 200


@require_GET
def ahead(request: Request) -> HttpResponse:
    """Who gets which letter with how many items; what is in them is the recipient's business."""
    demand_keeper(request.user)
    day = calendar.after(clock.today(), 1)
    moment = dt.datetime.combine(day, dt.time(HOURS[-1]), clock.now().tzinfo)
    drafts = [*letters.ahead(moment), *lists.drafts(moment)]
    drafts.sort(key=lambda draft: (draft.kind, -draft.lines, draft.recipient.pk))
    context = {
        "day": day,
        "drafts": drafts[:MOST],
        "more": max(len(drafts) - MOST, 0),
        "total": len(drafts),
    }
    return render(request, "office/mail/next.html", context)
