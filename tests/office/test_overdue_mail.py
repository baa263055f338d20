"""逾期清单 by mail: each his own units', once a week, read back as a PDF off the wire."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage

import pytest
from django.core.files.storage import default_storage
from django.db import connections
from django.urls import reverse
from weasyprint import HTML

from documents.receipt.workflow import State
from office import clock
from office.desk.models import WorkItem
from office.mail import delivery, services
from office.mail.models import DROP, Choice, Letter
from office.overdue import letters
from office.overdue.tasks import mail_lists
from office.people.models import Unit, User
from office.workdays import calendar
from office.workdays.models import ExceptionalDay
from tests.documents import papers
from tests.documents.factories import Office, fresh, make_office, signed_for, walk
from tests.office.factories import UserFactory, signed_in
from tests.office.relay import OK, Relay
from tests.office.test_mail_killed import at_once
from tests.office.test_overdue import MONDAY, on

pytestmark = pytest.mark.django_db
S = Letter.State


@pytest.fixture
def relay(settings):
    with Relay() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.DEFAULT_FROM_EMAIL = "office@jczx.example"
        yield server


@pytest.fixture
def office(db) -> Office:
    """An office in which two units are late, and one sealed envelope lies too long."""
    calendar.forget()
    with on(MONDAY - dt.timedelta(14)):
        place = make_office()
        for person in place.people:
            User.objects.filter(pk=person.pk).update(email=f"{person.username}@jczx.example")
        Unit.objects.filter(pk__in=[place.standards.pk]).update(leader=place.deputy)
        place.mine = walk(None, State.HANDLING, place)
        place.theirs = walk(None, State.REGISTERED, place)
        place.sealed = signed_for(place, is_sealed=True)
    WorkItem.objects.update(due_on=MONDAY - dt.timedelta(3))
    yield place
    calendar.forget()


def mailed(relay: Relay) -> dict[str, EmailMessage]:
    while delivery.deliver():
        pass
    return {to.partition("@")[0]: mail for to, mail in relay.accepted}


def paper_of(mail: EmailMessage) -> str:
    (paper,) = mail.iter_attachments()
    assert paper.get_content_type() == "application/pdf"
    return papers.text(paper.get_content())


def test_each_gets_the_list_of_his_units_as_a_pdf(office: Office, relay: Relay) -> None:
    with on(MONDAY, 9):
        assert mail_lists() == 3
        mails = mailed(relay)
    assert set(mails) == {"head", "deputy", "director"}
    mine, theirs = papers.squeezed(fresh(office.mine).title), papers.squeezed(office.theirs.title)
    for name in ("head", "deputy"):
        text = paper_of(mails[name])
        assert "标准信息科1项" in text
        assert mine in text
        assert theirs not in text
    whole = paper_of(mails["director"])
    assert mine in whole
    assert theirs in whole
    assert all("机要" not in paper_of(mail) for mail in mails.values())  # the sealed envelope


def test_the_mail_has_its_words_whole_and_a_chinese_file_name(office: Office, relay: Relay) -> None:
    with on(MONDAY, 9):
        mail_lists()
        mail = mailed(relay)["head"]
    assert mail["Subject"] == "11月23日逾期事项清单：1 件"
    assert mail.get_content_type() == "multipart/mixed"
    body, paper = mail.iter_parts()
    assert body.get_content_type() == "multipart/alternative"
    text, html = (part.get_content() for part in body.iter_parts())
    for words in (
        "标准信息科",
        "1 件",
        "清单见附件",
        f"http://localhost:8000{reverse('office:overdue')}",
    ):
        assert words in text
        assert words in html
    assert fresh(office.mine).title not in f"{text}{html}"
    assert paper.get_filename() == "逾期事项清单 2026-11-23 标准信息科.pdf"
    raw = paper.as_bytes().split(b"\n\n")[0]
    assert b"filename*" in raw  # RFC 2231
    assert raw.isascii()
    assert max(len(line) for line in mail.as_bytes().splitlines()) <= 998


def test_a_letter_tried_again_carries_the_same_bytes(office: Office, relay: Relay) -> None:
    def cut(_n, server):
        server.transport.abort()
        return OK

    with on(MONDAY, 9):
        mail_lists()
        row = Letter.objects.get(recipient=office.head)
        Letter.objects.exclude(pk=row.pk).update(state=S.DROPPED)
        relay.at_dot = cut
        delivery.deliver()
    row.refresh_from_db()
    assert row.state == S.UNSURE
    relay.at_dot = lambda _n, _server: OK
    WorkItem.objects.update(due_on=MONDAY - dt.timedelta(1), title="改了题目")
    officer = UserFactory(roles=["system_officer"])
    with on(MONDAY + dt.timedelta(1), 9):
        services.decide(row.pk, "retry", actor=officer, reason="日志里没有")
        delivery.deliver()
    attached = [next(mail.iter_attachments()) for _to, mail in relay.accepted]
    first, second = (paper.get_content() for paper in attached)
    assert first == second
    assert relay.accepted[0][1]["Message-ID"] == relay.accepted[1][1]["Message-ID"]


def test_one_letter_a_person_and_week_whatever_runs_how_often(office: Office) -> None:
    for day in range(7):
        for hour in (9, 11):
            with on(MONDAY + dt.timedelta(day), hour):
                mail_lists()
    assert Letter.objects.count() == 3
    with on(MONDAY + dt.timedelta(7), 9):
        assert mail_lists() == 3


def test_a_holiday_entered_in_the_middle_of_the_week_makes_no_second_letter(
    office: Office,
) -> None:
    with on(MONDAY, 9):
        assert mail_lists() == 3
    rest = ExceptionalDay.Kind.HOLIDAY
    ExceptionalDay.objects.create(day=MONDAY, kind=rest, name="x", source="x")
    calendar.forget()
    with on(MONDAY + dt.timedelta(2), 9):
        assert mail_lists() == 0


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_write_each_list_once(office: Office) -> None:
    def work() -> None:
        with on(MONDAY, 9):
            mail_lists()
        connections.close_all()

    at_once(work, 4)
    assert Letter.objects.count() == 3


def test_nothing_on_a_rest_day_and_a_missed_day_is_made_up(office: Office) -> None:
    for n in range(2):
        ExceptionalDay.objects.create(
            day=MONDAY + dt.timedelta(n), kind=ExceptionalDay.Kind.HOLIDAY, name="x", source="x"
        )
    calendar.forget()
    for day, wanted in ((0, 0), (1, 0), (5, 0), (3, 3)):
        with on(MONDAY + dt.timedelta(day), 9):
            assert mail_lists() == wanted
    assert all("11月25日" in row.subject for row in Letter.objects.all())  # its first workday


def test_who_had_nothing_on_the_day_of_the_list_gets_nothing_in_the_middle_of_the_week(
    office: Office,
) -> None:
    with on(MONDAY, 9):
        assert mail_lists() == 3
    new = UserFactory(unit=office.data, head=True, roles=["staff"], email="new@jczx.example")
    WorkItem.objects.about(office.mine).update(assignee=new)
    for day in (2, 4):
        with on(MONDAY + dt.timedelta(day), 9):
            assert mail_lists() == 0
    assert not Letter.objects.filter(recipient=new).exists()


def test_a_day_that_was_missed_is_made_up_for_everybody_at_his_hour(office: Office) -> None:
    Choice.objects.create(user=office.director, digest_hour=11)
    for day, hour, wanted in ((2, 9, 2), (2, 11, 1), (2, 12, 0), (3, 11, 0)):
        with on(MONDAY + dt.timedelta(day), hour):
            assert mail_lists() == wanted


def test_one_list_that_cannot_be_printed_stops_no_other(office: Office, monkeypatch) -> None:
    whole = HTML.render

    def torn(page: HTML, **given):
        words = "".join(page.etree_element.itertext())
        if "标准信息科" in words and office.theirs.title not in words:
            raise ZeroDivisionError
        return whole(page, **given)

    with monkeypatch.context() as press:
        press.setattr(HTML, "render", torn)
        for _n in range(2):
            with on(MONDAY, 9), pytest.raises(ZeroDivisionError):
                mail_lists()
    assert [row.recipient for row in Letter.objects.all()] == [office.director]
    with on(MONDAY, 10):
        assert mail_lists() == 2


def test_who_does_not_want_it_or_wants_it_later(office: Office) -> None:
    Choice.objects.create(user=office.head, weekly=False)
    Choice.objects.create(user=office.director, digest_hour=11)
    User.objects.filter(pk=office.deputy.pk).update(email="")
    with on(MONDAY, 9):
        assert mail_lists() == 0
    with on(MONDAY, 11):
        assert mail_lists() == 1
    assert Letter.objects.get().recipient == office.director


def test_the_choice_is_offered_to_who_answers_for_a_unit(office: Office) -> None:
    url = reverse("office:reminders")
    for person in (office.head, office.deputy, office.director):
        assert 'name="weekly"' in signed_in(person).get(url).content.decode()
    page = signed_in(office.staff)
    assert 'name="weekly"' not in page.get(url).content.decode()
    page.post(url, {"digest": "on", "digest_hour": 8})
    assert Choice.objects.get(user=office.staff).weekly  # what he is not asked stays


def test_an_empty_list_is_not_sent(office: Office) -> None:
    WorkItem.objects.update(due_on=MONDAY)
    with on(MONDAY, 9):
        assert mail_lists() == 0


def test_a29_no_title_with_a_mark_and_no_sealed_row_is_ever_mailed(
    office: Office, relay: Relay
) -> None:
    """Not even to who may read it: the leader reads the whole book."""
    WorkItem.objects.about(office.mine).update(title="机密★5年 关于某事的通知")
    with on(MONDAY, 9):
        assert mail_lists() == 1
        mails = mailed(relay)
    text = paper_of(mails["director"])
    assert "某事" not in text
    assert papers.squeezed(office.sealed.desk_title) not in text
    assert papers.squeezed(office.theirs.title) in text


def test_a28_a_head_gets_only_what_he_may_read(office: Office) -> None:
    """What lies on a desk of his unit and was led elsewhere is not in his list."""
    foreign = office.theirs
    WorkItem.objects.about(foreign).update(role="", unit=office.standards)
    with on(MONDAY, 9):
        mine = {draft.recipient.username: draft for draft in letters.drafts(clock.now())}
    shown = [line.item.object_id for s in mine["head"].context["sections"] for line in s.lines]
    assert shown == [office.mine.pk]


def test_a_paper_that_is_gone_stops_no_other_letter(office: Office, relay: Relay) -> None:
    with on(MONDAY, 9):
        mail_lists()
        Letter.objects.filter(recipient=office.head).update(paper_path="letters/none.pdf")
        assert set(mailed(relay)) == {"deputy", "director"}
    lost = Letter.objects.get(recipient=office.head)
    assert lost.state == S.DEAD
    services.decide(lost.pk, DROP, actor=UserFactory(roles=["system_officer"]), reason="下周再发")


def test_the_paper_is_read_by_its_recipient_only(office: Office) -> None:
    with on(MONDAY, 9):
        mail_lists()
        row = Letter.objects.get(recipient=office.head)
        url = reverse("office:letter-paper", args=[row.pk])
        assert row.paper_name in signed_in(office.head).get(
            reverse("office:letter", args=[row.pk])).content.decode()  # fmt: skip
        paper = signed_in(office.head).get(url)
        assert "标准信息科1项" in papers.text(paper.content)
        assert signed_in(office.director).get(url).status_code == 404
        assert signed_in(office.system).get(url).status_code == 404
        default_storage.delete(row.paper_path)
        assert signed_in(office.head).get(url).status_code == 404


def test_the_page_that_looks_ahead_has_the_lists(office: Office) -> None:
    with on(MONDAY - dt.timedelta(1), 10):
        page = signed_in(office.system).get(reverse("office:mail-next")).content.decode()
    assert page.count("每周逾期清单") == 3
    assert not Letter.objects.exists()
