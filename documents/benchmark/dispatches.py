"""Dispatches: a hundred thousand of them, made in SQL, and the pages that show them."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.urls import reverse

from documents.benchmark import load, wsgi
from documents.benchmark.copies import in_bulk, insert, random
from documents.benchmark.measure import FLOOR, Page
from documents.benchmark.papers import LINE, THREE_PAGES, TWO_PAGES
from documents.drafting.models import Dispatch, OrganCode, Remark, Signature, Version
from documents.drafting.text import paper_of
from documents.drafting.workflow import State
from office import clock
from office.audit.models import Entry
from office.desk.models import WorkItem
from office.people.models import User

ROWS, INCOMING, YEARS = 100_000, 2_000, 6
BOOK = "documents_dispatch d"


def fill(tell: load.Tell) -> None:
    """Load an office, then a hundred thousand dispatches: one in fifty is still in hand."""
    load.fill(INCOMING, tell)
    people = list(User.objects.filter(username__startswith="bench-").order_by("pk"))
    tell(f"{ROWS:,} dispatches")
    rows = [_made(people, state) for state in (State.FILED, State.SUBMITTED)]
    with in_bulk(Dispatch, WorkItem, Remark, Version, Signature, Entry):
        for row, share in zip(rows, (ROWS - ROWS // 50, ROWS // 50), strict=True):
            _multiply(row, people, share)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _made(people: list[User], state: State) -> Dispatch:
    now, is_signed = clock.now(), state == State.FILED
    code, _new = OrganCode.objects.get_or_create(code="江质信")
    signed: dict[str, Any] = {
        "signer": people[1], "signed_at": now, "dated_on": clock.today(), "signed_digest": "-",
        "year": 2000, "serial": 1, "copies_printed": 5, "registered_at": now, "filed_at": now,
        "filing_year": 2026, "filing_unit": people[0].unit, "retention": "30年",
    }  # fmt: skip
    row: Dispatch = Dispatch.objects.create(
        draft_year=1000 + is_signed, draft_serial=1, drafter=people[0], unit=people[0].unit,
        begun_at=now, kind="通知", direction="down", code=code, title="关于报送质量数据的通知",
        addressees=["各科室"], body="\n".join([LINE] * TWO_PAGES), edited_by=people[0],
        edited_at=now, state=state, **(signed if is_signed else {}),
    )  # fmt: skip
    if is_signed:
        row.signed_digest = row.digest
        row.save(update_fields=["signed_digest"])
    return row


def _multiply(row: Dispatch, people: list[User], times: int) -> None:
    """Copy a dispatch, then what lies about each copy; n counts them from 1."""
    day = f"(now() - (n * {YEARS * 365}.0 / {times}) * interval '1 day')"
    drafter = f"{people[0].pk} + {random('n', load.PEOPLE, 4)}"
    insert(row, f"generate_series(1, {times}) AS n", "true", {
        "draft_serial": "n + 1", "begun_at": day, "form_key": "NULL",
        "serial": "CASE WHEN t.serial IS NOT NULL THEN n + 1 END",
        "unit_id": f"{people[0].unit_id} + {random('n', load.UNITS, 3)}", "drafter_id": drafter,
        "title": "'关于做好第' || n || '批质量数据报送工作的通知'",
    })  # fmt: skip
    about = {"dispatch_id": "d.id"}
    here = f"d.draft_year = {row.draft_year} AND d.id <> {row.pk}"
    version = Version.objects.create(
        dispatch=row, number=1, step="sign", author=people[0], paper=paper_of(row), digest="-"
    )
    words = Remark.objects.create(
        dispatch=row, step="review", author=people[1], unit=people[1].unit, text="同意报出。"
    )
    for template in (version, words):
        insert(template, BOOK, here, about)
    if row.signed_at:
        given = Signature.objects.create(
            dispatch=row, order=0, body="中心", person=people[1], signed_at=row.signed_at,
            signed_by=people[1],
        )  # fmt: skip
        insert(given, BOOK, here, about)
    kind = ContentType.objects.get_for_model(row)
    item = WorkItem.objects.create(
        content_type=kind, object_id=row.pk, step="submit" if row.signed_at else "review",
        title=row.title, url="/", assignee=people[0], sent_by=people[1],
        **({"done_at": clock.now(), "done_by": people[0], "outcome": "done", "taken_minutes": 60}
           if row.signed_at else {"due_on": clock.today() + dt.timedelta(days=2)}),
    )  # fmt: skip
    insert(item, BOOK, here, {
        "object_id": "d.id", "title": "d.title", "assignee_id": "d.drafter_id",
        "url": "'/documents/dispatch/' || d.id || '/'",
    })  # fmt: skip


# --- pages ----------------------------------------------------------------------------------------


def pages(reader: User) -> list[Page]:
    """Return what is read of dispatches, beside the floor."""
    book = reverse("documents:dispatch")
    rows = Dispatch.objects.visible_to(reader)
    filed = rows.filter(state=State.FILED).order_by("pk")[1:2].get()
    in_hand = rows.filter(state=State.SUBMITTED).order_by("pk")[1:2].get()
    return [
        Page(FLOOR, wsgi.FLOOR),
        Page("dispatches, as they open", book, 1.3),
        Page("dispatches, all", f"{book}?view=all", 1.3),
        Page("record of a dispatch, in hand", in_hand.get_absolute_url() + "?do=", 1.5),
        Page("record of a dispatch, filed", filed.get_absolute_url(), 1.5),
        Page("desk", reverse("office:desk"), 1.5),
    ]


def papers(reader: User) -> list[Page]:
    """Return what is set while one waits: a paper of two pages, the preview of three."""
    row = Dispatch.objects.visible_to(reader).filter(state=State.FILED).order_by("pk")[1:2].get()
    printed = reverse("documents:dispatch-preview", args=[row.pk])
    look = reverse("documents:dispatch-look")
    return [
        Page(FLOOR, wsgi.FLOOR),
        Page("PDF of a dispatch, two pages", printed, most_ms=150),
        Page("preview of three pages, warm", look, most_ms=400, form=_typed, answers=200),
    ]


def _typed(n: int) -> dict[str, str]:
    """Return a text as it is typed: every time another one, so that nothing is kept of it."""
    body = "\n".join([f"第{n}稿。{time.time_ns()}", *[LINE] * THREE_PAGES])
    code = OrganCode.objects.values_list("pk", flat=True)[0]
    return {"title": "关于报送质量数据的通知", "kind": "通知", "direction": "down",
            "code": str(code), "addressees": "各科室", "body": body}  # fmt: skip
