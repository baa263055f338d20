"""签收、登记、初审: from the envelope to the proposal (条例 §24(1)–(3))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from documents.receipt import numbers
from documents.receipt.models import IncomingDocument
from documents.receipt.models.choices import Nature
from documents.receipt.plan import POINTS, READ_ONLY
from documents.receipt.services.desk import (
    demand_words,
    drop_everything,
    limit_until,
    pass_on,
    write,
)
from documents.receipt.workflow import State
from documents.reference.models import PAPER_URGENCIES, WEIGHTS, Sender
from office import clock
from office.audit.services import record
from office.desk import services as desk
from office.errors import NotAllowed, Refused
from office.numbering.services import next_serial
from office.people.models import User
from office.search.services import index
from office.workflow import lock, move

SIGNING = "条例 第二十四条（一）"
# What a registration may set; every other column follows from a step.
FACTS = frozenset({
    "sender", "title", "doc_number", "kind", "urgency", "is_telegram", "written_on", "copies",
    "sheet_count", "copy_number", "note", "nature",
})  # fmt: skip


@dataclass(frozen=True)
class Envelope:
    """What can be seen of a piece before it is opened."""

    sender: Sender
    channel: str
    envelope_number: str = ""
    pieces: int = 1
    condition: str = "good"
    envelope_note: str = ""
    is_sealed: bool = False
    signed_for_at: dt.datetime | None = None


@transaction.atomic
def sign_for(
    envelopes: Iterable[Envelope], *, actor: User, delivery_list: str = "", once: UUID | None = None
) -> list[IncomingDocument]:
    """Sign for pieces one by one, all from one delivery list (条例 §24(1): 逐件清点、记明时间).

    A classified envelope waits for the confidential clerk; its content never comes here
    (保密法 §31). `once` is the key of the form: sent twice it is refused the second time.
    Raises NotAllowed, Refused.
    """
    pieces = list(envelopes)
    demand_signing(pieces, actor)
    try:
        with transaction.atomic():  # only the first piece carries the key
            first = _signed(pieces[0], actor, delivery_list, once)
    except IntegrityError as error:
        if "form_key" not in str(error):
            raise
        raise Refused(_("These pieces have just been signed for."), clause=SIGNING) from error
    return [first, *(_signed(piece, actor, delivery_list) for piece in pieces[1:])]


def demand_signing(pieces: Sequence[Envelope], actor: User) -> None:
    """Raise NotAllowed, or Refused when there is nothing to sign for now."""
    if not actor.has_perm("documents.sign_for_incoming"):
        raise NotAllowed(_("Only the registry signs for pieces."), clause=SIGNING)
    if not pieces:
        raise Refused(_("There is no piece to sign for."), clause=SIGNING)
    if any(piece.signed_for_at and piece.signed_for_at > clock.now() for piece in pieces):
        raise Refused(_("A piece is signed for when it is here, not later."), clause=SIGNING)


def _signed(
    envelope: Envelope, actor: User, delivery_list: str, once: UUID | None = None
) -> IncomingDocument:
    row = piece_of(envelope, actor, delivery_list, once)
    row.save(force_insert=True)
    record(row, "sign_for", actor=actor, after=row.state)
    pass_on(row, by=actor)
    return row


def piece_of(
    envelope: Envelope, actor: User, delivery_list: str, once: UUID | None = None
) -> IncomingDocument:
    """Return the row of an envelope, not kept yet."""
    moment = envelope.signed_for_at or clock.now()
    return IncomingDocument(
        form_key=once,
        sender=envelope.sender,
        channel=envelope.channel,
        envelope_number=envelope.envelope_number,
        pieces=envelope.pieces,
        condition=envelope.condition,
        envelope_note=envelope.envelope_note,
        is_sealed=envelope.is_sealed,
        delivery_list=delivery_list,
        signed_for_at=moment,
        signed_for_by=actor,
        received_on=moment.astimezone(clock.now().tzinfo).date(),
        state=State.SEALED if envelope.is_sealed else State.SIGNED_FOR,
    )


@transaction.atomic
def collect(pk: int, *, actor: User) -> IncomingDocument:
    """Hand a classified envelope over to the confidential clerk; here it ends."""
    row = move(IncomingDocument.objects.visible_to(actor), pk, "collect", actor=actor)
    desk.settle(row, by=actor)
    row.forget()
    return row


def demand_unsealed(row: IncomingDocument) -> None:
    """Refuse any content of a classified envelope (保密法 §31: not in a networked system)."""
    if row.is_sealed:
        raise Refused(_("A classified envelope is not opened here."), clause="保密法 第三十一条")


@transaction.atomic
def register(
    pk: int, *, actor: User, due_on: dt.date | None = None, **facts: Any
) -> IncomingDocument:
    """Register a piece: the receipt number is given now, gap-free per class and year.

    `facts`: sender, title, doc_number, kind, urgency, is_telegram, written_on, copies,
    sheet_count, copy_number, note, nature. `due_on` is the day the paper itself asks for; else the
    limit is given when it is proposed. Raises DoesNotExist, NotAllowed or Refused.
    """
    row = lock(IncomingDocument.objects.visible_to(actor), pk)
    demand_unsealed(row)
    row.workflow.check(row, "register", actor)
    facts = described(row, {"title": "", **facts})
    if row.serial is None:
        sender = facts.get("sender") or row.sender
        year = clock.today().year
        facts |= {
            "receipt_class": sender.relation,
            "year": year,
            "serial": next_serial(f"incoming-{sender.relation}", year),
        }
    if due_on is not None:
        if facts.get("nature") == Nature.READING:
            raise Refused(str(READ_ONLY), clause="条例 第二十四条（四）")
        facts |= limit_until(due_on)
    facts |= {"registered_at": clock.now(), "registered_by": actor}
    row = move(
        IncomingDocument.objects.visible_to(actor),
        pk,
        "register",
        actor=actor,
        hidden=["title_key"],
        **facts,
    )
    pass_on(row, by=actor)
    index(row)
    return row


@transaction.atomic
def correct(pk: int, *, actor: User, reason: str, **facts: Any) -> IncomingDocument:
    """Correct what was registered; the number stays, the trail keeps the old values."""
    row = lock(IncomingDocument.objects.visible_to(actor), pk)
    row.workflow.check(row, "correct", actor)
    demand_words(reason)
    facts = described(row, facts)
    if WEIGHTS.get(facts.get("urgency", row.urgency)) and row.urger is None:
        facts["urger"] = row.registered_by  # 条例 §24(6): urgent ones are urged by a named person
    changed = {k: v for k, v in facts.items() if getattr(row, k) != v}
    if not changed:
        raise Refused(_("Nothing was changed."))
    if "nature" in changed and row.state not in (State.REGISTERED, State.SCREENED):
        raise Refused(
            _("Handling or reading is decided when it is proposed: send it back for that."),
            clause="条例 第二十四条（四）",
            kept=reason,
        )
    columns: list[Any] = [row._meta.get_field(n) for n in changed if n != "title_key"]
    old = "；".join(f"{column.verbose_name} {getattr(row, column.name)}" for column in columns)
    comment = f"{reason}（{old}）"
    row = move(
        IncomingDocument.objects.visible_to(actor),
        pk,
        "correct",
        actor=actor,
        comment=comment,
        **changed,
    )
    desk.relabel(row)
    index(row)
    return row


def described(row: IncomingDocument, facts: dict[str, Any]) -> dict[str, Any]:
    """Add what follows from the typed facts: the number's parts and the title's key."""
    if foreign := sorted(set(facts) - FACTS):
        raise TypeError(f"a registration does not set {', '.join(foreign)}")
    if "doc_number" in facts:
        text = numbers.normalise(facts["doc_number"])
        number = numbers.parse(text)
        facts |= {
            "doc_number": text,
            "organ_code": number.organ_code if number else "",
            "doc_year": number.year if number else None,
            "doc_serial": number.serial if number else None,
        }
    urgency = facts.get("urgency", row.urgency)
    if urgency not in PAPER_URGENCIES and not facts.get("is_telegram", row.is_telegram):
        raise Refused(_("特提 and 平急 are for telegrams only (条例 §9(3))."))
    if "title" in facts:
        if not facts["title"].strip():
            raise Refused(
                _("A document is registered with its title."), clause="条例 第二十四条（二）"
            )
        facts["title_key"] = numbers.key(facts["title"])
    return facts


@transaction.atomic
def register_another(pk: int, *, actor: User, once: UUID | None = None) -> IncomingDocument:
    """Open a second row for another document that lay in the same envelope."""
    first = lock(IncomingDocument.objects.visible_to(actor), pk)
    demand_unsealed(first)
    envelope = Envelope(
        sender=first.sender,
        channel=first.channel,
        envelope_number=first.envelope_number,
        pieces=first.pieces,
        condition=first.condition,
        envelope_note=first.envelope_note,
        signed_for_at=first.signed_for_at,
    )
    return sign_for([envelope], actor=actor, delivery_list=first.delivery_list, once=once)[0]


def look_alikes(
    *, sender: Sender | None, doc_number: str, title: str, but: int | None = None
) -> list[IncomingDocument]:
    """Return documents that may be the same: sender and number, or a very similar title."""
    rows = IncomingDocument.objects.exclude(state=State.VOID).exclude(pk=but or 0)
    number, key = numbers.normalise(doc_number), numbers.key(title)
    found: list[int] = []
    if sender and number:
        same = rows.filter(sender=sender, doc_number=number)
        found += same.values_list("pk", flat=True)[:3]
    if len(key) >= 8:
        found += rows.filter(title_key=key).values_list("pk", flat=True)[:3]
        recent = rows.filter(sender=sender).exclude(title_key="") if sender else rows.none()
        found += numbers.similar(recent.values_list("pk", "title_key")[:200], key)
    first = list(dict.fromkeys(found))[:3]
    read = rows.select_related("sender").in_bulk(first)
    return [read[pk] for pk in first]


@transaction.atomic
def screen(pk: int, *, actor: User, points: Iterable[str], opinion: str = "") -> IncomingDocument:
    """Pass the five points of the first examination (条例 §24(3)).

    Raises Refused when a point is not met: then the document is returned to its sender.
    """
    met = [point for point in POINTS if point in set(points)]
    if len(met) < len(POINTS):
        raise Refused(
            _("All five points must be met; otherwise return it to the sender."),
            clause="条例 第二十四条（三）",
            kept=opinion,
        )
    row = move(
        IncomingDocument.objects.visible_to(actor), pk, "screen", actor=actor, points_met=met
    )
    if opinion:
        write(row, "screen", opinion, actor=actor)
    pass_on(row, by=actor)
    return row


@transaction.atomic
def reject(pk: int, *, actor: User, points: Iterable[str], opinion: str) -> IncomingDocument:
    """Return a document to its sender with reasons; its number stays in the ledger."""
    met = [point for point in POINTS if point in set(points)]
    if len(met) == len(POINTS):
        raise Refused(
            _("All five points are met: there is nothing to return it for."),
            clause="条例 第二十四条（三）",
            kept=opinion,
        )
    row = move(
        IncomingDocument.objects.visible_to(actor), pk, "reject",
        actor=actor, comment=opinion, points_met=met,
    )  # fmt: skip
    write(row, "reject", opinion, actor=actor)
    desk.settle(row, ["screen"], by=actor)
    drop_everything(row, by=actor)
    return row


@transaction.atomic
def void(pk: int, *, actor: User, reason: str) -> IncomingDocument:
    """Void a row with a reason; a number that was given stays in the ledger."""
    row = move(IncomingDocument.objects.visible_to(actor), pk, "void", actor=actor, comment=reason)
    write(row, "void", reason, actor=actor)
    drop_everything(row, by=actor)
    return row
