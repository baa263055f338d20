"""One page of the book: the rows a reader may see, lean, in the words of the screen."""

from __future__ import annotations

import datetime as dt
from functools import cache, lru_cache
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from documents import measures
from documents.around import Register, period_of
from documents.book import tables
from documents.book.filters import VIEWS, IncomingFilter, view_of
from documents.receipt.models import IncomingDocument, Reader
from documents.receipt.models.choices import receipt_number
from documents.receipt.workflow import INCOMING, OPEN, STAGE_OF, STAGES, State
from office import clock, prepared
from office.access import ROLES
from office.desk.models import WorkItem
from office.lean import Lean
from office.listing import Draft, ListPage, Row
from office.people.models import User
from office.templatetags.office import day, lamp, mark
from office.workdays import calendar

FIELDS = (
    "pk", "receipt_class", "year", "serial", "received_on", "title", "urgency", "sender__name",
    "doc_number", "state", "nature", "due_on", "is_sealed", "lead_unit__short_name",
    "handler__name", "closed_at",
)  # fmt: skip
REGISTER = "documents:incoming"
LINE = Lean("documents/book/row.html")
FAR = Value(dt.date(9999, 12, 31))
SORTS = {
    "received": ("received_on",),
    "due": (Coalesce(F("due_on"), FAR),),
    "state": ("state", "received_on"),
}
FILTERS = tuple(IncomingFilter.Meta.fields)


def view_named(data: QueryDict) -> str:
    """Return the view an address asks for: what is in hand, or everything once one filters."""
    asked = data.get("view", "")
    if asked in {name for name, _label, _late in VIEWS}:
        return asked
    return "all" if any(data.get(name) for name in FILTERS) else "open"


def on_screen(data: QueryDict, reader: User) -> ListPage:
    """Return the page an address asks for, as the screen shows it."""
    return _page(data, reader, FIELDS, shape)


def to_take_away(data: QueryDict, reader: User) -> ListPage:
    """Return the same rows in the same order, with the columns of sheet and paper."""
    return _page(data, reader, tables.FIELDS, None)


def _views(reader: User) -> dict[str, QuerySet[IncomingDocument]]:
    book = IncomingDocument.objects.visible_to(reader)
    return {name: view_of(book, name) for name, _label, _late in VIEWS}


BOOK = Register(REGISTER, IncomingDocument, _views, on_screen)


def figure(page: ListPage) -> str:
    """Say which figure these are the rows of, and what has no field in the filter row."""
    about = page.filter.form.cleaned_data if page.filter and page.filter.form.is_valid() else {}
    period = period_of(about) if about.get("measure") and about.get("begin") else None
    words = [period.name if period else ""]
    for name, known in (("measure", measures.NAMES), ("step", measures.LABELS)):
        words.append(str(known[about[name]]) if about.get(name) else "")
    words += [str(about[name]) for name in ("sender", "kind") if about.get(name)]
    words.append(str(measures.LACKS[about["without"]][0]) if about.get("without") else "")
    words.append(measures.holder_named(about["holder"]) if about.get("holder") else "")
    return "　".join(filter(None, words))


def _page(data: QueryDict, reader: User, fields: tuple[str, ...], shaped: Any) -> ListPage:
    view = view_named(data)
    double, likeness, values = prepared.like(reader)

    def seen_by(user: User) -> Any:
        return view_of(IncomingDocument.objects.visible_to(user), view)

    return ListPage(
        data,
        lambda: seen_by(reader),
        draft=Draft(("book", view, clock.today(), likeness), lambda: seen_by(double), values),
        sorts=SORTS,
        default="-received",
        fields=fields,
        filterset=IncomingFilter,
        shape=shaped,
    )


