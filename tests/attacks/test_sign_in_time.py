"""A6: the clock tells a stranger nothing about an account."""

import re
import threading
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connections
from django.test import Client

from office.audit.models import Entry
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


@pytest.mark.django_db(transaction=True)
def test_a6_fifty_tries_at_once_are_five(monkeypatch: pytest.MonkeyPatch) -> None:
    UserFactory(username="chenmin")
    tried, real, gate = [], Argon2PasswordHasher.verify, threading.Barrier(50)

    def counted(self: Any, password: str, encoded: str) -> bool:
        tried.append(password)
        return bool(real(self, password, encoded))

    monkeypatch.setattr(Argon2PasswordHasher, "verify", counted)

    def one(n: int) -> None:
        gate.wait()
        given = {"username": "chenmin", "password": f"wrong-{n}"}
        try:
            Client().post("/sign-in/", given, REMOTE_ADDR=f"10.0.{n}.1")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tried) == 5
    assert Entry.objects.filter(action="lock_account").count() == 1


def test_a6_the_words_do_not_marry_names_to_accounts() -> None:
    UserFactory(username="chenmin", name="陈敏")

    def said(account: str) -> str:
        AccessAttempt.objects.all().delete()
        for n, who in enumerate(("陈敏", account)):
            given = {"username": who, "password": "x"}
            answer = Client().post("/sign-in/", given, REMOTE_ADDR=f"10.9.{n}.1")
        found = re.search(r'id="id_password_error">.*?</div>', answer.content.decode(), re.DOTALL)
        assert found
        return found[0]

    assert said("chenmin") == said("nobody")
