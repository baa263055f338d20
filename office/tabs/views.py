"""Keep, rename, remove a tab: each comes from a register and leads back to it."""

from __future__ import annotations

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from office.errors import Refused
from office.http import Request, or_404
from office.shell import path_of
from office.tabs import services
from office.tabs.forms import TabForm
from office.tabs.models import Tab
from office.tabs.shelf import spelled


@require_POST
def keep(request: Request) -> HttpResponse:
    """Keep what is filtered on a register under a name."""
    register = request.POST.get("register", "")[:60]
    query = spelled(QueryDict(request.POST.get("query", "")))
    tab = Tab(register=register, query=query)
    if not path_of(register):
        raise Http404
    form = TabForm(request.POST)
    if form.is_valid():
        try:
            name = form.cleaned_data["name"]
            tab = services.keep(register, name, query, actor=request.user)
        except Refused as refusal:  # told beside what was typed
            form.add_error("name", refusal.reason)
        else:
            return redirect(address(tab))
    return _again(request, form, tab, _("Keep as a view"))


@require_POST
def rename(request: Request, pk: int) -> HttpResponse:
    """Give a tab another name."""
    tab = get_object_or_404(Tab.objects.visible_to(request.user), pk=pk)
    form = TabForm(request.POST)
    if form.is_valid():
        try:
            services.rename(pk, form.cleaned_data["name"], actor=request.user)
        except Refused as refusal:
            form.add_error("name", refusal.reason)
        else:
            return redirect(address(tab))
    return _again(request, form, tab, _("Rename the view"))


@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    """Remove a tab; what it showed stays where it is."""
    with or_404(Tab):
        register = services.remove(pk, actor=request.user)
    return redirect(path_of(register) or "office:desk")


def address(tab: Tab) -> str:
    """Return where a tab leads to."""
    return f"{path_of(tab.register)}?{tab.query}"


def _again(request: Request, form: TabForm, tab: Tab, title: str) -> HttpResponse:
    context = {"form": form, "tab": tab, "title": title, "back": address(tab)}
    return render(request, "office/tab.html", context, status=422)
