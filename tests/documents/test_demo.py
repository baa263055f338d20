"""The demonstration builds, reaches every fate, and is built once."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from documents.demo import build, papers
from documents.demo.letters import ENVELOPES, LETTERS
from documents.demo.letters.shape import Letter
from documents.demo.senders import SENDERS
from documents.receipt import sheet
from documents.receipt.invariants import check_invariants
from documents.receipt.models import IncomingDocument
from documents.receipt.workflow import State
from documents.reference.models import Phrase
from office import clock
from office.audit.models import Entry
from office.demo.days import OfficeTime, base_day
from office.demo.people import BASE_DAY, PEOPLE
from office.desk.models import Urge, WorkItem
from office.files.models import Attachment
from office.people.models import User
from office.workdays import calendar
from office.workdays.services import seed as seed_workdays

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Where each fate leaves the document; a letter sent back depends on who returned it.
ENDS = {
    "signed_for": State.SIGNED_FOR, "registered": State.REGISTERED, "screened": State.SCREENED,
    "overdue_propose": State.SCREENED, "proposed": State.PROPOSED, "assigned": State.ASSIGNED,
    "handling": State.HANDLING, "overdue_handling": State.HANDLING, "assist": State.HANDLING,
    "extension": State.HANDLING, "handled": State.HANDLED, "answered": State.ANSWERED,
    "closed": State.CLOSED, "filed": State.FILED, "reading": State.CIRCULATING,
    "reading_done": State.CIRCULATING, "rejected": State.REJECTED, "void": State.VOID,
}  # fmt: skip


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Build the demonstration once for this module, on the drawn base day, and forget it after.

    The hand-written letters whole; of the letters between them only a few.
    """
    with django_db_blocker.unblock():
        calendar.forget()
        said = StringIO()
        atomic = transaction.atomic()
        atomic.__enter__()
        time = OfficeTime(BASE_DAY)
        with clock.at(time.moment(time.end + 5)):
            with override_settings(DEMO=True):
                build.everything(said.write, weeks=13, scale=0.1)
            yield said.getvalue()
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)
        calendar.forget()


def rows_of(letter: Letter) -> IncomingDocument:
    if letter.fate == "signed_for":
        return IncomingDocument.objects.get(
            sender__name=letter.sender, received_on=BASE_DAY, state=State.SIGNED_FOR
        )
    return IncomingDocument.objects.get(title=letter.title)


@pytest.mark.parametrize("letter", LETTERS, ids=map(str, range(1, len(LETTERS) + 1)))
def test_every_letter_reaches_its_fate(demo: str, letter: Letter) -> None:
    row = rows_of(letter)
    if letter.fate == "sent_back":
        assert row.state == (State.PROPOSED if letter.handler else State.SCREENED)
        assert row.opinions.filter(step="send_back", text=letter.reason).exists()
    else:
        assert row.state == ENDS[letter.fate]
    if letter.fate.startswith("overdue"):
        assert any(item.due_on and item.due_on < BASE_DAY for item in row.open_items)
    if letter.fate == "extension":
        assert row.extensions.get().is_granted is {"granted": True, "refused": False}.get(
            letter.decision
        )
    if letter.fate == "assist":
        assert row.open_assists
    if letter.fate != "signed_for":
        assert row.doc_number == papers.number(letter)
        assert Attachment.objects.about(row).filter(name="正文.txt").get().text


def test_invariants_hold(demo: str) -> None:
    for row in IncomingDocument.objects.all():
        check_invariants(row)


def test_receipt_numbers_follow_the_order_of_registration(demo: str) -> None:
    rows = IncomingDocument.objects.exclude(serial=None)
    written = {(letter.title, letter.sender) for letter in LETTERS}
    relations = {sender.name: sender.relation for sender in SENDERS}
    for relation, given in build.GIVEN.items():
        serials = list(
            rows.filter(receipt_class=relation)
            .order_by("registered_at")
            .values_list("serial", flat=True)
        )
        assert serials == list(range(serials[0], serials[0] + len(serials)))
        told = sum(relations[sender] == relation for _title, sender in written)
        waiting = sum(
            relations[each.sender] == relation for each in LETTERS if each.fate == "signed_for"
        )
        assert serials[-1] == given + told - waiting  # the last ones have what they always had


