"""The writing screen: header, text, findings and the page as it prints, side by side."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from documents.drafting import preview
from documents.drafting.compare import Change, between
from documents.drafting.forms.writing import DIRECTIONS, AnswerForm, ReplyForm, WritingForm
from documents.drafting.mirror import mirror
from documents.drafting.models import Dispatch, OrganCode
from documents.drafting.services import writing
from documents.drafting.text import Finding, paper_of, proofread_words
from documents.drafting.views.record import readable
from documents.drafting.workflow import DISPATCH, State
from documents.proofreading import gate
from documents.proofreading.places import change, place
from documents.receipt.models import IncomingDocument
from office.errors import NotAllowed, Refused
from office.http import Request, number

FIRST = {"kind": "通知", "direction": "down"}


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Begin a draft: by itself, or as a reply to or a forwarding of an incoming document."""
    if not request.user.has_perm("documents.draft_dispatch"):
        raise NotAllowed(_("Your roles do not include drafting."), clause="条例 第十九条")
    origin, kind = _origin(request)
    typed = request.POST if request.method == "POST" else None
    form = WritingForm(typed, initial=_first(origin, kind))
    once = request.POST.get("once") or str(uuid.uuid4())
    if request.method == "POST" and form.is_valid():
        row = writing.draft(
            form.words(), actor=request.user, form_key=_key(once), origin=origin,
            origin_kind=kind,
        )  # fmt: skip
        return redirect("documents:dispatch-write", row.pk)
    status = 422 if form.is_bound else 200
    return _screen(request, form, None, status=status, origin=origin, kind=kind, once=once)


def _origin(request: Request) -> tuple[IncomingDocument | None, str]:
    """Return the incoming document a draft is written to, when the reader sees it."""
    pk = number(request.POST.get("origin") or request.GET.get("origin"))
    kind = request.POST.get("origin_kind") or request.GET.get("as") or Dispatch.Origin.REPLIES
    if pk is None or kind not in Dispatch.Origin.values:
        return None, ""
    rows = IncomingDocument.objects.visible_to(request.user).select_related("sender")
    return get_object_or_404(rows, pk=pk), kind


def _first(origin: IncomingDocument | None, kind: str) -> dict[str, Any]:
    """Fill in what is known: of a reply its addressee, of a forwarding its title."""
    code = OrganCode.objects.filter(is_active=True).first()
    first: dict[str, Any] = {**FIRST, "code": code}
    if origin is None:
        return first
    ours = settings.INSTITUTION
    if kind == Dispatch.Origin.FORWARDS:
        first["title"] = f"{ours}转发{origin.sender}《{origin.title}》的通知"
        first["body"] = (
            f"现将{origin.sender}《{origin.title}》（{origin.doc_number}）转发给你们，请认真贯彻执行。"
        )
        return first
    is_upward = origin.sender.relation == "superior"
    first["kind"] = "报告" if is_upward else ("批复" if origin.kind == "请示" else "函")
    first["direction"] = DIRECTIONS[first["kind"]]
    first["addressees"] = [origin.sender.name]
    cited = f"《{origin.title}》" + (f"（{origin.doc_number}）" if origin.doc_number else "")
    first["body"] = f"{cited}收悉。现将有关情况{'报告' if is_upward else '函复'}如下："
    return first


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@require_http_methods(["GET", "POST"])
def write(request: Request, pk: int) -> HttpResponse:
    """Write a draft; the form saves itself, and a save never overwrites somebody else's."""
    row = readable(request, pk)
    DISPATCH.check(row, "edit", request.user)
    if request.method == "GET":
        return _screen(request, WritingForm.of(row), row)
    form = WritingForm(request.POST, row=row)
    if not form.is_valid():
        return _screen(request, form, row, status=422)
    edition = form.cleaned_data["edition"]
    try:
        row = writing.save(
            pk, form.words(), actor=request.user, edition=-1 if edition is None else edition
        )
    except Refused as refusal:
        form.add_error(None, refusal.reason)
        return _screen(request, form, row, status=409)
    if request.htmx:
        return render(request, "documents/drafting/kept.html", {"row": row, "form": form})
    if "then" in request.POST:
        writing.note_findings(pk, actor=request.user)
        return redirect(f"{row.get_absolute_url()}?do=submit#act")
    messages.success(request, _("Kept."))
    return redirect("documents:dispatch-write", pk)


