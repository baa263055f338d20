"""The living office: every night everything holds, the same seed makes the same rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from documents.demo import build, daily
from documents.demo.life import arrivals, course
from documents.demo.life.arrivals import Post
from documents.demo.life.days import Life
from documents.demo.nightly import months
from documents.drafting.models import Dispatch, Measurement, Version
from documents.figures import counts
from documents.receipt.invariants import Broken
from documents.receipt.models import Extension, IncomingDocument, Link, Reader
from documents.receipt.workflow import State
from office import clock
from office.audit.models import Entry
from office.demo import days
from office.desk.models import Urge, WorkItem
from office.files.models import Attachment
from office.mail.models import Letter
from office.notifications.models import Notice
from office.people.models import Acting
from office.periods import Period
from office.reminders.models import Reminder
from office.workdays import calendar
from tests.documents.dispatch_faults import DISPATCH_FAULTS
from tests.documents.faults import DIGEST, FAULTS, entry, lost

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

UNTIL = dt.date(2026, 7, 31)
MONTHS = (dt.date(2026, 6, 1), dt.date(2026, 7, 1))
OFFICE_ZONE = dt.timezone(dt.timedelta(hours=8))


@contextmanager
def forgotten() -> Iterator[None]:
    """Live inside a transaction that is rolled back; keys begin at 1 every time."""
    calendar.forget()
    with transaction.atomic():
        build.empty()
        yield
        transaction.set_rollback(True)
    calendar.forget()


def lived(**more: object) -> Life:
    return build.everything(lambda _words: None, told=False, **more)


@pytest.fixture(scope="module")
def life(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Life]:
    """Live four quiet summer weeks, each touched row asked every night."""
    often = {"filed": 90, "rejected": 5, "void": 5}
    with pytest.MonkeyPatch.context() as rare, django_db_blocker.unblock(), forgotten():
        rare.setattr(course, "FATES", often)
        life = lived(weeks=4, until=UNTIL, seed=7, scale=0.5, each=True)
        with clock.at(dt.datetime.combine(UNTIL, days.UNTIL)):
            yield life


def test_four_weeks_hold_every_night_and_everything_happens(life: Life) -> None:
    rows = IncomingDocument.objects
    assert rows.count() > 50
    assert rows.filter(state=State.FILED).count() > 9
    for state in (State.COLLECTED, State.CIRCULATING, State.HANDLING, State.REJECTED):
        assert rows.filter(state=state).exists(), state
    actions = set(Entry.objects.values_list("action", flat=True))
    assert actions >= {
        "send_back", "ask_extension", "decide_extension", "urge", "link", "progress", "assist",
        "attach", "reject", "name_handler", "claim", "transfer", "correct", "void",
    }, actions  # fmt: skip
    assert Extension.objects.filter(is_granted__isnull=False).exists()
    assert Urge.objects.exists()
    assert Link.objects.exists()
    assert Attachment.objects.exists()
    assert Notice.objects.exists()
    assert Acting.objects.filter(reason="年休假").exists()
    assert Entry.objects.exclude(on_behalf_of=None).filter(action="instruct").exists()
    assert Reader.objects.filter(read_at=None).exists()
    late = WorkItem.objects.filter(done_at__date__gt=dt.date(2026, 6, 1), due_on__isnull=False)
    assert [item for item in late if item.done_at.astimezone(OFFICE_ZONE).date() > item.due_on]


def test_the_letters_are_told_apart_by_their_titles(life: Life) -> None:
    titles = list(IncomingDocument.objects.exclude(title="").values_list("title", flat=True))
    assert len(set(titles)) > 0.97 * len(titles)
    assert not [title for title in titles if "{" in title or "工作工作" in title]
    numbers = list(IncomingDocument.objects.exclude(doc_number="").values_list("doc_number"))
    assert len(set(numbers)) == len(numbers)


def test_the_figures_of_each_month_are_what_they_come_to_by_hand(life: Life) -> None:
    june, july = map(months.counted, MONTHS)
    registered = IncomingDocument.objects.filter(is_sealed=False).count()
    assert june["totals"]["received"] + july["totals"]["received"] == registered
    assert july["totals"]["carried"] == june["totals"]["open"]
    for month in (june, july):
        for group in month["groups"].values():
            assert sum(line[0] for line in group.values()) == month["totals"]["received"]
    assert set(july["totals"]) >= {"closed_right", "urgings", "rejected"}
    assert len(july["steps"]) == 12
    assert july["late_days"]
    assert july["steps"]["handle"]["overdue"] < july["steps"]["handle"]["done"] / 3
    assert july["totals"]["closed_late"] < july["totals"]["closed"] * 2 / 3  # with all that follows
    for month in MONTHS:
        daily.check_month(month)


def test_a_month_that_is_reported_wrongly_is_found(life: Life) -> None:
    """The report looks for the words that were said, the count by hand for the trail."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(entry("send_back", "after", "after"))
        reported = [months.reported(_report(month))["totals"] for month in MONTHS]
        assert reported != [months.counted(month)["totals"] for month in MONTHS]
        transaction.set_rollback(True)


@pytest.mark.parametrize("part", ["totals", "groups", "steps", "late_days"])
def test_every_part_of_a_months_figures_is_compared(life: Life, part: str) -> None:
    figures = _report(MONTHS[-1])
    assert months.reported(figures)[part] == months.counted(MONTHS[-1])[part]
    changed = {
        "totals": lambda: figures["totals"].update(closed_late=-1),
        "groups": figures["groups"]["sender"].pop,
        "steps": lambda: figures["steps"]["read"]["waits"].append([1, 1]),
        "late_days": lambda: figures["late_days"].append([99, 1]),
    }
    changed[part]()
    assert months.reported(figures)[part] != months.counted(MONTHS[-1])[part]


