"""运行状况: the same checks in words, the newest backup, the last rehearsal."""

import datetime as dt

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from office import clock
from office.backup import parts
from office.backup import services as backup
from office.errors import NotAllowed
from office.http import Request
from office.operation import checks

FRESH = dt.timedelta(days=2)


@require_GET
def operation(request: Request) -> HttpResponse:
    """Show how everything stands, asked now."""
    _demand(request)
    folder = backup.newest()
    manifest = parts.head(folder) if folder else None
    made_at = parse_datetime(manifest.made_at) if manifest else None
    is_fresh = made_at is not None and clock.now() - made_at < FRESH
    found, rehearsal = checks.look(), backup.last_rehearsal()
    came_back = rehearsal is None or rehearsal.state != rehearsal.State.FAILED
    page = {
        "found": found,
        "well": all(each.ok for each in found) and is_fresh and came_back,
        "place": settings.BACKUP_DIR,
        "folder": folder,
        "backup": manifest,
        "made_at": made_at,
        "is_fresh": is_fresh,
        "rehearsal": rehearsal,
    }
    return render(request, "office/operation.html", page)


@require_POST
def rehearse(request: Request) -> HttpResponse:
    """Start a rehearsal and lead to its progress."""
    _demand(request)
    return redirect(backup.ask_for_rehearsal(request.user) or "office:operation")


def _demand(request: Request) -> None:
    if not request.user.has_perm(backup.OPERATE):
        raise NotAllowed(_("Only the system officer watches over the running system."))
