"""The ladder: who is reminded of what, on which day; each rung once, whatever happens."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.utils import IntegrityError, OperationalError

from office import clock
from office.audit.models import Entry
from office.desk.models import Urge, WorkItem
from office.mail.models import Choice, Letter
from office.notifications.models import Notice
from office.people.models import User
from office.reminders import letters, services, tasks
from office.reminders.models import Ladder, Reminder
from office.workdays import calendar
from office.workdays.services import seed
from tests.office.factories import (
    ActingFactory,
    PostFactory,
    UnitFactory,
    UserFactory,
    WorkItemFactory,
)

pytestmark = pytest.mark.django_db


def at(day: str, hour: int = 9, minute: int = 0):
    return clock.at(dt.datetime.fromisoformat(f"{day} {hour:02}:{minute:02}"))


def date(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.fixture(autouse=True)
def holidays(db):
    seed(range(2026, 2027))
    yield
    calendar.forget()


def person(name="王一", **given):
    return UserFactory(name=name, email=f"{UserFactory._meta.model.objects.count()}@jczx.example",
                       **given)  # fmt: skip


def item(to=None, due=None, **given):
    given.setdefault("sent_by", UserFactory(email=""))
    given.setdefault("created_at", dt.datetime(2026, 1, 5, 9, tzinfo=clock.now().tzinfo))
    return WorkItemFactory(assignee=to, due_on=date(due) if due else None, **given)


def told(**given):
    """Return (who, rung) of all that was told."""
    rows = Reminder.objects.filter(**given).order_by("pk")
    return [(row.recipient.name, row.rung) for row in rows.select_related("recipient")]


# The rule


PLAIN = Ladder(urgency=0, early_workdays=3, last_workdays=1, every_workdays=3,
               head_from=1, director_from=4, leader_from=7)  # fmt: skip


@pytest.mark.parametrize(
    ("workdays", "rung"),
    [(-5, None), (-4, None), (-3, -3), (-2, -3), (-1, -1), (0, 0), (1, 1), (2, 1), (3, 1), (4, 4),
     (6, 4), (7, 7), (30, 28)],
)  # fmt: skip
def test_the_last_rung_reached_speaks_for_those_before(workdays, rung):
    found = PLAIN.rung_at(workdays)
    assert (found.workdays if found else None) == rung


def test_it_climbs_from_head_to_director_to_leader():
    climbed = {
        n: (r.to_head, r.to_director, r.to_leader) for n in (1, 4, 7) if (r := PLAIN.rung_at(n))
    }
    assert climbed == {1: (True, False, False), 4: (True, True, False), 7: (True, True, True)}


def test_what_is_switched_off_does_not_remind():
    rule = Ladder(urgency=2, early_workdays=0, last_workdays=0, on_due_day=False, every_workdays=1)
    assert rule.rung_at(-1) is None
    assert rule.rung_at(0) is None
    assert rule.rung_at(1) is not None
    assert not any((rule.rung_at(9).to_head, rule.rung_at(9).to_leader))


def test_the_rules_a_new_office_starts_with_are_kept_as_edited():
    assert services.load_defaults() == 4
    Ladder.objects.filter(urgency=0).update(every_workdays=5)
    assert services.load_defaults() == 0
    assert services.ladders()[0].every_workdays == 5
    with pytest.raises(IntegrityError, match="ladder_every_positive"), transaction.atomic():
        Ladder.objects.update(every_workdays=0)


# The calendar of 2026


@pytest.mark.parametrize(
    ("due", "today", "rung"),
    [
        ("2026-02-25", "2026-02-13", -3),  # 02-14 works, 02-15 to 02-23 rest
        ("2026-02-25", "2026-02-12", None),
        ("2026-02-14", "2026-02-24", 1),  # the first workday after 春节
        ("2026-02-14", "2026-02-16", 0),  # a rest day adds nothing: still the due day's rung
        ("2026-10-08", "2026-09-30", -1),
        ("2026-09-30", "2026-10-10", 1),  # 10-08, 10-09 and 10-10 (Sat) worked: third day late
        ("2026-09-30", "2026-10-12", 4),
        ("2026-05-09", "2026-05-08", -1),  # due on a Saturday that works
        ("2026-06-19", "2026-06-22", 1),  # due on a rest day: late from the next workday on
    ],
)
def test_rungs_count_workdays_with_makeup_days(due, today, rung):
    item(person(), due)
    with at(today):
        services.sweep()
    assert told(kind="due", capacity="owner") == ([("王一", rung)] if rung is not None else [])


# Once, whatever happens


def test_a_second_run_a_missed_week_and_a_clock_set_back_add_nothing():
    item(person(), "2026-03-02")
    for day in ("2026-02-27", "2026-02-26", "2026-03-13", "2026-03-13", "2026-03-03", "2026-02-26"):
        with at(day):
            services.sweep()
    assert told(capacity="owner") == [("王一", -3), ("王一", 7)]
    assert Urge.objects.count() == 1


def test_a_new_due_day_begins_the_ladder_anew():
    thing = item(person(), "2026-03-02")
    with at("2026-03-04"):
        services.sweep()
        WorkItem.objects.filter(pk=thing.pk).update(due_on=date("2026-03-09"))
        services.sweep()
    assert told(capacity="owner") == [("王一", 1), ("王一", -3)]


def test_the_database_refuses_a_rung_twice():
    with at("2026-03-04"):
        item(person(), "2026-03-02")
        services.sweep()
    row = Reminder.objects.first()
    row.pk = None
    with pytest.raises(IntegrityError, match="reminder_once_per_rung"), transaction.atomic():
        row.save()


def test_nobody_who_works_on_an_item_is_kept_waiting():
    """The sweep sets a lock timeout of its own, shorter than anybody's patience."""
    with at("2026-03-04"), transaction.atomic():
        item(person(), "2026-03-02")
        services.sweep()
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("500ms",)
    assert OperationalError in tasks.remind.autoretry_for


