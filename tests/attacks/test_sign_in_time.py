"""A6: the clock tells a stranger nothing about an account."""

import re
import threading
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connections
from django.test import Client

from office import locks
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
    assert len(tried) <= 5  # fewer on a slow machine, where some do not wait for their turn
    for _n in range(5):
        Client().post("/sign-in/", {"username": "chenmin", "password": "wrong"})
    assert len(tried) == 5
    assert Entry.objects.filter(action="lock_account").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a6_one_account_does_not_hold_the_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who cannot be looked at soon is told so, uncounted; another account comes in meanwhile."""
    monkeypatch.setattr(locks, "SECONDS", 0.2)
    user = UserFactory(username="chenmin")
    other = UserFactory(username="other")
    for one in (user, other):
        one.set_password("Right-horse-7")
        one.save()
    real, begun, done = Argon2PasswordHasher.verify, threading.Event(), threading.Event()

    def slow(self: Any, password: str, encoded: str) -> bool:
        if password == "slow":
            begun.set()
            done.wait(20)
        return bool(real(self, password, encoded))

    monkeypatch.setattr(Argon2PasswordHasher, "verify", slow)

    def sign_in(username: str, password: str) -> Any:
        return Client().post("/sign-in/", {"username": username, "password": password})

    def first() -> None:
        try:
            sign_in("chenmin", "slow")
        finally:
            connections.close_all()

    inside = Client()
    inside.force_login(user)
    thread = threading.Thread(target=first)
    thread.start()
    try:
        assert begun.wait(20)
        answer = sign_in("chenmin", "wrong")
        changed = inside.post("/password/", {"old": "x", "new": "y", "again": "y"})
        welcome = sign_in("other", "Right-horse-7")
    finally:
        done.set()
        thread.join()
    for told in (answer, changed):
        assert told.status_code == 422
        assert "请稍后再试" in told.content.decode()
    assert welcome.status_code == 302
    assert [row.failures_since_start for row in AccessAttempt.objects.all()] == [1]
    assert sign_in("chenmin", "Right-horse-7").status_code == 302


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
    assert "工号、姓名或口令不对" in said("chenmin")
