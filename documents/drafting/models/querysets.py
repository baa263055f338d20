"""Which dispatches: who may read them, which are open."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from guardian.models import UserObjectPermissionBase

from documents.drafting.models.handing import Copy, Measurement
from documents.drafting.models.papers import Annex, Countersign, FindingAnswer, Suggestion, Version
from documents.drafting.workflow import OPEN, State
from office.people.models import User

if TYPE_CHECKING:
    from documents.drafting.models.dispatch import Dispatch  # noqa: F401 (names the type)

# What most dispatches do not have: a record asks for them only when they are there.
SELDOM = {
    "annexes": Annex, "countersigns": Countersign, "answers": FindingAnswer,
    "suggestions": Suggestion, "copies": Copy, "measurements": Measurement,
}  # fmt: skip
HANDED_OUT = (State.DISTRIBUTED, State.CLOSED, State.FILED)


class DispatchGrant(UserObjectPermissionBase):
    """A guardian grant to one person on one dispatch, through a real foreign key."""

    content_object = models.ForeignKey("documents.Dispatch", models.CASCADE, related_name="grants")


class DispatchQuerySet(models.QuerySet["Dispatch"]):
    def visible_to(self, user: User) -> DispatchQuerySet:
        """Rows a person may read: whose folder is open to him, and what was sent to his unit."""
        if not user.has_perm("documents.view_dispatch"):
            return self.none()
        if user.has_perm("documents.view_all_dispatches"):
            return self
        units = {user.unit_id, user.seat.unit_id}
        sent = Copy.objects.filter(dispatch=OuterRef("pk"), unit__in=units)
        return self.filter(_folder_of(user) | Q(state__in=HANDED_OUT) & Exists(sent))

    def worked_on_by(self, user: User) -> DispatchQuerySet:
        """Rows whose folder is open to a person: he or his unit drafts, or was asked.

        Who only received a copy reads the paper, not what was said on its way.
        """
        if user.has_perm("documents.view_all_dispatches"):
            return self
        return self.visible_to(user).filter(_folder_of(user))

    def open(self) -> DispatchQuerySet:
        return self.filter(state__in=OPEN)

    def overdue_on(self, day: dt.date) -> DispatchQuerySet:
        return self.filter(state__in=OPEN, due_on__lt=day)

    def for_record(self) -> DispatchQuerySet:
        """Everything the head of a record shows, and which papers lie in it, in one query."""
        people = ("drafter__unit", "edited_by", "signer", "registered_by")
        versions = _papers(Version).order_by()
        signed = versions.filter(step="sign").order_by("-number").values("paper")
        lies: dict[str, Any] = {
            "signed_paper": Subquery(signed[:1]),
            "version_count": Subquery(
                versions.values("dispatch").annotate(n=Count("pk")).values("n")
            ),
        }
        lies |= {f"has_{name}": Exists(_papers(model)) for name, model in SELDOM.items()}
        rows: DispatchQuerySet = self.select_related("code", "unit", "origin", *people)
        return rows.annotate(**lies)


def _folder_of(user: User) -> Q:
    seats, units = {user.pk, user.seat.pk}, {user.unit_id, user.seat.unit_id}
    granted = DispatchGrant.objects.filter(user__in=seats, content_object=OuterRef("pk"))
    asked = Countersign.objects.filter(dispatch=OuterRef("pk"), unit__in=units, cancelled_at=None)
    return Q(drafter__in=seats) | Q(unit__in=units) | Exists(asked) | Exists(granted)


def _papers(model: Any) -> models.QuerySet[Any]:
    found: models.QuerySet[Any] = model._default_manager.filter(dispatch=OuterRef("pk"))
    return found