# Who is told


def test_it_climbs_to_the_people_of_the_unit_and_the_office():
    leader, unit = person("分管"), UnitFactory()
    unit.leader = leader
    unit.save()
    head = person("科长", unit=unit, head=True)
    person("主任", roles=["office_director", "staff"])
    owner = person("承办", unit=unit)
    item(owner, "2026-03-02", sent_by=person("交办"))
    days = {"2026-03-03": {"承办", "交办", "科长"}, "2026-03-06": {"承办", "交办", "科长", "主任"},
            "2026-03-11": {"承办", "交办", "科长", "主任", "分管"}}  # fmt: skip
    for day, people in days.items():
        before = Reminder.objects.count()
        with at(day):
            services.sweep()
        rows = Reminder.objects.order_by("pk")[before:]
        assert {row.recipient.name for row in rows} == people, day
    assert head.posts.count() == 1


def test_a_head_is_told_of_his_own_lateness_once_and_a_leaver_never():
    unit = UnitFactory()
    head = person("科长", unit=unit, head=True)
    gone = person("离职", unit=unit, is_active=False)
    PostFactory(user=gone, unit=unit, duty="head", title="原科长")
    item(head, "2026-03-02")
    with at("2026-03-04"):
        services.sweep()
    assert [who for who, _rung in told() if not who.startswith("人员")][:1] == ["科长"]
    assert {row.capacity for row in Reminder.objects.filter(recipient=head)} == {"owner"}
    assert not Reminder.objects.filter(recipient=gone).exists()


def test_a_pool_is_told_person_by_person_and_an_officer_has_no_part_in_it():
    unit = UnitFactory()
    one, two = person("甲", unit=unit), person("乙", unit=unit, roles=["registry_clerk", "staff"])
    officer, other = person("官", unit=unit, roles=["system_officer"]), person("外")
    item(None, "2026-03-02", unit=unit)
    item(None, "2026-03-02", role="registry_clerk")
    item(None, "2026-03-02", unit=unit, role="registry_clerk")
    with at("2026-03-04"):
        services.sweep()
    counts = {p.name: Reminder.objects.filter(recipient=p, capacity="owner").count()
              for p in (one, two, officer, other)}  # fmt: skip
    assert counts == {"甲": 1, "乙": 3, "官": 0, "外": 0}


