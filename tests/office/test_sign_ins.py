"""Where one is signed in, and out of it; passwords that were used, or are too old."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from django.contrib.sessions.backends.cached_db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from office import clock
from office.audit.models import Entry
from office.entrance import services
from office.entrance.devices import words
from office.entrance.models import SignIn
from office.errors import NotAllowed
from office.people import services as people
from office.people.models import PastPassword, User
from tests.office.factories import PASSWORD, UserFactory, signed_in

pytestmark = pytest.mark.django_db
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36"
)
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"


def came_in(user: User, agent: str = CHROME, address: str = "10.1.2.3") -> Client:
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    given = {"username": user.username, "password": PASSWORD}
    assert client.post("/sign-in/", given).status_code == 302
    return client


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (CHROME, "Chrome, Windows"), (SAFARI, "Safari, iPhone"), ("", ""), ("curl/8", ""),
        (CHROME + " Edg/130.0", "Edge, Windows"), ("<b>" * 99 + "Firefox", "Firefox"),
    ],
)  # fmt: skip
def test_a_browser_is_told_in_two_words(agent: str, said: str) -> None:
    assert words(agent) == said


def test_each_sign_in_is_a_row_and_ends_with_signing_out() -> None:
    user = UserFactory()
    here, there = came_in(user), came_in(user, SAFARI, "2001:db8::7")
    page = here.get("/settings/").content.decode()
    for shown in ("Chrome, Windows", "Safari, iPhone", "10.1.2.3", "2001:db8::7"):
        assert shown in page
    assert page.count("/end/") == 2  # the other one, and all others
    there.post("/sign-out/")
    row = SignIn.objects.get(device="Safari, iPhone")
    assert (row.ended_at is not None, row.session_key) == (True, None)
    assert "Safari, iPhone" in here.get("/settings/").content.decode()


def test_a7_one_device_or_all_others_are_signed_out(
    django_capture_on_commit_callbacks: Any,
) -> None:
    user = UserFactory()
    here, lost, third, fourth = (came_in(user) for _n in range(4))
    rows = list(SignIn.objects.order_by("pk"))
    with django_capture_on_commit_callbacks(execute=True):
        assert here.post(reverse("office:sign-in-end", args=[rows[1].pk])).status_code == 302
    assert [c.get("/").status_code for c in (here, lost, third, fourth)] == [200, 302, 200, 200]
    with django_capture_on_commit_callbacks(execute=True):
        here.post(reverse("office:sign-ins-end"))
        here.post(reverse("office:sign-ins-end"))
    assert [c.get("/").status_code for c in (here, lost, third, fourth)] == [200, 302, 302, 302]
    facts = [entry.facts for entry in Entry.objects.about(user)]
    assert facts == [{"device": "Chrome, Windows", "n": "1"}, {"n": "2"}]


def test_a2_nobody_ends_anothers_sign_in(django_capture_on_commit_callbacks: Any) -> None:
    mine = came_in(UserFactory())
    row = SignIn.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        for role in ("staff", "system_officer", "audit_officer"):
            thief = came_in(UserFactory(roles=[role]))
            assert thief.post(reverse("office:sign-in-end", args=[row.pk])).status_code == 404
            thief.post(reverse("office:sign-ins-end"))
    assert mine.get("/").status_code == 200


def test_a33_the_system_officer_signs_somebody_out_and_it_is_recorded(
    django_capture_on_commit_callbacks: Any,
) -> None:
    user, system = UserFactory(), UserFactory(roles=["system_officer"])
    theirs = [came_in(user), came_in(user)]
    address = f"{reverse('admin:office_user_changelist')}{user.pk}/sign-out/"
    for role in ("security_officer", "audit_officer", "office_director", "staff"):
        assert signed_in(UserFactory(roles=[role])).post(address).status_code in (403, 404)
    with pytest.raises(NotAllowed):
        services.end_of(user, actor=user)
    client = signed_in(system)
    assert client.get(address).status_code == 200
    assert [c.get("/").status_code for c in theirs] == [200, 200]
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address).status_code == 302
    assert [c.get("/").status_code for c in theirs] == [302, 302]
    entry = Entry.objects.about(user).get(action="end_sign_ins")
    assert (entry.actor, entry.facts) == (system, {"n": "2"})


def test_a7_a_changed_password_ends_the_others_and_keeps_this_one(
    django_capture_on_commit_callbacks: Any,
) -> None:
    user = UserFactory()
    here, there = came_in(user), came_in(user)
    new = "Another-Horse-8"
    with django_capture_on_commit_callbacks(execute=True):
        answer = here.post("/password/", {"old": PASSWORD, "new": new, "again": new})
    assert answer.status_code == 302
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 302)
    assert SignIn.objects.open().get().session_key == here.session.session_key
    with django_capture_on_commit_callbacks(execute=True):
        people.reset_password(user.pk, actor=UserFactory(roles=["system_officer"]))
    assert here.get("/").status_code == 302
    assert not SignIn.objects.open().exists()


def test_a7_no_page_asks_who_is_signed_in_where() -> None:
    client = came_in(UserFactory())
    client.get("/reading/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/reading/")
    assert not [query for query in queries if "office_signin" in query["sql"]]


def test_the_sweep_closes_what_has_run_out_and_forgets_what_is_old() -> None:
    user = UserFactory()
    came_in(user)
    gone, old = came_in(user), came_in(user)
    SessionStore(gone.session.session_key).delete()
    services.leave(old.session["sign_in"])
    SignIn.objects.filter(session_key=None).update(ended_at=clock.now() - dt.timedelta(days=200))
    assert services.sweep() == 2
    assert services.sweep() == 0
    assert (SignIn.objects.count(), SignIn.objects.open().count()) == (2, 1)


# Passwords


def test_none_of_the_last_five_passwords_is_taken_again() -> None:
    user = UserFactory()
    client = signed_in(user)
    mine = [PASSWORD, *(f"Ink-on-paper-{n}" for n in range(5))]
    for old, new in itertools.pairwise(mine):
        for used in mine[: mine.index(new)]:
            answer = client.post("/password/", {"old": old, "new": used, "again": used})
            assert answer.status_code == 422, used
        assert client.post("/password/", {"old": old, "new": new, "again": new}).status_code == 302
    first = {"old": mine[-1], "new": PASSWORD, "again": PASSWORD}
    assert client.post("/password/", first).status_code == 302
    assert PastPassword.objects.filter(user=user).count() == 4
    assert Entry.objects.about(user).filter(action="change_password").count() == 6


def test_a_reset_does_not_bring_the_old_password_back() -> None:
    user = UserFactory()
    one_time = people.reset_password(user.pk, actor=UserFactory(roles=["system_officer"]))
    user.refresh_from_db()
    client = signed_in(user)
    again = {"old": one_time, "new": PASSWORD, "again": PASSWORD}
    assert client.post("/password/", again).status_code == 422
    assert PastPassword.objects.filter(user=user).count() == 1


def test_an_old_password_opens_nothing_until_it_is_changed(settings: Any) -> None:
    user = UserFactory(password_changed_at=clock.now() - dt.timedelta(days=181))
    client = signed_in(user)
    assert client.get("/").headers["Location"] == "/password/"
    assert client.get("/admin/").headers["Location"] == "/password/"
    new = "Ink-on-paper-26"
    assert client.post("/password/", {"old": PASSWORD, "new": new, "again": new}).status_code == 302
    assert client.get("/").status_code == 200
    User.objects.update(password_changed_at=clock.now() - dt.timedelta(days=900))
    assert client.get("/").status_code == 302
    settings.PASSWORD_DAYS = 0
    assert client.get("/").status_code == 200


def test_a8_there_is_no_reset_of_a_password_but_by_the_system_officer() -> None:
    """Nothing to poison, reuse or wait for: no mail, no token, no address."""

    def names(resolver: Any) -> list[str]:
        return [
            name
            for part in resolver.url_patterns
            for name in (names(part) if isinstance(part, URLResolver) else [part.name or ""])
            if isinstance(part, URLPattern | URLResolver)
        ]

    every = names(get_resolver())
    assert "password" in every
    assert not [name for name in every if "reset" in name and "second" not in name]
    for name in ("password_reset", "password_reset_confirm", "admin:admin_password_reset"):
        with pytest.raises(NoReverseMatch):
            reverse(name, args=["x", "y"] if "confirm" in name else [])
    page = Client().get("/sign-in/").content.decode()
    assert "password-reset" not in page
