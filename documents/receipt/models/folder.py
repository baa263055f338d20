"""What lies about a document: items, copies, inputs; each read once and kept until `forget`."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.receipt.models.papers import Assist, Extension, Reader
from documents.receipt.workflow import SIDE_LANES, WAITED, State
from office.desk.carried import Carried
from office.desk.models import WorkItem
from office.people.models import Unit, User

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Folder(Carried):
    """The papers of one incoming document, as its steps and its pages ask for them."""

    side_lanes = SIDE_LANES
    kept = ("open_extension", "decisions", "parts", "readings")

    class Meta:
        abstract = True

    if TYPE_CHECKING:
        lead_unit: Unit | None
        lead_unit_id: int | None
        is_linked: bool  # annotated by for_record
        extensions: RelatedManager[Extension]
        assists: RelatedManager[Assist]
        readers: RelatedManager[Reader]

    @property
    def waits_for(self) -> str:
        """Say whom it waits for and what for: “待陈国梁批示”; nothing when nobody owes anything."""
        owed = self.owed
        if self.state == State.ASSIGNED and self.lead_unit:
            who, step = self.lead_unit.short_name, "handle"
        elif owed:
            who, step = self.holders_text, owed[0].step
        elif self.state == State.CIRCULATING and self.open_readers:
            n = len(self.open_readers)
            return ngettext("Waiting for %(n)d reader", "Waiting for %(n)d readers", n) % {"n": n}
        else:
            return ""
        label = str(WAITED.get(step, self.workflow.steps[step].label)).lower()
        return _("Waiting for %(who)s to %(step)s") % {"who": who, "step": label}

    def handed_on_since(self, last: WorkItem) -> list[WorkItem]:
        """What was handed out after an item was done; copies count only while it circulates."""
        return [
            item
            for item in super().handed_on_since(last)
            if not item.reading or self.state == State.CIRCULATING
        ]

    def is_led_by(self, user: User) -> bool:
        """Tell whether the person heads the lead unit today."""
        if self.lead_unit_id is None:
            return False
        heads = User.objects.heads_of(self.lead_unit_id)
        return bool(heads.filter(pk=user.pk).exists())

    @cached_property
    def open_extension(self) -> Extension | None:
        found = self.papers(Extension, "asked_by", decided_at=None, cancelled_at=None)
        return next(iter(found), None)

    @cached_property
    def decisions(self) -> list[Extension]:
        """The requests for more time that were decided, newest first."""
        found = self.papers(Extension, cancelled_at=None)
        return [each for each in reversed(found) if each.decided_at]

    @cached_property
    def parts(self) -> list[Assist]:
        """The assisting units that were not cancelled."""
        return self.papers(Assist, "unit", cancelled_at=None)

    @property
    def open_assists(self) -> list[Assist]:
        return [part for part in self.parts if part.given_at is None]

    @cached_property
    def readings(self) -> list[Reader]:
        """The copies that were not recalled, by rank of their readers."""
        return self.papers(Reader, "reader__unit", "read_by", "opinion", recalled_at=None)

    @property
    def open_readers(self) -> list[Reader]:
        return [copy for copy in self.readings if copy.read_at is None]