def test_who_acts_for_somebody_is_told_in_his_stead():
    absent, deputy = person("缺席"), person("代理")
    with at("2026-03-04"):
        ActingFactory(absent=absent, deputy=deputy)
        item(absent, "2026-03-02")
        services.sweep()
    rows = Reminder.objects.exclude(capacity="sender")
    assert {row.recipient.name: row.capacity for row in rows} == {
        "缺席": "owner",
        "代理": "deputy",
    }


def test_what_is_late_is_urged_as_a_person_would():
    owner = person()
    thing = item(owner, "2026-03-02")
    with at("2026-03-04"):
        services.sweep()
    thing.refresh_from_db()
    urge, entry, notice = Urge.objects.get(), Entry.objects.get(), Notice.objects.get()
    assert (urge.item, urge.to, urge.by.name, thing.urged) == (thing, owner, "系统", 1)
    assert (entry.action, entry.actor, entry.object_id) == (
        "urge_by_rule",
        urge.by,
        thing.object_id,
    )
    assert entry.comment == "逾期 1 个工作日，按催办规则自动催办"
    assert (notice.recipient, notice.url) == (owner, f"{thing.url}#act")
    assert not urge.by.is_active
    assert not urge.by.has_usable_password()


def test_a_copy_to_read_is_told_but_neither_urged_nor_climbs():
    item(person(), "2026-03-02", reading=True)
    with at("2026-03-11"):
        services.sweep()
    assert told(kind="due") == [("王一", 7)]
    assert not Urge.objects.exists()


# Hours


@pytest.mark.parametrize(("hour", "minute", "rung"), [(14, 5, None), (14, 6, 80), (15, 30, 100)])
def test_a_limit_in_office_hours_reminds_at_four_fifths_and_when_it_is_over(hour, minute, rung):
    """Four hours from 10:00: the noon break does not count."""
    begun = dt.datetime(2026, 3, 4, 10, tzinfo=clock.now().tzinfo)
    item(person(), "2026-03-04", limit_minutes=210, created_at=begun)
    with at("2026-03-04", hour, minute + 42 if hour == 14 else minute):
        services.sweep()
    assert told(kind="limit") == ([("王一", rung)] if rung else [])


def test_a_due_day_of_its_own_goes_before_the_limit_of_the_step():
    begun = dt.datetime(2026, 3, 2, 9, tzinfo=clock.now().tzinfo)
    item(person(), "2026-03-31", limit_minutes=420, created_at=begun)
    with at("2026-03-05"):
        services.sweep()
    assert told(kind="limit") == []


@pytest.mark.parametrize("minutes", [1, 30, 209, 210, 211, 420, 421, 4000])
@pytest.mark.parametrize("end", ["2026-03-04 08:10", "2026-03-04 12:30", "2026-02-16 10:00",
                                 "2026-03-04 17:30", "2026-03-04 20:00"])  # fmt: skip
def test_minutes_ago_is_the_latest_start_that_holds_so_many_minutes(minutes, end):
    end = dt.datetime.fromisoformat(end).replace(tzinfo=clock.now().tzinfo)
    start = calendar.minutes_ago(end, minutes)
    assert calendar.working_minutes(start, end) == minutes
    assert calendar.working_minutes(start + dt.timedelta(minutes=1), end) == minutes - 1


# Letters


def mailed():
    return [(letter.recipient.name, letter.kind) for letter in Letter.objects.order_by("pk")]


