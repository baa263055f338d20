"""The bell: what one was told, newest first."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from office.http import Request, number
from office.notifications.services import mark_read


def bell(request: Request) -> HttpResponse:
    notices = request.user.notices.all()
    page = Paginator(notices, 25).get_page(request.GET.get("page"))
    return render(request, "office/bell.html", {"page": page})


@require_POST
def bell_read(request: Request) -> HttpResponse:
    """Mark one notice as read and go where it leads, or mark all."""
    pk = number(request.POST.get("notice"))
    if pk is None:
        mark_read(request.user)
        return redirect("office:bell")
    mark_read(request.user, [pk])
    notice = request.user.notices.filter(pk=pk).first()
    return redirect(notice.url if notice and notice.url.startswith("/") else "office:bell")