def test_the_drawn_record_is_as_it_was_drawn(demo: str) -> None:
    row = IncomingDocument.objects.get(doc_number="江市监质〔2026〕86号")
    assert (row.reference, row.state) == ("收上〔2026〕660号", State.PROPOSED)
    spoken = [(o.step, f"{o.written_at.astimezone(clock.now().tzinfo):%m-%d %H:%M}")
              for o in row.opinions.all()]  # fmt: skip
    assert ("propose", "11-20 15:40") in spoken
    assert [turn.leader.username for turn in row.instructions.all()] == [
        "chenguoliang",
        "hezhiyuan",
    ]


def test_everything_happens_in_office_hours_and_before_now(demo: str) -> None:
    end = OfficeTime(BASE_DAY)
    urgent = IncomingDocument.objects.filter(urgency="特急").values_list("pk", flat=True)
    by_people = Entry.objects.exclude(action="urge_by_rule")  # the clock urges at eight
    for at, pk in by_people.values_list("at", "object_id"):
        local = at.astimezone(end.moment(0).tzinfo)
        if pk in urgent and not calendar.is_workday(local.date()):
            continue  # the duty clerk's
        assert calendar.is_workday(local.date())
        assert any(opening <= local.time() < closing for opening, closing in calendar.HOURS)
        assert at <= end.moment(end.end, 59)


def test_the_printed_day_is_the_day_written(demo: str) -> None:
    for letter in LETTERS:
        if letter.fate != "signed_for":
            day = rows_of(letter).written_on
            assert day is not None
            assert letter.paragraphs[-1] == f"{day.year}年{day.month}月{day.day}日", letter.title


def test_sealed_envelopes_carry_nothing(demo: str) -> None:
    rows = IncomingDocument.objects.filter(is_sealed=True)
    assert rows.count() >= len(ENVELOPES)
    assert {(row.title, row.doc_number, row.serial) for row in rows} == {("", "", None)}
    assert rows.filter(state=State.SEALED).count() == 1


def test_the_office_is_lived_in(demo: str) -> None:
    assert User.objects.active().count() == len(PEOPLE)
    assert not User.objects.filter(must_change_password=True).exists()
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert Urge.objects.exists()
    assert Entry.objects.filter(action="instruct").exclude(on_behalf_of=None).exists()
    assert WorkItem.objects.open().exclude(opened_at=None).exists()
    assert WorkItem.objects.overdue_on(BASE_DAY).exists()


def test_one_slip_shows_what_a_slip_can_show(demo: str) -> None:
    """Many readers, most without words, one read for by a deputy, an opinion after closing."""
    row = IncomingDocument.objects.get(doc_number="江财会〔2026〕39号")
    stands = sheet.build(row)
    assert len(stands.readers) == 25
    assert any(reader.acting for reader in stands.readers)
    assert any(not reader.opinion for reader in stands.readers)
    assert stands.of("read", "screen")
    assert stands.annex


def test_a_second_run_changes_nothing(demo: str) -> None:
    before = [model.objects.count() for model in (IncomingDocument, Entry, User, WorkItem, Phrase)]
    said = StringIO()
    call_command("demo", stdout=said)
    after = [model.objects.count() for model in (IncomingDocument, Entry, User, WorkItem, Phrase)]
    assert before == after
    assert "nothing was changed" in said.getvalue()


def test_strangers_are_left_alone(demo: str) -> None:
    User.objects.create(username="stranger", name="生人", unit=User.objects.all()[0].unit)
    with pytest.raises(CommandError, match="stranger"):
        call_command("demo", stdout=StringIO())


def test_fresh_is_for_demonstrations_only(demo: str) -> None:
    with (
        override_settings(DEMO=False, DEBUG=False),
        pytest.raises(CommandError, match="OFFICE_DEMO"),
    ):
        call_command("demo", fresh=True, stdout=StringIO())


def test_fresh_empties_everything(demo: str) -> None:
    build.empty()
    assert not User.objects.exists()
    assert not Entry.objects.exists()
    assert not build.is_built()


def test_the_base_day_has_its_morning_behind_it(db: None) -> None:
    seed_workdays(range(2026, 2027))
    time = OfficeTime(BASE_DAY)
    assert base_day(time.moment(time.end)) == BASE_DAY
    assert base_day(time.moment(time.end - 1)) == time.day(-1)
    saturday = time.moment(time.end).replace(day=28)
    assert base_day(saturday) == time.day(4)
