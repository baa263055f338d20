"""What reminders become: urgent items singly and at once, all else as one digest a workday.

`drafts` is the one place where it is decided who gets which letter about what. The sweep writes
what it returns; the page that looks ahead only shows it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from office import clock
from office.desk.models import WorkItem
from office.mail.models import Choice, Letter
from office.mail.services import Draft, write
from office.people.models import User
from office.reminders import services
from office.reminders.models import SINGLY, Reminder
from office.templatetags.office import MARKS, day
from office.workdays import calendar

Capacity, Kind = Reminder.Capacity, Reminder.Kind
SUPERIORS = {Capacity.HEAD, Capacity.DIRECTOR, Capacity.LEADER}
COMPOSING = 0x4C45_0001  # the advisory lock of who turns reminders into letters
MORNING = 7  # the hour before which nothing is mailed only because a day has begun
CHUNK = 200  # people whose letters are written in one transaction
MOST = 30  # lines of a section; the desk shows the rest
LATE, DUE, READ, WAITS, BELOW = "late", "due", "read", "waits", "below"
TITLES: dict[str, Any] = {
    LATE: gettext_lazy("Late"),
    DUE: gettext_lazy("Due soon"),
    READ: gettext_lazy("To read"),
    WAITS: gettext_lazy("I am waiting for"),
    BELOW: gettext_lazy("Late in your charge"),
}


@dataclass(frozen=True)
class Told:
    """One reminder, written already (`pk`) or still to be."""

    item_id: int
    recipient_id: int
    kind: str
    rung: int
    capacity: str
    pk: int | None = None


@dataclass(frozen=True)
class Line:
    """One item as a letter shows it; every word is fit for everybody's eyes."""

    verb: str
    title: str
    reference: str
    mark: str
    when: str
    is_late: bool
    owner: str
    url: str
    due: str
    notes: list[str]


@dataclass
class Section:
    """One heading of a digest."""

    key: str
    lines: list[Line] = field(default_factory=list)

    def add(self, line: Line) -> None:
        """Add an item; a document of which two steps are owed stands here once."""
        for at, known in enumerate(self.lines):
            if known.url == line.url and known.owner == line.owner and known.due == line.due:
                self.lines[at] = replace(known, verb=f"{known.verb}、{line.verb}")
                return
        self.lines.append(line)

    @property
    def title(self) -> str:
        return str(TITLES[self.key])

    @property
    def count(self) -> int:
        return len(self.lines)

    @property
    def shown(self) -> list[Line]:
        return self.lines[:MOST]

    @property
    def more(self) -> int:
        return max(self.count - MOST, 0)


Post = tuple[Draft, list[Told]]


class Desk:
    """People, items and choices that a batch of reminders names, read at once."""

    def __init__(self, rows: Iterable[Told], moment: dt.datetime) -> None:
        rows = list(rows)
        self.moment, self.today = moment, moment.date()
        people = User.objects.active().exclude(email="").select_related("unit")
        self.people = people.in_bulk({row.recipient_id for row in rows})
        self.choices = Choice.objects.in_bulk(self.people.keys())
        items = WorkItem.objects.open().select_related("assignee", "unit", "sent_by")
        self.items = items.in_bulk({row.item_id for row in rows})
        ContentType.objects.get_for_models(WorkItem)
        self.rows = [r for r in rows if r.recipient_id in self.people and r.item_id in self.items]

    def choice(self, pk: int) -> Choice:
        return self.choices.get(pk) or Choice(pk=pk)

    def is_single(self, row: Told) -> bool:
        """Whether a reminder goes by itself and at once: 特急 and 特提, unless one chose not to.

        What climbs to a superior cannot be chosen away.
        """
        urgent = self.items[row.item_id].urgency >= SINGLY and row.capacity != Capacity.SENDER
        return urgent and (row.capacity in SUPERIORS or self.choice(row.recipient_id).urgent)

    def in_digest(self, row: Told) -> bool:
        wanted = row.capacity in SUPERIORS or self.choice(row.recipient_id).digest
        return wanted and not self.is_single(row)

    def morning(self, recipient: int) -> dt.datetime:
        """Return the moment today at which a person wants his digest."""
        hour = dt.time(self.choice(recipient).digest_hour)
        return dt.datetime.combine(self.today, hour, self.moment.tzinfo)

    def arose_at(self, row: Told) -> dt.datetime:
        """Return when there was reason to remind, however much later the sweep came by."""
        item = self.items[row.item_id]
        if row.kind == Kind.NEW:
            return item.created_at
        if row.kind == Kind.URGED and item.urged_at:
            return item.urged_at
        if row.kind == Kind.LIMIT and item.limit_minutes:
            used = item.limit_minutes * row.rung // 100
            return calendar.add_minutes(timezone.localtime(item.created_at), used)
        midnight = dt.datetime.combine(self.today, dt.time.min, self.moment.tzinfo)
        return max(midnight, item.created_at)


