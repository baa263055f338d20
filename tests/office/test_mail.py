"""A letter, from the outbox to the wire: refused, retried, broken off, decided about."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from django.core.files.storage import default_storage
from django.db import DataError, IntegrityError, transaction
from django.test import override_settings
from django.urls import reverse

from office import clock, tasks
from office.audit.models import Entry
from office.celery import app
from office.desk.models import Urge
from office.errors import NotAllowed, Refused
from office.mail import delivery, services
from office.mail.models import CONFIRM, DROP, RETRY, Choice, Letter
from office.mail.services import Draft, write
from office.people.models import User
from office.reminders import letters
from office.reminders import services as reminders
from tests.office.factories import UserFactory, WorkItemFactory, signed_in
from tests.office.relay import OK, Relay, free_port

pytestmark = pytest.mark.django_db
S = Letter.State


def at(day, hour=9, minute=0):
    return clock.at(dt.datetime.fromisoformat(f"{day} {hour:02}:{minute:02}"))


@pytest.fixture
def relay(settings):
    with Relay() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.DEFAULT_FROM_EMAIL = "中枢 <office@jczx.example>"
        yield server


def letter(key="k", to=None, subject="某事") -> Letter:
    to = to or UserFactory(name="王一", email=f"{key}@jczx.example")
    return write([Draft(to, Letter.Kind.TEST, key, subject, {"now": clock.now()})])[0]


def again(row: Letter) -> Letter:
    row.refresh_from_db()
    return row


def test_one_late_item_becomes_one_digest_on_the_wire(relay):
    person = UserFactory(name="王一", email="wang@jczx.example")
    with at("2026-11-20"):
        item = WorkItemFactory(assignee=person, due_on=dt.date(2026, 11, 23))
    with at("2026-11-24"):
        assert reminders.sweep() == 2  # the owner, and who waits for it
        assert letters.digests() == 1
        assert delivery.deliver() == 1
        assert delivery.deliver() == 0
    ((to, mail),) = relay.accepted
    assert to == "wang@jczx.example"
    assert mail["To"] == "王一 <wang@jczx.example>"
    assert mail["From"] == "中枢 <office@jczx.example>"
    assert mail["Subject"] == "11月24日待办提醒：逾期 1 件"
    assert mail["Auto-Submitted"] == "auto-generated"
    text, html = (part.get_content() for part in mail.iter_parts())
    for words in (item.title, item.reference, "逾期 1 天", f"http://localhost:8000{item.url}#act"):
        assert words in text
        assert words in html
    sent = Letter.objects.get()
    assert (sent.state, sent.address, sent.message_id) == (S.SENT, to, mail["Message-ID"])
    assert Urge.objects.get().by.name == "系统"


def test_the_same_key_is_never_written_twice():
    first = letter("k")
    draft = Draft(first.recipient, Letter.Kind.TEST, "k", "再写一次", {"now": clock.now()})
    assert write([draft, draft]) == []
    first.pk = None
    with pytest.raises(IntegrityError, match="key"), transaction.atomic():
        first.save(force_insert=True)


def test_without_a_server_letters_wait(settings):
    settings.EMAIL_HOST = ""
    row = letter()
    assert delivery.deliver() == 0
    assert again(row).state == S.WAITING
    assert not services.standing().is_well


# What goes wrong


def test_a_letter_that_is_turned_away_for_now_is_tried_again_and_dies_after_a_day(relay):
    relay.at_rcpt = lambda _n: "451 try later"
    row = letter()
    tries = []
    with clock.at(row.created_at):
        for _try in range(8):
            with clock.at(again(row).next_try_at):
                assert delivery.deliver() == 0
            tries.append(again(row).next_try_at)
    assert (row.state, row.attempts, row.last_error) == (S.DEAD, 8, "451 try later")
    waits = [int((b - a).total_seconds() / 60) for a, b in itertools.pairwise(tries)]
    assert waits[:-1] == [5, 15, 60, 240, 480, 720]
    assert relay.accepted == []


def test_a_letter_that_is_turned_away_for_good_dies_at_once_and_holds_up_nobody(relay):
    relay.at_rcpt = lambda n: "550 no such user" if n == 1 else OK
    first, second = letter("a"), letter("b")
    assert delivery.deliver() == 1
    assert (again(first).state, again(second).state) == (S.DEAD, S.SENT)


def test_a_server_that_is_away_costs_no_letter_a_try(settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    row, other = letter("a"), letter("b")
    assert delivery.deliver() == 0
    assert (again(row).state, row.attempts) == (S.WAITING, 0)
    assert (again(other).state, other.attempts) == (S.WAITING, 0)


def test_a_server_that_does_not_let_us_in_kills_no_letter(relay):
    relay.at_mail = "550 who are you"
    row = letter()
    assert delivery.deliver() == 0
    assert (again(row).state, row.attempts) == (S.WAITING, 0)
    assert "who are you" in row.last_error


def test_a_letter_whose_answer_never_came_is_not_sent_again_by_itself(relay):
    def cut(_n, server):
        server.transport.abort()
        return OK

    relay.at_dot = cut
    row = letter()
    assert delivery.deliver() == 0
    assert again(row).state == S.UNSURE
    relay.at_dot = lambda _n, _server: OK
    assert delivery.deliver() == 0
    assert len(relay.accepted) == 1


def test_what_the_server_says_after_the_dot_is_heard(relay):
    relay.at_dot = lambda _n, _server: "554 not this text"
    row = letter()
    delivery.deliver()
    assert (again(row).state, row.handed_at) == (S.DEAD, None)


def test_a_sender_that_died_before_the_dot_leaves_a_letter_that_waits_again():
    before, at_the_dot = letter("a"), letter("b")
    Letter.objects.update(state=S.SENDING)
    Letter.objects.filter(pk=at_the_dot.pk).update(handed_at=clock.now())
    assert delivery.recover() == 2
    assert (again(before).state, again(at_the_dot).state) == (S.WAITING, S.UNSURE)


def test_the_database_refuses_a_letter_that_waits_and_was_handed_over():
    row = letter()
    with pytest.raises(IntegrityError, match="letter_waits_in_our_hands"), transaction.atomic():
        Letter.objects.filter(pk=row.pk).update(handed_at=clock.now())
    with pytest.raises(IntegrityError, match="letter_sent_has_moment"), transaction.atomic():
        Letter.objects.filter(pk=row.pk).update(state=S.SENT)


# Decisions


@pytest.fixture
def officer():
    return UserFactory(name="系统管理员", roles=["system_officer"])


def stuck(state=S.UNSURE) -> Letter:
    row = letter()
    handed = clock.now() if state == S.UNSURE else None
    Letter.objects.filter(pk=row.pk).update(state=state, handed_at=handed, attempts=8)
    return again(row)


@pytest.mark.parametrize(
    ("act", "after"), [(RETRY, S.WAITING), (DROP, S.DROPPED), (CONFIRM, S.SENT)]
)
def test_the_system_officer_decides_with_a_reason_and_it_is_written_to_the_trail(
    officer, act, after
):
    row = stuck()
    services.decide(row.pk, act, actor=officer, reason="查过日志")
    entry = Entry.objects.get()
    assert again(row).state == after
    assert (entry.action, entry.actor, entry.comment) == (f"{act}_letter", officer, "查过日志")
    assert "某事" not in entry.label
    with pytest.raises(Refused):
        services.decide(row.pk, act, actor=officer, reason="再来一次")
    assert Entry.objects.count() == 1


def test_a_letter_that_was_refused_cannot_be_called_sent(officer):
    with pytest.raises(Refused):
        services.decide(stuck(S.DEAD).pk, CONFIRM, actor=officer, reason="已到")


@pytest.mark.parametrize("role", ["staff", "office_director", "security_officer", "audit_officer"])
def test_nobody_else_decides(role):
    with pytest.raises(NotAllowed):
        services.decide(stuck().pk, RETRY, actor=UserFactory(roles=[role]), reason="x")


def test_a_decision_without_a_reason_is_not_taken(officer):
    row = stuck()
    signed_in(officer).post(reverse("office:mail-decide", args=[row.pk]), {"act": RETRY})
    assert again(row).state == S.UNSURE
    signed_in(officer).post(
        reverse("office:mail-decide", args=[row.pk]), {"act": RETRY, "reason": "查过"}
    )
    assert again(row).state == S.WAITING


# Pages


def test_who_keeps_the_mail_sees_that_it_went_and_never_what_it_says(officer):
    person = UserFactory(name="王一", email="wang@jczx.example")
    with at("2026-11-24"):
        WorkItemFactory(
            assignee=person, due_on=dt.date(2026, 11, 23), title="机构改革方案", urgency=2
        )
        ahead = signed_in(officer).get(reverse("office:mail-next")).content.decode()
        letters.remind()
    Letter.objects.update(state=S.DEAD, last_error="550 no such user")
    page = signed_in(officer).get(reverse("office:mail")).content.decode()
    for shown in (page, ahead):
        assert "王一" in shown
        assert "机构改革方案" not in shown
        assert "收上〔" not in shown
    row = Letter.objects.first()
    for name in ("office:letter", "office:letter-page"):
        assert signed_in(officer).get(reverse(name, args=[row.pk])).status_code == 404
        assert signed_in(person).get(reverse(name, args=[row.pk])).status_code == 200


def test_the_officers_desk_says_when_mail_does_not_go(officer, settings):
    settings.EMAIL_HOST = ""
    assert "还没有接入邮件服务器" in signed_in(officer).get("/").content.decode()
    settings.EMAIL_HOST = "mail.example"
    assert "邮件" not in signed_in(officer).get("/").content.decode().split("<main")[1]
    stuck(S.DEAD)
    assert "1 封邮件没有发出" in signed_in(officer).get("/").content.decode()
    assert "没有发出" not in signed_in(UserFactory()).get("/").content.decode()


def test_everybody_chooses_for_himself(client):
    person = UserFactory(email="a@jczx.example")
    page = signed_in(person)
    assert page.post(reverse("office:reminders"), {"digest_hour": 7}).status_code == 302
    choice = Choice.objects.get(user=person)
    assert (choice.digest, choice.urgent, choice.digest_hour) == (False, False, 7)
    assert page.post(reverse("office:reminders"), {"digest_hour": 23}).status_code == 422
    assert Choice.objects.get(user=person).digest_hour == 7


def test_a_test_mail_goes_to_oneself_once_a_minute():
    person = UserFactory(email="a@jczx.example")
    for _press in range(2):
        signed_in(person).post(reverse("office:reminders-test"), {"next": "https://evil.example/"})
    assert [row.recipient for row in Letter.objects.all()] == [person]
    with pytest.raises(Refused):
        services.test_mail(UserFactory(email=""))


def test_the_mailbox_of_the_demonstration_exists_nowhere_else():
    person, row = UserFactory(), letter()
    assert signed_in(person).get(reverse("office:mail-demo")).status_code == 404
    assert signed_in(person).get(reverse("office:letter", args=[row.pk])).status_code == 404
    with override_settings(DEMO=True):
        assert "某事" in signed_in(person).get(reverse("office:mail-demo")).content.decode()
        assert signed_in(person).get(reverse("office:letter", args=[row.pk])).status_code == 200


def test_a_letter_is_shown_without_scripts_and_forms():
    person = UserFactory(email="a@jczx.example")
    row = letter(to=person)
    answer = signed_in(person).get(reverse("office:letter-page", args=[row.pk]))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "form-action 'none'" in policy
    assert "sandbox" in policy


# Attacks


@pytest.mark.parametrize(
    "evil", ["王一\r\nBcc: spy@evil.example", "王一\nX: y", "a\u2028b", "“,<x@y>;"]
)
def test_a17_no_header_can_be_made_of_a_name_or_a_subject(relay, evil):
    person = UserFactory(name=evil[:40], email="a@jczx.example")
    letter(to=person, subject=f"关于{evil}的通知")
    assert delivery.deliver() == 1
    ((to, mail),) = relay.accepted
    assert to == "a@jczx.example"
    assert mail["Bcc"] is None
    assert mail["X"] is None
    assert len(mail.get_all("To")) == len(mail.get_all("Subject")) == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a@b.example, spy@evil.example",
        "a@b.example\nRCPT TO:<spy@evil.example>",
        "<a@b>",
        "root",
    ],
)
def test_a17_a_forbidden_address_gets_nothing(relay, address):
    person = UserFactory(email="a@jczx.example")
    row = letter(to=person)
    User.objects.filter(pk=person.pk).update(email=address)
    assert delivery.deliver() == 0
    assert (again(row).state, relay.accepted) == (S.DROPPED, [])


def test_a17_who_has_left_gets_nothing(relay):
    person = UserFactory(email="a@jczx.example")
    row = letter(to=person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert delivery.deliver() == 0
    assert (again(row).state, relay.accepted) == (S.DROPPED, [])


def test_a_line_that_begins_with_a_dot_ends_nothing(relay):
    row = letter()
    Letter.objects.filter(pk=row.pk).update(text="甲\n.\n乙\n..丙", html="<p>\n.\n</p>")
    assert delivery.deliver() == 1
    text, html = (part.get_content() for part in relay.accepted[0][1].iter_parts())
    assert text.splitlines() == ["甲", ".", "乙", "..丙"]
    assert html.splitlines() == ["<p>", ".", "</p>"]


def test_a40_a_forged_task_can_name_nobody_and_nothing():
    """The queue carries no recipient, no words, no day: there is nothing in it to forge."""
    for task in (tasks.mail.send, tasks.reminders.urgent, tasks.reminders.remind):
        for forged in (["spy@evil.example"], [1], [{"to": "x"}]):
            with pytest.raises(TypeError):
                task.apply(args=forged, throw=True)


def test_every_beat_names_a_task_there_is_and_a_queue_a_worker_reads():
    from script.processes import QUEUES

    app.loader.import_default_modules()
    queues = {queue.name for queue in app.conf.task_queues}
    assert queues == set(",".join(QUEUES.values()).split(","))
    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in app.tasks
    routes = {name: app.amqp.router.route({}, name)["queue"].name for name in (
        "office.mail.send", "office.reminders.remind", "office.jobs.run")}  # fmt: skip
    assert routes == {"office.mail.send": "mail", "office.reminders.remind": "default",
                      "office.jobs.run": "bulk"}  # fmt: skip


# Several dead letters at once


def dead(*names: str) -> list[Letter]:
    rows = [letter(name, subject=f"机密之外的事{name}") for name in names]
    Letter.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=S.DEAD, last_error="550 no such user", attempts=8
    )
    return rows


def decided(officer, **given):
    return signed_in(officer).post(reverse("office:mail-decide-all"), given)


@pytest.mark.parametrize(("act", "after"), [(RETRY, S.WAITING), (DROP, S.DROPPED)])
def test_several_dead_letters_are_decided_for_one_reason_each_with_its_entry(officer, act, after):
    rows = dead("a", "b", "c")
    ticked = [row.pk for row in rows[:2]]
    assert decided(officer, act=act, reason="邮箱已开通", letter=ticked).status_code == 302
    assert [again(row).state for row in rows] == [after, after, S.DEAD]
    entries = Entry.objects.order_by("object_id")
    assert [(e.object_id, e.action, e.comment) for e in entries] == [
        (pk, f"{act}_letter", "邮箱已开通") for pk in ticked
    ]
    again_pressed = decided(officer, act=act, reason="再来一次", letter=ticked)
    assert again_pressed.status_code == 409
    assert Entry.objects.count() == 2


def test_several_that_are_sent_again_wake_one_worker(
    officer, relay, django_capture_on_commit_callbacks
):
    keys = [row.pk for row in dead("a", "b", "c")]
    with django_capture_on_commit_callbacks() as after:
        services.decide_all(keys, RETRY, actor=officer, reason="已修好")
    assert len([call for call in after if call.__module__ == services.__name__]) == 1


def test_all_that_were_shown_are_decided_and_none_that_came_since(officer):
    rows = dead("a", "b")
    page = signed_in(officer).get(reverse("office:mail")).content.decode()
    assert all(f'name="shown" value="{row.pk}"' in page for row in rows)
    (late,) = dead("c")
    decided(officer, act=RETRY, reason="已修好", everything="on", shown=[row.pk for row in rows])
    assert [again(row).state for row in (*rows, late)] == [S.WAITING, S.WAITING, S.DEAD]


def test_a_letter_that_perhaps_was_sent_is_never_decided_with_others(officer, relay):
    unsure, (dying,) = stuck(), dead("b")
    page = signed_in(officer).get(reverse("office:mail")).content.decode()
    assert f'name="shown" value="{unsure.pk}"' not in page
    assert f'name="letter" value="{unsure.pk}"' not in page
    for act in (RETRY, DROP):
        decided(officer, act=act, reason="一起", letter=[unsure.pk, dying.pk])
        assert again(unsure).state == S.UNSURE
    assert decided(officer, act=CONFIRM, reason="一起", letter=[unsure.pk]).status_code == 422
    assert delivery.deliver() == 1
    assert [to for to, _mail in relay.accepted] == [dying.recipient.email]
    assert Entry.objects.count() == 1


def test_what_was_ticked_is_not_lost_when_the_reason_is_missing(officer):
    rows = dead("a", "b")
    answer = decided(officer, act=RETRY, letter=[rows[0].pk])
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{rows[0].pk}" checked' in page
    assert f'value="{rows[1].pk}" checked' not in page
    assert {again(row).state for row in rows} == {S.DEAD}
    assert decided(officer, act=RETRY, reason="x").status_code == 422
    assert decided(officer, act=RETRY, reason="x", letter=["x", "9" * 40]).status_code == 422


@pytest.mark.parametrize("role", ["staff", "office_director", "security_officer"])
def test_nobody_else_decides_about_several(role):
    rows = dead("a", "b")
    with pytest.raises(NotAllowed):
        services.decide_all(
            [row.pk for row in rows], RETRY, actor=UserFactory(roles=[role]), reason="x"
        )


# What a letter said, when it is old


def test_what_a_letter_said_goes_after_half_a_year_and_that_it_went_stays(
    relay, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(services, "BATCH", 2)
    person = UserFactory(name="王一", email="wang@jczx.example")
    paper = services.Paper("清单.pdf", lambda: b"%PDF-1.7 x")
    with at("2026-03-02"):
        old, stuck_one, dropped = letter("a", to=person), letter("b"), letter("c")
        draft = Draft(person, Letter.Kind.TEST, "d", "某事", {"now": clock.now()}, paper=paper)
        (listed,) = write([draft])
        assert delivery.deliver() == 4
    Letter.objects.filter(pk=stuck_one.pk).update(state=S.DEAD, sent_at=None)
    Letter.objects.filter(pk=dropped.pk).update(state=S.DROPPED, sent_at=None)
    with at("2026-08-20"):
        recent = letter("e", to=person)
        assert services.forget_texts() == 0
    path = listed.paper_path
    assert default_storage.exists(path)
    with at("2026-08-30"), django_capture_on_commit_callbacks() as after:
        assert [services.forget_texts(), services.forget_texts()] == [3, 0]
    assert default_storage.exists(path)  # as long as a row could still name it
    for delete in after:
        delete()
    for row in (old, dropped, listed):
        assert (again(row).text, row.html, row.subject) == ("", "", "某事")
    assert old.recipient == person
    assert old.sent_at is not None
    assert not default_storage.exists(path)
    assert (listed.paper_path, listed.paper_name) == ("", "清单.pdf")
    assert again(stuck_one).text
    assert again(recent).text

    page = signed_in(person).get(reverse("office:letter", args=[old.pk])).content.decode()
    assert "某事" in page
    assert "正文已过保留期" in page
    assert "<iframe" not in page
    for name in ("office:letter-page", "office:letter-paper"):
        assert signed_in(person).get(reverse(name, args=[listed.pk])).status_code == 404


def test_half_a_year_begins_when_a_letter_was_sent(relay):
    with at("2026-03-02"):
        late = letter()
    with at("2026-08-28"):
        assert delivery.deliver() == 1
    with at("2026-08-30"):
        assert services.forget_texts() == 0
    assert again(late).text
    with at("2027-02-26"):
        assert services.forget_texts() == 1


def test_no_paper_is_kept_without_its_letter(settings, tmp_path):
    person = UserFactory(email="wang@jczx.example")

    def draft(key, printed):
        paper = services.Paper("清单.pdf", printed)
        return Draft(person, Letter.Kind.TEST, key, "某事", {"now": clock.now()}, paper=paper)

    def jammed():
        raise ZeroDivisionError

    settings.MEDIA_ROOT = tmp_path
    good, bad, long = draft("a", lambda: b"%PDF"), draft("b", jammed), draft("c" * 121, bytes)
    for drafts, error in (([good, bad], ZeroDivisionError), ([good, long], DataError)):
        with pytest.raises(error), transaction.atomic():
            write(drafts)
    assert not Letter.objects.exists()
    assert not [*tmp_path.rglob("*.pdf")]
    write([good])
    assert len([*tmp_path.rglob("*.pdf")]) == 1


def test_the_database_refuses_a_letter_to_be_sent_that_says_nothing():
    row = letter()
    with pytest.raises(IntegrityError, match="letter_keeps_text"), transaction.atomic():
        Letter.objects.filter(pk=row.pk).update(text="")
