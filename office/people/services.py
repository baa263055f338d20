"""Accounts, roles, posts, acting arrangements and the hand-over of a post: every verb about people."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from office import clock
from office.access import OFFICERS, ROLES, conflict
from office.audit.services import record
from office.desk import services as desk
from office.desk.models import WorkItem
from office.errors import NotAllowed, Refused
from office.notifications.services import notify
from office.people.models import Acting, Post, Unit, User

THREE_OFFICERS = "GB/T 22239-2019 8.1.5"
HAND_OVER = "条例 §36"


def _demand(actor: User, permission: str, reason: str, clause: str = "") -> None:
    if not actor.has_perm(permission):
        raise NotAllowed(reason, clause=clause)


def _locked(*people: User | int) -> dict[int, User]:
    """Return people under a lock, taken in the order of their keys so that nobody deadlocks."""
    keys = sorted({p if isinstance(p, int) else p.pk for p in people})
    rows = User.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    return {row.pk: row for row in rows}


# Accounts and roles ---------------------------------------------------------------------------


@transaction.atomic
def create_user(
    *, actor: User | None, username: str, name: str, unit: Unit, title: str = "", rank: int = 900,
    phone: str = "", email: str = "", password: str = "",
) -> tuple[User, str]:  # fmt: skip
    """Open an account without roles; return it with its one-time password.

    `actor` is None only for the very first administrator. Raises NotAllowed.
    """
    if actor is not None:
        _demand(
            actor,
            "office.add_user",
            _("Accounts are opened by the system officer."),
            THREE_OFFICERS,
        )
    password = password or one_time_password()
    user = User(
        username=username, name=name, unit=unit, title=title, rank=rank, phone=phone, email=email
    )
    user.set_password(password)
    user.must_change_password = True
    user.full_clean(exclude=["password"])
    user.save()
    record(user, "create_user", actor=actor or user, facts={"username": username, "name": name})
    return user, password


def one_time_password() -> str:
    """Return a password that satisfies the rules and is to be changed at once."""
    return f"{secrets.token_urlsafe(9)}-{secrets.randbelow(90) + 10}Zs"


@transaction.atomic
def reset_password(pk: int, *, actor: User) -> str:
    """Give a person a new one-time password; return it."""
    _demand(
        actor, "office.change_user", _("Passwords are reset by the system officer."), THREE_OFFICERS
    )
    user = User.objects.select_for_update(of=("self",)).get(pk=pk)
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    record(user, "reset_password", actor=actor)
    return password


@transaction.atomic
def grant_roles(pk: int, roles: Iterable[str], *, actor: User) -> User:
    """Set a person's roles (GB/T 22239-2019 8.1.5: three officers, three people).

    Raises NotAllowed (not the security officer, or for himself), Refused (roles that exclude
    each other, or a role nobody knows).
    """
    _demand(
        actor, "office.grant_roles", _("Roles are granted by the security officer."), THREE_OFFICERS
    )
    if actor.pk == pk:
        raise NotAllowed(_("Nobody grants himself."), clause=THREE_OFFICERS)
    wanted = sorted(set(roles))
    if unknown := [role for role in wanted if role not in ROLES]:
        raise Refused(_("Unknown role: %(role)s.") % {"role": unknown[0]})
    if reason := conflict(wanted):
        raise Refused(reason, clause=THREE_OFFICERS)
    user = User.objects.select_for_update(of=("self",)).get(pk=pk)
    before, user.roles = user.roles, wanted
    user.save(update_fields=["roles"])
    facts = {"before": " ".join(before), "after": " ".join(wanted)}
    record(user, "grant_roles", actor=actor, facts=facts)
    return user


@transaction.atomic
def change_password(user: User, password: str) -> None:
    """Store a new password of one's own; the forced change is over."""
    user.set_password(password)
    user.must_change_password = False
    user.password_changed_at = clock.now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    record(user, "change_password", actor=user)


# Posts and hand-over ---------------------------------------------------------------------------


@transaction.atomic
def take_post(
    user: User,
    *,
    actor: User,
    unit: Unit,
    title: str,
    duty: str = Post.Duty.STAFF,
    since_on: dt.date | None = None,
) -> Post:
    """Enter a post that a person takes from a day on."""
    _demand(actor, "office.add_post", _("Posts are kept by the system officer."))
    post = Post(user=user, unit=unit, title=title, duty=duty, since_on=since_on or clock.today())
    post.full_clean()
    post.save()
    record(
        user,
        "take_post",
        actor=actor,
        facts={"unit": unit, "title": title, "since_on": post.since_on},
    )
    return post


def open_items(user: User) -> QuerySet[WorkItem]:
    """Return what a person still owes in his own name, soonest first."""
    return (
        WorkItem.objects.open()
        .filter(assignee=user)
        .select_related("sent_by", "content_type")
        .by_due()
    )


@transaction.atomic
def hand_over(pk: int, *, actor: User, successor: User) -> int:
    """Give everything a person owes to a successor, in one go; return how many items.

    By the person himself, or by whoever keeps posts or arranges acting. Raises NotAllowed, Refused.
    """
    leaver = _locked(pk, successor)[pk]
    if actor.pk != pk and not (
        actor.has_perm("office.change_post") or actor.has_perm("office.arrange_acting")
    ):
        raise NotAllowed(
            _("Only the person himself, or the office, hands over his work."), clause=HAND_OVER
        )
    if successor.pk == pk or not successor.is_active:
        raise Refused(_("The successor is somebody else who works here."), clause=HAND_OVER)
    items = list(open_items(leaver).values_list("pk", flat=True))
    for item in items:
        desk.transfer(item, actor=actor, to=successor)
    facts = {"to": successor.name, "items": len(items)}
    record(leaver, "hand_over", actor=actor, facts=facts)
    return len(items)