def remind(*, least: int = 0) -> int:
    """Do one round: climb the ladder, write what it calls for; return how many letters.

    Safe to repeat at any moment. `least` is the urgency from which on to look; with SINGLY only
    what goes singly is looked after: nothing, in most minutes.
    """
    if least and not WorkItem.objects.open().filter(urgency__gte=least).exists():
        return 0
    services.sweep(least=least)
    return singles() + (0 if least else digests())


def singles() -> int:
    """Write what is most urgent; return how many letters. Safe to repeat and to run twice."""
    rows = Reminder.objects.filter(item__urgency__gte=SINGLY).exclude(capacity=Capacity.SENDER)
    return _write(rows, lambda desk: list(_singles(desk)))


def digests() -> int:
    """Write the digests whose hour has come on a workday; return how many.

    One for each person and day: an outage in the morning delays it, an outage of a day leaves
    its reminders to the next digest; so does who had nothing to be told in the morning.
    """
    if not calendar.is_workday(clock.today()):
        return 0
    return _write(Reminder.objects.all(), lambda desk: list(_digests(desk)))


def ahead(moment: dt.datetime) -> list[Draft]:
    """Return every letter that would be written by `moment`, and write nothing."""
    fresh = [
        Told(row["item_id"], row["recipient_id"], row["kind"], row["rung"], row["capacity"])
        for row in services.reached(moment)
    ]
    desk = Desk([*_pending(Reminder.objects.all(), moment), *fresh], moment)
    return [draft for draft, _rows in (*_singles(desk), *_digests(desk))]


def _write(reminders: Any, make: Any) -> int:
    now, written = clock.now(), 0
    fresh = reminders.filter(letter=None, at__gt=now - dt.timedelta(days=services.FRESH_DAYS))
    waiting = fresh.filter(item__done_at=None, recipient__is_active=True).exclude(
        recipient__email=""
    )
    people = sorted(set(waiting.order_by().values_list("recipient_id", flat=True)))
    for start in range(0, len(people), CHUNK):
        with transaction.atomic():
            with connection.cursor() as cursor:  # others wait here, then find nothing left
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [COMPOSING])
            some = reminders.filter(recipient__in=people[start : start + CHUNK])
            posts = make(Desk(_pending(some, now), now))
            about = {draft.key: [row.pk for row in rows] for draft, rows in posts}
            for letter in write(draft for draft, _rows in posts):
                Reminder.objects.filter(pk__in=about[letter.key]).update(letter=letter)
                written += 1
    return written


def _pending(reminders: Any, now: dt.datetime) -> list[Told]:
    since = now - dt.timedelta(days=services.FRESH_DAYS)
    rows = reminders.filter(letter=None, at__gt=since, item__done_at=None).order_by("pk")
    names = ("item_id", "recipient_id", "kind", "rung", "capacity", "pk")
    return [Told(*row) for row in rows.values_list(*names)]


def _singles(desk: Desk) -> Iterator[Post]:
    """One letter for each urgent item and person, whatever reminders it gathers."""
    groups: dict[tuple[int, int], list[Told]] = defaultdict(list)
    for row in desk.rows:
        if desk.is_single(row):
            groups[row.recipient_id, row.item_id].append(row)
    is_night = desk.moment.hour < MORNING
    for (recipient, _item), rows in groups.items():
        if is_night and all(row.kind == Kind.DUE for row in rows):
            continue  # a day begins at midnight, but nobody is told then that it has begun
        person = desk.people[recipient]
        with translation.override(person.language or settings.LANGUAGE_CODE):
            line, what = _line(rows, desk), _what(rows)
            subject = pgettext("subject", "[%(mark)s, %(what)s] %(verb)s: %(title)s") % {
                "mark": line.mark, "what": what, "verb": line.verb,
                "title": f"{line.reference} {line.title}".strip()}  # fmt: skip
        context = {"line": line, "what": what, "capacity": rows[0].capacity,
                   "item": desk.items[rows[0].item_id]}  # fmt: skip
        key = f"urgent-{max(row.pk or 0 for row in rows)}"
        yield Draft(person, Letter.Kind.URGENT, key, subject, context, 1), rows


