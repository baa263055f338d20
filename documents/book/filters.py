"""What the register can be filtered by, and the views it opens with."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from documents.receipt.models import IncomingDocument
from documents.receipt.models.choices import Nature
from documents.receipt.models.querysets import IncomingDocumentQuerySet
from documents.receipt.workflow import OPEN, State
from documents.reference.models import Relation, Urgency
from office import clock
from office.people.models import Unit
from office.search.services import TooShort, matching

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


def view_of(rows: IncomingDocumentQuerySet, name: str) -> QuerySet[IncomingDocument]:
    """Narrow the register to one of its usual views."""
    if name == "overdue":
        return rows.overdue_on(clock.today())
    if name == "today":
        return rows.filter(received_on=clock.today())
    states = {"open": OPEN, "instruct": {State.PROPOSED}, "reading": {State.CIRCULATING},
              "closed": {State.CLOSED}}.get(name)  # fmt: skip
    return rows.filter(state__in=states) if states else rows


class IncomingFilter(filters.FilterSet):
    """The filter row of the register."""

    q = filters.CharFilter(method="with_words", label=_("Title, number, sender"))
    nature = filters.ChoiceFilter(choices=Nature, label=_("Handling"))
    urgency = filters.ChoiceFilter(choices=URGENCIES, label=_("Urgency"))
    state = filters.ChoiceFilter(choices=State, label=_("State"))
    receipt_class = filters.ChoiceFilter(choices=Relation, label=_("Class"))
    unit = filters.ModelChoiceFilter(
        field_name="lead_unit",
        queryset=Unit.objects.filter(parent__isnull=False),
        label=_("Lead unit"),
    )
    since = filters.DateFilter(
        field_name="received_on", lookup_expr="gte", label=_("Received from")
    )
    until = filters.DateFilter(field_name="received_on", lookup_expr="lte", label=_("Received to"))
    due = filters.DateFilter(field_name="due_on", label=_("Due on"))

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
        ]

    def with_words(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Narrow to rows that hold every word; a single character finds nothing."""
        try:
            return matching(rows, value)
        except TooShort:
            return rows.none()
