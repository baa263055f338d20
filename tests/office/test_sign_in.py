"""Sign in and out: counted tries, safe addresses, forced change, nothing for strangers."""

import datetime as dt

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.test import Client, override_settings
from django.urls import reverse

from office import clock
from office.audit.models import Entry
from office.notifications.models import Notice
from office.people.services import reset_password
from tests.office.factories import PASSWORD, ActingFactory, UserFactory, signed_in

pytestmark = pytest.mark.django_db
SIGN_IN = "/sign-in/"


@pytest.mark.parametrize("typed", ["chenmin", "陈敏"])
def test_one_signs_in_by_account_or_by_name(client, typed):
    UserFactory(username="chenmin", name="陈敏")

    answer = client.post(SIGN_IN, {"username": typed, "password": PASSWORD, "next": "/notices/"})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/notices/")
    assert client.get("/").status_code == 200


def test_a_name_two_people_bear_needs_the_account(client):
    UserFactory.create_batch(2, name="张伟")

    assert client.post(SIGN_IN, {"username": "张伟", "password": PASSWORD}).status_code == 422


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example",
        "javascript:alert(1)",
        "/\\evil.example",
        "http:evil.example",
    ],
)
def test_a9_next_leads_only_to_our_own_pages(client, address):
    UserFactory(username="chenmin")

    answer = client.post(SIGN_IN, {"username": "chenmin", "password": PASSWORD, "next": address})

    assert answer.headers["Location"] == "/"


def test_a6_an_unknown_account_and_a_wrong_password_read_the_same(client):
    UserFactory(username="chenmin")

    pages = [
        client.post(
            SIGN_IN, {"username": who, "password": "wrong"}, REMOTE_ADDR=f"10.0.0.{n}"
        ).content.decode()
        for n, who in enumerate(["chenmin", "nobody"])
    ]

    errors = [page[page.index("_error") :][:300] for page in pages]
    assert errors[0] == errors[1]
    assert "4" in errors[0]


def test_a6_the_fifth_wrong_password_locks_the_account_under_both_spellings(client):
    UserFactory(username="chenmin", name="陈敏")
    for n, who in enumerate(["chenmin", "陈敏", "chenmin", "陈敏", "chenmin"]):
        client.post(SIGN_IN, {"username": who, "password": "wrong"}, REMOTE_ADDR=f"10.0.0.{n}")

    answer = client.post(
        SIGN_IN, {"username": "陈敏", "password": PASSWORD}, REMOTE_ADDR="10.0.0.99"
    )

    assert answer.status_code == 429
    assert "15" in answer.content.decode()
    assert AccessAttempt.objects.filter(username="chenmin").exists()


def guess(account, times, address, client=None):
    """Type wrong passwords; return the status of the last answer."""
    typed = {"username": account, "password": "wrong"}
    for _n in range(times):
        answer = (client or Client()).post(SIGN_IN, typed, REMOTE_ADDR=address)
    return answer.status_code


def test_a6_a_sign_in_of_ones_own_gives_no_new_tries_at_somebody_else():
    UserFactory(username="chenmin")
    UserFactory(username="insider")
    here = "10.0.0.7"

    assert guess("chenmin", 4, here) == 422
    own = {"username": "insider", "password": PASSWORD}
    assert Client().post(SIGN_IN, own, REMOTE_ADDR=here).status_code == 302

    assert guess("chenmin", 1, here) == 429


def test_a6_one_clumsy_person_does_not_lock_the_whole_building_out():
    UserFactory(username="chenmin")
    UserFactory(username="other")
    router = "10.0.0.7"
    assert guess("chenmin", 5, router) == 429

    right = {"username": "other", "password": PASSWORD}
    assert Client().post(SIGN_IN, right, REMOTE_ADDR=router).status_code == 302


