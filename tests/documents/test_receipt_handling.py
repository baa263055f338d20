"""承办、协办、延期、催办、传阅、答复、办结、归档 (条例 §24(4)–(7), §27)."""

import datetime as dt

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from documents.receipt import track
from documents.receipt.invariants import check_invariants
from documents.receipt.models import IncomingDocument, Opinion
from documents.receipt.services import assignment, circulation, closing, handling
from documents.receipt.sheet import build, digest
from documents.receipt.workflow import INCOMING, State
from office import clock
from office.audit.models import Entry
from office.desk.models import WorkItem
from office.desk.services import mark_opened
from office.errors import Refused
from office.notifications.models import Notice
from office.people.models import User
from office.people.services import hand_over
from tests.documents.factories import (
    Office,
    day,
    fresh,
    not_allowed,
    owed,
    plan,
    refused,
    step,
    walk,
)


def assisted(office: Office) -> IncomingDocument:
    """Return a document in hand, with an input owed by the data unit."""
    row = walk(None, State.SCREENED, office)
    given = plan(office, assist_units=[office.data], assist_due_on=day(5))
    assignment.propose(row.pk, actor=office.director, opinion="拟", plan=given)
    assignment.claim(row.pk, actor=office.staff)
    return fresh(row)


# 承办


def test_progress_is_noted_once(office: Office) -> None:
    row = walk(None, State.HANDLING, office)
    with step(row, "progress"):
        handling.progress(row.pk, actor=office.staff, opinion="已函商有关单位")
    with refused(row, "just been recorded"):
        handling.progress(row.pk, actor=office.staff, opinion="已函商有关单位")
    with refused(row, "Only the handler"):
        handling.progress(row.pk, actor=office.colleague, opinion="代记")


def test_input_is_given_by_the_assisting_unit_on_its_own_day(office: Office) -> None:
    row = assisted(office)
    assert {i.unit: i.due_on for i in row.open_items if i.step == "assist"} == {office.data: day(5)}
    with refused(row, "another desk"):
        handling.assist(row.pk, actor=office.staff, opinion="代答")
    with refused(row, "质量数据科"):
        handling.handle(row.pk, actor=office.staff, result="办毕")

    with step(row, "assist"):
        handling.assist(row.pk, actor=office.other_staff, opinion="数据已核")
    with refused(row):
        handling.assist(row.pk, actor=office.other_head, opinion="再补")
    with step(row, "handle"):
        handling.handle(row.pk, actor=office.staff, result="办毕")
    assert owed(row) == {("answer", "Staff")}


def test_a_result_has_words(office: Office) -> None:
    row = walk(None, State.HANDLING, office)
    with refused(row):
        handling.handle(row.pk, actor=office.staff, result="  ")


# 延期


def test_an_extension_is_granted_by_who_assigned_it(office: Office) -> None:
    row = walk(None, State.HANDLING, office)
    with step(row, "ask_extension"):
        handling.ask_extension(row.pk, actor=office.staff, until=day(15), reason="需现场核查")
    assert owed(row) == {("handle", "Staff"), ("decide_extension", "Principal")}
    with refused(row, "already"):
        handling.ask_extension(row.pk, actor=office.staff, until=day(16), reason="再请")

    with step(row, "decide_extension"):
        handling.decide_extension(row.pk, actor=office.principal, granted=True, opinion="同意")
    kept = row.extensions.get()
    assert (kept.due_on, kept.wanted_on, kept.is_granted) == (day(10), day(15), True)
    assert fresh(row).due_on == day(15)
    assert [i.due_on for i in fresh(row).open_items] == [day(15)]
    assert fresh(row).limit_workdays == 15
    told = Notice.objects.get(recipient=office.staff, key__startswith="extension-")
    assert row.title in told.text


def test_a_refused_extension_changes_no_day(office: Office) -> None:
    row = walk(None, State.HANDLING, office)
    handling.ask_extension(row.pk, actor=office.staff, until=day(15), reason="需现场核查")
    with not_allowed(row):
        handling.decide_extension(row.pk, actor=office.head, granted=True)
    with refused(row):  # without a reason
        handling.decide_extension(row.pk, actor=office.principal, granted=False)
    with refused(row, "another desk"):
        handling.decide_extension(row.pk, actor=office.deputy, granted=True)
    with step(row, "decide_extension"):
        handling.decide_extension(row.pk, actor=office.principal, granted=False, opinion="按期办结")
    kept = row.extensions.get()
    assert (kept.is_granted, kept.wanted_on, fresh(row).due_on) == (False, day(15), day(10))
    assert "按期办结" in Notice.objects.get(recipient=office.staff, key__startswith="ext").text
    (line,) = [line for line in track.build(fresh(row), []) if "按期办结" in line.note]
    assert line.label == INCOMING.steps["decide_extension"].label
    with step(row, "ask_extension"):
        handling.ask_extension(row.pk, actor=office.staff, until=day(12), reason="再请")


