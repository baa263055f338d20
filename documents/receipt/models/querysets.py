"""Which incoming documents: who may read them, which are open, which bear a number."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q
from guardian.models import UserObjectPermissionBase

from documents.receipt.models.choices import PREFIXES, RECEIPT_NUMBER
from documents.receipt.models.papers import Assist, Link
from documents.receipt.numbers import normalise
from documents.receipt.workflow import OPEN
from office.people.models import User

if TYPE_CHECKING:
    from documents.receipt.models.document import IncomingDocument  # noqa: F401 (names the type)


class IncomingGrant(UserObjectPermissionBase):
    """A guardian grant to one person on one document, through a real foreign key."""

    content_object = models.ForeignKey(
        "documents.IncomingDocument", models.CASCADE, related_name="grants"
    )


class IncomingDocumentQuerySet(models.QuerySet["IncomingDocument"]):
    def visible_to(self, user: User) -> IncomingDocumentQuerySet:
        """Rows a person may read: the whole book, his unit's, or what was given to him.

        A sealed envelope is seen only by those who handle sealed envelopes.
        """
        if not user.has_perm("documents.view_incoming"):
            return self.none()
        rows, seats = self, {user.pk, user.seat.pk}
        if not user.has_perm("documents.view_sealed_incoming"):
            rows = rows.filter(Q(is_sealed=False) | Q(signed_for_by__in=seats))
        if user.has_perm("documents.view_all_incoming"):
            return rows
        units = {user.unit_id, user.seat.unit_id}
        granted = IncomingGrant.objects.filter(user__in=seats, content_object=OuterRef("pk"))
        assisting = Assist.objects.filter(
            document=OuterRef("pk"), unit__in=units, cancelled_at=None
        )
        mine = Q(lead_unit__in=units) | Exists(assisting) | Exists(granted)
        if user.has_perm("documents.view_sealed_incoming"):
            mine |= Q(is_sealed=True)
        return rows.filter(mine)

    def open(self) -> IncomingDocumentQuerySet:
        return self.filter(state__in=OPEN)

    def overdue_on(self, day: dt.date) -> IncomingDocumentQuerySet:
        return self.filter(state__in=OPEN, due_on__lt=day)

    def by_number(self, text: str) -> IncomingDocumentQuerySet:
        """Those with this receipt number or this document number."""
        found = RECEIPT_NUMBER.match("".join(text.split()))
        same = Q(doc_number=normalise(text))
        if found:
            relation = next(key for key, prefix in PREFIXES.items() if prefix == found["prefix"])
            same |= Q(receipt_class=relation, year=found["year"], serial=found["serial"])
        return self.filter(same)

    def for_record(self) -> IncomingDocumentQuerySet:
        """Everything the head of a record shows, in one query."""
        linked = Link.objects.filter(Q(document=OuterRef("pk")) | Q(other=OuterRef("pk")))
        people = ("handler", "urger", "signed_for_by", "registered_by")
        rows = self.select_related("sender", "lead_unit", "filing_unit", *people)
        marked: IncomingDocumentQuerySet = rows.annotate(is_linked=Exists(linked))
        return marked