def test_a6_an_address_that_tries_many_accounts_is_locked_at_the_fiftieth():
    UserFactory(username="chenmin")
    router = "10.0.0.7"
    guess("nobody", 1, router)
    AccessAttempt.objects.update(failures_since_start=4)
    one = AccessAttempt.objects.get()
    for n in range(11):  # four tries each
        other = AccessAttempt.objects.get(pk=one.pk)
        other.pk, other.username = None, f"nobody{n}"
        other.save()
    assert guess("nobody11", 1, router) == 422  # 49
    assert guess("nobody12", 1, router) == 429  # 50

    right = {"username": "chenmin", "password": PASSWORD}
    assert Client().post(SIGN_IN, right, REMOTE_ADDR=router).status_code == 429
    assert Client().post(SIGN_IN, right, REMOTE_ADDR="10.0.0.8").status_code == 302


def test_a6_the_owner_and_the_trail_are_told_once_of_a_lock():
    user = UserFactory(username="chenmin")
    guess("chenmin", 7, "10.0.0.7")

    entry = Entry.objects.about(user).get(action="lock_account")
    assert entry.facts == {"address": "10.0.0.7"}
    assert "10.0.0.7" in Notice.objects.get(recipient=user).text


def test_a_one_time_password_unlocks_the_account():
    user = UserFactory(username="chenmin")
    assert guess("chenmin", 5, "10.0.0.7") == 429
    given = reset_password(user.pk, actor=UserFactory(roles=["system_officer"]))

    typed = {"username": "chenmin", "password": given}
    assert Client().post(SIGN_IN, typed, REMOTE_ADDR="10.0.0.7").status_code == 302


def test_a5_nothing_typed_at_a_door_is_kept():
    """Not the wrong password, nor the new one beside it, nor what stood in the wrong field."""
    user = UserFactory(username="chenmin")
    words = [f"Typed-secret-{n}" for n in range(7)]
    Client().post(SIGN_IN, {"username": words[6], "password": "chenmin"})
    Client().post(SIGN_IN, {"username": "chenmin", "password": words[0]})
    inside = signed_in(user)
    inside.post("/password/", {"old": words[1], "new": words[2], "again": words[3]})
    inside.get("/second-step/")
    inside.post("/second-step/", {"code": words[4], "old": words[5]})

    assert AccessAttempt.objects.filter(username="chenmin").exists()
    assert not AccessFailureLog.objects.exists()
    kept = str(list(AccessAttempt.objects.values()))
    assert [word for word in words if word in kept] == []


def test_a7_the_session_key_changes_and_is_dead_after_signing_out(client):
    UserFactory(username="chenmin")
    client.get(SIGN_IN)
    client.post(SIGN_IN, {"username": "chenmin", "password": PASSWORD})
    key = client.session.session_key
    client.post("/sign-out/")
    thief = Client()
    thief.cookies["sessionid"] = key

    assert thief.get("/").status_code == 302


def test_a30_signing_out_by_a_link_does_nothing():
    client = signed_in(UserFactory())

    assert client.get("/sign-out/").status_code == 405
    assert client.get("/").status_code == 200


def test_a5_a_given_password_opens_nothing_until_it_is_changed():
    user = UserFactory(must_change_password=True)
    client = signed_in(user)

    assert client.get("/").headers["Location"] == "/password/"

    weak = client.post("/password/", {"old": PASSWORD, "new": "weak", "again": "weak"})
    assert weak.status_code == 422
    strong = {"old": PASSWORD, "new": "Ink-on-paper-26", "again": "Ink-on-paper-26"}
    assert client.post("/password/", strong).status_code == 302
    assert client.get("/").status_code == 200
    user.refresh_from_db()
    assert not user.must_change_password
    assert Entry.objects.about(user).get().action == "change_password"


@pytest.mark.parametrize(
    "given",
    [
        {"old": "not mine", "new": "Ink-on-paper-26", "again": "Ink-on-paper-26"},
        {"old": PASSWORD, "new": "Ink-on-paper-26", "again": "Ink-on-paper-27"},
        {"old": PASSWORD, "new": PASSWORD, "again": PASSWORD},
        {"old": PASSWORD, "new": "onlysmallletters", "again": "onlysmallletters"},
    ],
)
def test_a_password_that_breaks_a_rule_is_told(given):
    assert signed_in(UserFactory()).post("/password/", given).status_code == 422


