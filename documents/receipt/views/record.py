"""The record of one document: the paper, the track, the next action; and every step's POST."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from documents.receipt import track
from documents.receipt.forms.base import StepForm
from documents.receipt.forms.steps import FORMS
from documents.receipt.models import IncomingDocument, Link, Opinion
from documents.receipt.typeset import letter
from documents.receipt.views.actions import ACTIONS
from documents.receipt.workflow import INCOMING, STAGES
from documents.reference.services import phrases
from office import clock, prepared
from office.desk import board
from office.desk.models import WorkItem
from office.desk.services import mark_opened
from office.errors import NotAllowed, Refused
from office.files.models import Attachment, HeldFile
from office.http import Request, number
from office.people.models import User
from office.prepared import ROW
from office.templatetags.office import day
from office.workdays import calendar

# What a record offers first, most pressing first; the rest stands in the menu.
PRIMARY = (
    "collect", "register", "screen", "propose", "instruct", "decide_extension", "name_handler",
    "claim", "handle", "assist", "answer", "close", "file", "read",
)  # fmt: skip
MENU = (
    ("urge", "bell"), ("circulate", "people"), ("recall_reader", "back"), ("claim", "check"),
    ("name_handler", "user-switch"), ("transfer", "user-switch"), ("progress", "pen"),
    ("assist", "pen"), ("ask_extension", "clock"), ("annotate", "pen"), ("attach", "paperclip"),
    ("link", "ledger"), ("correct", "pen"), ("read", "eye"), ("distribute", "people"),
)  # fmt: skip
WARNINGS = (("withdraw", "back"), ("send_back", "back"), ("reject", "close"), ("void", "close"))
WRITES = {
    "propose",
    "instruct",
    "distribute",
    "screen",
    "reject",
    "handle",
    "answer",
    "assist",
    "read",
    "progress",
}


@require_GET
def record(request: Request, pk: int) -> HttpResponse:
    """Show the record; `?do=step` puts another step's form in the place of the next action."""
    row = readable(request, pk)
    steps = INCOMING.open_to(row, request.user)
    wanted = request.GET.get("do", "")
    name = wanted if wanted in steps and wanted in FORMS else first_of(row, steps, request.user)
    form = FORMS[name](row=row, actor=request.user) if name in FORMS else None
    return page(request, row, steps, name, form)


@require_POST
def step(request: Request, pk: int, step: str) -> HttpResponse:
    """Take one step: parse, ask the service, go back to the record."""
    name = step.replace("-", "_")
    if name not in FORMS:
        raise Http404
    row = readable(request, pk)
    INCOMING.check(row, name, request.user)
    form = FORMS[name](request.POST, request.FILES, row=row, actor=request.user)
    if form.is_valid():
        try:
            said = ACTIONS[name](pk, request.user, form)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _with_next(said, row, request.user))
            return redirect((request.POST.get("back") == "desk" and "office:desk") or row)
    steps = INCOMING.open_to(row, request.user)
    return page(request, row, steps, name, form, status=422)


def _with_next(said: str, row: IncomingDocument, user: User) -> str:
    """Lead on from what was done to the next thing on the desk."""
    others = (item for item in board.on_desk(user.seat) if item.url != row.get_absolute_url())
    item = next(others, None)
    if item is None:
        return said
    words = _("Next: %(verb)s %(title)s") % {"verb": item.verb, "title": item.title}
    return format_html('{}　<a href="{}#act">{}</a>', said, item.url, words)


@require_POST
def opened(request: Request, pk: int) -> HttpResponse:
    """Note that who owes the next step has opened the document."""
    mark_opened(readable(request, pk), request.user)
    return HttpResponse(status=204)


@require_GET
def trail(request: Request, pk: int) -> HttpResponse:
    """Show the whole audit trail of a document."""
    row = readable(request, pk)
    opinions = row.papers(Opinion, "author", "on_behalf_of", "unit")
    context = {
        "row": row,
        "lines": track.trail(row, opinions),
        "back": {o.withdraws_id for o in opinions},
    }
    return render(request, "documents/receipt/trail.html", context)


def readable(request: Request, pk: int) -> IncomingDocument:
    """Return a document the reader may see, or 404."""
    double, likeness, values = prepared.like(request.user)
    if number(str(pk)) is None:
        raise Http404
    found: list[IncomingDocument] = prepared.instances(
        ("record", likeness),
        lambda: IncomingDocument.objects.visible_to(double).for_record().filter(pk=ROW),
        {**values, ROW: pk},
    )
    if not found:
        raise Http404
    return found[0]


def first_of(row: IncomingDocument, steps: list[str], user: User) -> str:
    """Return the next action: what lies on this person's desk, or what the role may do now."""
    mine = {item.step for item in row.open_items if item.held_by(user.seat)}
    offered = [name for name in PRIMARY if name in steps]
    on_desk = [name for name in offered if name in mine]
    by_role = [name for name in offered if name in ("close", "file", "register")]
    return next(iter([*on_desk, *by_role]), "")