def test_each_person_one_digest_a_workday_and_nothing_when_there_is_nothing_to_say():
    owner, sender = person("承办"), person("交办")
    person("无事")
    item(owner, "2026-03-02", sent_by=sender)
    item(owner, "2026-03-04", sent_by=sender)
    item(owner, None, reading=True, sent_by=sender,
         created_at=dt.datetime(2026, 3, 3, 9, tzinfo=clock.now().tzinfo))  # fmt: skip
    with at("2026-03-03", 7, 59):
        assert letters.remind() == 0  # the hour has not come
    with at("2026-03-03", 8, 0):
        assert letters.remind() == 2
        assert letters.remind() == 0
    subjects = {letter.recipient.name: letter.subject for letter in Letter.objects.all()}
    assert subjects == {
        "承办": "3月3日待办提醒：逾期 1 件，临近到期 1 件",
        "交办": "3月3日待办提醒：我在等 1 件",
    }
    with at("2026-03-04"):
        letters.remind()
    newest = Letter.objects.filter(key=f"digest-2026-03-04-{owner.pk}").get()
    assert newest.subject == "3月4日待办提醒：临近到期 1 件，待阅 1 件"
    assert not Letter.objects.filter(recipient__name="无事").exists()


def test_two_steps_of_one_document_are_one_line():
    owner = person("承办")
    for step in ("claim", "assist"):
        item(owner, "2026-03-04", object_id=7, step=step)
    item(owner, "2026-03-05", object_id=7, step="handle")  # of another day: a line of its own
    with at("2026-03-03"):
        letters.remind()
    letter = Letter.objects.get(recipient=owner)
    assert letter.subject == "3月3日待办提醒：临近到期 2 件"
    assert letter.lines == 3  # what the history counts are steps
    assert letter.text.count("/documents/incoming/7/") == 2
    assert "认领、协办" in letter.text


def test_what_comes_after_the_morning_waits_for_the_next_one():
    owner = person()
    came = dt.datetime(2026, 3, 3, 10, 40, tzinfo=clock.now().tzinfo)
    with at("2026-03-03", 8):
        assert letters.remind() == 0
    item(owner, "2026-03-04", created_at=came)  # on a rung already
    item(owner, None, reading=True, created_at=came)
    item(owner, "2026-03-03", limit_minutes=60, created_at=came)
    for hour, minute in ((10, 50), (11, 50), (17, 0), (23, 50)):
        with at("2026-03-03", hour, minute):
            assert letters.remind() == 0
    assert {row.kind for row in Reminder.objects.all()} == {"due", "new", "limit"}
    with at("2026-03-04", 8):
        assert letters.remind() == 1
        assert letters.remind() == 0


@pytest.mark.parametrize("kind", ["due", "new", "limit"])
def test_an_outage_in_the_morning_delays_the_digest(kind):
    """What there was to say at eight is said at eleven, though the sweep sees it only then."""
    came = dt.datetime(2026, 3, 2, 14, 0, tzinfo=clock.now().tzinfo)
    given = {
        "due": {"due": "2026-03-03"}, "new": {"reading": True},
        "limit": {"limit_minutes": 200},
    }[kind]  # fmt: skip
    item(person(), created_at=came, **given)
    with at("2026-03-03", 11, 20):
        assert letters.remind() == 1
    assert {row.kind for row in Reminder.objects.all()} == {kind}


def test_a_missed_day_is_one_mail_not_five():
    item(person(), "2026-03-02")
    with at("2026-03-13"):
        letters.remind()
    assert mailed() == [("王一", "digest")]


def test_nothing_on_rest_days_but_what_is_most_urgent():
    owner = person()
    fresh = dt.datetime(2026, 10, 1, 9, tzinfo=clock.now().tzinfo)
    item(owner, "2026-10-08", created_at=fresh)
    item(owner, "2026-10-01", urgency=2, created_at=fresh)
    with at("2026-10-02"):  # 国庆
        letters.remind()
    assert mailed() == [("王一", "urgent")]
    assert Letter.objects.get().subject.startswith("【特急·新交办】承办：收上〔2026〕")


