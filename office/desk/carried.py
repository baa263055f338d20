"""A row that lies on desks: its items, whom it waits for, its files; read once until `forget`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.contenttypes.models import ContentType

from office import prepared
from office.desk.models import WorkItem
from office.files.models import Attachment
from office.people.models import Unit, User
from office.prepared import ROW
from office.workflow import Stateful


class Carried(Stateful):
    """A row with a state table whose steps lie on desks."""

    side_lanes: ClassVar[frozenset[str]]  # work beside the main line, which never holds it up
    kept: ClassVar[tuple[str, ...]] = ()  # what else is read once and forgotten after a move

    class Meta:
        abstract = True

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
    def owed(self) -> list[WorkItem]:
        """What is owed on the main line."""
        return [item for item in self.open_items if item.step not in self.side_lanes]

    @property
    def holders(self) -> list[User | Unit]:
        """Who owes the next step: people, or a unit's pool."""
        return [owner for owner in (item.assignee or item.unit for item in self.owed) if owner]

    @property
    def holders_text(self) -> str:
        return "、".join(dict.fromkeys(item.owner_text for item in self.owed))

    @property
    def last_done(self) -> WorkItem | None:
        """The main-line item that was closed last, or None when it was dropped, not done."""
        closed = [item for item in self.items if item.done_at and item.step not in self.side_lanes]
        last = max(closed, key=lambda item: (item.done_at, item.pk), default=None)
        return last if last and last.outcome == WorkItem.Outcome.DONE else None

    def handed_on_since(self, last: WorkItem) -> list[WorkItem]:
        """What was handed out after an item was done."""
        return [
            item
            for item in self.items
            if item.pk > last.pk and last.done_at and item.created_at >= last.done_at
        ]

    @cached_property
    def files(self) -> list[Attachment]:
        """Its files, those withdrawn left out, with who brought them."""
        kind = ContentType.objects.get_for_model(self).pk

        def files() -> Any:
            double = type(self)()
            double.pk = ROW
            return Attachment.objects.about(double).select_related("uploaded_by")

        return prepared.instances(("files", kind), files, {ROW: self.pk})

    def papers(self, model: type[Any], *people: str, **which: None) -> list[Any]:
        """Return its papers of one kind, those whose fields `which` are empty, in their order."""
        owner = next(
            field.name
            for field in model._meta.concrete_fields
            if field.related_model is self._meta.model
        )
        found = prepared.instances(
            ("papers", model, people, tuple(which)),
            lambda: model._default_manager.filter(**{owner: ROW}, **which).select_related(*people),
            {ROW: self.pk},
        )
        for paper in found:
            setattr(paper, owner, self)
        return found

    @classmethod
    def gather(cls, rows: Sequence[Carried]) -> None:
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
        for name in ("items", "files", *self.kept):
            self.__dict__.pop(name, None)
