"""What the register can be filtered by, and the views it opens with."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from documents import measures
from documents.around import period_of
from documents.receipt.models import IncomingDocument
from documents.receipt.models.choices import Kind, Nature
from documents.receipt.models.querysets import IncomingDocumentQuerySet
from documents.receipt.workflow import OPEN, State
from documents.reference.models import Relation, Sender, Urgency
from office import clock
from office.filtering import Filters
from office.people.models import Unit
from office.search.filters import WordsFilter

# 常用视图: key, label, and whether its count speaks of lateness.
VIEWS: tuple[tuple[str, Any, bool], ...] = (
    ("open", _("In hand"), False),
    ("overdue", _("Overdue"), True),
    ("today", _("New today"), False),
    ("instruct", _("To be instructed"), False),
    ("reading", _("Only circulating"), False),
    ("closed", _("To be filed"), False),
    ("all", _("All"), False),
)
URGENCIES = [choice for choice in Urgency.choices if choice[0]]
# What the filter row offers, so that a page without filters need not make the filter set.
CHOICES = {"nature": Nature.choices, "urgency": URGENCIES, "state": State.choices}

# What has no field in the filter row: it comes with the address of a figure, and stays.
BEHIND = ("kind", "sender", "without", "measure", "begin", "end", "step", "holder")


def view_of(rows: IncomingDocumentQuerySet, name: str) -> QuerySet[IncomingDocument]:
    """Narrow the register to one of its usual views."""
    if name == "overdue":
        return rows.overdue_on(clock.today())
    if name == "today":
        return rows.filter(received_on=clock.today())
    states = {"open": OPEN, "instruct": {State.PROPOSED}, "reading": {State.CIRCULATING},
              "closed": {State.CLOSED}}.get(name)  # fmt: skip
    return rows.filter(state__in=states) if states else rows


class IncomingFilter(Filters):
    """The filter row of the register."""

    q = WordsFilter(label=_("Title, number, sender"))
    nature = filters.ChoiceFilter(choices=Nature, label=_("Handling"))
    urgency = filters.ChoiceFilter(choices=URGENCIES, label=_("Urgency"))
    state = filters.ChoiceFilter(choices=State, label=_("State"))
    receipt_class = filters.ChoiceFilter(choices=Relation, label=_("Class"))
    unit = filters.ModelChoiceFilter(
        field_name="lead_unit",
        queryset=Unit.objects.all(),
        label=_("Lead unit"),
    )
    since = filters.DateFilter(
        field_name="received_on", lookup_expr="gte", label=_("Received from")
    )
    until = filters.DateFilter(field_name="received_on", lookup_expr="lte", label=_("Received to"))
    due = filters.DateFilter(field_name="due_on", label=_("Due on"))
    kind = filters.ChoiceFilter(choices=Kind, label=_("Kind"))
    sender = filters.ModelChoiceFilter(queryset=Sender.objects.all(), label=_("Sender"))
    # the rows behind a figure (documents.measures): its name, days, step and holder
    without = filters.ChoiceFilter(
        choices=[(key, words) for key, (words, _empty) in measures.LACKS.items()],
        method="lacking",
    )
    measure = filters.ChoiceFilter(choices=list(measures.NAMES.items()), method="measured")
    begin = filters.DateFilter(method="with_measure")
    end = filters.DateFilter(method="with_measure")
    step = filters.ChoiceFilter(choices=list(measures.LABELS.items()), method="with_measure")
    holder = filters.CharFilter(method="with_measure", validators=[measures.is_holder])

    class Meta:
        model = IncomingDocument
        fields = [
            "q",
            "nature",
            "urgency",
            "state",
            "receipt_class",
            "unit",
            "since",
            "until",
            "due",
            "kind",
            "sender",
            "without",
            "measure",
            "begin",
            "end",
            "step",
            "holder",
        ]

    def lacking(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Narrow to rows that have no class, kind or unit yet."""
        return rows.filter(**measures.LACKS[value][1])

    def measured(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Narrow to the rows behind a figure."""
        about = self.form.cleaned_data
        period = period_of(about)
        if period is None:
            return rows.none()
        return measures.rows_behind(
            rows, value, period, step=about.get("step") or "", holder=about.get("holder") or ""
        )

    def with_measure(self, rows: QuerySet[Any], _name: str, _value: Any) -> QuerySet[Any]:
        """Leave the rows: the measure reads these beside its own name."""
        return rows
