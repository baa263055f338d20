"""The days of the living office: what comes in, what everybody does, what is checked at night."""

from __future__ import annotations

import datetime as dt
import heapq
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import AbstractContextManager
from random import Random
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, OuterRef, Subquery
from django.utils import timezone

from documents.demo import daily
from documents.demo.cast import CHASERS, Act, Cast, Deed
from documents.demo.letters import shape
from documents.demo.life import arrivals, phrasing
from documents.demo.life.arrivals import Post
from documents.demo.life.course import Course
from documents.demo.life.people import AT_ONCE, Seats
from documents.demo.senders import SENDERS
from documents.demo.story import Event
from documents.demo.writing import agenda
from documents.demo.writing.course import Draft
from documents.demo.writing.phrases import URGERS
from documents.drafting.models import Dispatch
from documents.receipt.models import IncomingDocument
from documents.receipt.services import handling, intake
from documents.receipt.services.intake import Envelope
from office import clock
from office.demo.days import UNTIL, OfficeTime
from office.desk.models import WorkItem
from office.desk.services import note_opened
from office.mail.models import Letter
from office.overdue import letters as lists
from office.overdue import services as overdue
from office.people.models import User
from office.reminders.letters import remind
from office.reminders.models import SINGLY
from office.workdays import calendar
from office.workdays.calendar import DAY_MINUTES

Say = Callable[[str], None]
SESSION = 60  # office minutes between two looks at one's desk
MORNING, NIGHT = dt.time(8, 0), dt.time(22, 0)
URGED = ("handle", "assist")
KEPT = 400  # earlier letters that a new one may follow


def _silence(_words: str) -> None:
    """Say nothing."""


def _last(day: dt.date) -> dt.date:
    """Return the last day of a month."""
    return (day.replace(day=1) + 31 * calendar.ONE_DAY).replace(day=1) - calendar.ONE_DAY


