"""Make the people of the demonstration office; safe to repeat."""

from __future__ import annotations

import datetime as dt
import zlib

from django.db import transaction

from office import clock
from office.audit.services import record
from office.demo.days import OfficeTime
from office.demo.people import ACTING, PEOPLE, UNITS, PersonData
from office.people import deputies, services
from office.people.models import Acting, Post, Unit, User
from office.workdays.services import seed

SYSTEM_OFFICER, SECURITY_OFFICER = "maxiaodong", "shenyan"
OPENED = -75  # the workday on which the accounts were opened


def strangers() -> list[str]:
    """Return the accounts in the database that are not the demonstration's."""
    ours = [services.SYSTEM, *(person.username for person in PEOPLE)]
    return list(User.objects.exclude(username__in=ours).values_list("username", flat=True))


@transaction.atomic
def people(time: OfficeTime, opened: int = OPENED) -> int:
    """Make units, accounts, roles, posts and acting arrangements; return how many people are new.

    Whoever is there already keeps what has been changed about him since.
    """
    seed(range(2024, 2028))
    units = _units()
    there = set(User.objects.values_list("username", flat=True))
    missing = [person for person in PEOPLE if person.username not in there]
    with clock.at(time.moment(time.at(opened, "09:00"))):
        for person in missing:
            _open_account(person, units)
        _enter(missing, units)
    _put_in_charge(units)
    _arrange(time)
    return len(missing)


def _units() -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for data in UNITS:
        units[data.code], _is_new = Unit.objects.get_or_create(
            code=data.code,
            defaults={
                "name": data.name,
                "short_name": data.short_name,
                "parent": units.get(data.parent_code),
                "order": data.order,
            },
        )
    return units


def _open_account(person: PersonData, units: dict[str, Unit]) -> None:
    """Open an account nobody can sign in to with a password: the demonstration asks for none."""
    user = User(
        username=person.username,
        name=person.name,
        unit=units[person.unit_code],
        title=person.title,
        rank=person.rank,
        clearance=person.clearance,
        phone=person.phone,
        email=f"{person.username}@jczx.example",
        roles=sorted(person.roles),
        must_change_password=False,
    )
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()


def _enter(missing: list[PersonData], units: dict[str, Unit]) -> None:
    """Write accounts and roles to the trail and enter the posts, as the officers would."""
    users = User.objects.in_bulk([person.username for person in PEOPLE], field_name="username")
    officer, guard = users[SYSTEM_OFFICER], users[SECURITY_OFFICER]
    for person in missing:
        user = users[person.username]
        facts = {"username": user.username, "name": user.name}
        record(user, "create_user", actor=officer, facts=facts)
        granted = {"before": "", "after": " ".join(user.roles)}
        record(user, "grant_roles", actor=officer if user == guard else guard, facts=granted)
        if not Post.objects.filter(user=user).exists():
            services.take_post(
                user, actor=officer, unit=units[person.unit_code], title=person.title,
                duty=person.duty, since_on=_since(person),
            )  # fmt: skip


def _since(person: PersonData) -> dt.date:
    mark = zlib.crc32(person.username.encode())
    return dt.date(2013 + mark % 12, 1 + mark // 12 % 12, 1)


def _put_in_charge(units: dict[str, Unit]) -> None:
    """Name the leader in charge of each unit that has none yet."""
    for data in UNITS:
        unit = units[data.code]
        if unit.leader_id is None:
            unit.leader = User.objects.get(username=data.leader_username)
            unit.save(update_fields=["leader"])


def _arrange(time: OfficeTime) -> None:
    """Let everybody who is away arrange for it two workdays before."""
    if Acting.objects.exists():
        return
    users = User.objects.in_bulk([person.username for person in PEOPLE], field_name="username")
    for data in sorted(ACTING, key=lambda each: each.starts):
        with clock.at(time.moment(min(time.at(data.starts - 2, "16:20"), time.at(-1, "16:20")))):
            deputies.arrange_acting(
                actor=users[data.absent],
                absent=users[data.absent],
                deputy=users[data.deputy],
                starts_on=time.day(data.starts),
                ends_on=time.day(data.ends),
                reason=data.reason,
            )
