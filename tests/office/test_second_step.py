"""The second step: codes that count once, tries that are counted, officers who must have it."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
import threading
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP

from office import clock
from office.audit.models import Entry
from office.entrance import factor
from office.entrance.models import SecondFactor, SignIn
from office.errors import NotAllowed, Refused
from office.notifications.models import Notice
from office.people.models import User
from tests.office.factories import PASSWORD, UserFactory, signed_in

pytestmark = pytest.mark.django_db
PAGE, CODE, SIGN_IN = "/second-step/", "/sign-in/code/", "/sign-in/"
NOON = clock.now().replace(hour=12, minute=0, second=5, microsecond=0)


def code_of(nonce: str, ahead: int = 0) -> str:
    """Return what the telephone shows, some half-minutes ahead."""
    shown = TOTP(factor.secret(nonce), drift=ahead)
    shown.time = clock.now().timestamp()
    return f"{shown.token():06d}"


def enrolled(user: User) -> tuple[SecondFactor, list[str]]:
    nonce = factor.new_nonce()
    codes = factor.enrol(user, nonce, code_of(nonce, -1))
    assert codes
    return SecondFactor.objects.get(user=user), codes


def given_password(user: User) -> Client:
    client = Client()
    answer = client.post(
        SIGN_IN, {"username": user.username, "password": PASSWORD, "next": "/reading/"}
    )
    assert answer.headers["Location"] == CODE
    return client


def test_one_sets_it_up_and_signs_in_with_it() -> None:
    user = UserFactory()
    client = signed_in(user)
    page = client.get(PAGE).content.decode()
    nonce = client.session["nonce"]
    assert factor.typed_key(nonce) in page
    assert '<svg class="qr"' in page
    assert client.post(PAGE, {"code": "000000", "old": PASSWORD}).status_code == 422
    shown = client.post(PAGE, {"code": code_of(nonce), "old": PASSWORD})
    assert "no-store" in shown.headers["Cache-Control"]
    codes = re.findall(r"<code>([a-z2-7-]+)</code>", shown.content.decode())
    assert (len(set(codes)), len(codes[0])) == (10, 19)
    assert [entry.action for entry in Entry.objects.about(user)] == ["enrol_factor"]

    other = given_password(user)
    assert other.get("/").status_code == 302  # the password alone opens nothing
    with clock.at(clock.now() + dt.timedelta(seconds=31)):
        answer = other.post(CODE, {"code": code_of(nonce), "old": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/reading/")
    assert other.get("/").status_code == 200


def test_the_picture_carries_the_key_the_account_and_the_institution(settings: Any) -> None:
    settings.INSTITUTION = "江川省中心"
    uri = factor.uri("n", UserFactory(username="chenmin"))
    assert uri.startswith(
        "otpauth://totp/%E6%B1%9F%E5%B7%9D%E7%9C%81%E4%B8%AD%E5%BF%83:chenmin?secret="
    )
    assert "issuer=%E6%B1%9F" in uri


def test_neither_the_secret_nor_a_code_is_in_the_database() -> None:
    row, codes = enrolled(UserFactory())
    kept = f"{row.nonce} {row.recovery}"
    assert factor.typed_key(row.nonce) not in kept
    assert factor.secret(row.nonce).hex() not in kept
    assert all(code.replace("-", "") not in kept for code in codes)


def test_a6_a_code_counts_once_and_an_older_one_not_at_all() -> None:
    user = UserFactory()
    row, _codes = enrolled(user)
    with clock.at(NOON):
        before, now, after = (code_of(row.nonce, n) for n in (-1, 0, 1))
        SecondFactor.objects.update(used_step=0)
        assert factor.prove(user, now) == ""
        assert factor.prove(user, now)
        assert factor.prove(user, before)
        assert factor.prove(user, after) == ""
    with clock.at(NOON + dt.timedelta(minutes=5)):
        assert factor.prove(user, now)


@pytest.mark.django_db(transaction=True)
def test_a24_one_code_at_two_doors_at_once_opens_one() -> None:
    user = UserFactory()
    row, codes = enrolled(user)
    SecondFactor.objects.update(used_step=0)
    for code in (code_of(row.nonce), codes[0]):
        answers: list[str] = []

        def knock(code: str = code, answers: list[str] = answers) -> None:
            answers.append(factor.prove(user, code))
            connection.close()

        threads = [threading.Thread(target=knock) for _n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers.count("") == 1


def test_a_code_on_paper_signs_in_once_however_it_is_written() -> None:
    user = UserFactory()
    _row, codes = enrolled(user)
    client = given_password(user)
    wide = codes[0].upper().replace("-", "　")
    assert client.post(CODE, {"code": wide}).status_code == 302
    assert given_password(user).post(CODE, {"code": codes[0]}).status_code == 422
    assert given_password(user).post(CODE, {"code": codes[1]}).status_code == 302
    assert factor.codes_left(user) == 8
    assert Entry.objects.about(user).filter(action="use_recovery_code").count() == 2


def test_a6_five_wrong_codes_lock_it_and_the_owner_is_told() -> None:
    user = UserFactory()
    with clock.at(NOON - dt.timedelta(hours=1)):
        row, codes = enrolled(user)
    with clock.at(NOON):
        for _n in range(5):
            assert given_password(user).post(CODE, {"code": "123"}).status_code == 422
        assert "15" in factor.prove(user, code_of(row.nonce))
        assert "15" in factor.prove(user, codes[0])
        assert Notice.objects.filter(recipient=user).count() == 1
    with clock.at(NOON + dt.timedelta(minutes=16)):
        assert factor.prove(user, code_of(row.nonce)) == ""


def test_a6_the_half_way_ends_with_time_and_with_the_password() -> None:
    user = UserFactory()
    _row, codes = enrolled(user)
    late, changed = given_password(user), given_password(user)
    session = late.session
    session["half"] = {**session["half"], "at": 0}
    session.save()
    assert late.post(CODE, {"code": codes[0]}).headers["Location"] == SIGN_IN
    user.set_password("Another-Horse-8")
    user.save()
    assert changed.post(CODE, {"code": codes[0]}).headers["Location"] == SIGN_IN
    assert factor.codes_left(user) == 10


def test_a7_setting_it_up_signs_out_who_came_in_without_it(
    django_capture_on_commit_callbacks: Any,
) -> None:
    user = UserFactory()
    here, there = Client(), Client()
    for client in (here, there):
        client.post(SIGN_IN, {"username": user.username, "password": PASSWORD})
    here.get(PAGE)
    with django_capture_on_commit_callbacks(execute=True):
        here.post(PAGE, {"code": code_of(here.session["nonce"]), "old": PASSWORD})
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 302)
    assert here.get(PAGE).status_code == 200


def test_new_codes_and_giving_it_up_take_a_code() -> None:
    user = UserFactory()
    _row, codes = enrolled(user)
    client = signed_in(user)
    assert client.post(PAGE, {"code": "000000", "give_up": "1"}).status_code == 422
    assert client.post(PAGE, {"give_up": "1"}).status_code == 422
    fresh = client.post(PAGE, {"code": codes[0]}).content.decode()
    new = re.findall(r"<code>([a-z2-7-]+)</code>", fresh)
    assert client.post(PAGE, {"code": codes[1]}).status_code == 422
    assert client.post(PAGE, {"code": new[0], "give_up": "1"}).status_code == 302
    assert not factor.is_enrolled(user)


# The three officers

OFFICERS = ("system_officer", "security_officer", "audit_officer")
CLOSED = (
    "/",
    "/settings/",
    "/acting/",
    "/admin/",
    "/admin/office/user/",
    "/notices/",
    "/password/",
)


@pytest.mark.parametrize("role", OFFICERS)
def test_a10_an_officer_does_nothing_before_the_second_step(settings: Any, role: str) -> None:
    settings.OFFICERS_NEED_FACTOR = True
    user = UserFactory(roles=[role])
    client = signed_in(user)
    for place in CLOSED:
        answer = client.get(place)
        assert (answer.status_code, answer.url) == (302, PAGE), place
    given = {"seat": "1"}
    assert client.post("/seat/", given).headers["Location"] == PAGE
    client.get(PAGE)
    assert (
        client.post(PAGE, {"code": code_of(client.session["nonce"]), "old": PASSWORD}).status_code
        == 200
    )
    assert client.get("/admin/").status_code == 200
    nonce = SecondFactor.objects.get().nonce
    with clock.at(clock.now() + dt.timedelta(seconds=40)):
        answer = client.post(PAGE, {"code": code_of(nonce), "give_up": "1"})
    assert answer.status_code == 409
    assert factor.is_enrolled(user)


def test_a10_a_session_from_before_the_second_step_is_not_enough(settings: Any) -> None:
    user = UserFactory()
    client = signed_in(user)
    enrolled(user)
    User.objects.filter(pk=user.pk).update(roles=["audit_officer"])
    settings.OFFICERS_NEED_FACTOR = True
    assert client.get("/", follow=True).redirect_chain[-1][0] == SIGN_IN
    assert signed_in(UserFactory()).get("/").status_code == 200  # others need not


def test_a5_the_password_given_by_others_is_changed_first(settings: Any) -> None:
    settings.OFFICERS_NEED_FACTOR = True
    client = signed_in(UserFactory(roles=["audit_officer"], must_change_password=True))
    assert client.get(PAGE).headers["Location"] == "/password/"


def test_it_is_required_where_it_counts_and_nowhere_else(settings: Any) -> None:
    for name, wanted in (("", "True"), ("OFFICE_DEMO", "False"), ("OFFICE_DEBUG", "False")):
        environment = {"OFFICE_SECRET_KEY": "x", "OFFICE_VAR": str(settings.VAR), "PATH": ""}
        environment |= {name: "1"} if name else {}
        asked = "from office import settings; print(settings.OFFICERS_NEED_FACTOR)"
        done = subprocess.run(
            [sys.executable, "-c", asked], env=environment, cwd=settings.BASE_DIR,
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stdout.strip() == wanted, name


# Lost


def test_the_system_officer_takes_it_off_and_an_officers_loss_is_told_to_all(
    django_capture_on_commit_callbacks: Any,
) -> None:
    system, security, audit, staff = (UserFactory(roles=[role]) for role in (*OFFICERS, "staff"))
    for user in (security, staff):
        enrolled(user)
    page = reverse("admin:office_user_changelist")
    client = signed_in(system)
    for user in (staff, security):
        address = f"{page}{user.pk}/second-step/"
        for other in (security, audit, staff):
            if other != user:
                assert signed_in(other).post(address).status_code in (403, 404)
        assert client.get(address).status_code == 200
        assert factor.is_enrolled(user)
        assert client.post(address).status_code == 302
        assert not factor.is_enrolled(user)
        assert client.post(address).status_code == 409
        entry = Entry.objects.about(user).get(action="reset_factor")
        assert entry.actor == system
    for user, wanted in ((security, {system, security, audit}), (staff, {staff})):
        told = Notice.objects.filter(text__contains=user.name).values_list("recipient", flat=True)
        assert set(told) == {each.pk for each in wanted}


def test_a23_nobody_takes_off_his_own() -> None:
    system = UserFactory(roles=["system_officer"])
    enrolled(system)
    with pytest.raises(NotAllowed):
        factor.reset(system, actor=system)
    address = f"{reverse('admin:office_user_changelist')}{system.pk}/second-step/"
    assert signed_in(system).post(address).status_code in (403, 404)
    with pytest.raises(Refused):
        factor.enrol(system, "n", code_of("n"))


def test_the_console_takes_it_off_when_no_officer_can() -> None:
    system = UserFactory(username="maxiaodong", roles=["system_officer"])
    enrolled(system)
    call_command("reset_second_step", "maxiaodong")
    assert not factor.is_enrolled(system)
    assert Notice.objects.filter(recipient=system).exists()
    for name in ("maxiaodong", "nobody"):
        with pytest.raises(CommandError):
            call_command("reset_second_step", name)


def test_a6_who_has_no_second_step_and_who_has_are_not_told_apart_by_a_wrong_password() -> None:
    plain, careful = UserFactory(), UserFactory()
    enrolled(careful)
    pages = [
        Client().post(
            SIGN_IN, {"username": user.username, "password": "no"}, REMOTE_ADDR=f"10.0.0.{n}"
        )
        for n, user in enumerate((plain, careful))
    ]
    assert [page.status_code for page in pages] == [422, 422]
    assert not SignIn.objects.exists()
