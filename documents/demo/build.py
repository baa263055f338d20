"""Fill the demonstration office with its letters: all at once, or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import translation

from documents.demo.cast import Cast
from documents.demo.letters import ENVELOPES, LETTERS
from documents.demo.senders import SENDERS
from documents.demo.steps import Steps
from documents.demo.story import Event, Story, of_envelope
from documents.receipt.models import IncomingDocument
from documents.reference import seed
from documents.reference.models import Relation, Sender
from office import clock
from office.demo import build as office
from office.demo.days import OfficeTime, base_day
from office.notifications.models import Notice
from office.notifications.services import mark_read
from office.numbering.models import Series
from office.reminders.letters import remind
from office.workdays.calendar import DAY_MINUTES
from office.workdays.services import seed as seed_workdays

Say = Callable[[str], None]
APPS = ("office", "documents", "finance", "meetings", "logistics", "oversight")
# What each book had given before the first letter: the demonstration begins in August.
GIVEN = {Relation.SUPERIOR: 612, Relation.PEER: 208, Relation.SUBORDINATE: 241, Relation.OTHER: 37}
NOTICES_LIE = 2 * DAY_MINUTES  # younger ones are still unread


def is_built() -> bool:
    """Tell whether the letters are there."""
    return IncomingDocument.objects.exists()


@transaction.atomic
def everything(say: Say) -> None:
    """Make people, tables, senders and letters; the base day is the last that is complete."""
    with translation.override(settings.LANGUAGE_CODE):
        seed_workdays(range(2024, 2028))
        time = OfficeTime(base_day(clock.now()))
        say(f"the demonstration is lived up to the morning of {time.base}")
        say(f"people: {office.people(time)}")
        new = [f"{count} {table}" for table, count in seed.load().items() if count]
        say(f"tables: {', '.join(new) or 'there already'}")
        say(f"senders: {senders()}")
        series(time)
        letters(time, say)
        say(f"notices read: {read_old_notices(time)}")
        say(f"mails: {mails(time)}")


def mails(time: OfficeTime) -> int:
    """Remind on the base day as the clock would have: in the morning, and up to now."""
    written = 0
    for moment in (time.at(0, "08:30"), time.end):
        with clock.at(time.moment(moment)):
            written += remind()
    return written


def senders() -> int:
    """Take the senders into the list; return how many are new."""
    before = Sender.objects.count()
    rows = [
        Sender(
            name=row.name,
            short_name=row.short_name,
            relation=row.relation,
            organ_codes=list(row.code),
        )
        for row in SENDERS
    ]
    Sender.objects.bulk_create(rows, ignore_conflicts=True)
    return Sender.objects.count() - before


def series(time: OfficeTime) -> None:
    """Let the books begin where a lived-in office stands."""
    year = min(time.day(-letter.received) for letter in LETTERS).year
    for relation, last in GIVEN.items():
        Series.objects.get_or_create(
            name=f"incoming-{relation}", year=year, defaults={"last": last}
        )


def letters(time: OfficeTime, say: Say) -> None:
    """Let everything happen in the order of time, across all letters."""
    cast, known = Cast(), dict[tuple[str, int], Steps]()
    events: list[Event] = []
    for number, letter in enumerate(LETTERS, 1):
        events += Story(number, letter, time, cast, known).tell()
    for number, envelope in enumerate(ENVELOPES, len(LETTERS) + 1):
        events += of_envelope(number, envelope, time, cast)
    events.sort()
    month, done = "", Counter[str]()
    for event in events:
        moment = time.moment(event.minutes, event.second)
        if month != (month := f"{moment:%Y-%m}") and done:
            say(f"{done.total()} steps so far, now in {month}")
        _happen(event, moment)
        done[event.label] += 1
    say(f"{len(LETTERS)} letters and {len(ENVELOPES)} sealed envelopes, {done.total()} steps")


def _happen(event: Event, moment: object) -> None:
    try:
        with clock.at(moment):  # type: ignore[arg-type]
            event.act()
    except Exception as error:
        number = event.number // 100 - 1
        title = LETTERS[number].title if number < len(LETTERS) else "a sealed envelope"
        error.add_note(f"at {moment}: {event.label}, {title}")
        raise


def read_old_notices(time: OfficeTime) -> int:
    """Let everybody have read what his bell told him some days ago; return how many."""
    moment = time.moment(time.end - NOTICES_LIE)
    rows = Notice.objects.filter(read_at=None, created_at__lt=moment).select_related("recipient")
    read = 0
    old: dict[int, list[Notice]] = {}
    for notice in rows:
        old.setdefault(notice.recipient_id, []).append(notice)
    with clock.at(moment):
        for notices in old.values():
            read += mark_read(notices[0].recipient, [notice.pk for notice in notices])
    return read


@transaction.atomic
def empty() -> None:
    """Empty every table of ours, the trail included: only a demonstration may be forgotten."""
    models = [model for name in APPS for model in apps.get_app_config(name).get_models()]
    tables = sorted({model._meta.db_table for model in models})
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger "
            "WHERE NOT tgisinternal AND tgtype & 32 <> 0 AND tgenabled <> 'D'"
        )
        guards = cursor.fetchall()
        for table, trigger in guards:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {quote(trigger)}")
        names = ", ".join(map(quote, tables))
        cursor.execute(f"TRUNCATE {names}, django_session RESTART IDENTITY CASCADE")
        for table, trigger in guards:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {quote(trigger)}")
    cache.clear()
