"""签发: who signs (条例 §22), what a signature locks, what a later change asks for (§25(1))."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from documents.drafting.models import Dispatch, Signature
from documents.drafting.plan import signers
from documents.drafting.services.desk import keep_papers, keep_version, pass_on, write
from documents.drafting.workflow import State
from office import clock
from office.desk import services as desk
from office.errors import Refused
from office.files.names import refuse_classified
from office.people.models import User
from office.search.services import index
from office.workflow import lock, move

UNDER = "条例 第二十二条"


def demand_signer(row: Dispatch) -> None:
    """Refuse a signer whom the rule does not let sign this document."""
    if row.signer is None:
        raise Refused(_("Name who signs."), clause=UNDER)
    if row.signer_id == row.drafter_id:
        raise Refused(_("Nobody approves his own draft."), clause=UNDER)
    able = signers(row)
    if row.signer_id in {person.pk for person in able}:
        return
    if row.needs_principal:
        reason = _("An upward or important document is signed by the principal, %(who)s.")
        raise Refused(reason % {"who": able[0] if able else "—"}, clause=UNDER)
    raise Refused(_("%(who)s does not sign documents.") % {"who": row.signer}, clause=UNDER)


def plan_signatures(row: Dispatch) -> None:
    """Write down whose signatures are needed: ours, then one of each joint issuer (条例 §22)."""
    row.signatures.filter(signed_at=None, cancelled_at=None).update(cancelled_at=clock.now())
    Signature.objects.bulk_create(
        Signature(dispatch=row, order=n, body=body, person=row.signer if n == 0 else None)
        for n, body in enumerate([settings.INSTITUTION, *row.co_issuers])
    )
    row.forget()


@transaction.atomic
def sign(pk: int, *, actor: User, opinion: str) -> Dispatch:
    """Sign: opinion, name, complete date. The last signature dates and locks the document.

    One who acts for the signer signs 代; both are recorded.
    """
    rows = Dispatch.objects.visible_to(actor)
    row = lock(rows, pk)
    row.workflow.check(row, "sign", actor)
    mine = next((each for each in row.open_signatures if each.person == actor.seat), None)
    if mine is None:
        raise Refused(_("No signature of yours is asked for."), clause=UNDER)
    remark = write(row, "sign", opinion, actor=actor)
    mine.signed_at, mine.signed_by, mine.remark = clock.now(), actor, remark
    mine.is_by_proxy = actor.acting_for is not None
    mine.save(update_fields=["signed_at", "signed_by", "remark", "is_by_proxy"])
    row.forget()
    return _signed(row, "sign", actor)


@transaction.atomic
def note_signature(
    pk: int, *, actor: User, signer: str, papers: Sequence[Any], opinion: str = ""
) -> Dispatch:
    """Enter the signature another body has given on its own paper, which is kept with it.

    Raises Refused without the paper, ValidationError when a file is refused.
    """
    rows = Dispatch.objects.visible_to(actor)
    row = lock(rows, pk)
    row.workflow.check(row, "note_signature", actor)
    following = next(iter(row.open_signatures), None)
    if following is None or following.person_id is not None:
        raise Refused(_("No signature of another body is waited for."), clause=UNDER)
    if not signer.strip():
        raise Refused(_("Write who signed for %(body)s.") % {"body": following.body})
    keep_papers(row, papers, "note_signature", actor=actor)
    text = _("%(body)s, %(signer)s: %(opinion)s") % {
        "body": following.body, "signer": signer, "opinion": opinion or "同意"}  # fmt: skip
    following.remark = write(row, "note_signature", text, actor=actor)
    following.signed_at, following.signed_by, following.outside = clock.now(), actor, signer
    following.save(update_fields=["signed_at", "signed_by", "outside", "remark"])
    row.forget()
    return _signed(row, "note_signature", actor)


def _signed(row: Dispatch, step: str, actor: User) -> Dispatch:
    """Move on: to the next signature, or with the last one to a dated and locked text."""
    rows = Dispatch.objects.visible_to(actor)
    if row.open_signatures:
        row = move(rows, row.pk, step, actor=actor, to=State.READY)
    else:
        moment = clock.now()
        row = move(
            rows, row.pk, step, actor=actor, to=State.SIGNED,
            signed_at=moment, dated_on=moment.date(), signed_digest=row.digest,
        )  # fmt: skip
        keep_version(row, "sign", actor=actor)
    pass_on(row, by=actor)
    return row


@transaction.atomic
def recheck(pk: int, *, actor: User, opinion: str = "") -> Dispatch:
    """Pass the signed text on for its number: procedure, content, kind, format (条例 §25(1))."""
    row = move(Dispatch.objects.visible_to(actor), pk, "recheck", actor=actor)
    if opinion.strip():
        write(row, "recheck", opinion, actor=actor)
    pass_on(row, by=actor)
    return row


@transaction.atomic
def revise(pk: int, *, actor: User, title: str, body: str, reason: str) -> Dispatch:
    """Change the signed text in substance: it goes back to who signed it (条例 §25(1))."""
    rows = Dispatch.objects.visible_to(actor)
    row = lock(rows, pk)
    row.workflow.check(row, "revise", actor)
    if (title, body) == (row.title, row.body):
        raise Refused(_("Nothing was changed."), kept=reason)
    for words in (title, body):
        refuse_classified(words)
    row = move(
        rows, pk, "revise", actor=actor, comment=reason, hidden=["body"], title=title, body=body,
        signed_at=None, dated_on=None, signed_digest="", edition=row.edition + 1,
        edited_at=clock.now(), edited_by=actor,
    )  # fmt: skip
    write(row, "revise", reason, actor=actor)
    row.signatures.filter(cancelled_at=None).update(cancelled_at=clock.now())
    plan_signatures(row)
    keep_version(row, "revise", actor=actor)
    desk.relabel(row)
    index(row)
    pass_on(row, by=actor)
    return row