def test_more_time_means_a_later_day(office: Office) -> None:
    row = walk(None, State.HANDLING, office)
    for until in (day(10), day(3)):
        with refused(row, "later"):
            handling.ask_extension(row.pk, actor=office.staff, until=until, reason="忙")
    with refused(row):
        handling.ask_extension(row.pk, actor=office.staff, until=day(20), reason="")
    IncomingDocument.objects.filter(pk=row.pk).update(due_on=clock.today() - dt.timedelta(days=30))
    with refused(row, "passed"):
        past = clock.today() - dt.timedelta(days=10)
        handling.ask_extension(row.pk, actor=office.staff, until=past, reason="忙")


def test_without_a_leader_the_director_decides(office: Office) -> None:
    row = assisted(office)
    handling.ask_extension(row.pk, actor=office.staff, until=day(15), reason="需核")
    assert ("decide_extension", "Director") in owed(row)


def test_an_undecided_extension_lapses_with_the_result(office: Office) -> None:
    row = walk(None, State.HANDLING, office)
    handling.ask_extension(row.pk, actor=office.staff, until=day(15), reason="需核")
    with step(row, "handle"):
        handling.handle(row.pk, actor=office.staff, result="提前办毕")
    assert owed(row) == {("answer", "Staff")}
    assert row.extensions.get().cancelled_at


# 催办


def test_an_urge_stands_on_the_desk_of_who_owes_it(office: Office) -> None:
    row = walk(None, State.HANDLING, office)
    circulation.circulate(row.pk, actor=office.clerk, readers=[office.deputy])
    with step(row, "urge"):
        told = handling.urge([row.pk], actor=office.clerk, words="明天到期")
    item = WorkItem.objects.about(row).get(step="handle", done_at=None)

    assert (told, item.urged, item.urged_at is not None) == (1, 1, True)
    assert [(u.by, u.to, u.words) for u in item.urges.all()] == [
        (office.clerk, office.staff, "明天到期")
    ]
    assert Notice.objects.filter(recipient=office.staff, text__contains="明天到期").exists()
    assert not Notice.objects.filter(recipient=office.deputy, text__contains="明天到期").exists()
    with refused(row, "just urged"):
        handling.urge([row.pk], actor=office.clerk)
    with step(row, "urge"):
        handling.urge([row.pk], actor=office.director)


def test_a_pool_is_urged_as_a_whole_and_circulation_by_its_copies(office: Office) -> None:
    row = walk(None, State.ASSIGNED, office)
    assert (
        handling.urge([row.pk], actor=office.clerk) == 3
    )  # head, staff, colleague; not the officer
    row = walk(None, State.CIRCULATING, office)
    assert handling.urge([row.pk], actor=office.clerk) == 2
    for copy in row.open_readers:
        circulation.read(row.pk, actor=copy.reader)
    with clock.at(clock.now() + dt.timedelta(minutes=5)):
        assert handling.urge([row.pk], actor=office.director) == 2  # both registry clerks


def test_several_are_urged_at_once_and_what_has_ended_is_left_out(office: Office) -> None:
    rows = [walk(None, State.HANDLING, office), walk(None, State.FILED, office)]
    assert handling.urge([row.pk for row in rows], actor=office.clerk) == 1
    with pytest.raises(Refused, match="Nobody owes"):
        handling.urge([rows[1].pk], actor=office.clerk)
    assert not Entry.objects.about(rows[1]).filter(action="urge").exists()


# 传阅


def test_circulation_never_blocks_the_main_line(office: Office) -> None:
    row = walk(None, State.HANDLING, office)
    with step(row, "circulate"):
        circulation.circulate(
            row.pk, actor=office.clerk, readers=[office.deputy, office.other_head]
        )
    row = walk(fresh(row), State.CLOSED, office)
    assert owed(row) == {("file", "Registry clerk"), ("read", "Deputy"), ("read", "Other_Head")}
    row = walk(fresh(row), State.FILED, office)
    assert owed(row) == {("read", "Deputy"), ("read", "Other_Head")}


