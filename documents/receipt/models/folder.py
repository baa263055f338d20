"""What lies about a document: items, copies, inputs; each read once and kept until `forget`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.receipt.models.papers import Assist, Extension, Reader
from documents.receipt.workflow import SIDE_LANES, WAITED, State
from office import prepared
from office.desk.models import WorkItem
from office.files.models import Attachment
from office.people.models import Unit, User
from office.prepared import ROW
from office.workflow import Stateful

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Folder(Stateful):
    """The papers of one incoming document, as its steps and its pages ask for them."""

    class Meta:
        abstract = True

    if TYPE_CHECKING:
        lead_unit: Unit | None
        lead_unit_id: int | None
        is_linked: bool  # annotated by for_record
        extensions: RelatedManager[Extension]
        assists: RelatedManager[Assist]
        readers: RelatedManager[Reader]

    @cached_property
    def items(self) -> list[WorkItem]:
        """Every work item about it, oldest first, with its people."""
        people = ("assignee__unit", "unit", "sent_by", "done_by", "on_behalf_of")
        kind = ContentType.objects.get_for_model(self).pk

        def items() -> Any:
            double = type(self)()
            double.pk = ROW
            return WorkItem.objects.about(double).select_related(*people)

        return prepared.instances(("items", kind), items, {ROW: self.pk})

    @property
    def open_items(self) -> list[WorkItem]:
        return [item for item in self.items if item.done_at is None]

    @property
    def holders(self) -> list[User | Unit]:
        """Who owes the next step: people, or a unit's pool."""
        owed = [item for item in self.open_items if item.step not in SIDE_LANES]
        return [owner for owner in (item.assignee or item.unit for item in owed) if owner]

    @property
    def holders_text(self) -> str:
        owed = [item for item in self.open_items if item.step not in SIDE_LANES]
        return "、".join(dict.fromkeys(item.owner_text for item in owed))

    @property
    def waits_for(self) -> str:
        """Say whom it waits for and what for: “待陈国梁批示”; nothing when nobody owes anything."""
        owed = [item for item in self.open_items if item.step not in SIDE_LANES]
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

    @property
    def last_done(self) -> WorkItem | None:
        """The main-line item that was closed last, or None when it was dropped, not done."""
        closed = [item for item in self.items if item.done_at and item.step not in SIDE_LANES]
        last = max(closed, key=lambda item: (item.done_at, item.pk), default=None)
        return last if last and last.outcome == WorkItem.Outcome.DONE else None

    def handed_on_since(self, last: WorkItem) -> list[WorkItem]:
        """What was handed out after an item was done; copies count only while it circulates."""
        return [
            item
            for item in self.items
            if item.pk > last.pk
            and last.done_at
            and item.created_at >= last.done_at
            and (not item.reading or self.state == State.CIRCULATING)
        ]

    def is_led_by(self, user: User) -> bool:
        """Tell whether the person heads the lead unit today."""
        if self.lead_unit_id is None:
            return False
        heads = User.objects.heads_of(self.lead_unit_id)
        return bool(heads.filter(pk=user.pk).exists())

    @cached_property
    def files(self) -> list[Attachment]:
        """Its files, those withdrawn left out, with who brought them."""
        kind = ContentType.objects.get_for_model(self).pk

        def files() -> Any:
            double = type(self)()
            double.pk = ROW
            return Attachment.objects.about(double).select_related("uploaded_by")

        return prepared.instances(("files", kind), files, {ROW: self.pk})

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

    def papers(self, model: type[Any], *people: str, **which: None) -> list[Any]:
        """Return its papers of one kind, those whose fields `which` are empty, in their order."""
        found = prepared.instances(
            ("papers", model, people, tuple(which)),
            lambda: model._default_manager.filter(document=ROW, **which).select_related(*people),
            {ROW: self.pk},
        )
        for paper in found:
            paper.document = self
        return found

    @classmethod
    def gather(cls, rows: Sequence[Folder]) -> None:
        """Read the work items of many rows in one query."""
        people = ("assignee__unit", "unit", "sent_by", "done_by", "on_behalf_of")
        found: dict[int, list[WorkItem]] = {row.pk: [] for row in rows}
        items = WorkItem.objects.among(rows).select_related(*people)
        for item in items.order_by("created_at", "pk"):
            found[item.object_id].append(item)
        for row in rows:
            row.items = found[row.pk]

    def forget(self) -> None:
        """Forget what was read about it, after something was written."""
        for name in ("items", "files", "open_extension", "decisions", "parts", "readings"):
            self.__dict__.pop(name, None)
