"""What the three books can be filtered by, and the views the first one opens with."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.around import period_of
from documents.drafting.models import Copy, Dispatch, Impression, OrganCode, Seal
from documents.drafting.workflow import State
from documents.issued import measures
from documents.receipt.models.choices import Kind
from documents.reference.models import PAPER_URGENCIES
from office import clock
from office.filtering import Filters
from office.people.models import Unit, User
from office.periods import Period
from office.search.filters import WordsFilter
from office.search.words import TooShort, matching

# 常用视图: key, label, and whether its count speaks of lateness.
VIEWS: tuple[tuple[str, Any, bool], ...] = (
    ("open", pgettext_lazy("dispatches", "In hand"), False),
    ("mine", _("My drafts"), False),
    ("overdue", _("Overdue"), True),
    ("sign", _("To be signed"), False),
    ("issued", pgettext_lazy("dispatches", "Issued"), False),
    ("all", _("All"), False),
)
URGENCIES = [(each.value, each.label) for each in PAPER_URGENCIES if each]
CHOICES = {"kind": Kind.choices, "urgency": URGENCIES, "state": State.choices}
# What has no field in the filter row: it comes with an address, and stays.
BEHIND = ("year", "measure", "begin", "end", "step", "rule")
# The day a dispatch stands under: its own, or the day it was begun while it has none.
DAY = Coalesce("dated_on", TruncDate("begun_at"))


def view_of(rows: Any, name: str, reader: User) -> Any:
    """Narrow the book to one of its usual views."""
    if name == "mine":
        return rows.filter(drafter__in={reader.pk, reader.seat.pk})
    if name == "overdue":
        return rows.open().filter(measures.open_late(Period(clock.today(), clock.today())))
    if name == "sign":
        return rows.filter(state=State.READY)
    if name == "issued":
        return rows.exclude(serial=None)
    return rows.open() if name == "open" else rows


class DispatchFilter(Filters):
    """The filter row of the book; the figures lead to their rows through the last six."""

    q = WordsFilter(label=_("Title, number, addressee"))
    kind = filters.ChoiceFilter(choices=Kind, label=_("Kind"))
    urgency = filters.ChoiceFilter(choices=URGENCIES, label=_("Urgency"))
    state = filters.ChoiceFilter(choices=State, label=_("State"))
    unit = filters.ModelChoiceFilter(queryset=Unit.objects.all(), label=_("Drafting unit"))
    code = filters.ModelChoiceFilter(queryset=OrganCode.objects.all(), label=_("Organ code"))
    since = filters.DateFilter(method="from_day", label=_("From"))
    until = filters.DateFilter(method="to_day", label=_("To"))
    year = filters.NumberFilter(min_value=1949, max_value=9999)
    measure = filters.ChoiceFilter(choices=list(measures.NAMES.items()), method="measured")
    begin = filters.DateFilter(method="with_measure")
    end = filters.DateFilter(method="with_measure")
    step = filters.ChoiceFilter(choices=list(measures.LABELS.items()), method="with_measure")
    rule = filters.CharFilter(method="with_measure", max_length=8)

    class Meta:
        model = Dispatch
        fields = [
            "q", "kind", "urgency", "state", "unit", "code", "since", "until", "year", "measure",
            "begin", "end", "step", "rule",
        ]  # fmt: skip

    def from_day(self, rows: Any, _name: str, value: Any) -> Any:
        """Narrow to rows that stand under this day or a later one."""
        return rows.alias(day=DAY).filter(day__gte=value)

    def to_day(self, rows: Any, _name: str, value: Any) -> Any:
        """Narrow to rows that stand under this day or an earlier one."""
        return rows.alias(day=DAY).filter(day__lte=value)

    def measured(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Narrow to the rows behind a figure."""
        about = self.form.cleaned_data
        period = period_of(about)
        if period is None:
            return rows.none()
        return measures.rows_behind(
            rows, value, period, step=about.get("step") or "", rule=about.get("rule") or ""
        )

    def with_measure(self, rows: QuerySet[Any], _name: str, _value: Any) -> QuerySet[Any]:
        """Leave the rows: the measure reads these beside its own name."""
        return rows


class ImpressionFilter(Filters):
    """The filter row of the book of seals."""

    q = filters.CharFilter(method="with_words", label=_("Title, number"))
    seal = filters.ModelChoiceFilter(
        queryset=Seal.objects.all(), label=pgettext_lazy("thing", "Seal")
    )
    unit = filters.ModelChoiceFilter(
        field_name="dispatch__unit", queryset=Unit.objects.all(), label=_("Drafting unit")
    )
    since = filters.DateFilter(field_name="set_at", lookup_expr="date__gte", label=_("From"))
    until = filters.DateFilter(field_name="set_at", lookup_expr="date__lte", label=_("To"))

    class Meta:
        model = Impression
        fields = ["q", "seal", "unit", "since", "until"]

    def with_words(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Narrow to impressions on dispatches that hold every word."""
        return rows.filter(dispatch__in=_with_words(value))


# The day a copy stands under: the day it was sent, or till then the day it was put on the list.
SENT = Coalesce("sent_at", "dispatch__registered_at")


class CopyFilter(Filters):
    """The filter row of the book of distribution."""

    q = filters.CharFilter(method="with_words", label=_("Title, number, recipient"))
    unit = filters.ModelChoiceFilter(queryset=Unit.objects.all(), label=_("Receiving unit"))
    way = filters.ChoiceFilter(choices=Copy.Way, label=_("Way"))
    since = filters.DateFilter(method="from_day", label=_("From"))
    until = filters.DateFilter(method="to_day", label=_("To"))

    class Meta:
        model = Copy
        fields = ["q", "unit", "way", "since", "until"]

    def with_words(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Narrow to copies for such a recipient, or of dispatches that hold every word."""
        return rows.filter(Q(recipient__icontains=value) | Q(dispatch__in=_with_words(value)))

    def from_day(self, rows: Any, _name: str, value: Any) -> Any:
        """Narrow to copies of this day or a later one."""
        return rows.alias(day=TruncDate(SENT)).filter(day__gte=value)

    def to_day(self, rows: Any, _name: str, value: Any) -> Any:
        """Narrow to copies of this day or an earlier one."""
        return rows.alias(day=TruncDate(SENT)).filter(day__lte=value)


def _with_words(value: str) -> Any:
    """Return the dispatches that hold every word; whoever sees the row was asked before."""
    try:
        return matching(Dispatch.objects.all(), value).values("pk")
    except TooShort:
        return Dispatch.objects.none()
