"""Accounts, roles, posts, hand-over and acting: the rules, and that the trail knows."""

import datetime as dt
import io
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from office import access, clock
from office.access import Role
from office.audit.models import Entry
from office.desk.models import WorkItem
from office.errors import NotAllowed, Refused
from office.notifications.models import Notice
from office.people import deputies, services
from office.people.models import Acting, User
from tests.office.factories import (
    ActingFactory,
    PostFactory,
    UnitFactory,
    UserFactory,
    WorkItemFactory,
    signed_in,
)

pytestmark = pytest.mark.django_db
TODAY = clock.today


@pytest.fixture
def system() -> User:
    return UserFactory(roles=["system_officer"])


@pytest.fixture
def security() -> User:
    return UserFactory(roles=["security_officer"])


def arrange(
    absent: User, deputy: User, actor: User | None = None, start: int = 0, end: int = 5
) -> Acting:
    return deputies.arrange_acting(
        actor=actor or absent, absent=absent, deputy=deputy, reason="出差",
        starts_on=TODAY() + dt.timedelta(days=start), ends_on=TODAY() + dt.timedelta(days=end),
    )  # fmt: skip


def test_the_system_officer_opens_an_account_with_a_one_time_password(system):
    user, password = services.create_user(
        actor=system, username="lin", name="林", unit=UnitFactory()
    )

    assert user.check_password(password)
    assert user.must_change_password
    assert user.roles == []
    assert Entry.objects.about(user).get().actor == system


def test_a_reset_password_is_for_one_time_only(system):
    user = UserFactory()

    password = services.reset_password(user.pk, actor=system)

    user.refresh_from_db()
    assert user.check_password(password)
    assert user.must_change_password


@pytest.mark.parametrize(
    "roles", [["staff"], ["office_director"], ["security_officer"], ["audit_officer"]]
)
def test_nobody_else_opens_accounts(roles):
    with pytest.raises(NotAllowed):
        services.create_user(
            actor=UserFactory(roles=roles), username="lin", name="林", unit=UnitFactory()
        )


def test_the_security_officer_grants_and_the_trail_keeps_before_and_after(security):
    user = UserFactory(roles=["staff"])

    services.grant_roles(user.pk, ["leader", "staff"], actor=security)

    user.refresh_from_db()
    assert user.roles == ["leader", "staff"]
    assert Entry.objects.about(user).get().facts == {"before": "staff", "after": "leader staff"}


def test_the_system_officer_does_not_grant(system):
    with pytest.raises(NotAllowed) as refusal:
        services.grant_roles(UserFactory().pk, ["leader"], actor=system)
    assert refusal.value.clause


def test_nobody_grants_himself(security):
    with pytest.raises(NotAllowed):
        services.grant_roles(security.pk, ["audit_officer"], actor=security)


@pytest.mark.parametrize(
    "roles",
    [["system_officer", "security_officer"], ["audit_officer", "staff"], ["no_such_role"]],
)
def test_roles_that_exclude_each_other_are_refused(security, roles):
    with pytest.raises(Refused):
        services.grant_roles(UserFactory().pk, roles, actor=security)


def test_the_database_refuses_two_officers_in_one_person():
    with pytest.raises(IntegrityError, match="user_not_"), transaction.atomic():
        UserFactory(roles=["system_officer", "audit_officer"])


def test_no_role_carries_the_powers_of_two_officers():
    powers = {"office.add_user", "office.grant_roles", "office.view_entry"}

    assert all(len(powers & role.permissions) <= 1 for role in access.ROLES.values())


# Posts and hand-over


def test_a_post_is_taken_and_left(system):
    user = UserFactory()
    post = services.take_post(user, actor=system, unit=user.unit, title="科长", duty="head")

    services.leave_post(post.pk, actor=system)

    post.refresh_from_db()
    assert post.until_on == TODAY()
    assert {entry.action for entry in Entry.objects.about(user)} == {"take_post", "leave_post"}


def test_a_post_is_not_left_while_anything_is_owed(system):
    post = PostFactory()
    WorkItemFactory(assignee=post.user)

    with pytest.raises(Refused, match="第三十六条"):
        services.leave_post(post.pk, actor=system)
    with pytest.raises(Refused, match="第三十六条"):
        services.close_account(post.user.pk, actor=system)


def test_closing_an_account_ends_its_posts_and_roles(system):
    post = PostFactory()

    services.close_account(post.user.pk, actor=system)

    post.refresh_from_db()
    post.user.refresh_from_db()
    assert (post.until_on, post.user.is_active, post.user.roles) == (TODAY(), False, [])


