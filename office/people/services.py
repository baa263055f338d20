"""The verbs about people: accounts, roles, posts, hand-over."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable

from django.apps import apps
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from office import clock
from office.access import OFFICERS, ROLES, conflict
from office.audit.services import record
from office.desk import services as desk
from office.desk.models import WorkItem
from office.entrance import services as entrance
from office.errors import NotAllowed, Refused
from office.notifications.services import notify
from office.people import officers, passwords
from office.people.models import Acting, Post, Unit, User
from office.people.officers import THREE_OFFICERS, shown

HAND_OVER = "条例 第三十六条"
SYSTEM = "zhongshu-system"


def demand(actor: User, permission: str, reason: str, clause: str = "") -> None:
    """Raise NotAllowed when the actor lacks a permission."""
    if not actor.has_perm(permission):
        raise NotAllowed(reason, clause=clause)


def locked(*people: User | int) -> dict[int, User]:
    """Return people under a lock, taken in the order of their keys so that nobody deadlocks.

    The lock lets others write rows that name these people (a trail entry, an opinion).
    """
    keys = sorted({p if isinstance(p, int) else p.pk for p in people})
    rows = User.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys)
    return {row.pk: row for row in rows.order_by("pk")}


# Who is who ----------------------------------------------------------------------------------


def system_officer() -> User | None:
    """Return whom one asks about a forgotten password."""
    found: User | None = User.objects.holding("system_officer").by_rank().first()
    return found


def system_person() -> User:
    """Return who stands in the trail for what is done by rule: nobody can sign in as him."""
    found: User | None = User.objects.filter(username=SYSTEM).first()
    if found is None:
        unit = Unit.objects.first() or Unit.objects.create(
            code="office", name="办公室", short_name="办公室"
        )
        values = {"name": "系统", "unit": unit, "is_active": False, "must_change_password": False,
                  "password": "!"}  # fmt: skip
        found, _is_new = User.objects.get_or_create(username=SYSTEM, defaults=values)
    return found


def people_called(usernames: Iterable[str]) -> list[User]:
    """Return active people by their accounts, the highest first."""
    rows = User.objects.active().filter(username__in=list(usernames))
    return list(rows.select_related("unit").by_rank())


def owes(user: User) -> tuple[int, int]:
    """Count what a person has to do, and how much of it is late."""
    late = Count("pk", filter=Q(due_on__lt=clock.today()))
    items = WorkItem.objects.open().owed_by(user).filter(reading=False)
    found = items.aggregate(n=Count("pk"), late=late)
    return found["n"], found["late"]


def remember(user: User, **choices: str) -> None:
    """Keep a person's language or theme."""
    User.objects.filter(pk=user.pk).update(**choices)


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
        demand(
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


@transaction.atomic
def create_officer(
    *, username: str, name: str, unit: Unit, role: str, phone: str = "", password: str = ""
) -> tuple[User, str]:
    """Open an officer's account from the server's own console, where nobody is signed in yet."""
    user, password = create_user(
        actor=None, username=username, name=name, unit=unit, phone=phone, password=password
    )
    user.roles = [role]
    user.save(update_fields=["roles"])
    record(user, "grant_roles", actor=user, facts={"after": role})
    return user, password


def undeclared_permissions() -> list[str]:
    """Return the permissions of roles that no model declares."""
    declared = {
        f"{model._meta.app_label}.{codename}"
        for model in apps.get_models()
        for codename in [
            *(f"{verb}_{model._meta.model_name}" for verb in model._meta.default_permissions),
            *(codename for codename, _label in model._meta.permissions),
        ]
    }
    return sorted(frozenset().union(*(role.permissions for role in ROLES.values())) - declared)


@transaction.atomic
def drop_unknown_roles() -> list[tuple[User, list[str]]]:
    """Take role keys that the code no longer knows off people; return whose and which."""
    found = []
    people = User.objects.exclude(roles__contained_by=list(ROLES)).select_for_update(of=("self",))
    for user in people.order_by("pk"):
        gone = [role for role in user.roles if role not in ROLES]
        user.roles = [role for role in user.roles if role in ROLES]
        user.save(update_fields=["roles"])
        record(user, "drop_roles", actor=user, facts={"gone": " ".join(gone)})
        found.append((user, gone))
    return found


def one_time_password() -> str:
    """Return a password that satisfies the rules and is to be changed at once."""
    return f"{secrets.token_urlsafe(9)}-{secrets.randbelow(90) + 10}Zs"


@transaction.atomic
def reset_password(pk: int, *, actor: User) -> str:
    """Give a person a new one-time password; return it.

    It unlocks the account. The person is told, of an officer's all three officers: nobody becomes
    another in secret.
    """
    demand(
        actor, "office.change_user", _("Passwords are reset by the system officer."), THREE_OFFICERS
    )
    user: User = User.objects.select_for_update(of=("self",)).get(pk=pk)
    password = one_time_password()
    passwords.replace(user, password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    entrance.unlock(user.username)
    entrance.end_quietly(user)
    entry = record(user, "reset_password", actor=actor)
    words = {"actor": actor, "name": user}
    text = _("%(actor)s gave a new one-time password to %(name)s.") % words
    officers.tell(user, key=f"reset-{entry.pk}", text=text)
    return password


@transaction.atomic
def grant_roles(pk: int, roles: Iterable[str], *, actor: User) -> User:
    """Set a person's roles (practice: three officers, three people).

    Raises NotAllowed (not the security officer, or for himself), Refused (roles that exclude
    each other, or a role nobody knows).
    """
    demand(
        actor, "office.grant_roles", _("Roles are granted by the security officer."), THREE_OFFICERS
    )
    if actor.pk == pk:
        raise NotAllowed(_("Nobody grants himself."), clause=THREE_OFFICERS)
    wanted = sorted(set(roles))
    if unknown := [role for role in wanted if role not in ROLES]:
        raise Refused(_("Unknown role: %(role)s.") % {"role": unknown[0]})
    if reason := conflict(wanted):
        raise Refused(reason, clause=THREE_OFFICERS)
    user: User = User.objects.select_for_update(of=("self",)).get(pk=pk)
    if set(wanted) & set(OFFICERS) and _acts_or_is_acted_for(user):
        words = _("%(name)s acts for somebody, or somebody for %(name)s: end that first.")
        raise Refused(words % {"name": user.name}, clause=THREE_OFFICERS)
    there = officers.after(user, wanted)
    before, user.roles = user.roles, wanted
    user.save(update_fields=["roles"])
    facts = {"before": " ".join(before), "after": " ".join(wanted)}
    entry = record(user, "grant_roles", actor=actor, facts=facts)
    told = {"actor": actor, "name": user, "before": shown(before), "after": shown(wanted)}
    if (set(before) | set(wanted)) & set(OFFICERS):
        text = _("%(actor)s changed the roles of %(name)s: %(before)s → %(after)s.") % told
        notify({*there, user}, key=f"roles-{entry.pk}", text=text)
    return user


def _acts_or_is_acted_for(user: User) -> bool:
    rows = Acting.objects.current(clock.today())
    return rows.filter(Q(absent=user) | Q(deputy=user)).exists()


@transaction.atomic
def change_password(user: User, password: str, *, here: int = 0) -> None:
    """Store a new password of one's own; whoever is signed in with the old one is out (A7)."""
    passwords.replace(user, password)
    user.must_change_password = False
    user.password_changed_at = clock.now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    entrance.end_quietly(user, here)
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
    demand(actor, "office.add_post", _("Posts are kept by the system officer."))
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
    leaver = locked(pk, successor)[pk]
    if actor.pk != pk and not (
        actor.has_perm("office.change_post") or actor.has_perm("office.arrange_acting")
    ):
        raise NotAllowed(
            _("Only the person himself, or the office, hands over his work."), clause=HAND_OVER
        )
    if successor.pk == pk or not successor.is_active:
        raise Refused(_("The successor is somebody else who works here."), clause=HAND_OVER)
    by_row = open_items(leaver).order_by("content_type", "object_id", "pk")
    items = list(by_row.values_list("pk", flat=True))  # everybody locks rows in this order
    for item in items:
        desk.transfer(item, actor=actor, to=successor)
    facts = {"to": successor.name, "items": len(items)}
    entry = record(leaver, "hand_over", actor=actor, facts=facts)
    if items and actor.pk != pk:
        words = {"actor": actor, "n": len(items), "name": successor}
        text = _("%(actor)s handed over %(n)s of your items to %(name)s.") % words
        notify([leaver], key=f"handed-{entry.pk}", text=text)
    return len(items)


@transaction.atomic
def leave_post(pk: int, *, actor: User, until_on: dt.date | None = None) -> Post:
    """End a post; refused while its holder owes anything (条例 §36: 移交后离岗)."""
    demand(actor, "office.change_post", _("Posts are kept by the system officer."))
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
    """Close the account of somebody who left, his posts and roles; refused while he owes."""
    demand(
        actor, "office.change_user", _("Accounts are closed by the system officer."), THREE_OFFICERS
    )
    user = locked(pk)[pk]
    if actor.pk == pk:
        raise NotAllowed(_("Nobody closes his own account."), clause=THREE_OFFICERS)
    _nothing_open(user)
    there, was_officer, today = officers.after(user, ()), user.is_officer, clock.today()
    Post.objects.filter(user=user).held_on(today).update(until_on=today)
    arranged = Acting.objects.current(today).filter(Q(absent=user) | Q(deputy=user))
    arranged.update(cancelled_at=clock.now())
    user.is_active = False
    _without_powers(user)
    user.save(update_fields=["is_active", "roles", "clearance"])
    entrance.end_quietly(user)
    entry = record(user, "close_account", actor=actor)
    if was_officer:
        words = _("%(actor)s closed the account of the officer %(name)s.")
        text = words % {"actor": actor, "name": user}
        notify(there, key=f"closed-{entry.pk}", text=text)
    return user


@transaction.atomic
def reopen_account(pk: int, *, actor: User) -> str:
    """Reopen the account of somebody who comes back; return its one-time password.

    It comes back without roles and posts: the security officer grants them anew. Raises
    NotAllowed, or Refused when it is open.
    """
    demand(
        actor, "office.change_user", _("Accounts are opened by the system officer."), THREE_OFFICERS
    )
    user = locked(pk)[pk]
    if user.is_active:
        raise Refused(_("The account of %(name)s is open already.") % {"name": user.name})
    if not user.unit.is_active:
        raise Refused(_("The unit %(unit)s is closed.") % {"unit": user.unit})
    password = one_time_password()
    passwords.replace(user, password)
    user.is_active, user.must_change_password = True, True
    _without_powers(user)
    user.save(update_fields=["password", "is_active", "roles", "clearance", "must_change_password"])
    record(user, "reopen_account", actor=actor)
    return password


def _without_powers(user: User) -> None:
    user.roles, user.clearance = [], User.Clearance.NONE


# Acting ----------------------------------------------------------------------------------------
