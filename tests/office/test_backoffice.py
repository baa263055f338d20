"""The back-office: who sees what, what refuses every hand, and that our trail has every change."""

# ruff: noqa: E501
import datetime as dt

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import models
from django.test import Client
from django.urls import reverse

from documents.drafting.models import OrganCode, Seal
from documents.receipt.models import IncomingDocument
from documents.reference.models import (
    Phrase,
    RetentionClass,
    Sender,
    Skeleton,
    StepLimit,
    UrgencyLimit,
)
from office.access import ROLES
from office.audit.models import Entry
from office.backoffice import OfficeAdmin, ReadOnlyAdmin
from office.desk.models import WorkItem
from office.notifications.models import Notice
from office.numbering.models import Series
from office.people.models import Post, Unit, User
from office.reminders.models import Ladder
from office.workdays import calendar
from office.workdays.models import ExceptionalDay
from office.workflow import Stateful
from tests.office.factories import (
    PASSWORD,
    ActingFactory,
    PostFactory,
    UnitFactory,
    UserFactory,
    WorkItemFactory,
    signed_in,
)
from tests.office.test_notice import NOTICE_2026

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)
BOOKS = {Sender, UrgencyLimit, StepLimit, RetentionClass, Phrase, Skeleton}
# What each role finds in the back-office; every other role finds no back-office at all.
SEEN: dict[str, set[type[models.Model]]] = {
    "registry_clerk": BOOKS | {IncomingDocument},
    "office_director": BOOKS
    | {IncomingDocument, ExceptionalDay, WorkItem, Ladder, OrganCode, Seal},
    "system_officer": {Unit, User, Post, ExceptionalDay, Series, Ladder},
    "security_officer": {Unit, User},
    "audit_officer": {Entry, User},
}


def page(model: type[models.Model], verb: str = "changelist", *args: object) -> str:
    return reverse(f"admin:documents_{model.__name__.lower()}_{verb}"
                   if model.__module__.startswith("documents")
                   else f"admin:office_{model.__name__.lower()}_{verb}", args=args)  # fmt: skip


def holder(*roles: str) -> User:
    return UserFactory(roles=list(roles))


@pytest.fixture
def system() -> Client:
    return signed_in(holder("system_officer"))


@pytest.fixture
def security() -> Client:
    return signed_in(holder("security_officer"))


@pytest.fixture
def clerk() -> Client:
    return signed_in(holder("registry_clerk"))


@pytest.fixture
def envelope() -> IncomingDocument:
    return IncomingDocument.objects.create(
        sender=Sender.objects.create(name="江川省审计厅"), channel="post", signed_for_at=NOW,
        signed_for_by=holder("registry_clerk"), received_on=NOW.date(),
    )  # fmt: skip


def entry(row: models.Model, action: str) -> Entry:
    return Entry.objects.about(row).get(action=action)


# Who gets in -----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_its_own_books_and_no_other(role):
    client = signed_in(holder(role))
    for model in admin.site._registry:
        expected = 200 if model in SEEN.get(role, set()) else 403 if role in SEEN else 404
        assert client.get(page(model)).status_code == expected, model
    assert client.get("/admin/").status_code == (200 if role in SEEN else 404)


def test_a10_the_back_office_is_hidden_and_has_no_door_of_its_own():
    guest = Client()
    answer = guest.get("/admin/office/user/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/sign-in/?next=")
    assert guest.post("/admin/login/", {"username": "x", "password": PASSWORD}).status_code == 302
    staff = signed_in(holder("staff"))
    for address in (
        "/admin/",
        "/admin/jsi18n/",
        "/admin/password_change/",
        "/admin/office/user/add/",
    ):
        assert staff.get(address).status_code == 404
    assert staff.post("/admin/logout/").status_code == 404