class Life:
    """Months of an office; `stories` are hand-written events that happen among its own.

    `writes` is the part of its dispatches that it writes.

    Rest days included, everybody is reminded in the morning and in the evening, of what is most
    urgent every hour; after both, all rows are asked whether everything is as it must be.
    """

    def __init__(
        self, time: OfficeTime, post: Post, cast: Cast, *, seed: int = 1, writes: float = 1,
        stories: Iterable[Event] = (), say: Say = _silence,
    ) -> None:  # fmt: skip
        self.time, self.post, self.cast, self.seed, self.say = time, post, cast, seed, say
        self.first, self.scale, self.writes = min(post.bags), post.scale, writes
        told = time.workday(min(post.told, default=time.base))
        chance = Random(f"{seed} seats")  # noqa: S311
        self.seats = Seats(chance, cast, time, time.workday(self.first), told)
        self.courses: dict[int, Course] = {}
        self.drafts: dict[int, Draft] = {}
        scale = min(post.scale, 1) * writes
        self.written = agenda.plans(time, self.first, seed=seed, scale=scale)
        self.plans: dict[int, Deed | None] = {}
        self.agenda: list[tuple[int, int, int, str, Callable[[], object]]] = []
        self.now = self.day = 0
        self.entered = self.begun = 0
        self.done: Counter[str] = Counter()
        for event in stories:
            entry = (event.minutes, event.second, event.number, event.label, event.act)
            heapq.heappush(self.agenda, entry)

    # the calendar

    def live(self, *, each: bool = False) -> Counter[str]:
        """Live every day from the first to the base day; return how often each step was taken."""
        day = self.first
        while day <= self.time.base:
            if day in (self.first, day.replace(day=1)):
                self.say(f"{self.done.total()} steps so far, now in {day:%Y-%m}")
            if day.weekday() == 0:
                daily.refresh_statistics()
            chance = Random(f"{self.seed} {day}")  # noqa: S311
            self.day = self.time.workday(day)
            with self._on(day, MORNING):
                self._remind()
                self._tell_heads(day)
                if each:  # the night asks the same of the last three days
                    daily.check_ladder()
            if self.time.works(day):
                self._work(day, chance)
            else:
                self._rest(day, chance)
            with self._on(day, NIGHT if day < self.time.base else UNTIL):
                self._remind()
                daily.check(each=each, whole=day == self.time.base)
                if day in (self.time.base, _last(day)):
                    daily.check_month(day)
            day += calendar.ONE_DAY
        return self.done

    def _on(self, day: dt.date, hour: dt.time) -> AbstractContextManager[None]:
        return clock.at(timezone.make_aware(dt.datetime.combine(day, hour)))

    def _remind(self, least: int = 0) -> None:
        """Let the clock of reminding tick; here every letter arrives at once."""
        if remind(least=least):
            self._deliver()

    def _tell_heads(self, day: dt.date) -> None:
        """Tell the heads what is late, once a week, and mail each his list with its paper."""
        overdue.tell_heads(day)
        if lists.write_lists():
            self._deliver()

    def _deliver(self) -> None:
        address = User.objects.filter(pk=OuterRef("recipient")).values("email")
        Letter.objects.filter(state=Letter.State.WAITING).update(
            state=Letter.State.SENT, attempts=1, address=Subquery(address),
            handed_at=clock.now(), sent_at=clock.now(),
        )  # fmt: skip

    def _work(self, day: dt.date, chance: Random) -> None:
        self.now = self.day * DAY_MINUTES
        self.done["arrange"] += self.seats.arrange(self.day)
        self._let_come(day, chance)
        self._let_write(day)
        self._chase(day, chance)
        self._chase_drafts(day)
        end = min(self.now + DAY_MINUTES, self.time.end)
        for start in range(self.now, end, SESSION):
            self.now = start
            with clock.at(self.time.moment(start)):
                self._remind(least=SINGLY)
            self._look(start, min(start + SESSION, end), chance)
            self._happen(min(start + SESSION, end))

    def _rest(self, day: dt.date, chance: Random) -> None:
        """Nobody is there but the duty clerk, and nothing comes but what is most urgent."""
        for letter in self.post.bags[day]:
            moment = dt.datetime.combine(day, dt.time(chance.randint(8, 20), chance.randint(0, 59)))
            self.now = self.day * DAY_MINUTES
            course = self._course(letter, chance)
            who = self.cast.users[chance.choice(("liwenjing", "tiantian"))]
            for act, label, later in (
                (course.sign, "sign for", 0),
                (course.register, "register", 12),
            ):
                with clock.at(timezone.make_aware(moment + dt.timedelta(minutes=later))):
                    act(who)
                    self._remind(least=SINGLY)
                self.done[label] += 1

    # what comes in

    def _let_come(self, day: dt.date, chance: Random) -> None:
        for letter in self.post.bags[day]:
            course = self._course(letter, chance)
            who = self.one_of(("liwenjing", "liwenjing", "tiantian"), chance)
            self._enter(course.now, self._sign(course, who), "sign for")
        if chance.random() < arrivals.SEALED and self.post.bags[day]:
            self._sealed_comes(day, chance)

    def _course(self, letter: shape.Letter, chance: Random) -> Course:
        self.begun += 1
        return Course(self.begun, letter, self, Random(chance.getrandbits(64)))  # noqa: S311

    def _sign(self, course: Course, who: str) -> Callable[[], object]:
        return lambda: course.sign(self.seats.user(who, self.day))

    def _sealed_comes(self, day: dt.date, chance: Random) -> None:
        minute = self.now + chance.randint(30, 300)
        senders = [row.name for row in SENDERS if row.relation == "superior"][:8]
        envelope = Envelope(
            sender=self.cast.senders[chance.choice(senders)],
            channel=chance.choice(("confidential_post", "exchange")),
            envelope_number=f"省机交〔{day.year}〕密-{chance.randint(1001, 9899)}",
            pieces=chance.choice((1, 1, 1, 2)),
            is_sealed=True,
        )
        made: list[int] = []
        taken = minute + chance.randint(15, 90)

        def sign() -> None:
            actor = self.seats.user("liwenjing", self.day)
            made.append(intake.sign_for([envelope], actor=actor)[0].pk)

        self._enter(minute, sign, "sign for a sealed envelope")
        self.promise(taken, "sunli", lambda a: intake.collect(made[0], actor=a), "collect")

    # what is written

    def _let_write(self, day: dt.date) -> None:
        """Let those begin a dispatch who are to write one today."""
        for n, plan in enumerate(self.written.get(day, ())):
            chance = Random(f"{self.seed} {day} {plan.text.title}")  # noqa: S311
            draft = Draft(plan.text, self, chance, fate=plan.fate, stops=plan.stops)
            minute = self.now + chance.randint(20, 240) + n
            self.promise(minute, plan.text.drafter, draft.begin, "begin a dispatch")

    def _chase_drafts(self, day: dt.date) -> None:
        """Have the office urge the dispatches that lie too long, each second morning or so."""
        chance = Random(f"{self.seed} {day} chase")  # noqa: S311
        late = {
            item["object_id"]
            for item in self._items(Dispatch, self.drafts)
            if item["due_on"] and item["due_on"] < day
        }
        for pk in sorted(late):
            if chance.random() < 0.25:
                who = self.one_of(URGERS, chance)
                self.promise(self.now + 50, who, self.drafts[pk].urge, "urge a dispatch")

    # what is done

    def _look(self, start: int, end: int, chance: Random) -> None:
        """Let everybody look at his desk and take up what he will do before the next look."""
        piles: dict[str, list[tuple[Any, ...]]] = {}
        for course, item in self._owed():
            pk = item["pk"]
            if pk not in self.plans:
                self.plans[pk] = course.deed(item)
            deed = self.plans[pk]
            if deed is None or deed.ready >= end:
                continue
            seat = self.seats.sits(deed.who, self.day)
            if not seat or (seat != deed.who and item["step"] == "read"):
                continue  # what is to be read waits for its reader
            due = item["due_on"] or dt.date.max
            piles.setdefault(seat, []).append((-item["urgency"], due, pk, deed, item))
        for seat, pile in piles.items():
            able = int(AT_ONCE.get(seat, 5) * max(self.scale, 1))
            for n, (_weight, _due, pk, deed, item) in enumerate(sorted(pile[:200])[:able]):
                slot = start + (end - start - 1) * n // able + chance.randint(0, SESSION // able)
                self._take(min(max(deed.ready, slot), end - 1), pk, deed, item, chance)

    def _owed(self) -> Iterator[tuple[Course | Draft, dict[str, Any]]]:
        """Yield every open item with the letter or the dispatch that it is about."""
        for item in self._items(IncomingDocument, self.courses):
            yield self.courses[item["object_id"]], item
        for item in self._items(Dispatch, self.drafts):
            yield self.drafts[item["object_id"]], item

    def _items(self, model: type[Model], known: Container[int]) -> Iterable[dict[str, Any]]:
        kind = ContentType.objects.get_for_model(model)
        rows = WorkItem.objects.open().filter(content_type=kind).order_by("pk")
        found = rows.values_list(
            "pk", "object_id", "step", "assignee__username", "unit__code", "due_on", "urgency"
        )
        names = ("pk", "object_id", "step", "assignee", "unit", "due_on", "urgency")
        return (dict(zip(names, row, strict=True)) for row in found if row[1] in known)

    def _take(self, minute: int, pk: int, deed: Deed, item: dict[str, Any], chance: Random) -> None:
        """Put a deed on the agenda; it falls away when the item is settled before."""
        self.plans[pk] = deed._replace(ready=minute + DAY_MINUTES)  # not taken up twice

        def act() -> None:
            self.plans.pop(pk, None)
            if self._opens(pk) if item["assignee"] else self._is_open(pk):
                deed.act(self.seats.user(deed.who, self.day))

        self._enter(minute, act, deed.label, chance.randint(0, 59))

    def _opens(self, pk: int) -> bool:
        """Let the owner open what he is about to do, unless it was settled meanwhile."""
        with clock.at(self.time.moment(max(self.now - 3, self.day * DAY_MINUTES))):
            return bool(note_opened(pk)) or self._is_open(pk)

    def _is_open(self, pk: int) -> bool:
        return WorkItem.objects.open().filter(pk=pk).exists()

    def promise(self, minute: int, who: str, act: Act, label: str) -> None:
        """Let somebody do something at a time, or on the next day on which his seat is filled."""

        def happen() -> None:
            if self.seats.sits(who, self.day):
                act(self.seats.user(who, self.day))
            else:
                self.promise(self.now + DAY_MINUTES, who, act, label)

        self._enter(minute, happen, label)

    def _enter(
        self, minute: int, act: Callable[[], object], label: str, second: int | None = None
    ) -> None:
        self.entered += 1
        order = 10**9 + self.entered
        second = order * 37 % 60 if second is None else second
        heapq.heappush(self.agenda, (minute, second, order, label, act))

    def _happen(self, until: int) -> None:
        while self.agenda and self.agenda[0][0] < until:
            minute, second, _order, label, act = heapq.heappop(self.agenda)
            self.now = max(minute, self.now)
            moment = self.time.moment(minute, second)
            try:
                with clock.at(moment):
                    act()
            except Exception as error:
                error.add_note(f"at {moment}: {label}")
                raise
            self.done[label] += 1

    def _chase(self, day: dt.date, chance: Random) -> None:
        """Have the office urge what is late, and some of what is due tomorrow (条例 §24(6))."""
        soon = calendar.after(day, 1)
        late: dict[bool, set[int]] = {True: set(), False: set()}
        for item in self._items(IncomingDocument, self.courses):
            if item["step"] in URGED and item["due_on"] and item["due_on"] <= soon:
                late[item["due_on"] < day].add(item["object_id"])
        for is_late, pks in late.items():
            chosen = [pk for pk in sorted(pks) if chance.random() < (0.5 if is_late else 0.12)]
            who = self.one_of(CHASERS, chance)
            if chosen:
                self._enter(self.now + 25 + 9 * is_late, self._urge(chosen, who, is_late), "urge")

    def _urge(self, pks: list[int], who: str, is_late: bool) -> Callable[[], object]:
        def act() -> None:
            actor: User = self.seats.user(who, self.day)
            late = {
                item["object_id"]
                for item in self._items(IncomingDocument, self.courses)
                if item["step"] in URGED
            }
            if still := [pk for pk in pks if pk in late]:
                handling.urge(still, actor=actor, words=phrasing.URGED[is_late])

        return act

    # what the letters ask

    def one_of(self, people: Iterable[str], chance: Random) -> str:
        """Choose somebody who is there today."""
        wanted = list(people)
        return chance.choice(self.seats.there(wanted, self.day) or wanted)

    def closing(self, day: dt.date) -> int:
        """Return the office minute at which a day ends."""
        return (self.time.workday(day) + 1) * DAY_MINUTES - 20

    def earlier(self, course: Course) -> Course | None:
        """Return a letter of the same sender that came before, if there is one."""
        sender = course.letter.sender
        known = list(self.courses.values())[-KEPT:]
        return next((c for c in reversed(known) if c.letter.sender == sender and c != course), None)
