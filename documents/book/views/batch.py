"""Many rows at once; each gets its own opinion and its own entry."""

from __future__ import annotations

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
from office.people.models import User


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
    if action == "urge":
        told = handling.urge(pks, actor=request.user)
        messages.success(request, _("Urged; %(n)s people were told.") % {"n": told})
        return redirect("documents:incoming")
    form = BatchForm(request.POST if "go" in request.POST else None, action=action, rows=rows)
    if form.is_valid():
        _report(request, [(row, _one(request.user, row, form)) for row in rows])
        return redirect("documents:incoming")
    context = {
        "action": action,
        "form": form,
        "phrases": phrases("instruct", request.user),
    }
    status = 422 if form.is_bound else 200
    return render(request, "documents/book/batch.html", context, status=status)


def _one(user: User, row: IncomingDocument, form: BatchForm) -> str:
    """Take the step with one row by itself; return why not, or nothing when it went well."""
    try:
        if form.action == "instruct":
            assignment.instruct(row.pk, actor=user, opinion=form.words_for(row))
        else:
            circulation.circulate(row.pk, actor=user, readers=form.cleaned_data["readers"])
    except (Refused, NotAllowed) as refusal:
        return refusal.reason
    return ""


def _report(request: Request, done: list[tuple[IncomingDocument, str]]) -> None:
    good = [row for row, reason in done if not reason]
    if good:
        messages.success(request, _("Done with %(n)s documents.") % {"n": len(good)})
    for row, reason in done:
        if reason:
            messages.warning(request, f"{row.reference}：{reason}")
