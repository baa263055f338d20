"""One living letter's way: who takes which of the steps it owes, after how long, in what words."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any

from documents.demo.cast import DIRECTOR, REGISTRY, SCREENERS, Act, Deed
from documents.demo.letters.shape import Letter
from documents.demo.life import phrasing
from documents.demo.steps import Steps
from documents.demo.writing import answering
from documents.demo.writing.course import Draft
from documents.drafting.workflow import State as DispatchState
from documents.receipt.plan import Plan
from documents.receipt.services import assignment, closing, handling, intake, returning
from documents.receipt.workflow import State
from office import clock
from office.people.models import User
from office.workdays import calendar
from office.workdays.calendar import DAY_MINUTES

if TYPE_CHECKING:
    from documents.demo.life.days import Life

# Office minutes until somebody comes to a step, the least and the most; handling has its own way.
WAITS = {
    "register": (4, 45), "collect": (15, 90), "screen": (10, 130), "propose": (30, 280),
    "instruct": (40, 330), "name_handler": (20, 240), "claim": (40, 330), "assist": (180, 1500),
    "read": (40, 1500), "decide_extension": (40, 300), "answer": (30, 320), "close": (40, 560),
    "file": (2 * DAY_MINUTES, 11 * DAY_MINUTES),
}  # fmt: skip
HASTE = {"": 1.0, "加急": 0.45, "特急": 0.12}
FATES = {"filed": 96.5, "rejected": 2.5, "void": 1.0}  # of a hundred letters
BUSY_READERS = 0.07  # copies that lie for weeks


class Course(Steps):
    """A letter and its fortunes, drawn when it comes in."""

    def __init__(self, number: int, letter: Letter, life: Life, chance: Random) -> None:
        super().__init__(number, letter, life.time, life.cast, {})
        self.life, self.chance, self.seats = life, chance, life.seats
        self.fate = chance.choices(tuple(FATES), tuple(FATES.values()))[0]
        if self.fate == "rejected":
            self.letter = _refused(letter)
        self.by_head = chance.random() < 0.6
        self.handler = ""
        self.done_at = 0
        self.returned = chance.random() < 0.035 and letter.nature == "handling"
        self.sent_back = chance.random() < 0.02 and bool(letter.leaders)
        self.handed_over = chance.random() < 0.04
        self.asks = chance.random() < 0.09 and letter.days > 4
        self.granted, self.extra = chance.random() < 0.72, chance.randint(3, 5)
        self.due_on = life.time.base
        self.turns = list(letter.instructions)
        self.answer_text = answering.answer_to(letter, share=life.writes)
        self.waits = number % 2 == 0  # with reporting it as handled until its answer has gone out
        if self.answer_text:
            self.letter = self.letter._replace(result=answering.RESULTS[self.answer_text.kind])
        self.reply: Draft | None = None  # the dispatch that answers it, once it is begun
        self.has_files = letter.channel in ("e_exchange", "email") and chance.random() < 0.5

    # what is owed next

    def deed(self, item: dict[str, Any]) -> Deed | None:
        """Return who will do what about an open item, or None when nobody does it as it stands."""
        plan: Callable[[dict[str, Any]], Deed | None] = getattr(self, f"_to_{item['step']}")
        return plan(item)

    def _after(self, step: str, who: str, act: Act, label: str = "") -> Deed:
        low, high = WAITS[step]
        wait = self.chance.triangular(low, high, low + (high - low) / 4)
        wait *= HASTE[self.letter.urgency] * self.seats.paces[who]
        return Deed(self.life.now + max(int(wait), 3), who, act, label or step)

    def _to_register(self, item: dict[str, Any]) -> Deed:
        return self._after("register", self.life.one_of(REGISTRY, self.chance), self.register)

    def _to_screen(self, item: dict[str, Any]) -> Deed:
        who = self.life.one_of(SCREENERS, self.chance)
        if self.fate == "rejected":
            return self._after("screen", who, self._reject, "reject")
        if self.fate == "void":
            return self._after("close", "liwenjing", self.void, "void")
        return self._after("screen", who, self.screen)

    def _to_propose(self, item: dict[str, Any]) -> Deed:
        if self.letter.nature == "reading":
            return self._after("propose", "zhoumin", self._distribute, "distribute")
        return self._after("propose", "zhoumin", self.propose)

    def _to_instruct(self, item: dict[str, Any]) -> Deed:
        if self.sent_back:
            return self._after("instruct", item["assignee"], self.send_back, "send back")
        return self._after("instruct", item["assignee"], self.instruct)

    def _to_name_handler(self, item: dict[str, Any]) -> Deed | None:
        if not self.by_head:
            return None
        return self._after("name_handler", item["assignee"], self.name)

    def _to_claim(self, item: dict[str, Any]) -> Deed | None:
        unit = item["unit"]
        heads = [self.cast.heads[unit]]
        if self.by_head:
            return None
        members = [name for name in self.cast.units[unit] if name not in heads]
        return self._after("claim", self.life.one_of(members, self.chance), self.claim)

    def _to_handle(self, item: dict[str, Any]) -> Deed:
        if self.returned:
            return self._after("claim", item["assignee"], self.return_it, "return")
        return Deed(max(self.done_at, self.life.now + 5), item["assignee"], self.handle, "handle")

    def _to_assist(self, item: dict[str, Any]) -> Deed:
        who = self.life.one_of(self.cast.units[item["unit"]], self.chance)
        words = dict(self.letter.inputs).get(item["unit"], phrasing.INPUTS[0])
        return self._after("assist", who, self._assist(words))

    def _to_read(self, item: dict[str, Any]) -> Deed:
        words = self.chance.choice(phrasing.READ)
        found = self._after("read", item["assignee"], self._read(words))
        if self.chance.random() < BUSY_READERS:
            found = found._replace(ready=found.ready + self.chance.randint(4, 14) * DAY_MINUTES)
        return found

    def _to_decide_extension(self, item: dict[str, Any]) -> Deed:
        return self._after("decide_extension", item["assignee"], self.decide, "decide")

    def _to_answer(self, item: dict[str, Any]) -> Deed:
        found = self._after("answer", item["assignee"], self.answer)
        if self.reply is not None and self.reply.is_under_way:
            found = found._replace(ready=found.ready + DAY_MINUTES)
        return found

    def _to_close(self, item: dict[str, Any]) -> Deed:
        return self._after("close", self.life.one_of(REGISTRY, self.chance), self.close)

    def _to_file(self, item: dict[str, Any]) -> Deed:
        return self._after("file", self.life.one_of(REGISTRY, self.chance), self._file)

    # what is done, and what follows from it by chance

    def sign(self, actor: User) -> None:
        self._sign(actor)
        self.life.courses[self.pk] = self

    def register(self, actor: User) -> None:
        """Take the letter in; every other one brings its text along as a file."""
        if self.has_files:
            self._register(actor)
        else:
            intake.register(self.pk, actor=actor, **self.facts)
        if not self.letter.urgency and self.chance.random() < 0.02:
            self.later(self.chance.randint(20, 300), actor.username, self._correct, "correct")

    def _correct(self, actor: User) -> None:
        if self.row.state in (State.REGISTERED, State.SCREENED, State.PROPOSED):
            reason, pages = self.chance.choice(phrasing.CORRECTED), self.letter.pages + 1
            intake.correct(self.pk, actor=actor, reason=reason, sheet_count=pages)

    def void(self, actor: User) -> None:
        intake.void(self.pk, actor=actor, reason=self.chance.choice(phrasing.VOIDED))

    def screen(self, actor: User) -> None:
        self._screen(actor)
        if self.chance.random() < 0.05 and (other := self.life.earlier(self)):
            self.later(4, actor.username, self._follows(other), "link")
        elif self.chance.random() < 0.01:
            self.later(2, actor.username, self._take_back, "withdraw")

    def _take_back(self, actor: User) -> None:
        """The screener has seen something more: he takes it back before anybody has opened it."""
        row = self.row
        if row.state == State.SCREENED and not any(item.opened_at for item in row.open_items):
            returning.withdraw(self.pk, actor=actor)

    def _follows(self, other: Course) -> Act:
        return lambda actor: closing.link(self.pk, actor=actor, other=other.row, kind="follows")

    def propose(self, actor: User) -> None:
        self._propose(actor)
        self.turns = list(self.letter.instructions)

    def instruct(self, actor: User) -> None:
        words, plan = self.turns.pop(0) if self.turns else "同意。", None
        if self.handler:  # it came back from the unit: another one takes it
            plan = Plan(lead_unit=self.units[self.letter.lead])
            self.handler, words = "", "改由更对口的科室牵头办理，请抓紧。"
        assignment.instruct(self.pk, actor=actor, opinion=words, plan=plan)

    def send_back(self, actor: User) -> None:
        self.sent_back = False
        reason = self.chance.choice(phrasing.RETURNED_BY_LEADER)
        returning.send_back(self.pk, actor=actor, to=State.SCREENED, reason=reason)

    def return_it(self, actor: User) -> None:
        """Give it back to the leader: another unit should lead."""
        self.returned = False
        reason = self.chance.choice(phrasing.RETURNED_BY_UNIT)
        back = State.PROPOSED if self.letter.leaders else State.SCREENED
        others = [unit for unit in ("office", "data", "standards") if unit != self.letter.lead]
        self.letter = self.letter._replace(lead=self.chance.choice(others))
        returning.send_back(self.pk, actor=actor, to=back, reason=reason)

    def name(self, actor: User) -> None:
        unit = actor.seat.unit.code
        people = self.seats.there(self.cast.units[unit], self.life.day)
        handler = self.chance.choice(people or [actor.seat.username])
        assignment.name_handler(self.pk, actor=actor, handler=self.cast.users[handler])
        self.begin(handler)

    def claim(self, actor: User) -> None:
        self._claim(actor)
        self.begin(actor.seat.username)

    def begin(self, handler: str) -> None:
        """Plan the handling: progress, a request for time, a change of hands, and the end."""
        now = self.life.now
        self.handler, self.due_on = handler, self.row.due_on or clock.today()
        span = max(self.life.closing(self.due_on) - now, 60)
        pace = self.seats.paces[handler]
        share = self.chance.triangular(0.3, 1.0, 0.78) * (0.55 + 0.45 * pace)
        if self.chance.random() < 0.05:
            share = max(share, 1.0) + self.chance.random() * 0.6  # forgotten until somebody urges
        self.done_at = now + int(span * min(share, 1.9))
        for n, words in enumerate(self.letter.progress, 1):
            gap = span * n // (len(self.letter.progress) + 2)
            self.later(gap, handler, self._progress(words), "progress", State.HANDLING)
        if self.answer_text and not self.reply:
            self.later(max(span // 6, 40), handler, self.reply_to, "reply", State.HANDLING)
        if self.asks and not self.returned:
            self.asks = False
            self.later(span * 3 // 4, handler, self.ask, "ask", State.HANDLING)
            self.done_at = max(self.done_at, now + span * 9 // 10)
        elif self.handed_over and not self.returned:
            self.handed_over = False
            self.later(max(span // 5, 30), handler, self.pass_to, "transfer", State.HANDLING)

    def ask(self, actor: User) -> None:
        until = max(calendar.after(self.due_on, self.extra), clock.today())
        reason = self.chance.choice(phrasing.ASKED)
        handling.ask_extension(self.pk, actor=actor, until=until, reason=reason)

    def decide(self, actor: User) -> None:
        words = self.chance.choice(phrasing.GRANTED if self.granted else phrasing.REFUSED)
        handling.decide_extension(self.pk, actor=actor, granted=self.granted, opinion=words)
        if self.granted:
            self.done_at += self.extra * DAY_MINUTES * 3 // 4

    def pass_to(self, actor: User) -> None:
        unit = actor.seat.unit.code
        others = [name for name in self.cast.units[unit] if name != self.handler]
        others = self.seats.there(others, self.life.day)
        if others:
            self.handler = self.chance.choice(others)
            reason = self.chance.choice(phrasing.PASSED_ON)
            person = self.cast.users[self.handler]
            assignment.transfer(self.pk, actor=actor, to=person, reason=reason)

    def handle(self, actor: User) -> None:
        """Finish, unless another unit still owes its part: then wait for it.

        Some wait for the dispatch that answers it as well, others report once that is drafted.
        """
        if self.row.open_assists:
            self.done_at = self.life.now + self.chance.randint(60, 200)
        elif self.waits and self.reply is not None and self.reply.is_under_way:
            self.done_at = self.life.now + DAY_MINUTES
        else:
            self._handle(actor)

    def reply_to(self, actor: User) -> None:
        """Begin the dispatch that answers it, which then waits until its copies have gone out.

        What the director herself drafts nobody could check, so she answers in another way.
        """
        if self.answer_text and not self.reply and actor.seat.username != DIRECTOR:
            self.reply = answering.reply(self.letter, self.answer_text, self.row, self.life)
            self.reply.begin(actor)

    def answer(self, actor: User) -> None:
        """Answer, by the dispatch once that is handed out; until then wait for it."""
        if self.reply is None or self.reply.row.state in (
            DispatchState.VOID,
            DispatchState.NOT_ISSUED,
        ):
            self._answer(actor)
        elif not self.reply.is_under_way:
            number = self.reply.row.number
            words = f"以{number}{self.reply.text.kind}答复。"
            closing.answer(
                self.pk, actor=actor, method="document", to=self.letter.sender, text=words
            )

    def close(self, actor: User) -> None:
        closing.close(self.pk, actor=actor)
        if self.chance.random() < 0.015:
            gap = self.chance.randint(1, 5) * DAY_MINUTES
            words = self.chance.choice(phrasing.NOTED)
            self.later(gap, actor.username, self._annotate(words), "annotate")

    def _annotate(self, words: str) -> Act:
        return lambda actor: closing.annotate(self.pk, actor=actor, opinion=words)

    def later(self, gap: int, who: str, act: Act, label: str, only: str = "") -> None:
        """Let somebody do something later, if the letter is still where it should be then."""

        def happen(actor: User) -> None:
            if not only or (self.handler == who and self.row.state == only):
                act(actor)

        self.life.promise(self.life.now + gap, who, happen, label)


def _refused(letter: Letter) -> Letter:
    reason, failed = phrasing.REJECTED.get(letter.kind, phrasing.REJECTED["函"])
    return letter._replace(fate="rejected", reason=reason, failed_points=failed)
