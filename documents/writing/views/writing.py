"""The writing screen: header, text, findings and the page as it prints, side by side."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from documents.drafting.models import Dispatch, OrganCode
from documents.drafting.reading import folder
from documents.drafting.services import writing
from documents.drafting.text import paper_of
from documents.drafting.workflow import DISPATCH, State
from documents.receipt.models import IncomingDocument
from documents.writing.compare import Change, between, brief
from documents.writing.forms.word import WordForm, put_in
from documents.writing.forms.writing import ANNEXES, WritingForm
from documents.writing.mirror import mirror
from documents.writing.views.beside import kind_of, pattern_of, seen, seen_as_typed
from office import clock
from office.errors import NotAllowed, Refused
from office.http import Request, number

FIRST = {"kind": "通知"}
LATELY = dt.timedelta(minutes=15)  # somebody who wrote so short ago may still be writing


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Begin a draft: by itself, or as a reply to or a forwarding of an incoming document."""
    if not request.user.has_perm("documents.draft_dispatch"):
        raise NotAllowed(_("Your roles do not include drafting."), clause="条例 第十九条")
    origin, kind = _origin(request)
    typed = request.POST if request.method == "POST" else None
    leader = request.user.seat.unit.leader
    form = WritingForm(typed, initial={"signer": leader, **_first(origin, kind)})
    once = request.POST.get("once") or str(uuid.uuid4())
    more: dict[str, Any] = {"origin": origin, "origin_kind": kind, "once": once}
    if request.method == "GET" or "skeleton" in request.POST:
        if form.is_bound:
            form = _with_skeleton(request)
        return _screen(request, form, None, **more)
    word, read = _word(request)
    if not form.is_valid() or (word and read is None):
        return _screen(request, form, None, status=422, word=word, **more)
    has_words = bool(form.words().body)
    first = read if read and not has_words else form
    row = writing.draft(
        first.words(), actor=request.user, form_key=_key(once), origin=origin,
        origin_kind=kind,
    )  # fmt: skip
    if read and has_words:  # what was typed is the first version
        writing.save(row.pk, read.words(), actor=request.user, edition=row.edition, keeping=True)
    if read:
        _say_what_was_read(request, read, kept=has_words)
    return redirect("documents:dispatch-write", row.pk)


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
    first["addressees"] = [origin.sender.name]
    cited = f"《{origin.title}》" + (f"（{origin.doc_number}）" if origin.doc_number else "")
    first["body"] = f"{cited}收悉。现将有关情况{'报告' if is_upward else '函复'}如下："
    return first


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _with_skeleton(request: Request, row: Dispatch | None = None) -> WritingForm:
    """Return the form as typed, its empty title and text filled from the template of its kind."""
    data = request.POST.copy()
    if pattern := pattern_of(kind_of(request)):
        for name in ("title", "body"):
            if not data.get(name, "").strip():
                data[name] = pattern[name]
    return WritingForm(data, row=row)


def _word(request: Request) -> tuple[WordForm | None, WritingForm | None]:
    """Return the form of the Word file, when one is to be read in, and the screen it fills."""
    if "read" not in request.POST:
        return None, None
    word = WordForm(request.POST, request.FILES)
    if not word.is_valid():
        return word, None
    read = WritingForm(put_in(request.POST, word.text))
    if not read.is_valid():
        word.add_error("word", [text for each in read.errors.values() for text in each])
        return word, None
    return word, read


def _say_what_was_read(request: Request, form: WritingForm, *, kept: bool) -> None:
    data = form.cleaned_data
    parts = [form.fields[name].label for name in ("title", "addressees", "copy_to") if data[name]]
    lines = len([line for line in data["body"].split("\n") if line.strip()])
    parts.append(_("%(n)s paragraphs of text") % {"n": lines})
    if form.annexes:
        parts.append(_("%(n)s attachments") % {"n": len(form.annexes)})
    said = _("Read in: %(parts)s.") % {"parts": pgettext("list", ", ").join(map(str, parts))}
    if kept:
        said += " " + _("What stood here before is kept under Versions.")
    messages.success(request, said)


@require_http_methods(["GET", "POST"])
def write(request: Request, pk: int) -> HttpResponse:
    """Write a draft; the form saves itself, and a save never overwrites somebody else's."""
    row = folder(request, pk)
    DISPATCH.check(row, "edit", request.user)
    if request.method == "GET":
        return _screen(request, WritingForm.of(row), row)
    if "skeleton" in request.POST:
        return _screen(request, _with_skeleton(request, row), row)
    form = WritingForm(request.POST, row=row)
    word, read = _word(request)
    if not form.is_valid() or (word and read is None):
        return _not_kept(request, form, row, word)
    over = number(request.POST.get("over"))  # theirs was seen, and is kept as a version
    edition = form.cleaned_data["edition"] if over is None else over
    edition = -1 if edition is None else edition
    try:
        row = writing.save(
            pk, form.words(), actor=request.user, edition=edition, keeping=over is not None
        )
        if read:
            row = writing.save(
                pk, read.words(), actor=request.user, edition=row.edition, keeping=True
            )
    except Refused as refusal:
        return _conflict(request, form, pk, edition, refusal)
    except ValidationError as error:
        form.add_error(None, error)
        return _not_kept(request, form, row)
    return _kept(request, form, row, read)


