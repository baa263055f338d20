"""Hand letters to the mail server: no letter lost, none sent twice, whatever dies in between.

The protocol, one letter at a time:

1. *Claim.* Under a row lock the letter becomes `sending`, and this connection to the database
   takes an advisory lock on it. The lock lives as long as the connection: when a worker is killed
   PostgreSQL lets go of it at once, and no clock or lease is needed to know that it died.
2. *Offer.* MAIL, RCPT, DATA and the text, all but the final dot. Until the dot the server has
   accepted nothing: whatever breaks here, the letter goes back to the outbox.
3. *Note* `handed_at`, committed, then the dot, then the server's answer.
4. *Mark* `sent` (or waiting for another try, or dead, as the answer says).

A worker that dies between 3 and 4 leaves a letter that the server may or may not have taken. No
sender can know (RFC 1047), and SMTP has no question to ask. Such a letter becomes `unsure`: it is
neither sent again nor forgotten; the system officer looks for its Message-ID in the log of the
server and says which it was. At most one letter for each worker process is concerned, in the few
milliseconds in which the server answers the dot. A letter sent again bears the same Message-ID,
so a server or mailbox that knows duplicates drops them; one that does not would show two only
if the officer decided wrongly.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
import smtplib
import time
from collections.abc import Callable
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.mail.backends.smtp import EmailBackend
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import Case, F, Value, When

from office import clock
from office.mail.models import Letter
from office.mail.services import is_configured, one_line, wake

SPACE = 0x4C45  # of the advisory locks: "LE"
BACK_OFF_MINUTES = (1, 5, 15, 60, 240, 480, 720)  # a day, then the letter is dead
RUN_SECONDS = 10  # then the worker is free for other things, and may be stopped
TIMEOUT_SECONDS = 30
LINE_ENDS = re.compile(rb"\r\n|\r|\n")
DOTS = re.compile(rb"(?m)^\.")
logger = logging.getLogger(__name__)


class Unreachable(Exception):
    """There is no conversation with the server, or it broke before the dot."""


class Turned(Exception):
    """The server answered no; `is_final` when asking again is of no use (5xx)."""

    def __init__(self, code: int, words: bytes | str) -> None:
        text = words.decode("utf8", "replace") if isinstance(words, bytes) else words
        super().__init__(f"{code} {text}")
        self.is_final = code >= 500


class Unanswered(Exception):
    """The dot went out and no answer came."""


def deliver() -> int:
    """Send what waits, for a while; return how many the server took. Many may run at once."""
    if not is_configured():
        return 0
    recover()
    until, sent = time.monotonic() + RUN_SECONDS, 0
    relay = Relay()
    try:
        while time.monotonic() < until and (letter := claim()):
            try:
                sent += _send(letter, relay)
            finally:
                _let_go(letter.pk)
        if Letter.objects.waiting().exists():
            wake()
    except Unreachable as error:
        logger.warning("mail server not reached error=%s", type(error.__cause__).__name__)
    finally:
        relay.close()
    return sent


@transaction.atomic
def claim() -> Letter | None:
    """Take one letter: nobody else can while this connection lives."""
    first = Case(When(kind=Letter.Kind.DIGEST, then=Value(1)), default=Value(0))
    rows = Letter.objects.waiting().select_for_update(of=("self",), skip_locked=True)
    letter: Letter | None = (
        rows.select_related("recipient").order_by(first, "next_try_at", "pk").first()
    )
    if letter is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [SPACE, _small(letter.pk)])
        Letter.objects.filter(pk=letter.pk).update(
            state=Letter.State.SENDING, attempts=F("attempts") + 1
        )
        letter.attempts += 1
    return letter


def recover() -> int:
    """Look after letters whose sender died; return how many there were."""
    found = 0
    for pk in Letter.objects.filter(state=Letter.State.SENDING).values_list("pk", flat=True):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [SPACE, _small(pk)])
            if not cursor.fetchone()[0]:
                continue  # its sender lives
            mine = Letter.objects.filter(pk=pk, state=Letter.State.SENDING)
            found += mine.filter(handed_at=None).update(state=Letter.State.WAITING)
            found += mine.filter(handed_at__isnull=False).update(state=Letter.State.UNSURE)
    if found:
        logger.warning("letters recovered from a dead sender n=%s", found)
    return found


def _let_go(pk: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [SPACE, _small(pk)])


def _small(pk: int) -> int:
    return pk % 2**31


def _send(letter: Letter, relay: Relay) -> bool:
    """Send one claimed letter and mark what came of it. Raises Unreachable."""
    if reason := forbidden(letter):
        _mark(letter, state=Letter.State.DROPPED, last_error=reason)
        return False
    try:
        message = composed(letter)
    except FileNotFoundError:
        _mark(letter, state=Letter.State.DEAD, last_error="its file is gone from the storage")
        return False
    try:
        relay.take(letter.recipient.email, message, lambda: _note_handed(letter))
    except Unreachable as error:  # not the letter's fault: this try does not count
        _later(letter, minutes=1, error=str(error), attempts=letter.attempts - 1)
        raise
    except Turned as error:
        if error.is_final or letter.attempts > len(BACK_OFF_MINUTES):
            _mark(letter, state=Letter.State.DEAD, last_error=str(error)[:300], handed_at=None)
        else:
            _later(letter, minutes=BACK_OFF_MINUTES[letter.attempts - 1], error=str(error))
    except Unanswered as error:
        _mark(letter, state=Letter.State.UNSURE, last_error=str(error)[:300])
    else:
        _mark(letter, state=Letter.State.SENT, sent_at=clock.now(), last_error="")
        return True
    return False


def forbidden(letter: Letter) -> str:
    """Return why a letter may not go to its recipient any more, or nothing (A17)."""
    if not letter.recipient.is_active:
        return "account closed"
    try:
        validate_email(letter.recipient.email)
    except ValidationError:
        return "no address"
    return ""


def _note_handed(letter: Letter) -> None:
    _mark(letter, handed_at=clock.now(), address=letter.recipient.email)


def _later(letter: Letter, *, minutes: int, error: str, **facts: int) -> None:
    moment = clock.now() + dt.timedelta(minutes=minutes)
    _mark(letter, state=Letter.State.WAITING, handed_at=None, next_try_at=moment,
          last_error=error[:300], **facts)  # fmt: skip


def _mark(letter: Letter, **facts: object) -> None:
    Letter.objects.filter(pk=letter.pk, state=Letter.State.SENDING).update(**facts)


def composed(letter: Letter) -> bytes:
    """Return the message as it goes over the wire: plain text, HTML, and the paper if any.

    Raises FileNotFoundError when the paper is not in the storage.
    """
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = letter.subject
    message["From"] = Address(one_line(name or settings.INSTITUTION), addr_spec=address)
    to = letter.recipient
    message["To"] = Address(one_line(to.name), addr_spec=to.email)
    message["Date"] = format_datetime(letter.created_at)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="base64")
    message.add_alternative(letter.html, subtype="html", cte="base64")
    if letter.paper_path:
        with default_storage.open(letter.paper_path) as file:
            paper = file.read()
        name = letter.paper_name
        message.add_attachment(paper, maintype="application", subtype="pdf", filename=name)
    return message.as_bytes()


class Relay:
    """The mail server: one conversation, kept for many letters."""

    def __init__(self) -> None:
        self.line: smtplib.SMTP | None = None

    def take(self, to: str, message: bytes, before_dot: Callable[[], None]) -> None:
        """Hand over one message. Raises Unreachable, Turned, Unanswered."""
        try:
            smtp = self._open()
            self._offer(smtp, to, message)
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            raise Unreachable(str(error)) from error
        before_dot()
        try:
            smtp.send(b".\r\n")
            code, words = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            raise Unanswered(str(error)) from error
        if code != 250:
            raise Turned(code, words)

    def _open(self) -> smtplib.SMTP:
        if self.line is None:
            backend = EmailBackend(timeout=TIMEOUT_SECONDS)
            backend.open()
            self.line = backend.connection
            if self.line is not None:
                self.line.ehlo_or_helo_if_needed()
        if self.line is None:
            raise smtplib.SMTPServerDisconnected("no connection")
        return self.line

    def _offer(self, smtp: smtplib.SMTP, to: str, message: bytes) -> None:
        """Say everything but the final dot; what the server answers no to leaves no trace."""
        code, words = smtp.mail(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
        if code != 250:  # we are not let in: that is no letter's fault
            raise smtplib.SMTPResponseException(code, words)
        code, words = smtp.rcpt(to)
        if code in (250, 251):
            code, words = smtp.docmd("DATA")
        if code == 421:  # the server is going away
            raise smtplib.SMTPServerDisconnected(str(words))
        if code != 354:
            smtp.rset()
            raise Turned(code, words)
        smtp.send(DOTS.sub(b"..", LINE_ENDS.sub(b"\r\n", message)))

    def close(self) -> None:
        """Say goodbye, if anybody listens."""
        if self.line is not None:
            with suppress(OSError, smtplib.SMTPException):
                self.line.quit()
            self._hang_up()

    def _hang_up(self) -> None:
        if self.line is not None:
            self.line.close()
            self.line = None
