"""Write letters, decide about those that are stuck, keep a person's choice."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from office import clock
from office.audit.services import record
from office.celery import app
from office.errors import NotAllowed, Refused
from office.mail.models import CONFIRM, DROP, RETRY, Choice, Letter
from office.people.models import User

TASK = "office.mail.send"
BATCH = 500  # letters that are forgotten in one transaction
PRACTICE = "实务通常：三员分离"


@dataclass(frozen=True)
class Paper:
    """A PDF that goes with a letter; printed once, when the letter is written."""

    name: str
    printed: Callable[[], bytes]


@dataclass(frozen=True)
class Draft:
    """A letter before it is a row: the same for sending and for looking ahead."""

    recipient: User
    kind: str
    key: str
    subject: str
    context: dict[str, Any]
    lines: int = 0
    paper: Paper | None = None

    @property
    def kind_label(self) -> str:
        return str(Letter.Kind(self.kind).label)

    def written(self) -> Letter:
        """Return the letter in the recipient's language; its words are values, never templates."""
        context = {**self.context, "recipient": self.recipient, "office_url": settings.OFFICE_URL,
                   "institution": settings.INSTITUTION, "subject": self.subject}  # fmt: skip
        with translation.override(self.recipient.language or settings.LANGUAGE_CODE):
            text = render_to_string(f"mail/{self.kind}.txt", context)
            html = render_to_string(f"mail/{self.kind}.html", context)
        return Letter(
            recipient=self.recipient, kind=self.kind, key=self.key, subject=one_line(self.subject),
            text=text, html=html, lines=self.lines, message_id=Letter.message_id_of(self.key),
        )  # fmt: skip


def one_line(words: str, most: int = 200) -> str:
    """Return words that fit into one header: no line ends, no control signs (A17)."""
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())[:most]


def write(drafts: Iterable[Draft]) -> list[Letter]:
    """Put letters into the outbox, each key once; return the new ones.

    Safe to repeat: a key that is there already is left as it is.
    """
    wanted = {draft.key: draft for draft in drafts}
    there = set(Letter.objects.filter(key__in=wanted).values_list("key", flat=True))
    new = [draft.written() for key, draft in wanted.items() if key not in there]
    with ExitStack() as undo:  # no paper without its letter
        for letter in new:
            if paper := wanted[letter.key].paper:  # kept as it is: what is sent again is the same
                letter.paper_name = one_line(paper.name, 120)
                content = ContentFile(paper.printed())
                path = default_storage.save(f"letters/{uuid.uuid4().hex}.pdf", content)
                undo.callback(default_storage.delete, path)
                letter.paper_path = path
        letters = Letter.objects.bulk_create(new)
        undo.pop_all()
    if letters:
        wake()
    return letters


def wake() -> None:
    """Let a worker look at the outbox after commit; if the broker is away, the clock will."""
    if is_configured():
        transaction.on_commit(lambda: app.send_task(TASK, queue="mail"), robust=True)


def is_configured() -> bool:
    """Tell whether a mail server is named; without one letters wait in the outbox."""
    return bool(settings.EMAIL_HOST)


@dataclass(frozen=True)
class Standing:
    """How the outbox stands: for the page of the mail, and for the officer's desk."""

    waiting: int
    stuck: int
    late: bool
    is_configured: bool

    @property
    def is_well(self) -> bool:
        return self.is_configured and not self.stuck and not self.late


LATE_MINUTES = 30


def standing() -> Standing:
    """Count what waits and what is stuck, in one query."""
    here = Letter.objects.exclude(state__in=[Letter.State.SENT, Letter.State.DROPPED])
    found = here.order_by().aggregate(
        waiting=Count("pk", filter=Q(state__in=[Letter.State.WAITING, Letter.State.SENDING])),
        stuck=Count("pk", filter=Q(state__in=Letter.STUCK)),
        oldest=Min("created_at", filter=Q(state=Letter.State.WAITING)),
    )
    oldest = found["oldest"]
    late = oldest is not None and (clock.now() - oldest).total_seconds() > LATE_MINUTES * 60
    return Standing(found["waiting"], found["stuck"], late, is_configured())


def demand_keeper(actor: User) -> None:
    """Raise NotAllowed when the actor does not keep the mail."""
    if not actor.has_perm("office.keep_mail"):
        raise NotAllowed(_("The mail is kept by the system officer."), clause=PRACTICE)


@transaction.atomic
def decide(pk: int, act: str, *, actor: User, reason: str) -> Letter:
    """Send a stuck letter again, drop it, or note that the server did take it.

    Raises Letter.DoesNotExist, NotAllowed, Refused (no longer stuck; or nothing to confirm).
    """
    demand_keeper(actor)
    letter = _decide(pk, act, actor=actor, reason=reason)
    if act == RETRY:
        wake()
    return letter


