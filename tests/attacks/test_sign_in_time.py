"""A6: the clock tells a stranger nothing about an account."""

from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from tests.office.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("given", ["known", "nobody", "closed", "without", "赵同名"])
def test_a6_every_wrong_sign_in_costs_one_hash(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    """A hash is all the time a sign-in takes; queries are lost in it."""
    UserFactory(username="known")
    UserFactory(username="closed", is_active=False)
    UserFactory(username="without", password="!unusable")
    UserFactory.create_batch(2, name="赵同名")
    spent = []
    for name in ("encode", "verify"):
        method = getattr(Argon2PasswordHasher, name)

        def counted(*args: Any, _method: Any = method, **kwargs: Any) -> Any:
            spent.append(1)
            return _method(*args, **kwargs)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    answer = Client().post("/sign-in/", {"username": given, "password": "Wrong-horse-7"})
    assert (answer.status_code, len(spent)) == (422, 1)
