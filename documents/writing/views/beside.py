"""What stands beside the text while one writes: findings, pages, suggestions, names to pick."""

from __future__ import annotations

import gzip
from collections import Counter
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from documents.drafting.models import Dispatch
from documents.drafting.reading import folder
from documents.drafting.services import writing
from documents.drafting.text import Finding, proofread_words
from documents.drafting.workflow import DISPATCH
from documents.proofreading import gate
from documents.proofreading.places import NAMES, change
from documents.reference.services import skeleton
from documents.writing import bodies, preview
from documents.writing.forms.writing import DIRECTIONS, AnswerForm, ReplyForm, WritingForm
from documents.writing.mirror import mirror, standing
from office.errors import NotAllowed
from office.http import Request, number

FIELDS = {"title": "id_title", "note": "id_note", "addressees": "id_addressees",
          "copy_to": "id_copy_to", "institution": "id_co_issuers", "urgency": "id_urgency",
          "kind": "id_kind"}  # fmt: skip


@require_POST
def look(request: Request) -> HttpResponse:
    """Answer with findings and pages for the text as it is typed; keeps nothing of it."""
    _demand_drafter(request)
    form = WritingForm(request.POST)
    if not form.is_valid():
        return render(request, "documents/writing/look.html", {"form": form}, status=422)
    pk = number(request.POST.get("row"))
    row = folder(request, pk) if pk else None
    context = {"form": form, "row": row} | seen_as_typed(request, row, form)
    return render(request, "documents/writing/look.html", context)


def _demand_drafter(request: Request) -> None:
    if not request.user.has_perm("documents.draft_dispatch"):
        raise NotAllowed(_("Your roles do not include drafting."), clause="条例 第十九条")


def seen_as_typed(request: Request, row: Dispatch | None, form: WritingForm) -> dict[str, Any]:
    """Return what the screen shows of a text that is being typed, and is kept nowhere."""
    data, value = form.cleaned_data, form.words().paper
    findings = proofread_words(value | {"kind": data["kind"]})
    return seen(request, row, value, findings, data["body"], code=data["code"].code)


def seen(
    request: Request,
    row: Dispatch | None,
    value: dict[str, Any],
    findings: list[Finding],
    body: str,
    *,
    code: str = "",
) -> dict[str, Any]:
    """Return what the screen shows of a text: findings, marks under the lines, pages."""
    answers: Any = row.answers if row else {}
    shown = [_shown(finding, answers.get(gate.key(finding))) for finding in findings]
    times: Counter[str] = Counter()
    for each in shown:  # an id that stays while one writes on
        times[each["key"]] += 1
        each["key"] += f"-{times[each['key']]}"
    heads = threads(row, body) if row else []
    errors = sum(finding.severity == "E" for finding in findings)
    return {
        "looked": True,
        "heads": heads,
        "findings": shown,
        "errors": errors,
        "remarks": sum(each["of"].severity != "E" and not each["answer"] for each in shown),
        "mendable": sum(each["may_be_mended"] for each in shown),
        "mirror": mirror(body, findings, [line for line, _h, _r in heads if line is not None]),
        "preview": preview.look(value, request.user, code=code or (row.code.code if row else "")),
        "signs": len("".join(body.split())),
    }


def _shown(finding: Finding, answered: Any) -> dict[str, Any]:
    return {
        "of": finding,
        "where": _where(finding),
        "to": _anchor(finding.paragraph),
        "change": change(finding),
        "answer": answered,
        "key": f"{finding.rule}-{finding.found.encode().hex()[:40]}",
        "may_be_mended": finding.suggestion is not None and finding.end > finding.start,
    }


def _where(finding: Finding) -> str:
    """Say where a finding is as shortly as the screen lets one: it marks the words itself."""
    name, *rest = finding.paragraph.split("/")
    if name == "body" and rest:
        return _("line %(n)s") % {"n": int(rest[0]) + 1}
    if name == "attachments" and rest:
        return _("Attachment %(n)s") % {"n": int(rest[0]) + 1}
    return str(NAMES[name])