def _decide(pk: int, act: str, *, actor: User, reason: str) -> Letter:
    letter: Letter = Letter.objects.select_for_update(of=("self",)).get(pk=pk)
    was = letter.state
    if was not in Letter.STUCK:
        raise Refused(_("Somebody has decided about this letter already."), kept=reason)
    if act == CONFIRM and was != Letter.State.UNSURE:
        raise Refused(_("The mail server has refused this letter: it was not sent."), kept=reason)
    now = clock.now()
    outcomes: dict[str, dict[str, Any]] = {
        RETRY: {"state": Letter.State.WAITING, "attempts": 0, "handed_at": None,
                "next_try_at": now},
        DROP: {"state": Letter.State.DROPPED},
        CONFIRM: {"state": Letter.State.SENT, "sent_at": letter.handed_at},
    }  # fmt: skip
    facts = outcomes[act]
    Letter.objects.filter(pk=pk).update(**facts)
    record(letter, f"{act}_letter", actor=actor, before=was, after=facts["state"], comment=reason)
    letter.refresh_from_db()
    return letter


@transaction.atomic
def decide_all(pks: Iterable[int], act: str, *, actor: User, reason: str) -> tuple[int, int]:
    """Send many dead letters again, or drop them; return how many, and how many were left.

    Each is decided by itself, with its own entry. One that perhaps was sent is left: nobody
    decides that unseen. Raises NotAllowed, or Refused when nothing was left to decide.
    """
    demand_keeper(actor)
    if act not in (RETRY, DROP):
        raise ValueError(act)
    wanted = set(pks)
    dead = Letter.objects.filter(pk__in=wanted, state=Letter.State.DEAD).order_by("pk")
    locked = list(dead.select_for_update(of=("self",)).values_list("pk", flat=True))
    if not locked:
        raise Refused(_("Somebody has decided about these letters already."), kept=reason)
    for pk in locked:
        _decide(pk, act, actor=actor, reason=reason)
    if act == RETRY:
        wake()
    return len(locked), len(wanted) - len(locked)


def forget_texts() -> int:
    """Blank what letters said that were sent long ago; who, when and about what stays.

    One that was never sent counts from the day it was written. Returns how many. Safe to repeat.
    """
    before = clock.now() - dt.timedelta(days=settings.LETTER_DAYS)
    old = Letter.objects.filter(state__in=[Letter.State.SENT, Letter.State.DROPPED])
    old = old.filter(created_at__lt=before).exclude(text="")  # none is sent before it is written
    old = old.alias(ended_at=Coalesce("sent_at", "created_at")).filter(ended_at__lt=before)
    forgotten = 0
    while found := _forget(old.order_by("pk")):
        forgotten += found
    return forgotten


@transaction.atomic
def _forget(old: QuerySet[Letter]) -> int:
    """Blank some of these letters; their papers go when the rows no longer name them."""
    some = old.select_for_update(of=("self",), skip_locked=True)[:BATCH]
    papers = dict(some.values_list("pk", "paper_path"))
    for path in filter(None, papers.values()):
        transaction.on_commit(partial(default_storage.delete, path), robust=True)
    return Letter.objects.filter(pk__in=papers).update(text="", html="", paper_path="")


@transaction.atomic
def test_mail(person: User) -> Letter:
    """Write a test mail to oneself; one a minute is enough.

    Raises Refused when the person has no address, or has just asked.
    """
    if not person.email:
        raise Refused(_("There is no e-mail address in your settings."))
    now = clock.now()
    key = f"test-{person.pk}-{now:%Y%m%d%H%M}"
    with translation.override(person.language or settings.LANGUAGE_CODE):
        subject = _("Test mail of the office")
    if not (letters := write([Draft(person, Letter.Kind.TEST, key, subject, {"now": now})])):
        raise Refused(_("A test mail was written within this minute."))
    return letters[0]


def choice_of(person: User) -> Choice:
    """Return what a person wants, or the defaults, not yet saved."""
    return Choice.objects.filter(pk=person.pk).first() or Choice(user=person)


def history(actor: User) -> Any:
    """Return every letter without its words, for who keeps the mail. Raises NotAllowed."""
    demand_keeper(actor)
    rows = Letter.objects.defer("subject", "text", "html")
    return rows.select_related("recipient__unit").order_by("-created_at", "-pk")


def every_letter_of_the_demonstration() -> Any:
    """Return all letters, where nobody is real; nothing anywhere else."""
    return Letter.objects.all() if settings.DEMO else Letter.objects.none()
