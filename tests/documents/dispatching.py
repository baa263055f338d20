"""A dispatch in any state, and every step as a call: for matrices, walks and races."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from documents.drafting.models import Copy, Dispatch, Seal
from documents.drafting.plan import POINTS, Recipient
from documents.drafting.services import issuing, reviewing, signing, urging, writing
from documents.drafting.workflow import MAIN_LINE, State
from documents.proofreading import gate
from office.audit.models import Entry
from office.desk.models import WorkItem
from office.people.models import User
from tests.documents.drafts import BODY, words
from tests.documents.factories import Office

S = State
Call = Callable[[int, User, Office], Any]
OUTSIDE = "江川省财政厅"
LINE = [*MAIN_LINE, S.CLOSED, S.FILED]


def fresh(pk: int) -> Dispatch:
    """Return the dispatch as the database has it now."""
    return Dispatch.objects.get(pk=pk)


def recipients(office: Office) -> list[Recipient]:
    return [Recipient("江川省市场监督管理局"), Recipient("质量数据科", office.data, is_main=False)]


def _ways(pk: int) -> dict[int, str]:
    return {copy.pk: Copy.Way.EXCHANGE for copy in Copy.objects.filter(dispatch=pk, unit=None)}


def _note_countersign(pk: int, a: User, _o: Office) -> Any:
    return reviewing.note_countersign(
        pk, actor=a, body=OUTSIDE, signer="王某", agrees=True, opinion="同意"
    )


def _note_sent(pk: int, a: User, _o: Office) -> Any:
    copy = Copy.objects.filter(dispatch=pk, sent_at=None).first()
    return issuing.note_sent(pk, actor=a, copy=copy.pk if copy else 0, way=Copy.Way.POST)


def _edit(pk: int, a: User, o: Office) -> Any:
    text = words(o, body=BODY.replace("现有", "现用"))
    return writing.save(pk, text, actor=a, edition=fresh(pk).edition)


def _check(pk: int, a: User, o: Office, units: Any = (), bodies: Any = ()) -> Any:
    return reviewing.check(
        pk, actor=a, points=POINTS, opinion="已核。", asked=[*units, *bodies]
    )


# Every step of the state table as somebody takes it.
CALLS: dict[str, Call] = {
    "edit": _edit,
    "answer_finding": lambda pk, a, o: writing.answer_finding(
        pk, actor=a, rule="X", quote="x", reason="引文"
    ),
    "submit": lambda pk, a, o: writing.submit(pk, actor=a),
    "review": lambda pk, a, o: reviewing.review(pk, actor=a, opinion="同意。"),
    "check": lambda pk, a, o: _check(pk, a, o),
    "refuse": lambda pk, a, o: reviewing.refuse(pk, actor=a, reason="不必行文。"),
    "countersign": lambda pk, a, o: reviewing.countersign(
        pk, actor=a, agrees=True, opinion="无意见。"
    ),
    "note_countersign": _note_countersign,
    "sign": lambda pk, a, o: signing.sign(pk, actor=a, opinion="同意。"),
    "note_signature": lambda pk, a, o: signing.note_signature(pk, actor=a, signer="李某"),
    "recheck": lambda pk, a, o: signing.recheck(pk, actor=a),
    "revise": lambda pk, a, o: signing.revise(
        pk, actor=a, title=fresh(pk).title, body=BODY + "\n补充说明。", reason="漏一段"
    ),
    "register": lambda pk, a, o: issuing.register(pk, actor=a, recipients=recipients(o), spare=2),
    "print": lambda pk, a, o: issuing.print_(pk, actor=a),
    "seal": lambda pk, a, o: issuing.seal(pk, actor=a, seal=Seal.objects.get(), count=4),
    "distribute": lambda pk, a, o: issuing.distribute(pk, actor=a, ways=_ways(pk)),
    "acknowledge": lambda pk, a, o: issuing.acknowledge(pk, actor=a),
    "note_sent": _note_sent,
    "close": lambda pk, a, o: issuing.close(pk, actor=a),
    "file": lambda pk, a, o: issuing.file(
        pk, actor=a, year=2026, unit=o.standards, retention="30年"
    ),
    "comment": lambda pk, a, o: writing.suggest(pk, actor=a, text="日期写全。"),
    "resolve": lambda pk, a, o: writing.settle_suggestion(
        pk, fresh(pk).suggestions.filter(answers=None)[0].pk, actor=a
    ),
    "attach": lambda pk, a, o: urging.attach(
        pk, actor=a, upload=SimpleUploadedFile("清单.txt", "设备清单".encode())
    ),
    "urge": lambda pk, a, o: urging.urge(pk, actor=a),
    "send_back": lambda pk, a, o: reviewing.send_back(pk, actor=a, to=S.DRAFTING, reason="重写。"),
    "withdraw": lambda pk, a, o: reviewing.withdraw(pk, actor=a),
    "void": lambda pk, a, o: issuing.void(pk, actor=a, reason="重复。"),
    "annotate": lambda pk, a, o: issuing.annotate(pk, actor=a, opinion="另存。"),
}
# How it usually gets to a state, by the person whose step it is.
STRIDES: dict[State, tuple[str, str]] = {
    S.SUBMITTED: ("submit", "staff"), S.REVIEWED: ("review", "head"), S.READY: ("check", "director"),
    S.SIGNED: ("sign", "principal"), S.RECHECKED: ("recheck", "screener"),
    S.REGISTERED: ("register", "clerk"), S.PRINTED: ("print", "clerk"),
    S.SEALED: ("seal", "screener"), S.DISTRIBUTED: ("distribute", "clerk"),
    S.CLOSED: ("close", "clerk"), S.FILED: ("file", "clerk"),
}  # fmt: skip


def walk(to: str, office: Office, **text: Any) -> Dispatch:
    """Make a dispatch of the staff member and take it to a state, as the usual people."""
    row = writing.draft(words(office, **text), actor=office.staff)
    writing.suggest(row.pk, actor=office.colleague, text="请写明经费渠道。")
    answer_all(row.pk, office.staff)
    end = {S.NOT_ISSUED: S.REVIEWED, S.VOID: S.REVIEWED, S.CHECKED: S.REVIEWED}.get(State(to))
    for state in LINE[1 : LINE.index(end or State(to)) + 1]:
        if state in STRIDES:
            step, person = STRIDES[state]
            CALLS[step](row.pk, getattr(office, person), office)
    if to == S.CHECKED:
        _check(row.pk, office.director, office, [office.data, office.bureau], [OUTSIDE])
    elif to == S.NOT_ISSUED:
        CALLS["refuse"](row.pk, office.director, office)
    elif to == S.VOID:
        CALLS["void"](row.pk, office.clerk, office)
    return fresh(row.pk)


def answer_all(pk: int, actor: User) -> None:
    """Give a reason for every remark of the proofreader."""
    for finding in fresh(pk).unanswered:
        rule, quote = gate.key(finding)
        writing.answer_finding(pk, actor=actor, rule=rule, quote=quote, reason="已核对")


def copies(row: Dispatch, count: int) -> list[int]:
    """Multiply a dispatch with its open work: the same rows, other keys and draft numbers."""
    but = {"id", "form_key", "draft_serial", "serial"}
    values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields
              if f.attname not in but}  # fmt: skip
    made = Dispatch.objects.bulk_create(
        Dispatch(**values, draft_serial=row.pk * 1000 + n,
                 serial=row.serial and row.serial * 1000 + n)
        for n in range(1, count)
    )  # fmt: skip
    items = list(WorkItem.objects.about(row).open())
    WorkItem.objects.bulk_create(
        WorkItem(**{
            f.attname: getattr(item, f.attname)
            for f in item._meta.concrete_fields
            if f.name not in ("id", "object_id")
        } | {"object_id": other.pk})
        for other in made
        for item in items
    )  # fmt: skip
    return [row.pk, *(other.pk for other in made)]


def trail(pk: int) -> list[str]:
    """Return what was done with a dispatch, in order."""
    return list(Entry.objects.about(fresh(pk)).order_by("pk").values_list("action", flat=True))


def picture(pk: int) -> Any:
    """Return everything a step could change, for comparing before and after."""
    row = fresh(pk)
    papers = [
        list(related.order_by("pk").values())
        for related in (
            row.annexes, row.remarks, row.versions, row.countersigns, row.signatures,
            row.suggestions, row.copies, row.impressions, row.measurements, row.finding_answers,
        )
    ]  # fmt: skip
    items = WorkItem.objects.about(row).values("pk", "done_at", "assignee", "due_on", "urged")
    values = Dispatch.objects.filter(pk=pk).values().get()
    return values, papers, list(items), trail(pk), [file.pk for file in row.files]
