"""传阅: readers in parallel; it never holds up the main line (条例 §24(5))."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from documents.receipt.models import IncomingDocument, Reader
from documents.receipt.services.desk import demand_able, give, pass_on, write
from documents.receipt.workflow import State
from office import clock
from office.desk import services as desk
from office.desk.models import WorkItem
from office.errors import Refused
from office.people.models import User
from office.workflow import move


def add_readers(row: IncomingDocument, people: Iterable[User], *, by: User) -> list[User]:
    """Give copies to those who have none; return who is new. The caller holds the row's lock."""
    have = set(row.readers.filter(recalled_at=None).values_list("reader_id", flat=True))
    new = list({p.pk: p for p in people if p.pk not in have}.values())
    demand_able(new, "read")
    Reader.objects.bulk_create(
        Reader(document=row, reader=p, added_by=by, added_at=clock.now()) for p in new
    )
    for person in new:
        give(row, "read", by=by, to=person, reading=True)
    row.forget()
    return new


@transaction.atomic
def circulate(pk: int, *, actor: User, readers: Sequence[User]) -> IncomingDocument:
    """Add readers, at any time after registration."""
    names = "、".join(person.name for person in readers)
    if not readers:
        raise Refused(_("Name at least one reader."), clause="条例 第二十四条（五）")
    row = move(
        IncomingDocument.objects.visible_to(actor), pk, "circulate", actor=actor, comment=names
    )
    if not add_readers(row, readers, by=actor):
        raise Refused(_("All of them have a copy already."))
    if row.state == State.CIRCULATING:
        desk.settle(row, ["close"], by=actor, outcome=WorkItem.Outcome.DROPPED)
        row.forget()
    return row


@transaction.atomic
def recall_reader(pk: int, *, actor: User, reader: User) -> IncomingDocument:
    """Take back a copy that was not read yet."""
    row = move(
        IncomingDocument.objects.visible_to(actor),
        pk,
        "recall_reader",
        actor=actor,
        comment=reader.name,
    )
    mine = row.readers.filter(reader=reader, recalled_at=None, read_at=None)
    if not mine.update(recalled_at=clock.now(), recalled_by=actor):
        raise Refused(_("%(who)s has read it, or has no copy.") % {"who": reader})
    desk.settle(row, ["read"], by=actor, assignee=reader, outcome=WorkItem.Outcome.DROPPED)
    row.forget()
    if not any(i.assignee_id == reader.pk and not i.reading for i in row.items):
        row.grants.filter(user=reader).delete()  # who owes or did a step keeps seeing it
    _all_read(row, actor)
    return row


@transaction.atomic
def read(pk: int, *, actor: User, opinion: str = "") -> IncomingDocument:
    """Mark the copy as read, with an opinion or without (圈阅)."""
    row = move(IncomingDocument.objects.visible_to(actor), pk, "read", actor=actor)
    mine = row.readers.select_for_update().get(reader=actor.seat, recalled_at=None)
    mine.read_at, mine.read_by = clock.now(), actor
    if opinion:
        mine.opinion = write(row, "read", opinion, actor=actor)
    mine.save(update_fields=["read_at", "read_by", "opinion"])
    desk.settle(row, ["read"], by=actor, assignee=actor.seat)
    row.forget()
    _all_read(row, actor)
    return row


def read_by_deed(row: IncomingDocument, *, actor: User) -> None:
    """Who instructed on a document has read it: a copy of his is owed no more."""
    mine = row.readers.filter(reader=actor.seat, recalled_at=None, read_at=None)
    if mine.update(read_at=clock.now(), read_by=actor):
        desk.settle(row, ["read"], by=actor, assignee=actor.seat)
        row.forget()


def _all_read(row: IncomingDocument, actor: User) -> None:
    """A document for reading goes to the registry for closing when everybody has read it."""
    if row.state == State.CIRCULATING and not row.open_readers:
        pass_on(row, by=actor)