def test_readers_are_added_once_and_later_ones_in_order_of_rank(office: Office) -> None:
    row = walk(None, State.HANDLING, office)
    circulation.circulate(row.pk, actor=office.clerk, readers=[office.other_head])
    with refused(row, "already"):
        circulation.circulate(row.pk, actor=office.director, readers=[office.other_head])
    with step(row, "circulate"):
        circulation.circulate(
            row.pk, actor=office.head, readers=[office.other_head, office.principal]
        )
    assert [reading.name for reading in build(fresh(row)).readers] == ["Principal", "Other_Head"]


def test_a_reader_sees_it_reads_it_once_and_may_speak(office: Office) -> None:
    row = walk(None, State.HANDLING, office)
    circulation.circulate(row.pk, actor=office.clerk, readers=[office.other_staff])
    assert IncomingDocument.objects.visible_to(office.other_staff).get() == row
    with step(row, "read"):
        circulation.read(row.pk, actor=office.other_staff, opinion="已阅，建议抄送财务。")
    with refused(row, "read it"):
        circulation.read(row.pk, actor=office.other_staff)
    assert build(fresh(row)).readers[0].opinion == "已阅，建议抄送财务。"


def test_an_unread_copy_is_recalled_a_read_one_stays(office: Office) -> None:
    row = walk(None, State.CIRCULATING, office)
    circulation.read(row.pk, actor=office.head)
    with refused(row, "has read it"):
        circulation.recall_reader(row.pk, actor=office.clerk, reader=office.head)
    with step(row, "recall_reader"):
        circulation.recall_reader(row.pk, actor=office.clerk, reader=office.other_head)
    assert owed(row) == {("close", "Registry clerk")}
    assert not IncomingDocument.objects.visible_to(office.other_head).exists()


def test_recalling_a_copy_does_not_hide_it_from_who_handles_it(office: Office) -> None:
    row = walk(None, State.HANDLING, office)
    User.objects.filter(pk=office.staff.pk).update(unit=office.data)
    staff = User.objects.get(pk=office.staff.pk)
    circulation.circulate(row.pk, actor=office.clerk, readers=[staff])
    circulation.recall_reader(row.pk, actor=office.clerk, reader=staff)
    with step(row, "progress"):
        handling.progress(row.pk, actor=staff, opinion="在办")


def test_for_reading_it_closes_when_everybody_has_read(office: Office) -> None:
    row = walk(None, State.CIRCULATING, office)
    with refused(row, "Head、Other_Head"):
        closing.close(row.pk, actor=office.clerk)
    for reader in (office.head, office.other_head):
        circulation.read(row.pk, actor=reader)
    assert owed(row) == {("close", "Registry clerk")}
    with step(row, "circulate"):
        circulation.circulate(row.pk, actor=office.clerk, readers=[office.deputy])
    assert owed(row) == {("read", "Deputy")}
    circulation.read(row.pk, actor=office.deputy)
    with step(row, "close"):
        closing.close(row.pk, actor=office.clerk)


# 答复


def test_an_answer_or_the_reason_why_none_is_due(office: Office) -> None:
    row = walk(None, State.HANDLED, office)
    with refused(row, "why no answer"):
        closing.answer(row.pk, actor=office.staff, method="none", to="", text="")
    with refused(row, "how"):
        closing.answer(row.pk, actor=office.staff, method="", to="", text="已复")
    with refused(row, "another desk"):
        closing.answer(row.pk, actor=office.colleague, method="none", to="", text="不需答复")
    with refused(row):
        closing.close(row.pk, actor=office.clerk)
    with step(row, "answer"):
        closing.answer(row.pk, actor=office.staff, method="none", to="", text="通知类，不需答复")
    assert owed(row) == {("close", "Registry clerk")}
    assert Notice.objects.filter(recipient=office.principal, key__startswith="answered-").exists()


# 办结、归档


def test_closing_freezes_the_sheet_and_late_words_go_to_the_annex(office: Office) -> None:
    row = walk(None, State.HANDLING, office)
    circulation.circulate(row.pk, actor=office.clerk, readers=[office.deputy])
    row = walk(fresh(row), State.CLOSED, office)
    before = fresh(row)
    sheet = build(before)
    assert before.sheet_digest == digest(before.frozen_sheet)

    later = clock.now() + dt.timedelta(days=2)
    with clock.at(later):
        with step(row, "read"):
            circulation.read(row.pk, actor=office.deputy, opinion="迟到的意见")
        with step(row, "annotate"):
            closing.annotate(row.pk, actor=office.clerk, opinion="补记")
        closing.file(row.pk, actor=office.clerk, year=2026, unit=office.standards, retention="10年")
    after = build(fresh(row))

    assert [words.text for words in after.annex] == ["迟到的意见", "补记"]
    assert (after.facts, after.opinions, after.readers) == (
        sheet.facts,
        sheet.opinions,
        sheet.readers,
    )
    assert fresh(row).sheet_digest == before.sheet_digest
    assert not [words for words in after.opinions if words.text == "迟到的意见"]