def shape(rows: list[Row]) -> list[Row]:
    """Add what a row of the screen shows: its number, its light, who has it now; two queries."""
    owners = _owners([row["pk"] for row in rows if row["state"] in OPEN])
    reading = _readings([row["pk"] for row in rows if row["state"] == State.CIRCULATING])
    days, base = calendar.exceptions(), reverse("documents:incoming")
    lamps, until = cache(lambda due: lamp(due, days)), cache(_until)  # kept for this page only
    written = cache(day)
    states, this_year = dict(State.choices), clock.today().year
    labels = [label for _key, label, _clause in STAGES]
    for row in rows:
        state = State(row["state"])
        open_ = state in OPEN
        stage = STAGE_OF[state]
        row["number"] = number_of(row, this_year)
        row["url"] = f"{base}{row['pk']}/"
        row["what"] = row["title"] or _("Envelope, not yet registered")
        if row["is_sealed"]:
            row["what"] = _("Classified envelope, for the confidential clerk")
        row["mark"] = mark(row["urgency"])
        row["step"] = labels[stage - 1] if open_ and not row["is_sealed"] else states[state]
        row["of"] = of_nine(stage) if open_ else ""
        row["who"], row["where"], owed, due = owners.get(
            row["pk"], (row["handler__name"] or "", row["lead_unit__short_name"] or "", "", None)
        )
        limit, row["due_on"] = row["due_on"], row["due_on"] or due
        if row["pk"] in reading:
            row["who"] = _("%(read)s/%(all)s read") % reading[row["pk"]]
        row["day"] = written(row["received_on"])
        row["light"] = _light(row, open_, lamps)
        row["due"] = until(limit, due, owed) if open_ else _closed(row["closed_at"])
        row["html"] = LINE(row)
    return rows


@lru_cache
def of_nine(stage: int) -> SafeString:
    """Return which of the nine steps a document waits for, as its line shows it."""
    return format_html("<small>{}/{}</small>", stage, len(STAGES))


def number_of(row: Row, this_year: int) -> str:
    """Return the receipt number as the register shows it: without the year when it is this one."""
    year = None if row["year"] == this_year else row["year"]
    return receipt_number(row["receipt_class"], year, row["serial"])


def _light(row: Row, open_: bool, lamps: Any) -> Any:
    if not open_:
        return ""
    if row["nature"] == "reading" and row["due_on"] is None:
        return format_html(
            '<span class="light light-none">{}</span>', pgettext("short", "For reading")
        )
    return lamps(row["due_on"])


def _until(limit: dt.date | None, due: dt.date | None, step: str) -> str:
    """Say until when: the document's own limit, or before it has one that of the step it is at."""
    if limit:
        return _("to be closed by %(day)s") % {"day": day(limit)}
    if not due:
        return ""
    words = {"step": INCOMING.steps[step].label, "day": day(due)}
    return _("%(step)s by %(day)s") % words


def _closed(moment: dt.datetime | None) -> str:
    return _("closed on %(day)s") % {"day": day(moment)} if moment else ""


def _owners(pks: list[int]) -> dict[int, tuple[str, str, str, dt.date | None]]:
    """Return who owes the next step of these documents, in which unit, which step, until when."""
    if not pks:
        return {}
    kind = ContentType.objects.get_for_model(IncomingDocument)
    marks = prepared.numbers(pks)
    rows = prepared.fetch(("owed", kind.pk, len(pks)), lambda: _owed(kind, list(marks)), marks)
    found: dict[int, tuple[str, str, str, dt.date | None]] = {}
    for pk, name, of, unit, role, step, due in rows:
        found[pk] = (name or unit or str(ROLES[role].label), of or "", step, due)
    return found


def _owed(kind: ContentType, pks: list[int]) -> Any:
    items = WorkItem.objects.open().filter(content_type=kind, object_id__in=pks, reading=False)
    items = items.exclude(step__in=["assist", "decide_extension"]).order_by("-pk")
    return items.values_list(
        "object_id", "assignee__name", "assignee__unit__short_name", "unit__short_name",
        "role", "step", "due_on",
    )  # fmt: skip


def _readings(pks: list[int]) -> dict[int, dict[str, int]]:
    """Return how many of the copies of these documents have been read."""
    if not pks:
        return {}
    marks = prepared.numbers(pks)
    rows = prepared.fetch(("read", len(pks)), lambda: _copies(list(marks)), marks)
    return {pk: {"all": all_, "read": read} for pk, all_, read in rows}


def _copies(pks: list[int]) -> Any:
    copies = Reader.objects.filter(document__in=pks, recalled_at=None).order_by()
    read = Count("pk", filter=Q(read_at__isnull=False))
    return (
        copies.values("document")
        .annotate(n=Count("pk"), read=read)
        .values_list("document", "n", "read")
    )
