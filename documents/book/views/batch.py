"""Many rows at once; each gets its own opinion and its own entry."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from documents.book.forms import BatchForm
from documents.receipt.models import IncomingDocument
from documents.receipt.services import assignment, circulation, handling
from documents.reference.services import phrases
from office.desk import services as desk
from office.errors import NotAllowed, Refused
from office.http import Request, number, safe
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
    if action == "urge" and not request.user.has_perm("documents.urge_incoming"):
        raise NotAllowed(_("Your roles do not include urging."), clause="条例 第二十四条（六）")
    form = BatchForm(request.POST if "go" in request.POST else None, action=action, rows=rows)
    back = request.POST.get("next") or reverse("documents:incoming")
    if form.is_valid() and (action != "urge" or _urged(request, form)):
        if action != "urge":
            _report(request, [(row, _one(request.user, row, form)) for row in rows])
        return redirect(safe(request, back))
    context = {
        "action": action,
        "form": form,
        "back": safe(request, back),
        "owed": _owed(rows) if action == "urge" else (),
        "phrases": phrases("instruct", request.user) if action == "instruct" else (),
    }
    status = 422 if form.is_bound else 200
    return render(request, "documents/book/batch.html", context, status=status)


def _owed(rows: list[IncomingDocument]) -> list[tuple[IncomingDocument, str]]:
    """Return each document with who would be told: the person, or the pool and its size."""
    sizes: dict[tuple[int | None, str], int] = {}
    found = []
    for row in rows:
        told = []
        for item in handling.to_urge(row):
            who = f"{item.owner_text} {item.verb}"
            if item.assignee_id is None:
                key = (item.unit_id, item.role)
                if key not in sizes:
                    sizes[key] = len(desk.pool(item))
                n = sizes[key]
                who += ngettext(" (%(n)d person)", " (%(n)d people)", n) % {"n": n}
            told.append(who)
        found.append((row, "、".join(told)))
    return found


def _urged(request: Request, form: BatchForm) -> bool:
    """Urge them all; False when it was refused, with the reason in the form."""
    words = form.cleaned_data["words"]
    try:
        told = handling.urge([row.pk for row in form.rows], actor=request.user, words=words)
    except Refused as refusal:
        form.add_error(None, refusal.reason)
        return False
    messages.success(request, _("Urged; %(n)s people were told.") % {"n": told})
    return True


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
