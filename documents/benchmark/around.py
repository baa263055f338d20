"""What lies about each document of the benchmark: items, opinions, trail, grants, inputs."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType

from documents.benchmark.copies import insert, random
from documents.receipt.models import Assist, IncomingDocument, IncomingGrant, Opinion
from office import clock
from office.audit.models import Entry
from office.desk.models import WorkItem
from office.people.models import User

MODELS = (WorkItem, Opinion, Entry, IncomingGrant, Assist)
DONE_STEPS = ("register", "propose", "handle")
BOOK = "documents_incomingdocument d"
STEPS = ", ".join(f"({n}, '{step}')" for n, step in enumerate(DONE_STEPS, 1))
EVERY_STEP = f"{BOOK} CROSS JOIN (VALUES {STEPS}) AS s(n, step)"
AT = "d.signed_for_at + s.n * interval '3 hours'"
ITEM = {
    "object_id": "d.id",
    "title": "d.title",
    "reference": "d.doc_number",
    "url": "'/documents/incoming/' || d.id || '/'",
}
NEXT = (
    "CASE d.state WHEN 'registered' THEN 'screen' WHEN 'proposed' THEN 'instruct' "
    "WHEN 'assigned' THEN 'claim' ELSE 'handle' END"
)


def fill(document: IncomingDocument, people: Sequence[User], reader: User) -> None:
    """Give every document its items, opinions and entries, and the reader some of them."""
    who = f"{people[0].pk} + {random('d.id', len(people), 7)}"
    _items(document, people, who)
    _words(document, people[0], who)
    _shared(document, reader)


def _items(document: IncomingDocument, people: Sequence[User], who: str) -> None:
    kind = ContentType.objects.get_for_model(document)
    done = WorkItem.objects.create(
        content_type=kind, object_id=document.pk, step="register", title="x", url="/",
        assignee=people[0], sent_by=people[1], done_at=clock.now(), done_by=people[0],
        outcome="done", taken_minutes=90,
    )  # fmt: skip
    hours = {"created_at": AT, "done_at": f"{AT} + interval '2 hours'"}
    people_of = {"assignee_id": who, "done_by_id": who}
    insert(done, EVERY_STEP, "true", ITEM | hours | people_of | {"step": "s.step"})
    owed = WorkItem.objects.create(
        content_type=kind, object_id=document.pk, step="handle", title="x", url="/",
        assignee=people[0], sent_by=people[1],
    )  # fmt: skip
    open_ = {
        "step": NEXT,
        "assignee_id": f"coalesce(d.handler_id, {who})",
        "due_on": "d.due_on",
        "created_at": "d.signed_for_at + interval '1 day'",
    }
    insert(owed, BOOK, "d.state NOT IN ('filed', 'circulating')", ITEM | open_)
    owed.delete()


def _words(document: IncomingDocument, author: User, who: str) -> None:
    opinion = Opinion.objects.create(
        document=document, step="propose", author=author, unit=author.unit,
        text="拟请相关科室阅处，按时限报送情况。",
    )  # fmt: skip
    written = {"document_id": "d.id", "step": "s.step", "author_id": who, "written_at": AT}
    insert(opinion, EVERY_STEP, "s.n > 1", written)
    entry = Entry.objects.create(
        content_type=ContentType.objects.get_for_model(document), object_id=document.pk,
        action="register", actor=author, label="x",
    )  # fmt: skip
    said = {"object_id": "d.id", "label": "left(d.doc_number, 60)", "action": "s.step"}
    insert(entry, EVERY_STEP, "true", said | {"actor_id": who, "at": AT})


def _shared(document: IncomingDocument, reader: User) -> None:
    """A three-hundredth is circulated to the reader, his unit assists with a hundredth."""
    kind = ContentType.objects.get_for_model(document)
    given = {"codename": "view_incomingdocument", "content_type": kind}
    permission, _made = Permission.objects.get_or_create(**given, defaults={"name": "view"})
    grant = IncomingGrant.objects.create(
        user=reader, permission=permission, content_object=document
    )
    other = f"d.id <> {document.pk}"
    insert(grant, BOOK, f"mod(d.id, 300) = 7 AND {other}", {"content_object_id": "d.id"})
    assist = Assist.objects.create(document=document, unit=reader.unit)
    insert(assist, BOOK, f"mod(d.id, 100) = 3 AND {other}", {"document_id": "d.id"})