def test_a_reopened_account_has_a_new_password_and_no_roles(system):
    user = UserFactory(roles=["leader", "staff"])
    services.close_account(user.pk, actor=system)

    password = services.reopen_account(user.pk, actor=system)

    user.refresh_from_db()
    assert (user.is_active, user.roles, user.must_change_password) == (True, [], True)
    assert user.check_password(password)
    assert "reopen_account" in {entry.action for entry in Entry.objects.about(user)}
    with pytest.raises(Refused):
        services.reopen_account(user.pk, actor=system)


def test_a_reopened_account_brings_no_old_power_back(system):
    user = UserFactory(roles=["leader"], clearance="secret")
    deputy, absent = UserFactory(), UserFactory(roles=["leader"])
    mine = ActingFactory(absent=user, deputy=deputy)
    others = ActingFactory(absent=absent, deputy=user)

    services.close_account(user.pk, actor=system)
    services.reopen_account(user.pk, actor=system)

    user.refresh_from_db()
    assert user.clearance == ""
    for arranged in (mine, others):
        arranged.refresh_from_db()
        assert arranged.cancelled_at


def test_only_the_system_officer_reopens_an_account():
    user = UserFactory(is_active=False)
    for role in ("security_officer", "audit_officer", "office_director"):
        with pytest.raises(NotAllowed):
            services.reopen_account(user.pk, actor=UserFactory(roles=[role]))


def test_nobody_comes_back_into_a_closed_unit(system):
    user = UserFactory(is_active=False, unit=UnitFactory(is_active=False))
    with pytest.raises(Refused):
        services.reopen_account(user.pk, actor=system)


def test_nobody_closes_his_own_account_and_only_the_system_officer_closes_any(system):
    for actor in (system, UserFactory(roles=["office_director"])):
        with pytest.raises(NotAllowed):
            services.close_account(system.pk, actor=actor)


def test_a_colleague_may_not_hand_over_somebody_elses_work():
    with pytest.raises(NotAllowed):
        services.hand_over(UserFactory().pk, actor=UserFactory(), successor=UserFactory())


def test_the_successor_is_somebody_else_who_works_here():
    leaver = UserFactory()

    for successor in (leaver, UserFactory(is_active=False)):
        with pytest.raises(Refused):
            services.hand_over(leaver.pk, actor=leaver, successor=successor)


# Acting


def test_a_person_arranges_who_acts_for_him_and_the_deputy_is_told():
    absent, deputy = UserFactory(), UserFactory()

    row = arrange(absent, deputy)

    assert Acting.objects.in_force(TODAY()).get() == row
    assert Notice.objects.get().recipient == deputy
    assert Entry.objects.about(absent).get().action == "arrange_acting"


def test_the_office_arranges_for_others_and_nobody_else_does():
    absent, deputy = UserFactory(), UserFactory()

    with pytest.raises(NotAllowed):
        arrange(absent, deputy, actor=UserFactory())
    assert arrange(absent, deputy, actor=UserFactory(roles=["office_director"]))


def test_a23_acting_makes_no_chains():
    first, second, third = UserFactory.create_batch(3)
    arrange(first, second)

    with pytest.raises(Refused):
        arrange(second, third)  # whoever acts is not absent himself
    with pytest.raises(Refused):
        arrange(third, first)  # whoever is absent does not act
    with pytest.raises(Refused):
        arrange(second, first)  # nor do two act for each other
    assert arrange(second, third, start=6, end=9)


@pytest.mark.parametrize(("start", "end"), [(3, 1), (-5, -1)])
def test_days_that_make_no_sense_are_refused(start, end):
    with pytest.raises(Refused):
        arrange(UserFactory(), UserFactory(), start=start, end=end)


def test_nobody_acts_for_himself_twice_or_when_gone():
    absent = UserFactory()
    with pytest.raises(Refused):
        arrange(absent, absent)
    with pytest.raises(Refused):
        arrange(absent, UserFactory(is_active=False))
    arrange(absent, UserFactory())
    with pytest.raises(Refused):
        arrange(absent, UserFactory())


def test_an_officer_acts_for_nobody(system, security):
    for absent in (security, UserFactory(roles=["leader"])):
        with pytest.raises(Refused, match="三员"):
            arrange(absent, system)


def test_an_arrangement_ends_at_once_and_once():
    row = arrange(UserFactory(), UserFactory())

    with pytest.raises(NotAllowed):
        deputies.cancel_acting(row.pk, actor=row.deputy)
    deputies.cancel_acting(row.pk, actor=row.absent)
    with pytest.raises(Refused):
        deputies.cancel_acting(row.pk, actor=row.absent)

    assert not Acting.objects.in_force(TODAY()).exists()


