"""Many rows at once; each gets its own opinion and its own entry."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from documents.book.forms import BatchForm
from documents.receipt.models import IncomingDocument
from documents.receipt.services import assignment, circulation, handling
from documents.reference.services import phrases
from office.errors import NotAllowed, Refused
from office.http import Request, number


@require_POST
def batch(request: Request) -> HttpResponse:
    """Urge, instruct or circulate several documents; each has its own opinion and entry."""
    pks = [pk for pk in map(number, request.POST.getlist("row")) if pk is not None][:100]
    action = request.POST.get("action", "")
    rows = list(
        IncomingDocument.objects.visible_to(request.user)
        .select_related("sender")
        .filter(pk__in=pks)
    )
    if not rows or action not in ("urge", "instruct", "circulate"):
        raise Refused(_("Tick the documents first."))
    form = BatchForm(request.POST if "go" in request.POST else None)
    if action == "urge":
        told = handling.urge(pks, actor=request.user)
        messages.success(request, _("Urged; %(n)s people were told.") % {"n": told})
        return redirect("documents:incoming")
    if form.is_valid() and (done := _each(request, rows, action, form)):
        _report(request, done)
        return redirect("documents:incoming")
    context = {
        "rows": rows,
        "action": action,
        "form": form,
        "phrases": phrases("instruct", request.user),
    }
    status = 422 if form.is_bound else 200
    return render(request, "documents/book/batch.html", context, status=status)


def _each(
    request: Request, rows: list[IncomingDocument], action: str, form: BatchForm
) -> list[tuple[Any, str]]:
    """Take the step with each row by itself; return what each one said (“” when it went well)."""
    data, said = form.cleaned_data, []
    if action == "circulate" and not data["readers"]:
        form.add_error("readers", _("Name at least one reader."))
        return []
    for row in rows:
        words = request.POST.get(f"opinion-{row.pk}", "").strip() or data["opinion"]
        if action == "instruct" and not words:
            form.add_error("opinion", _("Write an instruction for every document, or one for all."))
            return []
        try:
            if action == "instruct":
                assignment.instruct(row.pk, actor=request.user, opinion=words)
            else:
                circulation.circulate(row.pk, actor=request.user, readers=data["readers"])
        except (Refused, NotAllowed) as refusal:
            said.append((row, refusal.reason))
        else:
            said.append((row, ""))
    return said


def _report(request: Request, done: list[tuple[Any, str]]) -> None:
    good = [row for row, reason in done if not reason]
    if good:
        messages.success(request, _("Done with %(n)s documents.") % {"n": len(good)})
    for row, reason in done:
        if reason:
            messages.warning(request, f"{row.reference}：{reason}")