def test_a_fragment_after_the_session_ended_sends_the_whole_page_to_sign_in(client):
    answer = client.get(
        SIGN_IN, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/notices/"}
    )

    assert answer.headers["HX-Redirect"] == "/sign-in/?expired=1&next=%2Fnotices%2F"


def test_after_a_long_rest_one_is_told_and_comes_back_where_one_was():
    client = signed_in(UserFactory(username="chenmin"))
    client.get("/notices/")
    session = client.session
    session["seen"] = 1
    session.save()

    answer = client.get("/notices/", headers={"Referer": "http://testserver/reading/"}, follow=True)

    assert answer.redirect_chain == [("/sign-in/?expired=1", 302)]
    assert answer.context["next"] == "/reading/" or "/reading/" in answer.context["next"]


@pytest.mark.parametrize(
    "path", ["/", "/reading/", "/notices/", "/settings/", "/password/", "/acting/"]
)
def test_a1_a_stranger_is_asked_to_sign_in(client, path):
    answer = client.get(path)

    assert (answer.status_code, answer.headers["Location"]) == (302, f"{SIGN_IN}?next={path}")


def test_the_demonstration_door_exists_only_in_a_demonstration(client):
    UserFactory(username="zhoumin", name="周敏", roles=["office_director"])

    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/", {"as": "zhoumin"}).status_code == 404
    with override_settings(DEMO=True):
        visitor = client.get("/", follow=True)  # the printed address leads to the cast
        assert visitor.redirect_chain[-1][0] == "/demo/"
        assert "周敏" in visitor.content.decode()
        assert client.post("/demo/", {"as": "nobody"}).status_code == 404
        assert client.post("/demo/", {"as": "zhoumin"}).headers["Location"] == "/"
        assert client.get("/").status_code == 200


def test_language_and_theme_are_kept_with_the_person_and_with_the_visitor(client):
    user = UserFactory()
    mine = signed_in(user)
    mine.post("/language/", {"language": "en", "next": "/notices/"})
    mine.post("/theme/", {"theme": "dark"})
    mine.post("/theme/", {"theme": "pink"})
    user.refresh_from_db()

    assert (user.language, user.theme) == ("en", "dark")
    assert 'lang="en" data-theme="dark"' in mine.get("/").content.decode()

    client.post("/language/", {"language": "en"})
    client.post("/language/", {"language": "xx"})
    assert 'lang="en"' in client.get(SIGN_IN).content.decode()


def test_a21_settings_change_what_they_show_and_nothing_else():
    user = UserFactory()
    given = {"phone": "8010", "email": "a@b.example", "language": "en", "theme": "light"}

    answer = signed_in(user).post(
        "/settings/", {**given, "roles": "leader", "is_active": "", "rank": "1", "name": "x"}
    )

    assert answer.status_code == 302
    user.refresh_from_db()
    assert {name: getattr(user, name) for name in given} == given
    assert (user.roles, user.is_active, user.rank) == (["staff"], True, 900)
    assert signed_in(user).post("/settings/", {**given, "email": "no"}).status_code == 422


def test_one_takes_the_seat_of_an_absent_person_while_the_arrangement_lasts():
    row = ActingFactory(absent=UserFactory(name="何志远", roles=["leader"]))
    client = signed_in(row.deputy)

    client.post("/seat/", {"seat": row.absent.pk})
    assert "何志远" in client.get("/").content.decode()
    assert client.get("/").context["user"].seat == row.absent

    with clock.at(clock.now() + dt.timedelta(days=8)):
        assert client.get("/").context["user"].seat == row.deputy


def test_nobody_takes_a_seat_that_is_not_his():
    other = ActingFactory()
    client = signed_in(UserFactory())

    for seat in (str(other.absent.pk), "0", "x", "9" * 30):
        client.post("/seat/", {"seat": seat})
        assert client.get(reverse("office:desk")).context["user"].acting_for is None