def _report(month: dt.date) -> counts.Figures:
    return counts.of(IncomingDocument.objects.all(), Period.of_months(month, 1), is_whole=True)


def test_everybody_is_reminded_as_an_office_would(life: Life) -> None:
    assert {*Reminder.objects.values_list("kind", flat=True)} == {*Reminder.Kind.values}
    assert {*Reminder.objects.values_list("capacity", flat=True)} == {*Reminder.Capacity.values}
    assert {*Reminder.objects.filter(kind="due").values_list("rung", flat=True)} >= {-3, -1, 0, 1}
    assert {*Letter.objects.values_list("kind", flat=True)} == {"digest", "urgent", "weekly"}
    assert not Letter.objects.exclude(state=Letter.State.SENT).exists()
    resting = Letter.objects.filter(created_at__week_day__in=(1, 7))
    assert not resting.exclude(kind=Letter.Kind.URGENT).exists()


def test_what_the_office_writes_goes_its_whole_way(life: Life) -> None:
    """A hundred and twenty in half a year are nine in four weeks of half an office."""
    rows = Dispatch.objects.all()
    assert rows.count() >= 9
    assert len({row.kind for row in rows}) >= 5
    assert len({row.state for row in rows}) >= 7
    gone = rows.exclude(distributed_at=None)
    assert gone.filter(origin_kind="replies").exists()
    answers = IncomingDocument.objects.filter(dispatches__in=gone.filter(origin_kind="replies"))
    assert answers.filter(answer_method="document", answer_text__contains="江质信").exists()
    assert not Measurement.objects.exclude(failed=[]).exists()
    said = set(
        Entry.objects.filter(content_type__model="dispatch").values_list("action", flat=True)
    )
    assert said >= {
        "submit", "review", "check", "countersign", "sign", "recheck", "register", "print", "seal",
        "distribute", "acknowledge", "close", "send_back",
    }, said  # fmt: skip
    assert Version.objects.filter(step="submit", number__gt=1).exists()  # it was mended


@pytest.mark.parametrize(("rule", "fault"), [*FAULTS, *DISPATCH_FAULTS])
def test_a_row_broken_by_hand_is_found_at_night(life: Life, rule: str, fault: str) -> None:
    (asked,) = [name for name in daily.QUESTIONS if rule in name]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            cursor.execute(fault)
            assert cursor.rowcount
        found = list(daily.faults({asked: daily.QUESTIONS[asked]}))
        transaction.set_rollback(True)
    assert found


def test_a_paper_changed_on_the_disk_is_found_on_the_last_night(life: Life) -> None:
    assert not list(daily.altered())
    file = Attachment.objects.filter(step="issue", withdrawn_at=None).latest("pk")
    with default_storage.open(file.path) as content:
        before = content.read()
    path = Path(default_storage.path(file.path))
    mode = path.stat().st_mode
    path.chmod(0o600)
    try:
        path.write_bytes(before[:-9] + b"#" + before[-8:])
        assert list(daily.altered()) == [file.name]
        with pytest.raises(Broken, match="not the paper that was issued"):
            daily.check()
    finally:
        path.write_bytes(before)
        path.chmod(mode)


def test_a_night_with_a_fault_does_not_pass(life: Life) -> None:
    daily.check(each=True)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(lost(DIGEST))
        for night in (daily.check, daily.check_ladder):
            with pytest.raises(Broken, match=r"at 2026-07-31 10:30, .*not mailed when it should"):
                night()
        transaction.set_rollback(True)


def test_every_question_has_a_fault_that_it_finds() -> None:
    for rule in daily.QUESTIONS:
        assert [part for part, _fault in [*FAULTS, *DISPATCH_FAULTS] if part in rule], rule


def test_another_seed_brings_other_letters(life: Life) -> None:
    again, other = (Post(life.time, life.first, [], seed=seed, scale=0.5) for seed in (7, 8))
    assert again.bags == life.post.bags != other.bags


@pytest.mark.parametrize(
    ("weeks", "until", "rest", "makeup"),
    [
        (
            3,
            dt.date(2026, 3, 2),
            (dt.date(2026, 2, 15), dt.date(2026, 2, 23)),
            dt.date(2026, 2, 28),
        ),
        (
            2,
            dt.date(2026, 10, 12),
            (dt.date(2026, 10, 1), dt.date(2026, 10, 7)),
            dt.date(2026, 10, 10),
        ),
    ],
)
def test_holidays_are_kept_and_made_up_for(
    monkeypatch: pytest.MonkeyPatch,
    weeks: int,
    until: dt.date,
    rest: tuple[dt.date, ...],
    makeup: dt.date,
) -> None:
    """春节, 国庆: only what is most urgent comes in, through the duty clerk; 调休 is a workday."""
    monkeypatch.setattr(arrivals, "FLASH_ON_REST", 0.5)
    with forgotten():
        lived(weeks=weeks, until=until, scale=0.2, writes=0)
        days = {
            entry.at.astimezone(OFFICE_ZONE).date(): entry.at
            for entry in Entry.objects.filter(content_type__model="incomingdocument")
        }
        resting = {day for day in days if rest[0] <= day <= rest[1]}
        came = IncomingDocument.objects.filter(received_on__in=resting)
        assert makeup in days
        mailed = {
            (letter.created_at.astimezone(OFFICE_ZONE).date(), letter.kind)
            for letter in Letter.objects.all()
        }
        assert (makeup, "digest") in mailed
        assert {kind for day, kind in mailed if rest[0] <= day <= rest[1]} == {"urgent"}
        assert came.exists()
        assert {(row.urgency, row.signed_for_by.username) for row in came} <= {
            ("特急", "liwenjing"),
            ("特急", "tiantian"),
        }
