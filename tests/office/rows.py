"""Rows for the tests of the ground floor, made without going through any app above it."""

import datetime as dt
from typing import Any

from office import clock
from office.people.models import Unit, User


def unit(n: int = 1, **given: Any) -> Unit:
    """Return a unit, the same for the same number."""
    values = {"name": f"第{n}科室", "short_name": f"{n}科", **given}
    return Unit.objects.get_or_create(code=f"T{n}", defaults=values)[0]


def person(name: str = "王一", *roles: str, **given: Any) -> User:
    """Return a person; `roles` are role keys."""
    values = {"unit": unit(), "name": name, "roles": list(roles), "must_change_password": False}
    values |= {"password": "!", "password_changed_at": clock.now()}
    values |= {"created_at": dt.datetime(2026, 1, 5, tzinfo=dt.UTC), **given}
    return User.objects.get_or_create(username=given.get("username", name), defaults=values)[0]


def wide(words: str) -> str:
    """Return Latin letters, digits and signs in their full-width form."""
    return "".join(chr(ord(sign) + 0xFEE0) for sign in words)