def page(
    request: Request,
    row: IncomingDocument,
    steps: list[str],
    name: str,
    form: StepForm | None,
    status: int = 200,
) -> HttpResponse:
    """Draw the record with one step's form beside the paper."""
    user = request.user
    opinions = row.papers(Opinion, "author", "on_behalf_of", "unit")
    back = {o.withdraws_id for o in opinions}  # words that were taken back: shown struck out
    files = row.files
    mine = [item for item in row.open_items if item.held_by(user.seat)]
    owed = next((item for item in mine if item.step == name), None)
    context: dict[str, Any] = {
        **the_paper(request, row, files),
        **_beside(row, opinions, user),
        "row": row,
        "name": name,
        "steps": steps,
        "act": INCOMING.steps.get(name),
        "form": form,
        "template": act_template(name),
        "quote": _quote(row, [o for o in opinions if o.pk not in back], name),
        "back": back,
        "phrases": phrases(name, user) if name in WRITES else [],
        "menu": _entries(MENU, steps, name),
        "warnings": _entries(WARNINGS, steps, name),
        "files": files,
        "size": sum(file.size_bytes for file in files),
        "mark_opened": any(item.opened_at is None for item in mine),
        "owed": owed,
        "held_up": _held_up(row, mine, user) if not form else None,
        "stages": len(STAGES),
        "today": clock.today(),
    }
    return render(request, "documents/receipt/record.html", context, status=status)


def _beside(row: IncomingDocument, opinions: list[Opinion], user: User) -> dict[str, Any]:
    """Return what stands beside the paper: the track, who assists, who has read, what is linked."""
    ended = timezone.localtime(row.closed_at).date() if row.closed_at else clock.today()
    return {
        "lines": track.build(row, opinions),
        "used": calendar.between(row.received_on, ended),
        "annex": [o for o in opinions if o.is_annex],
        "readers": row.readings,
        "assists": row.parts if row.lead_unit_id else [],
        "extension": row.open_extension if row.handler_id and row.is_open else None,
        "links": _links(row, user) if row.is_linked else [],
    }


def act_template(name: str) -> str:
    """Return the template of a step's form; most steps share one, and so do the two of 初审."""
    own = {"instruct": "instruct", "propose": "propose", "screen": "screen", "reject": "screen"}
    return f"documents/receipt/act/{own.get(name, 'plain')}.html"


def _held_up(row: IncomingDocument, mine: list[WorkItem], user: User) -> Refused | None:
    """Return why a step that lies on this desk cannot be taken yet, if one does."""
    for item in mine:
        try:
            INCOMING.check(row, item.step, user)
        except Refused as refusal:
            return refusal
        except NotAllowed:
            continue
    return None


def _quote(row: IncomingDocument, opinions: list[Any], name: str) -> Any:
    """Return the words one answers to: the proposal for a leader, the instruction for a handler."""
    asked = row.open_extension if name == "decide_extension" else None
    if asked is not None:
        words = {"day": day(asked.wanted_on), "now": day(asked.due_on), "reason": asked.reason}
        text = _("Asks for time until %(day)s (now due %(now)s): %(reason)s") % words
        return {"author": asked.asked_by, "written_at": asked.asked_at, "text": text}
    wanted = {"instruct": ("propose", "instruct"), "name_handler": ("instruct", "propose"),
              "claim": ("instruct", "propose"), "handle": ("instruct", "propose"),
              "assist": ("instruct", "propose"), "answer": ("handle",), "propose": ("send_back",),
              "read": ("propose",)}.get(name, ())  # fmt: skip
    said = [o for o in opinions if o.step in wanted]
    return said[-1] if said else None


def _entries(table: Any, steps: list[str], but: str) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "icon": icon,
            "label": INCOMING.steps[name].label,
            "under": INCOMING.steps[name].under,
        }
        for name, icon in table
        if name in steps and name != but
    ]


def the_paper(
    request: Request, row: IncomingDocument | None, files: list[Attachment]
) -> dict[str, Any]:
    """Return what the preview shows: a page of the first scan, or its text set as a letter."""
    shown = next((file for file in files if file.is_previewable), None)
    if row is None or shown is None:
        return {"shown": None}
    address = row.get_absolute_url()
    return {
        "shown": shown,
        "row": row,
        "letter": None if shown.pages else letter(row, shown.text),
        **leaf(request, shown, turn_to=address, plain=f"{address}?page={{}}#doc"),
    }


def leaf(
    request: Request, file: Attachment | HeldFile, *, turn_to: str, plain: str
) -> dict[str, Any]:
    """Return which page of a file is shown and how to turn it: in place, or by a plain link."""
    last = file.pages or 1
    sheet = min(number(request.GET.get("page")) or 1, last)
    return {
        "sheet": sheet,
        "picture": file.picture_url(sheet) if file.pages else "",
        "turn_to": turn_to,
        "earlier": plain.format(sheet - 1) if sheet > 1 else "",
        "later": plain.format(sheet + 1) if sheet < last else "",
    }


def _links(row: IncomingDocument, user: User) -> list[dict[str, Any]]:
    """Return linked documents of both directions that this person may see."""
    rows = Link.objects.filter(Q(document=row) | Q(other=row)).select_related(
        "document__sender", "other__sender"
    )
    found = list(rows)
    if not found:
        return []
    others = {link.other_id if link.document_id == row.pk else link.document_id for link in found}
    seen = set(
        IncomingDocument.objects.visible_to(user).filter(pk__in=others).values_list("pk", flat=True)
    )
    reverse_labels = {"replies": _("is replied to by"), "follows": _("is followed up by")}
    return [
        {
            "label": link.get_kind_display()
            if link.document_id == row.pk
            else reverse_labels[link.kind],
            "row": link.other if link.document_id == row.pk else link.document,
        }
        for link in found
        if (link.other_id if link.document_id == row.pk else link.document_id) in seen
    ]
