"""Whose figures of dispatches: all one may read, or those of one's own unit."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from documents.drafting.models import Dispatch
from documents.figures.services import demand_figures
from office.people.models import Unit, User

WHOLE = "documents.view_all_dispatches"  # else it is the figures of one's own unit
EXPORT = "documents.print_dispatch_forms"


@dataclass(frozen=True)
class Scope:
    """Which dispatches a reader's figures are about: all, or those one unit drafts."""

    reader: User
    unit: Unit | None

    @property
    def rows(self) -> QuerySet[Dispatch]:
        rows = Dispatch.objects.visible_to(self.reader)
        return rows.filter(unit=self.unit) if self.unit else rows

    @property
    def query(self) -> str:
        """What the address of the rows behind a figure ends in."""
        return f"&unit={self.unit.pk}" if self.unit else ""


def scope(reader: User) -> Scope:
    """Return what a reader's figures are about. Raises NotAllowed."""
    demand_figures(reader)
    return Scope(reader, None if reader.has_perm(WHOLE) else reader.seat.unit)