def _anchor(paragraph: str) -> str:
    """Return the id of what a finding is about, on the writing screen."""
    name, *rest = paragraph.split("/")
    if name == "body" and rest:
        return f"line-{int(rest[0]) + 1}"
    if name == "attachments" and rest:
        return f"annex-{rest[1]}-{int(rest[0]) + 1}"
    return FIELDS.get(name, "id_body")


@require_GET
def picture(request: Request, key: str) -> HttpResponse:
    """Show a page of a preview to who asked for it, and to nobody else."""
    packed = preview.kept(key, request.user)
    if packed is None:
        raise Http404
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    content = packed if takes_gzip else gzip.decompress(packed)
    response = HttpResponse(content, content_type="image/svg+xml")
    if takes_gzip:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    response["Cache-Control"] = f"private, max-age={preview.KEPT_SECONDS}"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_GET
def names(request: Request) -> HttpResponse:
    """Offer the bodies whose names hold what was typed."""
    _demand_drafter(request)
    outside = request.GET.get("of") == "outside"
    found = bodies.known(request.user, request.GET.get("q", "")[:60], outside=outside)
    return render(request, "documents/writing/names.html", {"found": found})


@require_GET
def pattern(request: Request) -> HttpResponse:
    """Offer the template and the phrases of a kind."""
    _demand_drafter(request)
    context = {"pattern": pattern_of(kind_of(request))}
    return render(request, "documents/writing/pattern.html", context)


def kind_of(request: Request) -> str:
    """Return the kind that was chosen, if it is one of ours."""
    asked = request.POST.get("kind") or request.GET.get("kind") or ""
    return asked if asked in DIRECTIONS else ""


def pattern_of(kind: Any) -> dict[str, Any] | None:
    """Return what a draft of a kind starts from, as the screen offers it."""
    found = skeleton(str(kind or ""))
    if found is None:
        return None
    before = "" if found.kind == "纪要" else settings.INSTITUTION
    return {
        "kind": found.kind, "title": f"{before}{found.title}", "body": found.body,
        "beginnings": found.beginnings.split("\n"), "endings": found.endings.split("\n"),
    }  # fmt: skip


@require_POST
def answer(request: Request, pk: int) -> HttpResponse:
    """Answer a remark of the proofreader with a reason."""
    row = folder(request, pk)
    DISPATCH.check(row, "answer_finding", request.user)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            writing.answer_finding(row.pk, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
    if form.errors:
        return _plainly(form)
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Trigger": "answered"})
    return redirect("documents:dispatch-write", pk)


def _plainly(form: AnswerForm | ReplyForm) -> HttpResponse:
    """Say what is wrong in plain words, which the screen puts beside the field."""
    said = " ".join(str(why) for wrong in form.errors.values() for why in wrong)
    return HttpResponse(said, status=422, content_type="text/plain; charset=utf-8")


@require_POST
def settle(request: Request, pk: int, suggestion: int) -> HttpResponse:
    """Answer a suggestion with the words that came, settle it when that was asked or none came."""
    row = folder(request, pk)
    head = get_object_or_404(row.suggestions.filter(answers=None), pk=suggestion)
    form = ReplyForm(request.POST)
    if form.is_valid():
        try:
            _answered(pk, head.pk, form.cleaned_data["text"], request)
        except ValidationError as error:
            form.add_error(None, error)
    if form.errors:
        return _plainly(form)
    if request.htmx:
        context = {"row": row, "heads": threads(row, row.body)}
        return render(request, "documents/writing/threads.html", context)
    return redirect(row)


def _answered(pk: int, head: int, text: str, request: Request) -> None:
    if text:
        writing.suggest(pk, actor=request.user, text=text, answers=head)
    if "settle" in request.POST or not text:
        writing.settle_suggestion(pk, head, actor=request.user)


def threads(row: Dispatch, body: str) -> list[tuple[int | None, Any, list[Any]]]:
    """Return every suggestion: the line it stands beside, if it is still there, and its answers."""
    found = list(row.suggestions.select_related("author", "settled_by"))
    heads = [each for each in found if each.answers_id is None]
    heads.sort(key=lambda head: head.settled_at is not None)
    return [
        (standing(head.quote, body), head, [each for each in found if each.answers_id == head.pk])
        for head in heads
    ]