def test_the_sheet_says_everything_said(office: Office) -> None:
    row = walk(None, State.CLOSED, office)
    said = {words.step for words in build(fresh(row)).opinions}
    assert said == {"screen", "propose", "instruct", "handle", "answer"}


def test_filing_needs_a_place_and_a_period(office: Office) -> None:
    row = walk(None, State.CLOSED, office)
    with refused(row, "retention"):
        closing.file(row.pk, actor=office.clerk, year=2026, unit=office.standards, retention="5年")
    with not_allowed(row):
        closing.file(
            row.pk, actor=office.archivist, year=2026, unit=office.standards, retention="永久"
        )
    with step(row, "file"):
        closing.file(row.pk, actor=office.clerk, year=2026, unit=office.standards, retention="永久")
    row = fresh(row)
    assert (row.filing_year, row.filing_unit, row.retention) == (2026, office.standards, "永久")
    assert owed(row) == set()


def test_links_show_once_and_only_between_visible_rows(office: Office) -> None:
    one, other = walk(None, State.REGISTERED, office), walk(None, State.REGISTERED, office)
    with step(one, "link"):
        closing.link(one.pk, actor=office.clerk, other=other, kind="replies")
    with refused(one, "already"):
        closing.link(one.pk, actor=office.clerk, other=other, kind="replies")
    with refused(one):
        closing.link(one.pk, actor=office.clerk, other=one, kind="follows")
    sealed = walk(None, State.SEALED, office)
    with refused(one):
        closing.link(one.pk, actor=office.director, other=sealed, kind="follows")


# 意见只增


def test_the_database_refuses_to_change_or_remove_an_opinion(office: Office) -> None:
    row = walk(None, State.ASSIGNED, office)
    for change in (
        lambda: Opinion.objects.filter(document=row).update(text="篡改"),
        lambda: Opinion.objects.filter(document=row, step="propose").delete(),
    ):
        with (
            pytest.raises((IntegrityError, InternalError), match="append-only"),
            transaction.atomic(),
        ):
            change()


def test_the_database_refuses_to_change_or_remove_the_trail(office: Office) -> None:
    walk(None, State.REGISTERED, office)
    for sql in ("UPDATE office_entry SET action = 'x'", "DELETE FROM office_entry"):
        with (
            pytest.raises((IntegrityError, InternalError), match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)


# 离岗移交


def given_over(office: Office, leaver: User, successor: User) -> int:
    return hand_over(leaver.pk, actor=leaver, successor=successor)


@pytest.mark.parametrize(
    ("state", "leaver", "successor"),
    [
        (State.PROPOSED, "principal", "deputy"),
        (State.HANDLING, "staff", "colleague"),
        (State.HANDLED, "staff", "colleague"),
        (State.CIRCULATING, "head", "colleague"),
        (State.CIRCULATING, "head", "other_head"),
    ],
)
def test_who_takes_over_can_go_on(office: Office, state: str, leaver: str, successor: str) -> None:
    row = walk(None, state, office)
    assert given_over(office, getattr(office, leaver), getattr(office, successor)) == 1
    check_invariants(row)
    assert not WorkItem.objects.about(row).open().filter(assignee=getattr(office, leaver)).exists()
    assert Entry.objects.about(row).filter(action="hand_over").count() == 1


def test_who_could_never_take_the_step_does_not_take_over(office: Office) -> None:
    row = walk(None, State.PROPOSED, office)
    with refused(row, "cannot take"):
        given_over(office, office.principal, office.head)


def test_a_deciders_work_does_not_go_to_who_asked(office: Office) -> None:
    row = walk(None, State.HANDLING, office)
    User.objects.filter(pk=office.staff.pk).update(roles=["leader", "staff"])
    handling.ask_extension(row.pk, actor=office.staff, until=day(15), reason="需核")
    with refused(row, "his own"):
        given_over(office, office.principal, User.objects.get(pk=office.staff.pk))
    given_over(office, office.principal, office.deputy)
    with step(row, "decide_extension"):
        handling.decide_extension(row.pk, actor=office.deputy, granted=True)


def test_opening_counts_once(office: Office) -> None:
    row = walk(None, State.HANDLING, office)
    assert [mark_opened(row, office.staff), mark_opened(row, office.staff)] == [1, 0]
    assert mark_opened(row, office.colleague) == 0
