"""登记、印制、用印、核发、办结 (条例 §25): the number comes after the signature, and once."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, zip_longest
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.drafting.models import Copy, Dispatch, Impression, Measurement, Seal
from documents.drafting.plan import Recipient
from documents.drafting.services.desk import drop_everything, give, pass_on, write
from documents.drafting.text import digest, lasting, paper_of, record_of
from documents.measuring.judge import measure
from documents.receipt.models import IncomingDocument
from documents.receipt.services import closing as receipt
from documents.receipt.workflow import INCOMING
from documents.reference.models import Term
from documents.typesetting import layout, paper, press
from office import clock
from office.desk import services as desk
from office.errors import Refused
from office.files.models import Attachment
from office.files.services import store
from office.notifications.services import notify
from office.numbering.services import next_serial
from office.people.models import Unit, User
from office.search.services import index
from office.workflow import lock, move

ISSUE = "issue"  # the step under which the issued paper hangs
CLAUSE = "条例 第二十五条"


@transaction.atomic
def register(pk: int, *, actor: User, recipients: Sequence[Recipient], spare: int = 0) -> Dispatch:
    """Fix number, distribution list and copies (条例 §25(2)); the number is never given twice.

    Copies are numbered through, recipient by recipient; the last `spare` ones stay here.
    """
    if not recipients:
        raise Refused(_("Name at least one recipient."), clause=f"{CLAUSE}（二）")
    rows = Dispatch.objects.select_related("code").visible_to(actor)
    row = lock(rows, pk)
    row.workflow.check(row, "register", actor)
    now = clock.now()
    copies = sum(each.count for each in recipients) + spare
    row = move(
        rows, pk, "register", actor=actor, year=now.year,
        serial=next_serial(row.code.series, now.year), copies_printed=copies,
        registered_at=now, registered_by=actor,
    )  # fmt: skip
    firsts = accumulate((each.count for each in recipients), initial=1)
    Copy.objects.bulk_create(
        Copy(dispatch=row, order=n, recipient=each.name, unit=each.unit, is_main=each.is_main,
             count=each.count, first_number=first)
        for n, (each, first) in enumerate(zip(recipients, firsts, strict=False), 1)
    )  # fmt: skip
    row.forget()
    desk.relabel(row)
    pass_on(row, by=actor)
    index(row)
    return row


@transaction.atomic
def print_(pk: int, *, actor: User) -> Dispatch:
    """Typeset the signed text with its number, keep the PDF, and measure it with a ruler.

    Raises Refused when a character has no font.
    """
    rows = Dispatch.objects.visible_to(actor).for_record()
    row = lock(rows, pk)
    row.workflow.check(row, "print", actor)
    content = typeset(row)
    sha256 = hashlib.sha256(content).hexdigest()
    row = move(rows, pk, "print", actor=actor, issued_sha256=sha256)
    upload = ContentFile(content, f"{row.number} {row.title[:60]}.pdf")
    for old in Attachment.objects.about(row).filter(step=ISSUE):
        old.withdrawn_at = clock.now()
        old.save(update_fields=["withdrawn_at"])
    store(row, upload, actor=actor, step=ISSUE, text=row.body)
    verdicts = measure(content)
    failed = [v for v in verdicts if not v.passed]
    Measurement.objects.create(
        dispatch=row, sha256=sha256, measured_at=clock.now(),
        passed=len(verdicts) - len(failed),
        failed=[{"id": v.id, "element": v.element, "clause": v.clause, "expected": v.expected,
                 "found": v.found, "page": v.page} for v in failed],
    )  # fmt: skip
    row.forget()
    pass_on(row, by=actor)
    return row


def typeset(row: Dispatch) -> bytes:
    """Return the document as it prints. Raises Refused, which names a character without a font."""
    try:
        value = paper.of(paper_of(row))
        return press.pdf(layout.lay_out(value), title=row.title)
    except ValueError as error:  # NoGlyph, Unfit
        raise Refused(str(error)) from None


@dataclass(frozen=True)
class Tampered:
    """What is no longer as it was signed or issued."""

    what: str


# What is signed, in the words of the page; what only a program tells apart is the text.
PIECES: dict[str, Any] = {
    "title": gettext_lazy("title"), "body": gettext_lazy("text"),
    "addressees": gettext_lazy("addressees"), "copy_to": gettext_lazy("copy recipients"),
    "note": gettext_lazy("note"), "kind": gettext_lazy("kind"),
    "urgency": gettext_lazy("urgency"), "institution": gettext_lazy("issuing bodies"),
}  # fmt: skip


def verify(row: Dispatch) -> list[Tampered]:
    """Hold text, attachments, files and issued paper against what was signed and issued.

    Names every piece of which a single character differs.
    """
    found: list[str] = []
    if row.signed_digest:
        before = lasting(row.signed_paper or {})
        now = lasting(record_of(row))
        found += _changed(now, before)
        if not found and digest(now) != row.signed_digest:
            found.append(str(PIECES["body"]))
        found += [file.name for file in row.bound_files if _sha256_of(file) != file.sha256]
    if row.issued_sha256:
        found += _changed_paper(row)
    return [Tampered(what) for what in dict.fromkeys(found)]


def _changed(now: dict[str, Any], before: dict[str, Any]) -> list[str]:
    """Return the pieces in which what stands differs from what was signed, in words."""
    found = []
    for name in sorted({*now, *before}):
        one, other = now.get(name, []), before.get(name, [])
        if one == other:
            continue
        if name in ("attachments", "files"):
            found += _changed_parts(one, other)
        else:
            found.append(str(PIECES.get(name, PIECES["body"])))
    return found


def _changed_parts(now: list[dict[str, str]], before: list[dict[str, str]]) -> list[str]:
    """Return the titles of attachments, or names of files, that changed, came or went."""
    pairs = zip_longest(now, before, fillvalue=None)
    ours = [one or other or {} for one, other in pairs if one != other]
    return [part.get("title") or part.get("name", "") for part in ours]


def _changed_paper(row: Dispatch) -> list[str]:
    """Return the name of the issued paper when it is not the one that was measured."""
    issued = [file for file in row.files if file.step == ISSUE]
    if not issued:
        return [_("issued paper")]
    measured = row.measured.sha256 if row.measured else ""
    wanted = {row.issued_sha256}
    return [file.name for file in issued if {_sha256_of(file), file.sha256, measured} != wanted]


def _sha256_of(file: Attachment) -> str:
    """Return the hash of the bytes as they lie on disk; nothing when they are gone."""
    try:
        with default_storage.open(file.path) as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def _demand_intact(row: Dispatch) -> None:
    """Refuse to go on with what is no longer as it was signed, and name it."""
    if wrong := verify(row):
        names = "、".join(each.what for each in wrong)
        raise Refused(_("Not as it was signed: %(names)s.") % {"names": names}, clause=CLAUSE)


@transaction.atomic
def seal(pk: int, *, actor: User, seal: Seal, count: int, reason: str = "") -> Dispatch:
    """Enter the impressions of a seal; the paper was measured before (实务通常).

    Where the ruler faults the paper, a `reason` says why it is sealed all the same.
    """
    rows = Dispatch.objects.visible_to(actor)
    row = lock(rows, pk)
    row.workflow.check(row, "seal", actor)
    if count < 1 or count > (row.copies_printed or 0) * max(len(row.issuers), 1) * 2:
        raise Refused(_("So many impressions do not fit %(n)s copies.") % {
            "n": row.copies_printed})  # fmt: skip
    if seal.out_of_use_on and seal.out_of_use_on <= clock.today():
        raise Refused(_("This seal is out of use: %(seal)s.") % {"seal": seal})
    _demand_intact(row)
    if row.measured is not None and row.measured.failed:
        write(row, "seal", reason, actor=actor)
    Impression.objects.create(
        dispatch=row, seal=seal, count=count, set_by=actor, on_behalf_of=actor.acting_for,
        set_at=clock.now(),
    )  # fmt: skip
    row = move(rows, pk, "seal", actor=actor, comment=f"{seal} × {count}")
    pass_on(row, by=actor)
    return row


@transaction.atomic
def distribute(pk: int, *, actor: User, ways: dict[int, str]) -> Dispatch:
    """Hand the copies out: inside to the desks at once, outside as said (条例 §25(4)).

    `ways` is the way of each outside copy, by its key; what is not named stays to be sent.
    """
    rows = Dispatch.objects.visible_to(actor)
    now = clock.now()
    row = lock(rows, pk)
    row.workflow.check(row, "distribute", actor)
    _demand_intact(row)
    row = move(rows, pk, "distribute", actor=actor, distributed_at=now)
    for copy in row.copy_list:
        if copy.unit is not None:
            _to_desk(row, copy, actor)
        elif way := ways.get(copy.pk):
            copy.way, copy.sent_at, copy.sent_by = way, now, actor
            copy.save(update_fields=["way", "sent_at", "sent_by"])
    row.forget()
    pass_on(row, by=actor)
    _answer_origin(row, actor)
    return row


def _answer_origin(row: Dispatch, actor: User) -> None:
    """Fill in the answer of the incoming document this one replies to (条例 §24(7))."""
    if row.origin_id is None or row.origin_kind != Dispatch.Origin.REPLIES:
        return
    origin = IncomingDocument.objects.select_for_update(of=("self",)).get(pk=row.origin_id)
    if origin.state in INCOMING.steps["reply"].sources:
        text = f"以{row.number}《{row.title}》答复。"
        receipt.reply(origin.pk, actor=actor, to="、".join(row.addressees), text=text)


def _to_desk(row: Dispatch, copy: Copy, actor: User) -> None:
    copy.way, copy.sent_at, copy.sent_by = Copy.Way.INSIDE, clock.now(), actor
    copy.save(update_fields=["way", "sent_at", "sent_by"])
    assert copy.unit is not None  # noqa: S101  the caller looked
    heads = list(User.objects.heads_of(copy.unit))
    for person in heads:
        give(row, "acknowledge", by=actor, to=person, reading=True)
    if not heads:
        give(row, "acknowledge", by=actor, unit=copy.unit, reading=True)


@transaction.atomic
def note_sent(pk: int, *, actor: User, copy: int, way: str) -> Dispatch:
    """Enter how a copy left the house."""
    row = move(Dispatch.objects.visible_to(actor), pk, "note_sent", actor=actor)
    mine = row.copies.filter(pk=copy, sent_at=None)
    if way not in Copy.Way.values or not mine.update(way=way, sent_at=clock.now(), sent_by=actor):
        raise Refused(_("This copy has been sent already."))
    row.forget()
    return row


@transaction.atomic
def note_received(pk: int, *, actor: User, copy: int, by: str, on: dt.date) -> Dispatch:
    """Enter who outside has received a copy, and when, from the slip that came back (回执)."""
    row = move(Dispatch.objects.visible_to(actor), pk, "note_received", actor=actor, comment=by)
    mine = next((each for each in row.copy_list if each.pk == copy and each.unit is None), None)
    if mine is None or mine.sent_at is None or mine.received_at is not None:
        raise Refused(_("No receipt of this copy is waited for."))
    sent_on = timezone.localtime(mine.sent_at).date()
    if not by.strip() or not sent_on <= on <= clock.today():
        raise Refused(_("Say who received it, on a day between sending it and today."))
    noon = timezone.make_aware(dt.datetime.combine(on, dt.time(12)))
    mine.received_at = max(mine.sent_at, min(noon, clock.now()))
    mine.received_by, mine.received_outside_by = actor, by
    mine.save(update_fields=["received_at", "received_by", "received_outside_by"])
    row.forget()
    return row


@transaction.atomic
def acknowledge(pk: int, *, actor: User) -> Dispatch:
    """Note that a unit has received its copy; safe to repeat."""
    row = move(Dispatch.objects.visible_to(actor), pk, "acknowledge", actor=actor)
    mine = row.copies.filter(unit=actor.seat.unit_id, received_at=None, sent_at__isnull=False)
    mine.update(received_at=clock.now(), received_by=actor)
    own = [item for item in row.open_items if item.step == "acknowledge"
           and (item.held_by(actor.seat) or (item.assignee is not None
                and item.assignee.unit_id == actor.seat.unit_id))]  # fmt: skip
    for item in own:
        desk.settle_item(item, by=actor)
    row.forget()
    return row


@transaction.atomic
def close(pk: int, *, actor: User) -> Dispatch:
    """Close a dispatch when every copy has left the house."""
    row = move(Dispatch.objects.visible_to(actor), pk, "close", actor=actor, closed_at=clock.now())
    pass_on(row, by=actor)
    return row


@transaction.atomic
def file(pk: int, *, actor: User, year: int, unit: Unit, retention: str) -> Dispatch:
    """Put a closed dispatch into the pool “to be arranged” (条例 §27)."""
    if retention not in Term.values:
        raise Refused(_("Choose a retention period."), clause="国家档案局令第8号 第六条")
    row = move(
        Dispatch.objects.visible_to(actor), pk, "file", actor=actor, filed_at=clock.now(),
        filing_year=year, filing_unit=unit, retention=retention,
    )  # fmt: skip
    desk.settle(row, ["file"], by=actor)
    row.forget()
    return row


@transaction.atomic
def void(pk: int, *, actor: User, reason: str) -> Dispatch:
    """Void a dispatch; a number it bears stays in the ledger with the reason."""
    row = move(Dispatch.objects.visible_to(actor), pk, "void", actor=actor, comment=reason)
    write(row, "void", reason, actor=actor)
    drop_everything(row, by=actor)
    people = [row.drafter] if row.drafter_id != actor.pk else []
    text = _("Void: %(title)s") % {"title": row.desk_title}
    notify(people, key=f"void-dispatch-{row.pk}", text=text, url=row.get_absolute_url())
    return row


@transaction.atomic
def annotate(pk: int, *, actor: User, opinion: str) -> Dispatch:
    """Add a note, at any time."""
    row = move(Dispatch.objects.visible_to(actor), pk, "annotate", actor=actor)
    write(row, "annotate", opinion, actor=actor, once=True)
    return row
