"""The living office: every night everything holds, the same seed makes the same rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from documents.demo import build, daily
from documents.demo.life import arrivals, course
from documents.demo.life.days import Life
from documents.receipt.invariants import Broken
from documents.receipt.models import Extension, IncomingDocument, Link, Reader
from documents.receipt.workflow import State
from office import clock
from office.audit.models import Entry
from office.desk.models import Urge, WorkItem
from office.files.models import Attachment
from office.notifications.models import Notice
from office.people.models import Acting
from office.workdays import calendar

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

UNTIL = dt.date(2026, 7, 31)
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
    """Live six quiet summer weeks, each touched row asked every night."""
    often = {"filed": 90, "rejected": 5, "void": 5}
    with pytest.MonkeyPatch.context() as rare, django_db_blocker.unblock(), forgotten():
        rare.setattr(course, "FATES", often)
        yield lived(weeks=6, until=UNTIL, scale=0.4, each=True)


def test_six_weeks_hold_every_night_and_everything_happens(life: Life) -> None:
    rows = IncomingDocument.objects
    assert rows.count() > 50
    assert rows.filter(state=State.FILED).count() > 15
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


def test_the_figures_of_a_month_add_up(life: Life) -> None:
    june, july = daily.facts(dt.date(2026, 6, 1)), daily.facts(dt.date(2026, 7, 15))
    registered = IncomingDocument.objects.exclude(registered_at=None).count()
    assert june["registered"] + july["registered"] == registered
    for month in (june, july):
        by_class = (month[name] for name in ("superior", "peer", "subordinate", "other"))
        assert sum(by_class) == month["registered"]
    assert july["closed_late"] < july["closed"] / 3


FAULTS = {
    "a number is missing": "UPDATE office_series SET last = last + 1 WHERE name = 'incoming-peer'",
    "come to its end": "UPDATE office_workitem SET done_at = NULL, done_by_id = NULL, outcome = '' "
    "WHERE id = (SELECT max(w.id) FROM office_workitem w JOIN documents_incomingdocument d ON "
    "d.id = w.object_id WHERE d.state = 'filed' AND w.step = 'close')",
    "does not fit the state": "DELETE FROM office_workitem WHERE done_at IS NULL AND "
    "step = 'handle' AND NOT EXISTS (SELECT FROM office_urge WHERE item_id = office_workitem.id)",
    "lacks its facts": "UPDATE documents_incomingdocument SET points_met = '{}' "
    "WHERE state = 'handling'",
    "times do not follow": "UPDATE documents_incomingdocument SET filed_at = signed_for_at "
    "WHERE state = 'filed'",
    "leader and desk": "UPDATE documents_instruction SET given_at = NULL, opinion_id = NULL "
    "WHERE id = (SELECT max(id) FROM documents_instruction WHERE given_at IS NOT NULL)",
    "handler and desk": "UPDATE documents_incomingdocument SET handler_id = signed_for_by_id "
    "WHERE state = 'handling'",
    "copies and desks": "UPDATE documents_reader SET read_at = added_at, read_by_id = reader_id "
    "WHERE read_at IS NULL AND recalled_at IS NULL",
    "inputs and desks": "DELETE FROM office_workitem WHERE step = 'assist' AND done_at IS NULL "
    "AND NOT EXISTS (SELECT FROM office_urge WHERE item_id = office_workitem.id)",
    "extension and its deciders": "UPDATE documents_extension SET decided_at = NULL, "
    "decided_by_id = NULL, is_granted = NULL WHERE id = (SELECT max(id) FROM documents_extension "
    "WHERE cancelled_at IS NULL AND decided_at IS NOT NULL)",
    "trail does not join": "INSERT INTO office_entry (at, actor_id, action, content_type_id, "
    "object_id, label, before, after, comment, facts) SELECT at, actor_id, 'annotate', "
    "content_type_id, object_id, label, 'screened', 'screened', '', '{}' FROM office_entry "
    "WHERE action = 'file' LIMIT 1",
    "does not lead": "INSERT INTO office_entry (at, actor_id, action, content_type_id, "
    "object_id, label, before, after, comment, facts) SELECT at, actor_id, 'urge', "
    "content_type_id, object_id, label, after, after, '', '{}' FROM office_entry "
    "WHERE action = 'file' LIMIT 1",
    "without an entry": "UPDATE documents_link SET made_at = made_at + interval '1 second'",
    "without an arrangement": "UPDATE office_acting SET starts_on = starts_on - 400, "
    "ends_on = ends_on - 400",
    "on a rest day": "INSERT INTO office_exceptionalday (day, kind, name, source) "
    "VALUES ('2026-07-15', 'holiday', '', '')",
    "miscounted": "UPDATE office_workitem SET urged = urged + 1 WHERE urged > 0",
    "without its time": "UPDATE office_workitem SET taken_minutes = NULL WHERE id = "
    "(SELECT max(id) FROM office_workitem WHERE done_at IS NOT NULL)",
    "may not see": "DELETE FROM documents_incominggrant",
    "not told": "DELETE FROM office_notice",
    "search does not find": "DELETE FROM office_searchentry WHERE object_id % 7 = 0",
    "follow the order of registration": "UPDATE documents_incomingdocument SET registered_at = "
    "registered_at + interval '3 days' WHERE state = 'filed' AND serial % 5 = 0",
}


@pytest.mark.parametrize("rule", FAULTS)
def test_a_row_broken_by_hand_is_found_at_night(life: Life, rule: str) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            cursor.execute(FAULTS[rule])
            assert cursor.rowcount
        assert any(rule in fault for fault in daily.faults())
        with pytest.raises(Broken, match=str(UNTIL)):
            daily.check(UNTIL)
        transaction.set_rollback(True)


def test_every_question_has_a_fault_that_it_finds() -> None:
    for rule in daily.QUESTIONS:
        assert [part for part in FAULTS if part in rule], rule
    assert len(FAULTS) == len(daily.QUESTIONS)


def test_other_rooms_may_ask_as_well(life: Life) -> None:
    with pytest.raises(Broken, match="a mail is missing"):
        daily.check(UNTIL, more=[lambda day: [f"a mail is missing on {day}"]])


def test_the_same_seed_makes_the_same_rows_and_another_does_not() -> None:
    digests = []
    for seed in (7, 7, 8):
        with forgotten():
            lived(weeks=1, until=UNTIL, seed=seed, scale=0.6)
            digests.append(daily.digest())
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize(
    ("until", "rest", "makeup"),
    [
        (dt.date(2026, 3, 3), (dt.date(2026, 2, 15), dt.date(2026, 2, 23)), dt.date(2026, 2, 28)),
        (
            dt.date(2026, 10, 12),
            (dt.date(2026, 10, 1), dt.date(2026, 10, 7)),
            dt.date(2026, 10, 10),
        ),
    ],
)
def test_holidays_are_kept_and_made_up_for(
    monkeypatch: pytest.MonkeyPatch, until: dt.date, rest: tuple[dt.date, ...], makeup: dt.date
) -> None:
    """春节, 国庆: only what is most urgent comes in, through the duty clerk; 调休 is a workday."""
    swept: list[dt.datetime] = []
    monkeypatch.setattr(arrivals, "FLASH_ON_REST", 0.5)
    monkeypatch.setattr(build, "SWEEPS", (lambda: swept.append(clock.now()),))
    with forgotten():
        lived(weeks=3, until=until, scale=0.3)
        days = {
            entry.at.astimezone(OFFICE_ZONE).date(): entry.at
            for entry in Entry.objects.filter(content_type__model="incomingdocument")
        }
        resting = {day for day in days if rest[0] <= day <= rest[1]}
        came = IncomingDocument.objects.filter(received_on__in=resting)
        assert makeup in days
        assert [moment.hour for moment in swept[:4]] == [8, 18, 8, 18]
        assert {moment.date() for moment in swept} >= {*rest, makeup, until}
        assert came.exists()
        assert {(row.urgency, row.signed_for_by.username) for row in came} <= {
            ("特急", "liwenjing"),
            ("特急", "tiantian"),
        }
