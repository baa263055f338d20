"""The record of one dispatch: the page as it prints, the track, the next action; every POST."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from documents.drafting import track
from documents.drafting.forms.steps import FORMS, StepForm
from documents.drafting.models import Dispatch, Remark
from documents.drafting.reading import folder, readable
from documents.drafting.services import issuing
from documents.drafting.views.actions import ACTIONS
from documents.drafting.workflow import DISPATCH, STAGES, State
from documents.reference.services import phrases
from office.audit.actions import LABELS
from office.audit.models import Entry
from office.desk.services import mark_opened
from office.errors import NotAllowed, Refused
from office.http import Request

# What a record offers first, most pressing first; the rest stands in the menu.
PRIMARY = (
    "review", "check", "countersign", "note_countersign", "sign", "note_signature", "recheck",
    "register", "print", "seal", "distribute", "acknowledge", "close", "file", "submit",
)  # fmt: skip
MENU = (
    ("urge", "bell"), ("print", "print"), ("note_countersign", "pen"), ("note_sent", "outbox"),
    ("note_received", "check"), ("comment", "pen"), ("attach", "paperclip"), ("annotate", "pen"),
    ("acknowledge", "check"),
)  # fmt: skip
WARNINGS = (("revise", "pen"), ("withdraw", "back"), ("send_back", "back"), ("refuse", "close"),
            ("void", "close"))  # fmt: skip
OFFICIAL = {"sign", "seal"}  # acts of the office: the vermilion button
# Whose words one answers to with a step.
QUOTED = {
    "check": ("review",), "countersign": ("check",), "sign": ("check", "revise"),
    "recheck": ("sign", "note_signature"), "review": ("send_back",),
}  # fmt: skip
WRITES = {"review", "check", "countersign", "sign", "recheck"}


@require_GET
def record(request: Request, pk: int) -> HttpResponse:
    """Show the record; `?do=step` puts another step's form in the place of the next action."""
    row = readable(request, pk)
    is_writing = row.state == State.DRAFTING and row.drafter_id == request.user.seat.pk
    if is_writing and "do" not in request.GET:
        return redirect("documents:dispatch-write", pk)
    steps = DISPATCH.open_to(row, request.user)
    wanted = request.GET.get("do", "")
    name = wanted if wanted in steps and wanted in FORMS else first_of(row, steps, request)
    form = FORMS[name](row=row, actor=request.user) if name in FORMS else None
    return page(request, row, steps, name, form)


@require_POST
def step(request: Request, pk: int, step: str) -> HttpResponse:
    """Take one step: parse, ask the service, go back to the record."""
    name = step.replace("-", "_")
    if name not in FORMS:
        raise Http404
    row = readable(request, pk)
    DISPATCH.check(row, name, request.user)
    form = FORMS[name](request.POST, request.FILES, row=row, actor=request.user)
    if form.is_valid():
        try:
            said = ACTIONS[name](pk, request.user, form)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, said)
            return redirect((request.POST.get("back") == "desk" and "office:desk") or row)
    steps = DISPATCH.open_to(row, request.user)
    return page(request, row, steps, name, form, status=422)


@require_POST
def opened(request: Request, pk: int) -> HttpResponse:
    """Note that who owes the next step has opened the dispatch."""
    mark_opened(readable(request, pk), request.user)
    return HttpResponse(status=204)


@require_GET
def trail(request: Request, pk: int) -> HttpResponse:
    """Show the whole audit trail of a dispatch."""
    row = folder(request, pk)
    entries = Entry.objects.about(row).select_related("actor__unit", "on_behalf_of")
    labels = LABELS | {name: each.label for name, each in DISPATCH.steps.items()}
    states = dict(State.choices)
    lines = [
        {"entry": entry, "label": labels.get(entry.action, entry.action),
         "before": states.get(entry.before, ""), "after": states.get(entry.after, "")}
        for entry in entries
    ]  # fmt: skip
    return render(request, "documents/drafting/trail.html", {"row": row, "lines": lines})


def first_of(row: Dispatch, steps: list[str], request: Request) -> str:
    """Return the next action: what lies on this person's desk, or what the role may do now."""
    mine = {item.step for item in row.open_items if item.held_by(request.user.seat)}
    offered = [name for name in PRIMARY if name in steps]
    on_desk = [name for name in offered if name in mine]
    by_role = [name for name in offered if name in ("close", "file")]
    return next(iter([*on_desk, *by_role]), "")


def page(
    request: Request,
    row: Dispatch,
    steps: list[str],
    name: str,
    form: StepForm | None,
    status: int = 200,
) -> HttpResponse:
    """Draw the record with one step's form beside the paper."""
    user = request.user
    is_open = row.opens_folder(user)
    remarks = row.papers(Remark, "author", "on_behalf_of", "unit") if is_open else []
    mine = [item for item in row.open_items if item.held_by(user.seat)]
    context: dict[str, Any] = {
        "row": row,
        "name": name,
        "steps": steps,
        "act": DISPATCH.steps.get(name),
        "form": form,
        "official": name in OFFICIAL,
        "quote": next((r for r in reversed(remarks) if r.step in QUOTED.get(name, ())), None),
        "phrases": phrases(name, user) if name in WRITES else [],
        "menu": _entries(MENU, steps, name),
        "warnings": _entries(WARNINGS, steps, name),
        "is_folder_open": is_open,
        "files": [file for file in row.files if not row.withholds(file, user)],
        "lines": track.build(row, remarks) if is_open else [],
        "owed": next((item for item in mine if item.step == name), None),
        "held_up": _held_up(row, mine, request) if not form else None,
        "mark_opened": any(item.opened_at is None for item in mine),
        "measured": row.measured,
        "tampered": issuing.verify(row) if row.is_locked else [],
        "suggestions": row.threads,
        "versions": row.version_count,
        "answers": list(row.answers.values()),
        "stages": len(STAGES),
    }
    return render(request, "documents/drafting/record.html", context, status=status)


def _held_up(row: Dispatch, mine: list[Any], request: Request) -> Refused | None:
    """Return why a step that lies on this desk cannot be taken yet, if one does."""
    for item in mine:
        try:
            DISPATCH.check(row, item.step, request.user)
        except Refused as refusal:
            return refusal
        except NotAllowed:
            continue
    return None


def _entries(table: Any, steps: list[str], but: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "icon": icon, "label": DISPATCH.steps[name].label}
        for name, icon in table
        if name in steps and name != but
    ]