def test_a10_signing_in_leads_on_to_the_page_that_was_asked_for():
    officer = holder("system_officer")
    guest = Client()
    at = guest.get("/admin/office/unit/", follow=True).redirect_chain[-1][0]
    answer = guest.post(
        at, {"username": officer.username, "password": PASSWORD, "next": "/admin/office/unit/"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/office/unit/")


def test_signing_out_and_the_password_are_those_of_the_house(system):
    assert system.get("/admin/password_change/").headers["Location"] == "/password/"
    assert system.get("/admin/logout/").status_code == 405
    assert system.post("/admin/logout/").headers["Location"] == "/sign-in/"
    assert system.get("/").status_code == 302


def test_while_acting_for_somebody_the_back_office_is_closed():
    deputy = holder("registry_clerk", "staff")
    absent = ActingFactory(deputy=deputy, absent=holder("office_director")).absent
    client = signed_in(deputy)
    assert client.get("/admin/").status_code == 200
    client.post("/seat/", {"seat": absent.pk})
    for address in ("/admin/", page(Sender), page(ExceptionalDay), page(Sender, "add")):
        assert client.get(address).status_code == 403


def test_pages_carry_the_strict_policy_but_for_what_alpine_needs(system):
    policy = dict(part.strip().split(" ", 1) for part in
                  system.get("/admin/office/unit/").headers["Content-Security-Policy"].split(";"))  # fmt: skip
    assert policy["script-src"] == "'self' 'unsafe-eval'"
    assert policy["style-src"] == "'self'"
    assert policy["default-src"] == "'none'"


def test_every_page_of_the_back_office_writes_our_trail():
    assert all(isinstance(page, OfficeAdmin) for page in admin.site._registry.values())
    for model, its_page in admin.site._registry.items():
        if issubclass(model, Stateful) or model in (Entry, WorkItem, Series):
            assert isinstance(its_page, ReadOnlyAdmin), model


def test_no_history_and_no_action_stands_beside_the_trail(system):
    unit = UnitFactory()
    assert system.get(page(Unit, "history", unit.pk)).status_code == 404
    system.post(
        page(Unit), {"action": "delete_selected", "_selected_action": [unit.pk], "post": "yes"}
    )
    assert Unit.objects.filter(pk=unit.pk).exists()


# What refuses every hand -----------------------------------------------------------------------


@pytest.mark.parametrize("role", SEEN)
def test_a33_rows_with_steps_the_trail_and_the_series_refuse_every_post(role, envelope):
    client = signed_in(holder(role))
    series = Series.objects.create(name="receipt", year=2026, last=7)
    for row in (envelope, WorkItemFactory(), series, Entry.objects.first() or _entry(envelope)):
        before = type(row).objects.filter(pk=row.pk).values().get()
        for address in (
            page(type(row), "change", row.pk),
            page(type(row), "delete", row.pk),
            page(type(row), "add"),
        ):
            sent = {"state": "filed", "title": "x", "last": 1, "action": "x", "post": "yes"}
            assert client.post(address, sent).status_code in (403, 405), address
        assert type(row).objects.filter(pk=row.pk).values().get() == before


def _entry(row: models.Model) -> Entry:
    from office.audit.services import record

    return record(row, "sign_for", actor=holder("registry_clerk"))


@pytest.mark.parametrize("role", ["system_officer", "security_officer", "audit_officer"])
def test_a33_the_three_officers_do_not_read_documents_nor_whose_desk_they_lie_on(role, envelope):
    client = signed_in(holder(role))
    item = WorkItemFactory(title="关于请示的批复")
    assert client.get(page(IncomingDocument, "change", envelope.pk)).status_code == 403
    assert client.get(page(WorkItem, "change", item.pk)).status_code == 403
    assert "审计厅" not in client.get("/admin/search/?s=审计").content.decode()


def test_a_sealed_envelope_is_no_more_visible_here_than_in_the_register(clerk, envelope):
    IncomingDocument.objects.filter(pk=envelope.pk).update(is_sealed=True, state="sealed")
    assert clerk.get(page(IncomingDocument, "change", envelope.pk)).status_code == 302
    assert "江川省审计厅" not in clerk.get(page(IncomingDocument)).content.decode()


# Units, people, posts, roles -------------------------------------------------------------------


def test_a_unit_is_entered_moved_and_switched_off_and_the_trail_has_both_values(system):
    top = UnitFactory(name="中心领导")
    sent = {"name": "法务科", "short_name": "法务", "code": "law", "order": 5, "is_active": "on"}
    system.post(page(Unit, "add"), sent)
    unit = Unit.objects.get(code="law")
    assert entry(unit, "add").facts["name"] == "法务科"
    system.post(page(Unit, "change", unit.pk), {**sent, "parent": top.pk, "order": 7})
    assert entry(unit, "change").facts == {"parent": " → 中心领导", "order": "5 → 7"}
    UserFactory(unit=unit)
    answer = system.post(page(Unit, "change", unit.pk), {**sent, "is_active": ""})
    assert answer.status_code == 200
    assert Unit.objects.get(code="law").is_active
    assert not LogEntry.objects.exists()


def test_a_unit_does_not_hang_below_itself(system):
    top = UnitFactory()
    low = UnitFactory(parent=UnitFactory(parent=top))
    sent = {"name": top.name, "short_name": "x", "code": top.code, "order": 1, "is_active": "on"}
    answer = system.post(page(Unit, "change", top.pk), {**sent, "parent": low.pk})
    assert answer.status_code == 200
    assert Unit.objects.get(pk=top.pk).parent is None


def test_units_stand_in_the_order_of_the_tree(system):
    a, b = UnitFactory(name="甲", order=1), UnitFactory(name="乙", order=2)
    UnitFactory(name="甲一", parent=a, order=9)
    UnitFactory(name="乙一", parent=b, order=0)
    rows = system.get(page(Unit)).context["cl"].result_list
    names = [(row.name, row.depth) for row in rows if row.name in "甲甲一乙乙一"]
    assert names == [("甲", 0), ("甲一", 1), ("乙", 0), ("乙一", 1)]


def new_person(**given: object) -> dict[str, object]:
    return {"username": "linxi", "name": "林溪", "unit": UnitFactory().pk, "title": "科员", "rank": 900,
            "phone": "", "email": "", **given}  # fmt: skip


def test_a_new_account_gets_a_password_that_is_shown_once(system):
    answer = system.post(page(User, "add"), new_person())
    user = User.objects.get(username="linxi")
    password = answer.context["password"]
    assert user.check_password(password)
    assert password in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert (user.must_change_password, user.roles, user.is_active) == (True, [], True)
    assert entry(user, "create_user").facts["username"] == "linxi"
    assert password not in system.get(page(User, "change", user.pk)).content.decode()
    assert password not in str(list(Entry.objects.values()))
    assert password not in str(dict(system.session))


def test_a21_nothing_comes_along_with_a_person_but_what_the_form_asks(system):
    more = {"roles": ["system_officer"], "is_active": "", "clearance": "top", "password": "x",
            "is_staff": "on", "is_superuser": "on", "must_change_password": ""}  # fmt: skip
    system.post(page(User, "add"), new_person(**more))
    user = User.objects.get(username="linxi")
    assert (user.roles, user.is_active, user.clearance, user.is_staff) == ([], True, "", False)
    assert user.must_change_password
    sent = new_person(phone="8001", unit=user.unit_id, **more)
    system.post(page(User, "change", user.pk), sent)
    user = User.objects.get(username="linxi")
    assert (user.roles, user.is_active, user.clearance, user.phone) == ([], True, "", "8001")
    assert user.password != "x"
    assert entry(user, "change").facts == {"phone": " → 8001"}


def test_a21_the_security_officer_grants_roles_and_nothing_else(security):
    user = UserFactory(roles=["staff"], phone="1")
    answer = security.post(page(User, "change", user.pk), {
        "roles": ["registry_clerk", "staff"], "clearance": "secret", "phone": "2", "is_active": ""})  # fmt: skip
    assert answer.status_code == 302
    user.refresh_from_db()
    assert user.roles == ["registry_clerk", "staff"]
    assert (user.clearance, user.phone, user.is_active) == ("secret", "1", True)
    assert entry(user, "grant_roles").facts == {"before": "staff", "after": "registry_clerk staff"}
    assert entry(user, "change").facts == {"clearance": " → secret"}


@pytest.mark.parametrize(
    "roles", [["system_officer", "audit_officer"], ["security_officer", "staff"], ["emperor"]]
)
def test_roles_that_exclude_each_other_are_refused(security, roles):
    user = UserFactory(roles=[])
    assert security.post(page(User, "change", user.pk), {"roles": roles}).status_code == 200
    user.refresh_from_db()
    assert user.roles == []


@pytest.mark.parametrize("role", ["system_officer", "security_officer"])
def test_nobody_edits_himself_nor_a_closed_account(role):
    officer, closed = holder(role), UserFactory(is_active=False)
    client = signed_in(officer)
    sent = {"roles": ["audit_officer"], "name": "x", "unit": officer.unit_id, "rank": 1}
    for user in (officer, closed):
        assert client.post(page(User, "change", user.pk), sent).status_code == 403
        assert client.post(f"/admin/office/user/{user.pk}/one-time-password/").status_code == 403


def test_only_the_system_officer_gives_a_new_password(system, security):
    user = UserFactory()
    address = f"/admin/office/user/{user.pk}/one-time-password/"
    assert security.post(address).status_code == 403
    assert not system.get(address).context["password"]
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    password = system.post(address).context["password"]
    user.refresh_from_db()
    assert user.check_password(password)
    assert user.must_change_password
    assert entry(user, "reset_password")


def test_a33_no_officer_becomes_another_in_secret(system):
    auditor, keeper = holder("audit_officer"), holder("security_officer")
    system.post(f"/admin/office/user/{auditor.pk}/one-time-password/")
    assert Notice.objects.filter(recipient__in=[auditor, keeper]).count() == 2
    system.post(f"/admin/office/user/{UserFactory().pk}/one-time-password/")
    assert Notice.objects.filter(recipient=keeper).count() == 1


def test_an_account_is_closed_only_through_the_hand_over(system):
    user = UserFactory()
    answer = system.get(f"/admin/office/user/{user.pk}/hand-over/")
    assert answer.headers["Location"] == f"/people/{user.pk}/handover/"
    assert system.post(page(User, "delete", user.pk), {"post": "yes"}).status_code == 403


def test_a_closed_account_is_reopened_by_the_system_officer_alone(system, security):
    user = UserFactory(is_active=False)
    address = f"/admin/office/user/{user.pk}/reopen/"
    assert security.post(address).status_code == 403
    assert address in system.get(page(User, "change", user.pk)).content.decode()
    assert not system.get(address).context["password"]
    user.refresh_from_db()
    assert not user.is_active
    password = system.post(address).context["password"]
    user.refresh_from_db()
    assert (user.is_active, user.check_password(password), user.roles) == (True, True, [])
    assert entry(user, "reopen_account")
    assert system.post(address).status_code == 403
    assert address not in system.get(page(User, "change", user.pk)).content.decode()


def test_a_post_is_entered_and_ends_only_when_nothing_is_owed(system):
    user, unit = UserFactory(), UnitFactory()
    sent = {
        "user": user.pk,
        "unit": unit.pk,
        "title": "科长",
        "duty": "head",
        "since_on": "2026-01-05",
    }
    assert system.post(page(Post, "add"), sent).status_code == 302
    post = Post.objects.get(user=user)
    assert entry(user, "take_post").facts["title"] == "科长"
    WorkItemFactory(assignee=user)
    address = page(Post, "change", post.pk)
    assert system.post(address, {**sent, "until_on": "2026-11-30"}).status_code == 409
    WorkItem.objects.all().delete()
    assert system.post(address, {**sent, "until_on": "2026-11-30"}).status_code == 302
    post.refresh_from_db()
    assert post.until_on == dt.date(2026, 11, 30)
    assert entry(user, "leave_post")


def test_a_post_stays_with_its_person(system):
    post, other = PostFactory(), UserFactory()
    sent = {
        "user": other.pk,
        "unit": other.unit_id,
        "title": "副科长",
        "duty": "staff",
        "since_on": "2020-01-01",
    }
    system.post(page(Post, "change", post.pk), sent)
    changed = Post.objects.get(pk=post.pk)
    assert (changed.user, changed.unit, changed.title) == (post.user, post.unit, "副科长")


# Calendar and reference data -------------------------------------------------------------------


def test_a_day_saved_or_deleted_counts_at_once(system, django_capture_on_commit_callbacks):
    day = dt.date(2027, 3, 1)
    assert calendar.is_workday(day)
    with django_capture_on_commit_callbacks(execute=True):
        system.post(
            page(ExceptionalDay, "add"), {"day": "2027-03-01", "kind": "holiday", "name": "校庆"}
        )
    assert not calendar.is_workday(day)
    row = ExceptionalDay.objects.get(day=day)
    with django_capture_on_commit_callbacks(execute=True):
        system.post(page(ExceptionalDay, "delete", row.pk), {"post": "yes"})
    assert calendar.is_workday(day)
    assert Entry.objects.filter(action="delete", object_id=row.pk).get().facts["name"] == "校庆"


NOTICE = "/admin/office/exceptionalday/notice/"


def test_a_whole_notice_is_looked_at_then_entered(system, django_capture_on_commit_callbacks):
    ExceptionalDay.objects.create(day=dt.date(2026, 8, 3), kind="holiday", name="旧")
    ExceptionalDay.objects.create(day=dt.date(2026, 1, 1), kind="makeup", name="旧")
    sent = {"text": NOTICE_2026, "year": 2026, "source": "国办发明电〔2025〕7号", "is_whole": "on"}
    seen = system.post(NOTICE, {**sent, "_look": "1"})
    changes = [line.change for line in seen.context["lines"]]
    assert (changes.count("new"), changes.count("changed"), changes.count("goes")) == (38, 1, 1)
    assert ExceptionalDay.objects.count() == 2
    with django_capture_on_commit_callbacks(execute=True):
        assert system.post(NOTICE, {**sent, "_enter": "1"}).status_code == 302
    assert ExceptionalDay.objects.count() == 39
    assert not calendar.is_workday(dt.date(2026, 10, 7))
    assert calendar.is_workday(dt.date(2026, 10, 10))
    assert Entry.objects.filter(action="add", facts__source=sent["source"]).count() == 38
    assert not calendar.unconfirmed_years(dt.date(2026, 3, 1))


def test_a_notice_with_a_slip_is_not_entered(system):
    sent = {"text": "元旦：1月1日（周五）放假。", "year": 2026, "source": "x", "_enter": "1"}
    answer = system.post(NOTICE, sent)
    assert answer.status_code == 422
    assert not ExceptionalDay.objects.exists()


@pytest.mark.parametrize("role", set(ROLES) - {"system_officer", "office_director"})
def test_only_who_keeps_the_calendar_enters_a_notice(role):
    sent = {"text": NOTICE_2026, "year": 2026, "source": "x", "_enter": "1"}
    assert signed_in(holder(role)).post(NOTICE, sent).status_code in (403, 404)
    assert not ExceptionalDay.objects.exists()


def test_senders_are_kept_with_their_codes_and_one_in_use_is_not_taken_out(clerk, envelope):
    sent = {
        "name": "江川省数据局",
        "relation": "superior",
        "organ_codes": "江数、江数函， 江数办",
        "is_active": "on",
    }
    clerk.post(page(Sender, "add"), sent)
    sender = Sender.objects.get(name="江川省数据局")
    assert sender.organ_codes == ["江数", "江数函", "江数办"]
    assert entry(sender, "add").facts["organ_codes"] == "江数 江数函 江数办"
    assert (
        clerk.post(page(Sender, "delete", envelope.sender_id), {"post": "yes"}).status_code == 403
    )
    assert clerk.post(page(Sender, "delete", sender.pk), {"post": "yes"}).status_code == 302


def test_a_retention_class_says_that_it_is_not_approved(clerk):
    row = RetentionClass.objects.create(material="请示与批复", term="永久")
    answer = clerk.get(page(RetentionClass), headers={"accept-language": "en"})
    clerk.cookies["django_language"] = "en"
    assert "Not approved" in clerk.get(page(RetentionClass)).content.decode()
    sent = {"material": row.material, "term": "30年", "order": 0, "approved_on": "2026-05-04"}
    clerk.post(page(RetentionClass, "change", row.pk), sent)
    assert entry(row, "change").facts == {"term": "永久 → 30年", "approved_on": " → 2026-05-04"}
    assert "Not approved" not in clerk.get(page(RetentionClass)).content.decode()
    assert answer.status_code == 200


def test_step_limits_name_a_step_that_exists_and_phrases_of_people_are_their_own(clerk):
    hours = {"hours": 8, "urgent_hours": 4, "extra_hours": 1}
    assert clerk.post(page(StepLimit, "add"), {"step": "dance", **hours}).status_code == 200
    assert clerk.post(page(StepLimit, "add"), {"step": "screen", **hours}).status_code == 302
    own = Phrase.objects.create(step="instruct", text="同意。", owner=UserFactory())
    clerk.post(
        page(Phrase, "add"),
        {"step": "instruct", "text": "请阅办。", "order": 1, "owner": own.owner_id},
    )
    assert Phrase.objects.get(text="请阅办。").owner is None
    assert clerk.get(page(Phrase, "change", own.pk)).status_code == 302


# Every page opens ------------------------------------------------------------------------------


@pytest.mark.parametrize("role", SEEN)
def test_every_page_a_role_may_open_opens_with_few_queries(
    role, envelope, django_assert_max_num_queries
):
    client = signed_in(holder(role))
    for model in SEEN[role]:
        rows = _rows(model, envelope)
        with django_assert_max_num_queries(14):
            assert client.get(page(model)).status_code == 200
        assert client.get(page(model, "change", rows[0].pk)).status_code == 200
        assert client.get(page(model, "add")).status_code in (200, 403)


def _rows(model: type[models.Model], envelope: IncomingDocument) -> list[models.Model]:
    makers = {
        Unit: UnitFactory, User: UserFactory, Post: PostFactory, WorkItem: WorkItemFactory,
        Entry: lambda: _entry(envelope),
        IncomingDocument: lambda: envelope,
        Series: lambda: Series.objects.create(name="receipt", year=2026, last=3),
        Sender: lambda: Sender.objects.create(name="江川大学"),
        UrgencyLimit: lambda: UrgencyLimit.objects.create(urgency="特急", workdays=1),
        StepLimit: lambda: StepLimit.objects.create(step="screen", hours=8, urgent_hours=4, extra_hours=1),
        RetentionClass: lambda: RetentionClass.objects.create(material="通知", term="10年"),
        Skeleton: lambda: Skeleton.objects.create(kind="通知", title="关于×××的通知", body="×××。"),
        Phrase: lambda: Phrase.objects.create(step="instruct", text="同意。"),
        OrganCode: lambda: OrganCode.objects.create(code="江质信"),
        Seal: lambda: Seal.objects.create(name="中心印章", keeper=UserFactory(), in_use_since=NOW),
        Ladder: lambda: Ladder.objects.get_or_create(urgency=0)[0],
        ExceptionalDay: lambda: ExceptionalDay.objects.create(day="2026-10-01", kind="holiday", name="国庆节"),
    }  # fmt: skip
    return [makers[model]()]