@require_POST
def look(request: Request) -> HttpResponse:
    """Answer with findings and pages for the text as it is typed; keeps nothing of it."""
    if not request.user.has_perm("documents.draft_dispatch"):
        raise NotAllowed(_("Your roles do not include drafting."), clause="条例 第十九条")
    form = WritingForm(request.POST)
    if not form.is_valid():
        return render(request, "documents/drafting/look.html", {"form": form}, status=422)
    row = _row_of(request)
    return render(request, "documents/drafting/look.html", _looked(form, row))


def _row_of(request: Request) -> Dispatch | None:
    pk = number(request.POST.get("row"))
    return readable(request, pk) if pk else None


def _looked(form: WritingForm, row: Dispatch | None) -> dict[str, Any]:
    value = form.words().paper
    findings = proofread_words(value | {"kind": form.cleaned_data["kind"]})
    answers = row.answers if row else {}
    return {
        "form": form,
        "row": row,
        **_findings(findings, answers),
        "mirror": mirror(form.cleaned_data["body"], findings),
        "preview": preview.look(value),
    }


def _findings(findings: list[Finding], answers: Any) -> dict[str, Any]:
    """Return what the list of findings shows: place and change in words, the answer if any."""
    shown = [
        {
            "of": finding,
            "where": place(finding),
            "change": change(finding),
            "answer": answers.get(gate.key(finding)),
            "may_be_mended": finding.suggestion is not None and finding.end > finding.start,
        }
        for finding in findings
    ]
    return {"findings": shown, "errors": sum(finding.severity == "E" for finding in findings)}


@require_GET
def picture(_request: Request, key: str, page: int) -> HttpResponse:
    """Show a page of a preview, which only who typed its very text can name."""
    content = preview.picture(key, page)
    if content is None:
        raise Http404
    response = HttpResponse(content, content_type="image/png")
    response["Cache-Control"] = "private, max-age=600"
    return response


@require_POST
def answer(request: Request, pk: int) -> HttpResponse:
    """Answer a remark of the proofreader with a reason."""
    row = readable(request, pk)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            writing.answer_finding(row.pk, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
    for error in form.errors.values():
        messages.warning(request, "".join(error))
    return redirect("documents:dispatch-write", pk)


@require_POST
def settle(request: Request, pk: int, suggestion: int) -> HttpResponse:
    """Settle a suggestion, or answer it when words came with it."""
    row = readable(request, pk)
    head = get_object_or_404(row.suggestions.filter(answers=None), pk=suggestion)
    form = ReplyForm(request.POST)
    if form.is_valid() and not form.cleaned_data["text"]:
        writing.settle_suggestion(pk, head.pk, actor=request.user)
    elif form.is_valid():
        try:
            writing.suggest(
                pk, actor=request.user, text=form.cleaned_data["text"], answers=head.pk
            )
        except ValidationError as error:
            form.add_error(None, error)
    for error in form.errors.values():
        messages.warning(request, "".join(error))
    return redirect(row)


@require_GET
def versions(request: Request, pk: int) -> HttpResponse:
    """Show every version, and what differs between two of them, word by word."""
    row = readable(request, pk)
    kept = list(row.versions.select_related("author", "on_behalf_of"))
    last = kept[-1].number if kept else 0
    old = number(request.GET.get("old")) or max(last - 1, 1)
    new = number(request.GET.get("new")) or last
    by_number = {version.number: version for version in kept}
    if kept and (old not in by_number or new not in by_number):
        raise Http404
    changes: list[Change] = between(by_number[old].paper, by_number[new].paper) if kept else []
    context = {"row": row, "versions": kept, "old": old, "new": new, "changes": changes}
    return render(request, "documents/drafting/versions.html", context)


def _screen(
    request: Request, form: WritingForm, row: Dispatch | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    looked: dict[str, Any] = {}
    if row is not None and not form.is_bound:
        value = paper_of(row)
        findings: list[Finding] = row.findings
        looked = {
            **_findings(findings, row.answers),
            "mirror": mirror(row.body, findings),
            "preview": preview.look(value),
        }
    context = {
        "form": form, "row": row, "annexes": [*form.annexes, ("", "")], **looked, **more,
        "may_submit": row is not None and row.state == State.DRAFTING,
    }  # fmt: skip
    return render(request, "documents/drafting/write.html", context, status=status)
