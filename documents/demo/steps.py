"""What the people of a demonstration letter do: every step of it, through the services."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from documents.demo import papers
from documents.demo.cast import Cast
from documents.demo.letters import Letter
from documents.receipt.models import IncomingDocument
from documents.receipt.plan import POINTS, Plan
from documents.receipt.services import assignment, circulation, closing, handling, intake, returning
from documents.reference.models import Urgency
from documents.reference.phrases import PHRASES
from documents.reference.services import proposed_term, workdays_for
from office import clock
from office.demo.days import OfficeTime
from office.files.inspection import inspect
from office.people.models import User
from office.workdays.calendar import DAY_MINUTES

# A letter first given to somebody else of the unit, and why it was passed on.
PASSED_ON = {("云市监函", 66): ("panyue", "数据接口由于皓同志负责，转其办理。")}
FOLLOWS = {
    ("江质信东", 11): ("江质信东", 9),
    ("江质检院函", 45): ("江市监专纪", 12),
    ("江市监质", 86): ("江市监发", 41),
    ("江标院函", 51): ("江标院函", 43),
}


class Steps:
    """One letter; `pk` is known once it has been signed for."""

    def __init__(
        self,
        number: int,
        letter: Letter,
        time: OfficeTime,
        cast: Cast,
        known: dict[tuple[str, int], Steps],
    ) -> None:
        self.number, self.letter, self.time, self.cast = number, letter, time, cast
        self.chance = Random(f"{letter.organ_code}{letter.serial}{letter.title}")  # noqa: S311
        self.units = cast.unit_rows
        self.events: list[Any] = []
        self.pk = 0
        self.now = time.at(-letter.received, letter.at)
        self.due = time.at((letter.days or workdays_for(letter.urgency)) - letter.received, "16:30")
        self.deadline = self.due
        self.closed: int | None = None
        self.key = (letter.organ_code, letter.serial)
        self.known = known
        known[self.key] = self

    @property
    def row(self) -> IncomingDocument:
        return IncomingDocument.objects.get(pk=self.pk)

    def _sign(self, actor: User) -> None:
        letter = self.letter
        envelope = intake.Envelope(
            sender=self.cast.senders[letter.sender],
            channel=letter.channel,
            envelope_number=letter.envelope,
        )
        self.pk = intake.sign_for([envelope], actor=actor)[0].pk

    @property
    def facts(self) -> dict[str, Any]:
        """What the registry types."""
        letter = self.letter
        return {
            "title": letter.title, "doc_number": papers.number(letter), "kind": letter.kind,
            "urgency": Urgency(letter.urgency), "copies": letter.copies,
            "is_telegram": letter.organ_code.endswith("电"), "sheet_count": letter.pages,
            "written_on": self.time.day(-letter.written),
        }  # fmt: skip

    def _register(self, actor: User) -> None:
        facts = self.facts
        files = papers.papers(self.letter, facts["written_on"])
        if len(files) > 1:
            facts["sheet_count"] = inspect(files[0]).pages
        intake.register(self.pk, actor=actor, **facts)
        for file in files:
            closing.attach(self.pk, actor=actor, upload=file)

    def _screen(self, actor: User) -> object:
        words = self.chance.choice(["", "", *PHRASES["screen"][:2]])
        return intake.screen(self.pk, actor=actor, points=POINTS, opinion=words)

    def _reject(self, actor: User) -> object:
        met = [point for point in POINTS if point not in self.letter.failed_points]
        return intake.reject(self.pk, actor=actor, points=met, opinion=self.letter.reason)

    def _void(self, actor: User) -> object:
        return intake.void(self.pk, actor=actor, reason=self.letter.reason)

    def _link(self, actor: User) -> object:
        other = self.known[FOLLOWS[self.key]].row
        return closing.link(self.pk, actor=actor, other=other, kind="follows")

    def _distribute(self, actor: User) -> object:
        readers = [self.cast.users[name] for name in self.letter.readers]
        words = self.letter.proposal or PHRASES["distribute"][0]
        return assignment.distribute(self.pk, actor=actor, opinion=words, readers=readers)

    def _propose(self, actor: User) -> object:
        letter, users = self.letter, self.cast.users
        due = max(self.time.moment(self.due).date(), clock.today())
        plan = Plan(
            lead_unit=self.units[letter.lead],
            assist_units=[self.units[code] for code in letter.assist],
            due_on=due,
            assist_due_on=max(self.time.moment(self.due - 2 * DAY_MINUTES).date(), clock.today()),
            readers=[users[name] for name in letter.readers],
        )
        leaders = [users[name] for name in letter.leaders]
        return assignment.propose(
            self.pk, actor=actor, opinion=letter.proposal, plan=plan, leaders=leaders
        )

    def _instruct(self, words: str) -> Callable[[User], object]:
        return lambda actor: assignment.instruct(self.pk, actor=actor, opinion=words)

    def _send_back(self, to: str) -> Callable[[User], object]:
        return lambda actor: returning.send_back(
            self.pk, actor=actor, to=to, reason=self.letter.reason
        )

    def _name(self, handler: str) -> Callable[[User], object]:
        person = self.cast.users[handler]
        return lambda actor: assignment.name_handler(self.pk, actor=actor, handler=person)

    def _claim(self, actor: User) -> object:
        return assignment.claim(self.pk, actor=actor)

    def _transfer(self, actor: User) -> object:
        person, reason = self.cast.users[self.letter.handler], PASSED_ON[self.key][1]
        return assignment.transfer(self.pk, actor=actor, to=person, reason=reason)

    def _progress(self, words: str) -> Callable[[User], object]:
        return lambda actor: handling.progress(self.pk, actor=actor, opinion=words)

    def _assist(self, words: str) -> Callable[[User], object]:
        return lambda actor: handling.assist(self.pk, actor=actor, opinion=words)

    def _handle(self, actor: User) -> object:
        return handling.handle(self.pk, actor=actor, result=self.letter.result)

    def _ask(self, actor: User) -> object:
        until = self.time.moment(self.due + self.letter.extra_days * DAY_MINUTES).date()
        return handling.ask_extension(self.pk, actor=actor, until=until, reason=self.letter.reason)

    def _decide(self, actor: User) -> object:
        granted = self.letter.decision == "granted"
        words = "同意。" if granted else "原时限已考虑评估周期，请抓紧协调，按期报送。"
        return handling.decide_extension(self.pk, actor=actor, granted=granted, opinion=words)

    def _answer(self, actor: User) -> object:
        method, to, text = self.letter.answer or ("none", "", self.letter.no_answer)
        return closing.answer(self.pk, actor=actor, method=method, to=to, text=text)

    def _read(self, words: str) -> Callable[[User], object]:
        return lambda actor: circulation.read(self.pk, actor=actor, opinion=words)

    def _chase(self, words: str) -> Callable[[User], object]:
        return lambda actor: handling.urge([self.pk], actor=actor, words=words)

    def _close(self, actor: User) -> object:
        if self.letter.nature == "reading" and self.letter.no_answer:
            closing.annotate(self.pk, actor=actor, opinion=self.letter.no_answer)
        return closing.close(self.pk, actor=actor)

    def _file(self, actor: User) -> object:
        row = self.row
        term = "永久" if self.letter.kind == "批复" else proposed_term(row.receipt_class)
        unit = row.lead_unit or self.units["office"]
        year = clock.today().year
        return closing.file(self.pk, actor=actor, year=year, unit=unit, retention=term)
