"""Whose figures, and which: counted now, as they were settled, or joined from settled months."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from documents.figures import counts
from documents.receipt.models import IncomingDocument
from office.errors import NotAllowed
from office.people.models import Unit, User
from office.periods import Period
from office.settlements.models import Settlement
from office.settlements.services import settle as freeze
from office.settlements.services import settled

KIND = "incoming"
VIEW = "documents.view_figures"
WHOLE = "documents.view_all_incoming"  # else it is the figures of one's own unit
SETTLE = "documents.settle_figures"


@dataclass(frozen=True)
class Scope:
    """Which documents a reader's figures are about: all, or those one unit leads."""

    reader: User
    unit: Unit | None

    @property
    def rows(self) -> QuerySet[IncomingDocument]:
        rows = IncomingDocument.objects.visible_to(self.reader)
        return rows.filter(lead_unit=self.unit) if self.unit else rows

    @property
    def query(self) -> str:
        """What the address of the rows behind a figure ends in."""
        return f"&unit={self.unit.pk}" if self.unit else ""


@dataclass(frozen=True)
class Found:
    """The figures of a period, and the settlements they come from, if any."""

    period: Period
    figures: counts.Figures
    settlements: list[Settlement]

    @property
    def settlement(self) -> Settlement | None:
        """The one settlement whose figures these are."""
        return self.settlements[0] if len(self.settlements) == 1 else None

    @property
    def is_sum(self) -> bool:
        """Whether they are the sum of settled months."""
        return len(self.settlements) > 1

    @property
    def is_intact(self) -> bool:
        return all(row.is_intact for row in self.settlements)


def demand_figures(reader: User) -> None:
    """Raise NotAllowed for who may see no figures."""
    if not reader.has_perm(VIEW):
        words = _("Figures are for leaders, heads of units, the office director and the registry.")
        raise NotAllowed(words)


def scope(reader: User) -> Scope:
    """Return what a reader's figures are about. Raises NotAllowed."""
    demand_figures(reader)
    return Scope(reader, None if reader.has_perm(WHOLE) else reader.seat.unit)


def figures(within: Scope, period: Period) -> Found:
    """Return the figures of a period: as settled where every month of it is, else counted now."""
    rows = [] if within.unit else settled(KIND, period.months)
    if rows and len(rows) == len(period.months):
        months = [row.figures for row in rows]
        return Found(period, months[0] if len(months) == 1 else counts.summed(months), rows)
    return Found(period, counts.of(within.rows, period, is_whole=within.unit is None), [])


def settle(month: dt.date, *, actor: User) -> Settlement:
    """Freeze the figures of receipt of one month. Raises NotAllowed, Refused."""

    def whole(period: Period) -> counts.Figures:
        return counts.of(IncomingDocument.objects.all(), period, is_whole=True)

    return freeze(KIND, month, whole, actor=actor, permission=SETTLE)
