"""发文登记簿: what it shows, what it can be filtered by, its columns on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import django_filters as filters
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from documents.drafting.models import Dispatch
from documents.drafting.workflow import OPEN, STAGE_OF, STAGES, State
from documents.receipt.models.choices import Kind
from office import clock, printing
from office.desk.models import WorkItem
from office.jobs.registry import Result
from office.listing import Column, ListPage, Row
from office.people.models import Unit, User
from office.search.words import TooShort, matching
from office.sheets import Sheet, finish

Progress = Callable[[int, int], None]
VIEWS: tuple[tuple[str, Any], ...] = (
    ("open", gettext_lazy("In hand")), ("mine", gettext_lazy("My drafts")),
    ("overdue", gettext_lazy("Overdue")), ("issued", gettext_lazy("Issued")),
    ("all", gettext_lazy("All")),
)  # fmt: skip
FIELDS = (
    "pk", "code__code", "year", "serial", "draft_year", "draft_serial", "title", "urgency", "kind",
    "addressees", "copy_to", "unit__short_name", "drafter__name", "signer__name", "dated_on",
    "registered_at", "copies_printed", "state", "due_on", "begun_at",
)  # fmt: skip
SORTS: dict[str, list[Any]] = {
    "begun": ["begun_at"],
    "number": [Coalesce("year", 0), Coalesce("serial", 0)],
}


def view_of(rows: Any, name: str, reader: User) -> Any:
    """Narrow the register to one of its usual views."""
    if name == "mine":
        return rows.filter(drafter__in={reader.pk, reader.seat.pk})
    if name == "overdue":
        return rows.overdue_on(clock.today())
    if name == "issued":
        return rows.exclude(serial=None)
    return rows.open() if name == "open" else rows


class DispatchFilter(filters.FilterSet):
    """The filter row of the register."""

    q = filters.CharFilter(method="with_words")
    kind = filters.ChoiceFilter(choices=Kind)
    unit = filters.ModelChoiceFilter(queryset=Unit.objects.all())
    since = filters.DateFilter(field_name="dated_on", lookup_expr="gte")
    until = filters.DateFilter(field_name="dated_on", lookup_expr="lte")

    class Meta:
        model = Dispatch
        fields = ["q", "kind", "unit", "since", "until"]

    def with_words(self, rows: QuerySet[Any], _name: str, value: str) -> Any:
        """Narrow to rows that hold every word; a single character finds nothing."""
        try:
            return matching(rows, value)
        except TooShort:
            return rows.none()


def page(data: QueryDict, reader: User, shape: Any = None) -> ListPage:
    """Return one page of the register, or what is taken away of it."""
    view = data.get("view", "open")
    rows = Dispatch.objects.visible_to(reader)
    return ListPage(
        data, lambda: view_of(rows, view, reader), sorts=SORTS, default="-begun", fields=FIELDS,
        filterset=DispatchFilter, shape=shape,
    )  # fmt: skip


def shape(rows: list[Row]) -> list[Row]:
    """Add what a line of the screen shows; one query for who has them now."""
    kind = ContentType.objects.get_for_model(Dispatch)
    keys = [row["pk"] for row in rows]
    items = WorkItem.objects.open().filter(content_type=kind, object_id__in=keys, reading=False)
    owners = dict(items.order_by("-pk").values_list("object_id", "assignee__name"))
    base, states = reverse("documents:dispatch"), dict(State.choices)
    labels = [label for _key, label, _clause in STAGES]
    for row in rows:
        state = State(row["state"])
        row["number"] = number_of(row)
        row["url"] = f"{base}{row['pk']}/"
        row["what"] = row["title"] or _("Draft without a title")
        row["to"] = "，".join(row["addressees"])
        row["is_open"] = state in OPEN
        row["step"] = labels[STAGE_OF[state] - 1] if state in OPEN else states[state]
        row["who"] = owners.get(row["pk"]) or ""
    return rows


def number_of(row: Row) -> str:
    """Return the document number, or the number of the draft."""
    if row["serial"]:
        return f"{row['code__code']}〔{row['year']}〕{row['serial']}号"
    return f"拟文 {row['draft_year']}-{row['draft_serial']:04d}"


def _day(row: Row) -> Any:
    return timezone.localtime(row["registered_at"]).date() if row["registered_at"] else ""


COLUMNS: tuple[Column, ...] = (
    Column(pgettext_lazy("dispatch", "Document number"), number_of, 22),
    Column(gettext_lazy("Date of the document"), lambda row: row["dated_on"] or "", 12),
    Column(gettext_lazy("Title"), "title", 60),
    Column(gettext_lazy("Kind"), "kind", 8),
    Column(gettext_lazy("Urgency"), "urgency", 8),
    Column(gettext_lazy("Addressees"), lambda row: "，".join(row["addressees"]), 32),
    Column(gettext_lazy("Copies to"), lambda row: "，".join(row["copy_to"]), 24),
    Column(pgettext_lazy("dispatch", "Drafted by"),
           lambda row: f"{row['unit__short_name']} {row['drafter__name']}", 16),
    Column(pgettext_lazy("dispatch", "Signed by"), lambda row: row["signer__name"] or "", 10),
    Column(pgettext_lazy("dispatch", "Copies"), lambda row: row["copies_printed"] or "", 6),
    Column(gettext_lazy("Registered"), _day, 12),
)  # fmt: skip
# The same columns as the form on paper names them: words of the form are data.
ON_PAPER = (
    "发文字号",
    "成文日期",
    "标题",
    "文种",
    "缓急",
    "主送",
    "抄送",
    "拟稿",
    "签发",
    "份数",
    "登记日期",
)


def on_paper(rows: Iterator[Row], title: str) -> bytes:
    """Print the register."""
    lines = [[column.of(row) for column in COLUMNS] for row in rows]
    context = {"title": title, "headings": ON_PAPER, "lines": lines, "total": len(lines)}
    return printing.pdf("print/dispatch_register.html", context)


BOOK = Sheet("发文登记簿", COLUMNS, "dispatch-register", on_paper)


def taken_away(arguments: Mapping[str, Any], actor: User, progress: Progress) -> Result:
    """Write a long register in a job; what is filtered is what the actor may see then."""
    return finish(page(QueryDict(arguments["query"]), actor), BOOK, arguments["as"], progress)
