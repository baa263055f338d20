"""收文登记簿: one page of the register, its exports, and what is done with many rows at once."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, Q, Value
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from documents.receipt import printing, tables
from documents.receipt.filters import VIEWS, IncomingFilter, view_of
from documents.receipt.forms.people import SEPARATORS, find
from documents.receipt.models import IncomingDocument, Reader
from documents.receipt.models.choices import PREFIXES
from documents.receipt.services import assignment, circulation, handling
from documents.receipt.workflow import OPEN, STAGE_OF, STAGES, State
from documents.reference.models import Relation
from documents.reference.services import phrases
from office import clock
from office.access import ROLES
from office.desk.models import WorkItem
from office.errors import NotAllowed, Refused
from office.exporting import MEDIA_TYPE, write_xlsx
from office.http import Request
from office.listing import ListPage, Row, capped_counts
from office.people.models import Unit, User
from office.printing import pdf_answer
from office.templatetags.office import day, lamp, mark
from office.workdays import calendar

FIELDS = (
    "pk", "receipt_class", "year", "serial", "received_on", "title", "urgency", "sender__name",
    "doc_number", "state", "nature", "due_on", "is_sealed", "lead_unit__short_name",
    "handler__name", "closed_at",
)  # fmt: skip
FAR = Value(dt.date(9999, 12, 31))
SORTS = {
    "received": ("received_on",),
    "due": (Coalesce(F("due_on"), FAR),),
    "state": ("state", "received_on"),
}
PRINT_AT_MOST = 5000
FILTERS = tuple(IncomingFilter.Meta.fields)


@require_GET
def register(request: Request) -> HttpResponse:
    """Show the register, or write exactly what is filtered to a sheet or to paper."""
    user = request.user
    if not user.has_perm("documents.view_incoming"):
        raise NotAllowed(_("Your roles do not include the register of incoming documents."))
    book = IncomingDocument.objects.visible_to(user)
    view = request.GET.get("view", "")
    searched = any(request.GET.get(name) for name in FILTERS)
    if view not in {name for name, _label, _late in VIEWS}:
        view = "all" if searched else "open"
    listed = ListPage(
        request.GET, view_of(book, view), sorts=SORTS, default="-received",
        fields=FIELDS, filterset=IncomingFilter, request=request, shape=shape,
    )  # fmt: skip
    wanted = request.GET.get("as", "")
    if wanted in ("xlsx", "pdf"):
        return export(request, listed, wanted)
    counts = capped_counts(
        {name: view_of(book, name) for name, _label, _late in VIEWS} | {"here": listed.filtered}
    )
    context = {
        "page": listed,
        "rows": listed.rows,
        "view": view,
        "views": [(name, label, _shown(counts[name]), late) for name, label, late in VIEWS],
        "here": _shown(counts["here"]),
        "overdue": counts["overdue"],
        "form": listed.filter.form if listed.filter else None,
        "data": request.GET,
        "units": list(Unit.objects.filter(parent__isnull=False).values_list("pk", "short_name")),
        "stages": len(STAGES),
        "may_batch": user.has_perm("documents.instruct_incoming"),
        "year": clock.today().year,
    }
    return render(request, "documents/receipt/register.html", context)


def _shown(count: int) -> str:
    return "1,000+" if count > 1000 else str(count)


def shape(rows: list[Row]) -> list[Row]:
    """Add what a row of the screen shows: its number, its light, who has it now; two queries."""
    owners = _owners([row["pk"] for row in rows if row["state"] in OPEN])
    reading = _readings([row["pk"] for row in rows if row["state"] == State.CIRCULATING])
    days, base = calendar.exceptions(), reverse("documents:incoming")
    states = dict(State.choices)
    labels = [label for _key, label, _clause in STAGES]
    for row in rows:
        state = State(row["state"])
        open_ = state in OPEN
        stage = STAGE_OF[state]
        row["number"] = number_of(row)
        row["url"] = f"{base}{row['pk']}/"
        row["what"] = row["title"] or _("Envelope, not yet registered")
        if row["is_sealed"]:
            row["what"] = _("Classified envelope, for the confidential clerk")
        row["mark"] = mark(row["urgency"])
        row["step"] = labels[stage - 1] if open_ and not row["is_sealed"] else states[state]
        row["stage"] = stage if open_ else ""
        row["who"], row["where"], due = owners.get(
            row["pk"], (row["handler__name"] or "", row["lead_unit__short_name"] or "", None)
        )
        row["due_on"] = row["due_on"] or due
        if row["pk"] in reading:
            row["who"] = _("%(read)s/%(all)s read") % reading[row["pk"]]
        row["day"] = day(row["received_on"])
        row["light"] = _light(row, open_, days)
        row["due"] = day(row["due_on"]) if open_ else day(row["closed_at"])
    return rows


def number_of(row: Row) -> str:
    """Return the receipt number as the register shows it: without the year when it is this one."""
    if row["serial"] is None:
        return ""
    prefix = PREFIXES[Relation(row["receipt_class"])]
    year = "" if row["year"] == clock.today().year else f"〔{row['year']}〕"
    return f"{prefix}{year}{row['serial']}号"


def _light(row: Row, open_: bool, days: Any) -> Any:
    if not open_:
        return ""
    if row["nature"] == "reading" and row["due_on"] is None:
        return format_html('<span class="light light-none">{}</span>', _("For reading"))
    return lamp(row["due_on"], days)


def _owners(pks: list[int]) -> dict[int, tuple[str, str, dt.date | None]]:
    """Return who owes the next step of these documents, and in which unit."""
    if not pks:
        return {}
    kind = ContentType.objects.get_for_model(IncomingDocument)
    items = WorkItem.objects.open().filter(content_type=kind, object_id__in=pks, reading=False)
    items = items.exclude(step__in=["assist", "decide_extension"]).order_by("-pk")
    found: dict[int, tuple[str, str, dt.date | None]] = {}
    names = (
        "object_id",
        "assignee__name",
        "assignee__unit__short_name",
        "unit__short_name",
        "role",
        "due_on",
    )
    for pk, name, of, unit, role, due in items.values_list(*names):
        found[pk] = (name or unit or str(ROLES[role].label), of or "", due)
    return found


def _readings(pks: list[int]) -> dict[int, dict[str, int]]:
    """Return how many of the copies of these documents have been read."""
    if not pks:
        return {}
    copies = Reader.objects.filter(document__in=pks, recalled_at=None).order_by()
    counted = copies.values("document").annotate(
        all=Count("pk"), read=Count("pk", filter=Q(read_at__isnull=False))
    )
    return {row["document"]: {"all": row["all"], "read": row["read"]} for row in counted}


def export(request: Request, listed: ListPage, wanted: str) -> HttpResponse:
    """Write what is filtered: the same query as the screen."""
    if not request.user.has_perm("documents.export_incoming"):
        raise NotAllowed(_("Your roles do not include exporting the register."))
    name = f"收文登记簿 {clock.today():%Y-%m-%d}"
    rows = tables.rows(listed.ordered)
    if wanted == "pdf":
        if listed.filtered.order_by()[: PRINT_AT_MOST + 1].count() > PRINT_AT_MOST:
            raise Refused(_("More than 5,000 rows do not go on paper at once; filter first."))
        return pdf_answer(printing.register(rows, "收文登记簿"), f"{name}.pdf")
    heading = [str(column.heading) for column in tables.COLUMNS]
    widths = [column.width for column in tables.COLUMNS]
    file = write_xlsx(
        heading, ([c.of(row) for c in tables.COLUMNS] for row in rows), "收文登记簿", widths
    )
    response = HttpResponse(file.read(), content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = "attachment; filename*=UTF-8''" + quote(
        f"{name}.xlsx"
    )
    return response


class BatchForm(forms.Form):
    """What many rows get: words, or readers."""

    opinion = forms.CharField(
        max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    readers = forms.CharField(max_length=500, required=False)

    def clean_readers(self) -> list[User]:
        return [find(name) for name in SEPARATORS.split(self.cleaned_data["readers"]) if name]


@require_POST
def batch(request: Request) -> HttpResponse:
    """Urge, instruct or circulate several documents; each has its own opinion and entry."""
    pks = [int(pk) for pk in request.POST.getlist("row") if pk.isdecimal()][:100]
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
    return render(request, "documents/receipt/batch.html", context, status=status)


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