def _kept(
    request: Request, form: WritingForm, row: Dispatch, read: WritingForm | None
) -> HttpResponse:
    if request.htmx:
        return render(request, "documents/writing/kept.html", {"row": row, "form": form})
    if "then" in request.POST:
        return _submitted(request, row)
    if read:
        _say_what_was_read(request, read, kept=True)
    else:
        messages.success(request, _("Kept."))
    return redirect("documents:dispatch-write", row.pk)


def _submitted(request: Request, row: Dispatch) -> HttpResponse:
    """Submit what has just been kept; what stands in the way is said above the text."""
    try:
        row = writing.submit(row.pk, actor=request.user)
    except Refused as refusal:
        messages.warning(request, refusal.reason)
        return redirect("documents:dispatch-write", row.pk)
    said = {"done": _("Submitted."), "who": row.holders_text}
    messages.success(request, _("%(done)s Now with %(who)s.") % said)
    return redirect(row)


def _not_kept(
    request: Request, form: WritingForm, row: Dispatch, word: WordForm | None = None
) -> HttpResponse:
    if request.htmx:
        return render(request, "documents/writing/kept.html", {"form": form}, status=422)
    return _screen(request, form, row, status=422, word=word)


def _conflict(
    request: Request, form: WritingForm, pk: int, edition: int, refusal: Refused
) -> HttpResponse:
    """Tell that the text has been changed elsewhere, and show in what the two differ."""
    row = folder(request, pk)
    if row.edition == edition:
        raise refusal
    context = {
        "conflict": True, "whose_own": row.edited_by == request.user,
        "changes": brief(between(paper_of(row), form.words().paper)),
    }  # fmt: skip
    if request.htmx:
        context |= {"row": row, "form": form}
        return render(request, "documents/writing/conflict.html", context, status=409)
    return _screen(request, form, row, status=409, **context)


@require_GET
def versions(request: Request, pk: int) -> HttpResponse:
    """Show every version, and what differs between two of them, word by word."""
    row = folder(request, pk)
    kept = list(row.versions.select_related("author", "on_behalf_of"))
    last = kept[-1].number if kept else 0
    old = number(request.GET.get("old")) or max(last - 1, 1)
    new = number(request.GET.get("new")) or last
    by_number = {version.number: version for version in kept}
    if kept and (old not in by_number or new not in by_number):
        raise Http404
    changes: list[Change] = between(by_number[old].paper, by_number[new].paper) if kept else []
    context = {"row": row, "versions": kept, "old": old, "new": new, "changes": changes}
    return render(request, "documents/writing/versions.html", context)


def _screen(
    request: Request, form: WritingForm, row: Dispatch | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    annexes = [*form.annexes, ("", "")][:ANNEXES]
    wrong = form.annex_errors if form.is_bound else {}
    context: dict[str, Any] = {
        "form": form, "row": row, "may_submit": row is not None and row.state == State.DRAFTING,
        "annexes": [(title, body, wrong.get(n, "")) for n, (title, body) in enumerate(annexes, 1)],
        "pattern": pattern_of(form["kind"].value()), "word": WordForm(),
        "mirror": mirror(form["body"].value() or "", []),
    }  # fmt: skip
    if row is not None:
        context |= _lately(row, request)
    if form.is_bound and form.is_valid():
        context |= seen_as_typed(request, row, form)
    elif row is not None:
        kept = seen(request, row, paper_of(row), row.findings, row.body)
        # Of what cannot be read there are no findings; the pages are those of what is kept.
        context |= {name: kept[name] for name in ("heads", "preview")} if form.is_bound else kept
    context |= {name: value for name, value in more.items() if value is not None}
    return render(request, "documents/writing/write.html", context, status=status)


def _lately(row: Dispatch, request: Request) -> dict[str, bool]:
    """Tell whether somebody else has changed the text a moment ago, and may be about to again."""
    who, at = row.edited_by, row.edited_at
    if who is None or at is None or who == request.user or at < clock.now() - LATELY:
        return {}
    still = row.state == State.DRAFTING or any(item.held_by(who) for item in row.open_items)
    return {"lately": True, "still": still}