def test_an_urging_of_the_most_urgent_goes_at_once_and_others_wait_for_the_morning():
    from office.desk.services import _urge

    owner = person()
    plain, hot = item(owner, "2026-04-30"), item(owner, "2026-04-30", urgency=3)
    with at("2026-03-04", 10):
        for thing in (plain, hot):
            _urge(thing, person("主任"), "请抓紧", clock.now())
        letters.remind(least=2)
    assert [letter.subject[:7] for letter in Letter.objects.all()] == ["【特提·催办】"]
    with at("2026-03-05"):
        letters.remind()
    assert Letter.objects.get(kind="digest").subject == "3月5日待办提醒：临近到期 1 件"


def test_the_minute_tick_asks_one_question_while_nothing_is_most_urgent(
    django_assert_num_queries,
):
    item(person(), "2026-03-02")
    with at("2026-03-04"):
        with django_assert_num_queries(1):
            assert letters.remind(least=2) == 0
        item(person(), "2026-03-02", urgency=2)
        assert letters.remind(least=2) > 0


def test_a_day_that_has_begun_wakes_nobody():
    item(person(), "2026-03-02", urgency=2)
    with at("2026-03-03", 0, 10):
        assert letters.remind() == 0
    with at("2026-03-03", 7, 0):
        assert letters.remind() == 1


def test_choices_are_kept_but_what_climbs_to_a_superior_cannot_be_switched_off():
    unit = UnitFactory()
    head, owner = person("科长", unit=unit, head=True), person("承办", unit=unit)
    Choice.objects.create(user=head, digest=False, urgent=False)
    Choice.objects.create(user=owner, digest=False, urgent=False)
    item(owner, "2026-03-02")
    item(owner, "2026-03-02", urgency=2)
    with at("2026-03-04"):
        letters.remind()
    assert sorted(mailed()) == [("科长", "digest"), ("科长", "urgent")]


def test_a_later_hour_is_waited_for():
    owner = person()
    Choice.objects.create(user=owner, digest_hour=10)
    item(owner, "2026-03-02")
    with at("2026-03-03", 9, 59):
        assert letters.remind() == 0
    with at("2026-03-03", 10, 0):
        assert letters.remind() == 1


def test_what_is_done_before_the_mail_is_written_is_not_mailed():
    owner = person()
    thing = item(owner, "2026-03-02")
    with at("2026-03-03", 7):
        services.sweep()
        WorkItem.objects.filter(pk=thing.pk).update(
            done_at=clock.now(), done_by=owner, outcome="done"
        )
    with at("2026-03-03", 9):
        assert letters.remind() == 0


def test_who_has_no_address_or_no_account_is_not_written_to():
    item(UserFactory(email=""), "2026-03-02")
    item(person(is_active=False), "2026-03-02")
    with at("2026-03-04"):
        assert letters.remind() == 0


def test_looking_ahead_shows_just_what_is_sent_then():
    unit = UnitFactory()
    people = [person(f"人{n}", unit=unit, head=n == 0) for n in range(4)]
    for n, due in enumerate(("2026-03-02", "2026-03-04", "2026-03-05", "2026-03-06", "2026-03-09")):
        for urgency in (0, 1, 2):
            item(people[n % 4], due, urgency=urgency, sent_by=people[3])
    morning = dt.datetime(2026, 3, 5, 12, tzinfo=clock.now().tzinfo)
    with at("2026-03-04"):
        letters.remind()
        Letter.objects.all()
        before = set(Letter.objects.values_list("pk", flat=True))
        rows = Reminder.objects.count()
        seen = sorted((d.recipient.pk, d.kind, d.subject, d.lines) for d in letters.ahead(morning))
        assert Reminder.objects.count() == rows
    with clock.at(morning):
        letters.remind()
    sent = Letter.objects.exclude(pk__in=before)
    # the number urged is not yet known ahead, the subjects are
    assert sorted(sent.values_list("recipient_id", "kind", "subject", "lines")) == seen
    assert seen


def test_letters_speak_the_readers_language():
    item(person(language="en"), "2026-03-02")
    with at("2026-03-03"):
        letters.remind()
    letter = Letter.objects.get()
    assert letter.subject == "Reminder for 3 Mar: Late 1"
    assert "1 day late" in letter.text