def _digests(desk: Desk) -> Iterator[Post]:
    """One letter for each person, if there was anything to say when his hour came."""
    groups: dict[int, list[Told]] = defaultdict(list)
    for row in desk.rows:
        if desk.in_digest(row):
            groups[row.recipient_id].append(row)
    for recipient, rows in groups.items():
        morning = desk.morning(recipient)
        if desk.moment < morning or all(desk.arose_at(row) > morning for row in rows):
            continue
        person = desk.people[recipient]
        with translation.override(person.language or settings.LANGUAGE_CODE):
            sections = _sections(rows, desk)
            counts = [
                pgettext("subject", "%(title)s %(n)s") % {"title": part.title, "n": part.count}
                for part in sections
            ]
            words = {"day": day(desk.today), "counts": pgettext("subject", ", ").join(counts)}
            subject = pgettext("subject", "Reminder for %(day)s: %(counts)s") % words
        key = f"digest-{desk.today}-{recipient}"
        context = {"sections": sections, "today": desk.today}
        lines = len({row.item_id for row in rows})
        yield Draft(person, Letter.Kind.DIGEST, key, subject, context, lines), rows


def _sections(rows: list[Told], desk: Desk) -> list[Section]:
    found = {key: Section(key) for key in TITLES}
    items: dict[int, list[Told]] = defaultdict(list)
    for row in rows:
        items[row.item_id].append(row)
    by_due = sorted(items, key=lambda pk: (desk.items[pk].due_on or dt.date.max, pk))
    for pk in by_due:
        found[_section(items[pk][0], desk)].add(_line(items[pk], desk))
    return [section for section in found.values() if section.lines]


def _section(row: Told, desk: Desk) -> str:
    item = desk.items[row.item_id]
    if row.capacity in SUPERIORS:
        return BELOW
    if row.capacity == Capacity.SENDER:
        return WAITS
    if item.reading:
        return READ
    return LATE if item.due_on and item.due_on < desk.today else DUE


def _line(rows: list[Told], desk: Desk) -> Line:
    item = desk.items[rows[0].item_id]
    is_own = rows[0].capacity == Capacity.OWNER and item.assignee_id == rows[0].recipient_id
    return Line(
        verb=_("Please read") if item.reading else item.verb,
        title=item.title,
        reference=item.reference,
        mark=MARKS.get(item.urgency, ""),
        when=_when(item.due_on, desk.today),
        is_late=bool(item.due_on and item.due_on < desk.today),
        owner="" if is_own else item.owner_text,
        url=f"{settings.OFFICE_URL}{item.url}#act",
        due=day(item.due_on),
        notes=list(_notes(rows, item)),
    )


def _when(due: dt.date | None, today: dt.date) -> str:
    if due is None:
        return ""
    if due == today:
        return _("Due today")
    left = calendar.between(today, due)
    if due < today:
        late = max(-left, 1)
        return ngettext("%(n)d day late", "%(n)d days late", late) % {"n": late}
    if left == 0:
        return _("Due on a rest day")
    return ngettext("%(n)d day left", "%(n)d days left", left) % {"n": left}


def _notes(rows: list[Told], item: WorkItem) -> Iterator[str]:
    percent = max((row.rung for row in rows if row.kind == Kind.LIMIT), default=0)
    if percent >= 100:
        yield _("The limit of this step is over")
    elif percent:
        yield _("%(n)s%% of the limit of this step are used") % {"n": percent}
    if item.urged:
        yield ngettext("urged once", "urged %(n)s times", item.urged) % {"n": item.urged}


def _what(rows: list[Told]) -> str:
    """Say in a word or two why an urgent letter comes: the strongest of its reasons."""
    words: dict[str, Any] = {
        Kind.URGED: _("urged"), Kind.DUE: _("limit"), Kind.LIMIT: _("limit"), Kind.NEW: _("new"),
    }  # fmt: skip
    if any(row.kind == Kind.DUE and row.rung > 0 for row in rows):
        return _("late")
    kinds = {row.kind for row in rows}
    strongest = (Kind.URGED, Kind.NEW, Kind.LIMIT, Kind.DUE)
    return str(next(words[kind] for kind in strongest if kind in kinds))