@transaction.atomic
def leave_post(pk: int, *, actor: User, until_on: dt.date | None = None) -> Post:
    """End a post; refused while its holder owes anything (条例 §36: 移交后离岗)."""
    _demand(actor, "office.change_post", _("Posts are kept by the system officer."))
    post = Post.objects.select_for_update(of=("self",)).select_related("user", "unit").get(pk=pk)
    _nothing_open(post.user)
    post.until_on = until_on or clock.today()
    post.full_clean()
    post.save(update_fields=["until_on"])
    record(post.user, "leave_post", actor=actor, facts={"post": post, "until_on": post.until_on})
    return post


def _nothing_open(user: User) -> None:
    if count := open_items(user).count():
        raise Refused(
            _("%(name)s still owes %(n)d items; hand them over first.")
            % {"name": user.name, "n": count},
            clause=HAND_OVER,
        )


@transaction.atomic
def close_account(pk: int, *, actor: User) -> User:
    """Close the account of somebody who left: posts end, roles go; refused while he owes anything."""
    _demand(
        actor, "office.change_user", _("Accounts are closed by the system officer."), THREE_OFFICERS
    )
    user = _locked(pk)[pk]
    if actor.pk == pk:
        raise NotAllowed(_("Nobody closes his own account."), clause=THREE_OFFICERS)
    _nothing_open(user)
    today = clock.today()
    Post.objects.filter(user=user).held_on(today).update(until_on=today)
    user.is_active = False
    user.roles = []
    user.save(update_fields=["is_active", "roles"])
    record(user, "close_account", actor=actor)
    return user


# Acting ----------------------------------------------------------------------------------------


@transaction.atomic
def arrange_acting(
    *, actor: User, absent: User, deputy: User, starts_on: dt.date, ends_on: dt.date, reason: str
) -> Acting:
    """Let `deputy` act for `absent` from a day to a day, both included.

    Everybody arranges for himself; for others it takes office.arrange_acting. No chains: neither
    is the deputy absent, nor does the absent act for others, in those days. Raises NotAllowed, Refused.
    """
    if actor.pk != absent.pk:
        _demand(actor, "office.arrange_acting", _("You arrange who acts for you, not for others."))
    people = _locked(absent, deputy)
    absent, deputy = people[absent.pk], people[deputy.pk]
    if reason_against := _against(absent, deputy, starts_on, ends_on):
        raise Refused(reason_against)
    row = Acting.objects.create(
        absent=absent,
        deputy=deputy,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
        arranged_by=actor,
    )
    facts = {"deputy": deputy.name, "starts_on": starts_on, "ends_on": ends_on}
    record(absent, "arrange_acting", actor=actor, comment=reason, facts=facts)
    words = {"deputy": deputy, "absent": absent, "from": starts_on, "to": ends_on}
    text = _("%(deputy)s acts for %(absent)s from %(from)s to %(to)s.") % words
    told = [person for person in (absent, deputy) if person.pk != actor.pk]
    notify(told, key=f"acting-{row.pk}", text=text, url="/acting/")
    return row


def _against(absent: User, deputy: User, starts_on: dt.date, ends_on: dt.date) -> str:
    """Return why this arrangement cannot stand, or an empty string."""
    if absent.pk == deputy.pk:
        return _("Nobody acts for himself.")
    if not (absent.is_active and deputy.is_active):
        return _("Both must work here.")
    if ends_on < starts_on:
        return _("The last day is not before the first.")
    if ends_on < clock.today():
        return _("The last day is over already.")
    if set(deputy.roles) & set(OFFICERS):
        return _(
            "An officer acts for nobody: the three officers are three people, without business roles."
        )
    days = Q(starts_on__lte=ends_on, ends_on__gte=starts_on)
    others = Acting.objects.filter(days, cancelled_at=None)
    if others.filter(absent=absent).exists():
        return _("Somebody acts for %(name)s already in those days.") % {"name": absent.name}
    if others.filter(absent=deputy).exists():
        return _("%(name)s is absent himself in those days; acting makes no chains.") % {
            "name": deputy.name
        }
    if others.filter(deputy=absent).exists():
        return _("%(name)s acts for somebody in those days; end that first.") % {
            "name": absent.name
        }
    return ""


@transaction.atomic
def cancel_acting(pk: int, *, actor: User) -> Acting:
    """End an arrangement at once. Raises DoesNotExist, NotAllowed, Refused."""
    row = (
        Acting.objects.select_for_update(of=("self",)).select_related("absent", "deputy").get(pk=pk)
    )
    if actor.pk not in {row.absent_id, row.arranged_by_id}:
        _demand(
            actor, "office.arrange_acting", _("Only the absent person, or the office, ends this.")
        )
    if row.cancelled_at or row.ends_on < clock.today():
        raise Refused(_("This arrangement is over already."))
    row.cancelled_at = clock.now()
    row.save(update_fields=["cancelled_at"])
    record(row.absent, "cancel_acting", actor=actor, facts={"deputy": row.deputy.name})
    text = _("%(deputy)s no longer acts for %(absent)s.") % {
        "deputy": row.deputy,
        "absent": row.absent,
    }
    told = [person for person in (row.absent, row.deputy) if person.pk != actor.pk]
    notify(told, key=f"acting-over-{row.pk}", text=text, url="/acting/")
    return row
