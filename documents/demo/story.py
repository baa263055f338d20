"""One letter's way through the office, as moments and what happens at them.

A story only says who, when and in which order; what they do stands in `steps`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from documents.demo.cast import CHASERS, DIRECTOR, REGISTRY, SCREENERS, Cast
from documents.demo.letters import EnvelopeData
from documents.demo.steps import FOLLOWS, PASSED_ON, Steps
from documents.receipt.models import IncomingDocument
from documents.receipt.services import intake
from documents.receipt.workflow import State
from documents.reference.phrases import PHRASES
from office import clock
from office.demo.days import OfficeTime
from office.desk.services import mark_opened
from office.people.models import User
from office.workdays.calendar import DAY_MINUTES

DONE = frozenset({"handled", "answered", "closed", "filed"})
CLOSED = frozenset({"closed", "filed"})
# Where the main line stops before anybody has it in hand.
SHORT = {
    "signed_for": 0, "registered": 1, "void": 1, "rejected": 1, "screened": 2, "overdue_propose": 2,
}  # fmt: skip
# As the drawn record shows it.
DRAWN = {("江市监质", 86): {"register": "09:20", "screen": "09:31", "propose": "15:40"}}
# Read only after closing: these words go to the annex of the sheet.
LATE_READERS = {
    ("江数函", 194): ("fengyi", "已阅。意向场景可结合2027年科技项目申报一并考虑。"),
    ("江财会", 39): ("kangning", "已阅。固定资产盘点底册已按自查口径整理，存财务科备查。"),
}


@dataclass(order=True)
class Event:
    """Something that happens; the services raise when it could not."""

    minutes: int
    second: int
    number: int
    act: Callable[[], object] = field(compare=False)
    label: str = field(compare=False)


class Story(Steps):
    """Plan the events of one letter."""

    events: list[Event]
    need = 0
    clerk = ""

    # the clock of the story

    def say(self, minutes: int, who: str, act: Callable[[User], object], label: str) -> int:
        """Let somebody do something at a moment, having opened the document a little before."""
        opened = minutes - self.chance.randint(1, 4)

        def happen() -> None:
            actor = self.cast.seat(who, minutes)
            if self.pk:
                with clock.at(self.time.moment(opened, 17)):
                    mark_opened(IncomingDocument(pk=self.pk), actor)
            act(actor)

        self._add(minutes, happen, label)
        return minutes

    def _add(self, minutes: int, act: Callable[[], object], label: str) -> None:
        number = self.number * 100 + len(self.events)
        second = number * 37 % 60 if self.events else 0
        self.events.append(Event(minutes, second, number, act, label))

    def then(self, low: int, high: int, who: str, act: Callable[[User], object], label: str) -> int:
        """Let it happen so many office minutes later, sooner when time is short."""
        gap = round(self.chance.randint(low, high) * self._pace())
        self.need = max(self.need - high, 0)
        self.now += max(gap, 3)
        if self.key in DRAWN and label in DRAWN[self.key]:
            self.now = self.time.at(-self.letter.received, DRAWN[self.key][label])
        return self.say(self.now, who, act, label)

    def _pace(self) -> float:
        """Go faster for an urgent letter, and when the demonstration would be over before."""
        room = min(self.time.end, max(self.deadline, self.now + 60)) - self.now
        return min(0.5 if self.letter.urgency else 1.0, room / max(self.need, 1))

    def _needed(self) -> int:
        """Return the office minutes that the main line takes at the longest."""
        letter, far = self.letter, SHORT.get(self.letter.fate, 9)
        if far < 9:
            return (0, 60, 120)[far]
        if letter.nature == "reading":
            return 700
        return 400 + 300 * len(letter.instructions) + (700 if letter.handler else 0)

    # the story

    def tell(self) -> list[Event]:
        """Return everything that happens to the letter, up to its fate."""
        self.need = self._needed()
        self.say(self.now, self.chance.choice(REGISTRY), self._sign, "sign for")
        self._to_the_proposal()
        if self.letter.nature == "reading":
            self._for_reading()
        elif self.letter.fate not in SHORT:
            self._for_handling()
        self._open_what_waits()
        return self.events

    def _to_the_proposal(self) -> None:
        fate, far = self.letter.fate, SHORT.get(self.letter.fate, 9)
        if far >= 1:
            self.clerk = self.chance.choice(REGISTRY)  # and urges it by name when it is urgent
            self.then(6, 25, self.clerk, self._register, "register")
        if fate == "void":
            self.then(200, 340, "liwenjing", self._void, "void")
        elif fate == "rejected":
            self.then(60, 180, self.chance.choice(SCREENERS), self._reject, "reject")
        elif far >= 2:
            who = self.chance.choice(SCREENERS)
            self.then(10, 60, who, self._screen, "screen")
            if self.key in FOLLOWS:
                self.say(self.now + 3, "guchen", self._link, "link")
        if fate == "overdue_propose":
            self._urge(1, 2)

    def _for_reading(self) -> None:
        letter = self.letter
        self.then(60, 240, DIRECTOR, self._distribute, "distribute")
        self.deadline = self.time.end
        all_read = letter.fate in {"reading_done", *CLOSED}
        last = self._readings(self.now, must=all_read)
        if letter.fate in CLOSED:
            self.now = last
            self._close_and_file()

    def _for_handling(self) -> None:
        letter = self.letter
        self.then(60, 260, DIRECTOR, self._propose, "propose")
        proposed = self.now
        for leader, words in zip(letter.leaders, letter.instructions, strict=False):
            self.then(70, 300, leader, self._instruct(words), "instruct")
        if letter.fate == "sent_back" and not letter.handler:
            leader = letter.leaders[len(letter.instructions)]
            self.then(60, 200, leader, self._send_back(State.SCREENED), "send back")
        if letter.handler:
            self._in_hand()
        self._readings(proposed, must=False, before=self.closed)
        if late := LATE_READERS.get(self.key):
            self.say(self.time.at(-4, "10:20"), late[0], self._read(late[1]), "read late")

    def _in_hand(self) -> None:
        letter = self.letter
        first = PASSED_ON[self.key][0] if self.key in PASSED_ON else letter.handler
        head = self.cast.heads[letter.lead]
        if first == head or self.chance.random() < 0.25:
            self.then(20, 160, first, self._claim, "claim")
        else:
            self.then(20, 200, head, self._name(first), "name")
        stop = self._stop()
        start, span = self.now, max(stop - self.now, 30)
        if self.key in PASSED_ON:
            self.say(start + span // 10, first, self._transfer, "transfer")
        self._work(start, span)
        if letter.fate == "extension":
            self._extension(start, span)
        elif letter.fate == "sent_back":
            self.now = start + span * 8 // 10
            self.say(self.now, letter.handler, self._send_back(State.PROPOSED), "send back")
        elif letter.fate in DONE:
            self._finish(start, span)
        elif letter.fate in {"overdue_handling", "assist"}:
            self._urge(1, 3)

    def _stop(self) -> int:
        """Return when the handling is over, or has come as far as the demonstration goes."""
        end = self.time.end - 20
        if self.letter.fate in DONE:
            end -= 150 if self.letter.fate == "handled" else 700
            return min(self.due + (DAY_MINUTES if self._is_late else 0), end)
        return end

    @property
    def _is_late(self) -> bool:
        return self.number % 9 == 4

    def _work(self, start: int, span: int) -> None:
        """Let the assisting units give their input and the handler note how far it has come."""
        letter = self.letter
        notes = [("progress", letter.handler, words) for words in letter.progress]
        for unit, words in letter.inputs:
            who = self.cast.member(unit, start + span // 2, self.chance)
            notes.insert(self.chance.randint(0, len(notes)), ("assist", who, words))
        for n, (step, who, words) in enumerate(notes, 1):
            moment = start + span * n * 7 // (len(notes) * 10 + 2) + self.chance.randint(2, 9)
            act = self._progress(words) if step == "progress" else self._assist(words)
            self.say(min(moment, start + span * 3 // 4), who, act, step)

    def _finish(self, start: int, span: int) -> None:
        letter, self.now = (
            self.letter,
            start + span * (99 if self._is_late else self.chance.randint(80, 96)) // 100,
        )
        self.deadline = self.time.end
        self.say(self.now, letter.handler, self._handle, "handle")
        if letter.fate == "handled":
            return
        self.then(40, 240, letter.handler, self._answer, "answer")
        if letter.fate in CLOSED:
            self._close_and_file()

    def _close_and_file(self) -> None:
        clerk = self.chance.choice(REGISTRY)
        self.closed = self.then(60, 300, clerk, self._close, "close")
        if self.letter.fate == "filed":
            room = self.time.end - self.now - 30
            self.now += min(self.chance.randint(3, 9) * DAY_MINUTES // 2, room)
            self.say(self.now, clerk, self._file, "file")

    def _extension(self, start: int, span: int) -> None:
        letter = self.letter
        if not letter.decision:
            self.say(self.time.end - self.chance.randint(60, 200), letter.handler, self._ask, "ask")
            return
        asked = min(start + span * 8 // 10, self.due - 200)
        self.say(asked, letter.handler, self._ask, "ask")
        self.say(asked + 130, letter.leaders[-1], self._decide, "decide")

    def _readings(self, sent: int, *, must: bool, before: int | None = None) -> int:
        """Let the readers read; return when the last one has.

        For a reader who is away his deputy reads when it must be read, or was closed since.
        """
        letter, last = self.letter, sent
        words = dict(letter.opinions)
        end = (before or self.time.end) - 10
        late = LATE_READERS.get(self.key, ("", ""))[0]
        span = max(min(900 if must else 1300, (end - sent) * 5 // 4), 40)
        for name in letter.readers:
            moment = sent + self.chance.randint(20, span)
            if must or before:
                moment = min(moment, end - self.chance.randint(5, 60))
            waits = name in letter.leaders[len(letter.instructions) :]
            away = bool(self.cast.deputy(name, moment)) and not (must or before)
            if moment > end or moment <= sent or waits or away or name in (*letter.unread, late):
                continue
            said = words.get(name) or (PHRASES["read"][0] if self.chance.random() < 0.3 else "")
            self.say(moment, name, self._read(said), "read")
            last = max(last, moment)
        return last

    def _urge(self, least: int, most: int) -> None:
        """Have the office urge: before the due day, then every day after it."""
        times = [self.due - DAY_MINUTES, *range(self.due + 90, self.time.end, DAY_MINUTES)]
        chosen = [m for m in times if self.now < m < self.time.end - 5]
        for moment in chosen[-self.chance.randint(least, most) :]:
            who = self.clerk if self.letter.urgency else self.chance.choice(CHASERS)
            self.say(moment, who, self._chase(PHRASES["urge"][moment > self.due]), "urge")

    def _open_what_waits(self) -> None:
        """Let most people look at what has come to them last."""
        last = max(event.minutes for event in self.events)
        moment = last + self.chance.randint(20, 160)
        if moment >= self.time.end or self.chance.random() < 0.3:
            return

        def look() -> None:
            for item in self.row.open_items:
                if (
                    item.assignee
                    and not item.reading
                    and not self.cast.deputy(item.assignee.username, moment)
                ):
                    mark_opened(self.row, item.assignee)

        self._add(moment, look, "open")


def of_envelope(number: int, data: EnvelopeData, time: OfficeTime, cast: Cast) -> list[Event]:
    """Return what happens to a classified envelope: signed for, then collected; nothing else."""
    moment = time.at(-data.received, data.at)
    note = "封套右下角破损，已与交换员当面清点、签注。" if data.condition != "good" else ""
    made: list[IncomingDocument] = []

    def sign() -> None:
        envelope = intake.Envelope(
            sender=cast.senders[data.sender], channel=data.channel,
            envelope_number=data.envelope, pieces=data.pieces, condition=data.condition,
            envelope_note=note, is_sealed=True,
        )  # fmt: skip
        made.extend(intake.sign_for([envelope], actor=cast.users["liwenjing"]))

    def collect() -> None:
        intake.collect(made[0].pk, actor=cast.users["sunli"])

    events = [Event(moment, 0, number * 100, sign, "sign for a sealed envelope")]
    if data.received:
        taken = moment + 25 + number % 7 * 11
        events.append(Event(taken, 20, number * 100 + 1, collect, "collect"))
    return events
