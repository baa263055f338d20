"""Who is signed in where: note it, end it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from axes.models import AccessAttempt
from django.contrib.sessions.backends.cached_db import SessionStore
from django.db import transaction
from django.utils.translation import gettext as _

from office import clock
from office.audit.services import record
from office.entrance import devices
from office.entrance.models import SignIn, SignInQuerySet
from office.errors import NotAllowed
from office.people.models import User

SHOWN = 10
KEPT_DAYS = 180


@dataclass(frozen=True)
class Line:
    """A sign-in as its owner sees it; `seen_at` is None when it is over."""

    row: SignIn
    seen_at: dt.datetime | None
    is_here: bool


def begin(user: User, session_key: str, *, agent: str, address: str) -> SignIn:
    """Note that somebody has come in."""
    return SignIn.objects.create(
        user=user,
        session_key=session_key,
        device=devices.words(agent),
        address=address or None,
    )


def follow(pk: int, session_key: str) -> None:
    """Note the new key of a session that goes on."""
    SignIn.objects.open().filter(pk=pk).update(session_key=session_key)


def leave(pk: int) -> None:
    """Note that somebody has signed out, or was signed out after a long rest."""
    SignIn.objects.open().filter(pk=pk).update(ended_at=clock.now(), session_key=None)


def unlock(username: str) -> None:
    """Forget the wrong passwords typed for an account, from wherever."""
    AccessAttempt.objects.filter(username=username).delete()


def recent(user: User, here: int) -> list[Line]:
    """Return the newest sign-ins of a person; `here` is the one he looks from."""
    rows = list(SignIn.objects.visible_to(user)[:SHOWN])
    return [Line(row, _seen(row), row.pk == here) for row in rows]


def _seen(row: SignIn) -> dt.datetime | None:
    """Return when a session was last used; None when it is no more."""
    if row.session_key is None:
        return None
    kept = SessionStore(row.session_key).load()
    if not kept:
        return None
    return dt.datetime.fromtimestamp(kept.get("seen", row.began_at.timestamp()), dt.UTC)


@transaction.atomic
def end(pk: int, *, actor: User) -> None:
    """Sign out one of one's own devices. Raises DoesNotExist; safe to repeat."""
    row = SignIn.objects.visible_to(actor).get(pk=pk)
    if _end(SignIn.objects.filter(pk=row.pk)):
        record(actor, "end_sign_ins", actor=actor, facts={"device": row.device, "n": 1})


@transaction.atomic
def end_others(*, actor: User, here: int) -> int:
    """Sign out everywhere but here; return how many sign-ins that were."""
    count = end_quietly(actor, here)
    if count:
        record(actor, "end_sign_ins", actor=actor, facts={"n": count})
    return count


@transaction.atomic
def end_of(user: User, *, actor: User) -> int:
    """Sign a person out everywhere, as the system officer. Raises NotAllowed."""
    if not actor.has_perm("office.change_user"):
        raise NotAllowed(_("Only the system officer signs others out."))
    count = end_quietly(user)
    record(user, "end_sign_ins", actor=actor, facts={"n": count})
    return count


def end_quietly(user: User, but: int = 0) -> int:
    """End the sign-ins of a person but one; what it is for is recorded by the caller."""
    return _end(SignIn.objects.filter(user=user).exclude(pk=but))


def _end(rows: SignInQuerySet) -> int:
    """End what is open. The sessions go after commit: one that is read before would come back."""
    keys = list(rows.open().select_for_update(of=("self",)).values_list("session_key", flat=True))
    rows.open().filter(session_key__in=keys).update(ended_at=clock.now(), session_key=None)

    def forget() -> None:
        for key in keys:
            SessionStore(key).delete()

    transaction.on_commit(forget)
    return len(keys)


def sweep() -> int:
    """Forget sessions that have run out and sign-ins of long ago; return how many rows went."""
    SessionStore.clear_expired()
    running = SessionStore.get_model_class().objects.values("session_key")
    now = clock.now()
    gone = SignIn.objects.open().exclude(session_key__in=running)
    ended = gone.update(ended_at=now, session_key=None)
    AccessAttempt.objects.filter(attempt_time__lt=now - dt.timedelta(days=1)).delete()
    old = SignIn.objects.filter(ended_at__lt=now - dt.timedelta(days=KEPT_DAYS))
    return ended + old.delete()[0]