@pytest.mark.django_db(transaction=True)
def test_a24_two_arrangements_at_once_leave_no_chain():
    people = UserFactory.create_batch(2)
    start = threading.Barrier(2)
    results: list[object] = []

    def work(absent: User, deputy: User) -> None:
        start.wait()
        try:
            results.append(arrange(absent, deputy))
        except Refused as refusal:
            results.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in (people, people[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(type(result).__name__ for result in results) == ["Acting", "Refused"]


# Pages


def test_the_acting_page_arranges_and_ends():
    absent, deputy = UserFactory(), UserFactory()
    client = signed_in(absent)
    day = TODAY().isoformat()
    given = {"deputy": deputy.pk, "starts_on": day, "ends_on": day, "reason": "请假"}

    assert client.post("/acting/", {**given, "reason": ""}).status_code == 422
    assert client.post("/acting/", {**given, "absent": deputy.pk}).status_code == 302
    row = Acting.objects.get()
    assert row.absent == absent
    assert deputy.name in client.get("/acting/").content.decode()
    assert signed_in(UserFactory()).post(f"/acting/{row.pk}/cancel/").status_code == 404
    assert signed_in(deputy).post(f"/acting/{row.pk}/cancel/").status_code == 403
    assert client.post(f"/acting/{row.pk}/cancel/").status_code == 302
    assert client.post(f"/acting/{row.pk}/cancel/").status_code == 409


def test_a_refused_arrangement_is_told_beside_what_was_typed():
    absent, day = UserFactory(), TODAY().isoformat()
    arrange(absent, UserFactory())
    given = {"deputy": UserFactory().pk, "starts_on": day, "ends_on": day, "reason": "第二次"}

    answer = signed_in(absent).post("/acting/", given)

    assert answer.status_code == 409
    assert 'value="第二次"' in answer.content.decode()


def test_the_hand_over_page_is_ones_own_or_the_offices(system):
    leaver = UserFactory()
    item = WorkItemFactory(assignee=leaver)

    assert signed_in(UserFactory()).get(f"/people/{leaver.pk}/handover/").status_code == 404
    page = signed_in(leaver).get(f"/people/{leaver.pk}/handover/").content.decode()
    assert item.title in page
    assert signed_in(system).get(f"/people/{leaver.pk}/handover/").status_code == 200
    assert (
        signed_in(leaver)
        .post(f"/people/{leaver.pk}/handover/", {"successor": leaver.pk})
        .status_code
        == 422
    )


def test_the_hand_over_page_tells_an_officer_no_titles(system):
    leaver = UserFactory()
    item = WorkItemFactory(assignee=leaver)

    page = signed_in(system).get(f"/people/{leaver.pk}/handover/").content.decode()

    assert item.title not in page
    assert item.reference in page
    assert f"{item.verb} 1" in page


def test_the_leave_page_ends_a_post_then_the_account(system):
    post = PostFactory()
    client = signed_in(system)
    leave = f"/people/{post.user.pk}/leave/"
    item = WorkItemFactory(assignee=post.user)

    assert client.post(leave, {"post": post.pk}).status_code == 409
    WorkItem.objects.filter(pk=item.pk).delete()
    assert client.post(leave, {"post": post.pk}).status_code == 302
    assert client.post(leave).status_code == 302
    assert not User.objects.get(pk=post.user.pk).is_active
    assert signed_in(UserFactory(roles=["office_director"])).post(leave).status_code == 403


# Commands


def test_a5_the_first_officer_gets_a_password_that_must_be_changed():
    out = io.StringIO()

    call_command("create_officer", "admin", "马晓东", "--generate", stdout=out)

    user = User.objects.get(username="admin")
    assert user.roles == ["system_officer"]
    assert user.must_change_password
    assert user.check_password(out.getvalue().rsplit(": ", 1)[1].strip())
    with pytest.raises(CommandError):
        call_command("create_officer", "admin", "马晓东", "--generate", stdout=out)


def test_sync_roles_takes_off_what_nobody_knows_and_is_safe_to_repeat(monkeypatch):
    user = UserFactory(roles=["staff", "wizard"])
    out = io.StringIO()

    call_command("sync_roles", stdout=out)
    call_command("sync_roles", stdout=out)

    user.refresh_from_db()
    assert user.roles == ["staff"]
    assert out.getvalue().count("wizard") == 1
    monkeypatch.setitem(access.ROLES, "odd", Role("Odd", frozenset({"office.no_such_thing"})))
    with pytest.raises(CommandError, match="no_such_thing"):
        call_command("sync_roles")


def test_the_page_of_acting_shows_only_what_one_has_to_do_with():
    row = ActingFactory()

    assert (
        row.absent.name
        not in signed_in(UserFactory())
        .get("/acting/")
        .content.decode()
        .split('<form class="form')[0]
    )
