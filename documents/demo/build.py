"""Fill the demonstration office with its letters: all at once, or not at all."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import translation

from documents.demo import dispatches
from documents.demo.cast import Cast
from documents.demo.letters import ENVELOPES, LETTERS
from documents.demo.life.arrivals import Post
from documents.demo.life.days import Life
from documents.demo.senders import SENDERS
from documents.demo.steps import Steps
from documents.demo.story import Event, Story, of_envelope
from documents.receipt.models import IncomingDocument
from documents.reference import seed as seed_tables
from documents.reference.models import Relation, Sender
from office import clock
from office.demo import build as office
from office.demo.days import OfficeTime, base_day
from office.mail.models import Letter
from office.notifications.models import Notice
from office.notifications.services import mark_read
from office.numbering.models import Series
from office.reminders import services as reminders
from office.workdays import calendar
from office.workdays.calendar import DAY_MINUTES
from office.workdays.services import seed as seed_workdays

Say = Callable[[str], None]
APPS = ("office", "documents", "finance", "meetings", "logistics", "oversight")
# What each book had given before the first letter: the demonstration begins in August.
GIVEN = {Relation.SUPERIOR: 612, Relation.PEER: 208, Relation.SUBORDINATE: 241, Relation.OTHER: 37}
WRITTEN = {"江质信": 230, "江质信函": 60, "江质信纪": 26}  # dispatches a year
NOTICES_LIE = 2 * DAY_MINUTES  # younger ones are still unread


def is_built() -> bool:
    """Tell whether the letters are there."""
    return IncomingDocument.objects.exists()


@transaction.atomic
def everything(
    say: Say, *, months: int = 6, weeks: int = 0, seed: int = 1, scale: float = 1,
    writes: float = 1, until: dt.date | None = None, told: bool = True, each: bool = False,
) -> Life:  # fmt: skip
    """Make people, tables and senders, then live so many months (or weeks) up to the base day.

    `writes` is the part of its dispatches that the office writes: they cost a third of a second.
    `told` is whether the hand-written letters happen in the last weeks. The base day is the last
    workday up to `until`, or up to now. Every day ends with a check of all rows, and `each` asks
    those touched one by one.
    """
    with translation.override(settings.LANGUAGE_CODE), rigid():
        seed_workdays(range(2024, 2028))
        base = base_day(dt.datetime.combine(until, dt.time.max) if until else clock.now())
        time = OfficeTime(base, past=24 * months + 90)
        first = calendar.after(base - dt.timedelta(weeks=weeks) if weeks else back(base, months), 0)
        say(f"the demonstration is lived up to the morning of {time.base}")
        say(f"people: {office.people(time, time.workday(first) - 3)}")
        tables = seed_tables.load() | {"ladders": reminders.load_defaults()}
        new = [f"{count} {table}" for table, count in tables.items() if count]
        say(f"tables: {', '.join(new) or 'there already'}")
        say(f"senders: {senders()}")
        life = the_life(time, first, seed=seed, scale=scale, writes=writes, told=told, say=say)
        done = life.live(each=each)
        say(f"{IncomingDocument.objects.count()} documents, {done.total()} steps")
        say(f"notices read: {read_old_notices(time)}")
        say(f"letters: {Letter.objects.count()}")
    return life


def back(day: dt.date, months: int) -> dt.date:
    """Return the day so many months earlier, or the last of that month."""
    years, month = divmod(day.month - 1 - months, 12)
    first = day.replace(year=day.year + years, month=month + 1, day=1)
    last = (first + 31 * calendar.ONE_DAY).replace(day=1) - calendar.ONE_DAY
    return min(first + (day.day - 1) * calendar.ONE_DAY, last)


@contextmanager
def rigid() -> Iterator[None]:
    """Do without savepoints: whatever goes wrong here undoes everything, so none is gone back to.

    They are two statements of every five that a step sends.
    """
    features = connection.features
    before, features.uses_savepoints = features.uses_savepoints, False
    try:
        yield
    finally:
        features.uses_savepoints = before


def the_life(
    time: OfficeTime, first: dt.date, *, seed: int, scale: float, writes: float, told: bool,
    say: Say,
) -> Life:  # fmt: skip
    """Prepare the months: the post, the hand-written stories, and where the books begin."""
    cast = Cast()
    dispatches.tables(cast)
    written = [(letter, time.day(-letter.received)) for letter in LETTERS] if told else []
    post = Post(time, first, written, seed=seed, scale=scale)
    series(post, first)
    events = stories(time, cast) if told else []
    return Life(time, post, cast, seed=seed, writes=writes, stories=events, say=say)


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


def series(post: Post, first: dt.date) -> None:
    """Let the books begin so that the first hand-written letter has the number it always had.

    The dispatches go on from as many as the office has written by then in any year.
    """
    relations = {sender.name: sender.relation for sender in SENDERS}
    coming = Counter[str]()
    for name, number in post.given(first.year).items():
        coming[relations[name]] += number
    for relation, last in GIVEN.items():
        Series.objects.get_or_create(
            name=f"incoming-{relation}",
            year=first.year,
            defaults={"last": max(last - coming[relation], 0)},
        )
    gone = first.timetuple().tm_yday
    numbers = {f"dispatch-{code}": a_year * gone // 365 for code, a_year in WRITTEN.items()}
    numbers["dispatch-drafts"] = sum(numbers.values()) * 11 // 10  # some came to nothing
    for name, given in numbers.items():
        Series.objects.get_or_create(name=name, year=first.year, defaults={"last": given})


def stories(time: OfficeTime, cast: Cast) -> list[Event]:
    """Return everything that happens to the hand-written letters and the envelopes."""
    known: dict[tuple[str, int], Steps] = {}
    events: list[Event] = []
    for number, letter in enumerate(LETTERS, 1):
        events += Story(number, letter, time, cast, known).tell()
    for number, envelope in enumerate(ENVELOPES, len(LETTERS) + 1):
        events += of_envelope(number, envelope, time, cast)
    return [*events, *dispatches.stories(time, cast)]


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
