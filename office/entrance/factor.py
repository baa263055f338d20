"""The second step: six digits from a telephone, or one of ten codes on paper."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import secrets
import unicodedata
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django_otp.oath import TOTP

from office import clock
from office.audit.services import record
from office.entrance import services
from office.entrance.models import SecondFactor
from office.errors import NotAllowed, Refused
from office.notifications.services import notify
from office.people import officers
from office.people.models import User
from office.people.officers import THREE_OFFICERS
from office.people.services import demand

DIGITS, STEP_SECONDS, TOLERANCE = 6, 30, 1
CODES, CODE_BYTES = 10, 10  # eighty bits: a plain digest of such a code is not guessed
TRIES, LOCKED = 5, dt.timedelta(minutes=15)


def new_nonce() -> str:
    """Return what a new secret is derived from."""
    return secrets.token_hex(32)


def secret(nonce: str) -> bytes:
    """Return the secret that belongs to a nonce in this installation."""
    return salted_hmac("office.entrance.factor", nonce).digest()


def typed_key(nonce: str) -> str:
    """Return the secret as it is typed into a telephone that cannot read the picture."""
    return base64.b32encode(secret(nonce)).decode()


def uri(nonce: str, user: User) -> str:
    """Return what the picture says to the telephone."""
    issuer = settings.INSTITUTION or "Zhongshu"
    query = urlencode({"secret": typed_key(nonce), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(user.username)}?{query}"


def is_enrolled(user: User) -> bool:
    return SecondFactor.objects.filter(user=user).exists()


def codes_left(user: User) -> int:
    """Return how many codes on paper are not used yet."""
    return len(SecondFactor.objects.get(user=user).recovery)


def is_due(user: User, *, is_proved: bool) -> bool:
    """Tell whether somebody must set up the second step before he does anything else."""
    return bool(settings.OFFICERS_NEED_FACTOR) and user.is_officer and not is_proved


@transaction.atomic
def enrol(user: User, nonce: str, typed: str, *, here: int = 0) -> list[str] | None:
    """Set up the second step when the code fits; return the codes on paper, or None.

    Whoever is signed in elsewhere, without it, is signed out. Raises Refused when it is set up.
    """
    step = _step(nonce, typed, 0)
    if step is None:
        return None
    codes = _new_codes()
    kept = [_digest(nonce, _plain(code)) for code in codes]
    try:
        with transaction.atomic():
            SecondFactor.objects.create(user=user, nonce=nonce, used_step=step, recovery=kept)
    except IntegrityError:
        raise Refused(_("The second step is set up already.")) from None
    services.end_quietly(user, here)
    record(user, "enrol_factor", actor=user)
    return codes


@transaction.atomic
def prove(user: User, typed: str) -> str:
    """Judge a code; return why it does not count, or nothing when it does.

    A code counts once, and five wrong ones lock the second step for a quarter of an hour.
    """
    row = SecondFactor.objects.select_for_update(of=("self",)).filter(user=user).first()
    if row is None:
        return _("The second step is not set up.")
    row.user, now = user, clock.now()
    if row.failed_at and row.failed_at <= now - LOCKED:
        row.failed = 0
    if row.failed >= TRIES:
        return _("Too many wrong codes: wait 15 minutes")
    if not _counts(row, typed):
        row.failed, row.failed_at = row.failed + 1, now
        row.save(update_fields=["failed", "failed_at"])
        if row.failed == TRIES:
            text = _("Somebody knows your password and typed five wrong codes at the second step.")
            notify([user], key=f"factor-{row.pk}-{now:%Y%m%d%H%M}", text=text)
        return _("This code does not fit, or it was used already.")
    row.failed, row.failed_at = 0, None
    row.save(update_fields=["failed", "failed_at", "used_step", "recovery"])
    return ""


def _counts(row: SecondFactor, typed: str) -> bool:
    """Tell whether a code fits, and use it up."""
    step = _step(row.nonce, typed, row.used_step)
    if step is not None:
        row.used_step = step
        return True
    digest = _digest(row.nonce, _plain(typed))
    if digest not in row.recovery:
        return False
    row.recovery = [kept for kept in row.recovery if kept != digest]
    record(row.user, "use_recovery_code", actor=row.user, facts={"left": len(row.recovery)})
    return True


@transaction.atomic
def new_codes(user: User) -> list[str]:
    """Replace the codes on paper; return the new ones."""
    row = SecondFactor.objects.select_for_update(of=("self",)).get(user=user)
    codes = _new_codes()
    row.recovery = [_digest(row.nonce, _plain(code)) for code in codes]
    row.save(update_fields=["recovery"])
    record(user, "renew_recovery_codes", actor=user)
    return codes


@transaction.atomic
def drop(user: User) -> None:
    """Give one's own second step up. Raises Refused for who must have it."""
    if settings.OFFICERS_NEED_FACTOR and user.is_officer:
        raise Refused(_("The three officers sign in in two steps."), clause=THREE_OFFICERS)
    SecondFactor.objects.filter(user=user).delete()
    record(user, "drop_factor", actor=user)


@transaction.atomic
def reset(user: User, *, actor: User | None) -> None:
    """Take the second step off somebody who has lost his telephone and his codes.

    By the system officer for others, or (`actor` None) from the server's own console. Whoever is
    signed in is signed out; the person is told, of an officer's all three. Raises NotAllowed,
    Refused.
    """
    if actor is not None:
        why = _("The second step is taken off by the system officer.")
        demand(actor, "office.change_user", why, THREE_OFFICERS)
        if actor.pk == user.pk:
            raise NotAllowed(_("Nobody takes off his own second step here."), clause=THREE_OFFICERS)
    if not SecondFactor.objects.filter(user=user).delete()[0]:
        raise Refused(_("%(name)s has no second step.") % {"name": user.name})
    services.end_quietly(user)
    entry = record(user, "reset_factor", actor=actor or user)
    words = {"actor": actor or _("The server's console"), "name": user}
    text = _("%(actor)s took the second step off %(name)s.") % words
    officers.tell(user, key=f"factor-reset-{entry.pk}", text=text)


def _step(nonce: str, typed: str, used: int) -> int | None:
    """Return the half-minute whose code was typed, later than `used`; None when there is none."""
    digits = _plain(typed)
    if len(digits) != DIGITS or not digits.isdecimal():
        return None
    clockwork = TOTP(secret(nonce), step=STEP_SECONDS, digits=DIGITS)
    clockwork.time = clock.now().timestamp()
    fits = clockwork.verify(int(digits), tolerance=TOLERANCE, min_t=used + 1)
    return clockwork.t() if fits else None


def _new_codes() -> list[str]:
    return [_spaced(secrets.token_bytes(CODE_BYTES)) for _n in range(CODES)]


def _spaced(code: bytes) -> str:
    letters = base64.b32encode(code).decode().lower()
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _plain(typed: str) -> str:
    """Return a code as it is compared: narrow, small, without spaces and strokes."""
    narrow = unicodedata.normalize("NFKC", typed).lower()
    return "".join(sign for sign in narrow if sign.isalnum())


def _digest(nonce: str, plain: str) -> str:
    return hashlib.sha256(f"{nonce} {plain}".encode()).hexdigest()