# Words


HOSTILE = '{{ 7|add:7 }}{% now "Y" %}<script>alert(1)</script>"\'><img src=x onerror=alert(1)>'


def test_a14_a15_words_of_an_item_are_never_a_template_nor_markup():
    owner = person(name="<b>王</b>{{ subject }}")
    item(owner, "2026-03-02", title=HOSTILE, reference="<i>收</i>")
    item(owner, "2026-03-02", title=HOSTILE, urgency=2)
    with at("2026-03-04"):
        letters.remind()
    assert Letter.objects.count() == 2
    for letter in Letter.objects.all():
        assert HOSTILE in letter.text
        for markup in ("<script", "<img", "<i>", "<b>王", "onerror=alert(1)>"):
            assert markup not in letter.html
        assert "{{ 7|add:7 }}" in letter.html
        assert "14{" not in letter.text


def test_a17_a_subject_is_one_line():
    item(person(), "2026-03-02", title="甲\r\nBcc: spy@evil.example\u2028乙", urgency=2)
    with at("2026-03-04"):
        letters.remind()
    subject = Letter.objects.get().subject
    assert subject.splitlines() == [subject]


# Speed

# One in ten is late, as in an office that has much to do.
HUNDRED_THOUSAND = """
INSERT INTO office_entry (at, actor_id, action, content_type_id, object_id, label, before, after,
                          comment, facts)
SELECT '2026-10-01 09:00+08', %(first)s, 'sign_for', %(kind)s, n, '', '', 'handling', '', '{}'
FROM generate_series(0, 99999) n;
INSERT INTO office_workitem (content_type_id, object_id, step, title, reference, url, urgency,
                             reading, assignee_id, role, sent_by_id, created_at, due_on,
                             limit_minutes, outcome, urged)
SELECT %(kind)s, n, 'handle', '第' || n || '号事项', '', '/', greatest(n %% 10 - 7, 0), false,
       %(first)s + n %% 1000, '', %(first)s + n * 7 %% 1000, '2026-10-01 09:00+08',
       date '2026-11-24' + n / 10 %% 90 - 9, 420 * (1 + n %% 8), '', 0
FROM generate_series(0, 99999) n
"""


@pytest.mark.slow
def test_a_sweep_over_a_hundred_thousand_open_items_takes_five_seconds_at_most(capsys):
    units = [UnitFactory() for _n in range(50)]
    UserFactory(roles=["office_director"])
    people = User.objects.bulk_create(
        User(username=f"p{n}", name=f"人{n}", unit=units[n % 50], roles=["staff"],
             email=f"p{n}@jczx.example", password="!")
        for n in range(1000)
    )  # fmt: skip
    for unit in units:
        PostFactory(user=next(p for p in people if p.unit_id == unit.pk), unit=unit, duty="head")
    kind = ContentType.objects.get_by_natural_key("documents", "incomingdocument")
    with connection.cursor() as cursor:
        cursor.execute(HUNDRED_THOUSAND, {"kind": kind.pk, "first": people[0].pk})
    figures = {}
    for name, day, hour, least in (
        ("first", "2026-11-24", 0, 0), ("next morning", "2026-11-25", 0, 0),
        ("again", "2026-11-25", 1, 0), ("only the most urgent", "2026-11-25", 2, 2),
    ):  # fmt: skip
        with connection.cursor() as cursor:  # as autovacuum does
            cursor.execute("ANALYZE")
        with at(day, hour):
            begun = time.perf_counter()
            count = services.sweep(least=least)
            figures[name] = (round(time.perf_counter() - begun, 2), count)
    with capsys.disabled():
        print(f"\nsweep over 100,000 open items (seconds, reminders): {figures}")  # noqa: T201
    assert figures.pop("first")[1] > 10_000
    assert figures["next morning"][1] > 1_000
    assert [count for name, (_s, count) in figures.items() if name != "next morning"] == [0, 0]
    assert all(seconds <= 5 for seconds, _count in figures.values())
