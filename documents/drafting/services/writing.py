"""拟稿: begin, write, answer the proofreader, submit (条例 §19)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from documents.drafting.models import Annex, Dispatch, FindingAnswer, Objection, Suggestion
from documents.drafting.plan import Words
from documents.drafting.services.desk import give, keep_version, pass_on, reviewers
from documents.drafting.services.signing import demand_signer, plan_signatures
from documents.drafting.workflow import State
from documents.proofreading import gate
from documents.receipt.models import IncomingDocument
from office import clock
from office.audit.services import record
from office.desk import services as desk
from office.desk.models import WorkItem
from office.errors import NotAllowed, Refused
from office.files.names import refuse_classified
from office.notifications.services import notify
from office.numbering.services import next_serial
from office.people import services as people
from office.people.models import User
from office.search.services import index
from office.workflow import lock, move

DRAFTS = "dispatch-drafts"
UNDER = "条例 第十九条"


@transaction.atomic
def draft(
    words: Words,
    *,
    actor: User,
    form_key: UUID | None = None,
    origin: IncomingDocument | None = None,
    origin_kind: str = "",
) -> Dispatch:
    """Begin a draft under the next draft number; the same form begins one draft.

    Raises NotAllowed, ValidationError (a classification mark).
    """
    if not actor.has_perm("documents.draft_dispatch"):
        raise NotAllowed(_("Your roles do not include drafting."), clause=UNDER)
    words.refuse_classified()
    people.locked(actor)
    if form_key and (there := Dispatch.objects.filter(form_key=form_key).first()):
        return there
    now = clock.now()
    row = Dispatch.objects.create(
        **words.facts, drafter=actor.seat, unit=actor.seat.unit, begun_at=now,
        draft_year=now.year, draft_serial=next_serial(DRAFTS, now.year), form_key=form_key,
        origin=origin, origin_kind=origin_kind if origin else "", edited_at=now, edited_by=actor,
    )  # fmt: skip
    _write_annexes(row, words.annexes)
    record(row, "draft", actor=actor, after=row.state)
    give(row, "submit", by=actor, to=row.drafter)
    keep_version(row, "draft", actor=actor)
    index(row)
    return row


@transaction.atomic
def save(pk: int, words: Words, *, actor: User, edition: int, keeping: bool = False) -> Dispatch:
    """Write the text over edition `edition`; nothing of somebody else's is overwritten.

    Who takes the text over from another first leaves that one's version kept; with `keeping` one's
    own too. Raises Refused when the text was changed meanwhile, NotAllowed, ValidationError.
    """
    words.refuse_classified()
    rows = Dispatch.objects.visible_to(actor)
    row = lock(rows, pk)
    row.workflow.check(row, "edit", actor)
    if words.facts == {name: getattr(row, name) for name in words.facts} and [
        (a.title, a.body) for a in row.annex_list
    ] == list(words.annexes):
        return row
    if row.edition != edition:
        raise Refused(
            _("%(who)s has changed the text meanwhile. Take that over first, then yours.")
            % {"who": row.edited_by}
        )
    if keeping or row.edited_by_id != actor.pk:
        keep_version(row, "edit", actor=row.edited_by or actor)
    for name, fact in words.facts.items():
        setattr(row, name, fact)
    row.edition, row.edited_at, row.edited_by = edition + 1, clock.now(), actor
    row.save(update_fields=[*words.facts, "edition", "edited_at", "edited_by"])
    _write_annexes(row, words.annexes)
    row.forget()
    desk.relabel(row)
    index(row)
    return row


def _write_annexes(row: Dispatch, annexes: Sequence[tuple[str, str]]) -> None:
    row.annexes.all().delete()
    Annex.objects.bulk_create(
        Annex(dispatch=row, order=n, title=title, body=body)
        for n, (title, body) in enumerate(annexes, 1)
    )


@transaction.atomic
def answer_finding(pk: int, *, actor: User, rule: str, quote: str, reason: str) -> FindingAnswer:
    """Say why a remark of the proofreader does not apply here; the reviewer sees it.

    Raises Refused for an error, which no reason excuses, or when there is no such remark.
    """
    row = move(Dispatch.objects.visible_to(actor), pk, "answer_finding", actor=actor, comment=rule)
    if not reason.strip():
        raise Refused(_("A reason or a few words are needed here."))
    refuse_classified(reason)
    quote = quote[: gate.LONGEST_QUOTE]
    if (rule, quote) not in {gate.key(finding) for finding in row.unanswered}:
        raise Refused(_("The proofreader does not ask for a reason here."), kept=reason)
    return FindingAnswer.objects.create(
        dispatch=row, rule=rule, quote=quote, reason=reason, author=actor, written_at=clock.now()
    )


def submit(pk: int, *, actor: User) -> Dispatch:
    """Submit the draft for review. Raises Refused while the proofreader finds an error in it."""
    note_findings(pk, actor=actor)
    return _submit(pk, actor=actor)


@transaction.atomic
def note_findings(pk: int, *, actor: User) -> None:
    """Note what the proofreader finds in a draft its drafter wants to submit; safe to repeat.

    It is kept although an error may stop the draft then: the figures count it.
    """
    row = lock(Dispatch.objects.visible_to(actor), pk)
    if row.state != State.DRAFTING or row.drafter_id != actor.seat.pk:
        return  # the step itself says why not
    submissions = WorkItem.objects.about(row).filter(step="submit", outcome=WorkItem.Outcome.DONE)
    turn, now = submissions.count() + 1, clock.now()
    Objection.objects.bulk_create(
        [
            Objection(dispatch=row, submission=turn, rule=each.rule, severity=each.severity,
                      quote=each.found[:200], found_at=now)
            for each in row.findings
        ],
        ignore_conflicts=True,
    )  # fmt: skip


@transaction.atomic
def _submit(pk: int, *, actor: User) -> Dispatch:
    rows = Dispatch.objects.visible_to(actor)
    row = lock(rows, pk)
    row.workflow.check(row, "submit", actor)
    _demand_whole(row)
    demand_signer(row)
    reviewers(row)
    row = move(rows, pk, "submit", actor=actor, submitted_at=clock.now())
    plan_signatures(row)
    keep_version(row, "submit", actor=actor)
    pass_on(row, by=actor)
    return row


def _demand_whole(row: Dispatch) -> None:
    if not row.title.strip() or not row.body.strip():
        raise Refused(_("Title and text are needed first."), clause="条例 第九条")
    needs = row.direction in (row.Direction.UP, row.Direction.ACROSS)
    if needs and not row.addressees and row.kind != "纪要":
        raise Refused(_("Name the addressee."), clause="条例 第九条（八）")


# --- suggestions beside the text ------------------------------------------------------------------


@transaction.atomic
def suggest(
    pk: int, *, actor: User, text: str, quote: str = "", answers: int | None = None
) -> Suggestion:
    """Write a suggestion beside a paragraph, or answer one; the drafter is told."""
    row = move(Dispatch.objects.visible_to(actor), pk, "comment", actor=actor)
    if not text.strip():
        raise Refused(_("A reason or a few words are needed here."))
    refuse_classified(text)
    minute_ago = clock.now() - dt.timedelta(minutes=1)
    if row.suggestions.filter(author=actor, text=text, written_at__gt=minute_ago).exists():
        raise Refused(_("These words have just been recorded."), kept=text)
    head = row.suggestions.filter(pk=answers, answers=None).first() if answers else None
    made = Suggestion.objects.create(
        dispatch=row, answers=head, quote="" if head else quote[:200], author=actor,
        on_behalf_of=actor.acting_for, text=text, written_at=clock.now(),
    )  # fmt: skip
    told = {row.drafter_id: row.drafter} | ({head.author_id: head.author} if head else {})
    told.pop(actor.pk, None)
    words = _("%(who)s suggests: %(title)s") % {"who": actor.name, "title": row.desk_title}
    notify(list(told.values()), key=f"suggestion-{made.pk}", text=words,
           url=row.get_absolute_url())  # fmt: skip
    return made


@transaction.atomic
def settle_suggestion(pk: int, suggestion: int, *, actor: User) -> Suggestion:
    """Mark a thread as settled; safe to repeat. Raises Suggestion.DoesNotExist."""
    rows = Dispatch.objects.visible_to(actor)
    row = lock(rows, pk)
    head: Suggestion = row.suggestions.get(pk=suggestion, answers=None)
    row.workflow.check(row, "resolve", actor)
    if head.settled_at is None:
        move(rows, pk, "resolve", actor=actor)
        head.settled_at, head.settled_by = clock.now(), actor
        head.save(update_fields=["settled_at", "settled_by"])
    return head
