"""One dispatch's way: who takes which of the steps it owes, after how long, in what words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import TYPE_CHECKING, Any

from documents.demo.cast import REGISTRY, Act, Deed
from documents.demo.dispatches import CODES
from documents.demo.texts.shape import BRANCHES, Text
from documents.demo.writing import filling, phrases
from documents.drafting.models import Dispatch, OrganCode, Seal
from documents.drafting.plan import POINTS, Recipient, Words
from documents.drafting.services import issuing, reviewing, signing, urging, writing
from documents.drafting.workflow import ENDED, State
from office import clock
from office.demo.people import INSTITUTION, UNITS
from office.people.models import User
from office.workdays.calendar import DAY_MINUTES

if TYPE_CHECKING:
    from documents.demo.life.days import Life
    from documents.receipt.models import IncomingDocument

# Office minutes until somebody comes to a step, the least and the most.
WAITS = {
    "submit": (60, 620), "review": (30, 420), "check": (30, 420), "countersign": (50, 800),
    "sign": (40, 480), "recheck": (15, 200), "register": (10, 140), "print": (10, 140),
    "seal": (10, 180), "distribute": (15, 240), "acknowledge": (20, 1300), "close": (90, 900),
    "file": (2 * DAY_MINUTES, 11 * DAY_MINUTES),
}  # fmt: skip
# What befalls the dispatches, dealt in this order; every fortieth is void with its number.
FATES = (
    "", "careless", "head", "", "suggested", "office", "", "", "withdrawn", "",
    "careless", "revised", "", "head", "refused", "", "leader", "", "suggested", "differs",
    "", "careless", "", "office", "void", "", "head", "withdrawn", "", "careless",
    "suggested", "", "office", "", "", "leader", "", "careless", "", "numbered",
)  # fmt: skip
ENDS_EARLY = ("refused", "void", "numbered")
SLOW = 0.04  # steps that lie for days
HELD = 0.6  # how fast those go that are to have come somewhere by the last day
BOSS = {unit.code: unit.leader_username for unit in UNITS}
CHECKERS = ("guchen", "dinghongwei")
LETTERS, MINUTES = 1, 2  # organ codes
FORMS = {"函": LETTERS, "纪要": MINUTES}
INSIDE = {"各科室": "", "各党支部": "党支部"}  # each unit of ours, by what name
TERMS = {"纪要": "永久", "决定": "永久", "批复": "30年", "请示": "30年", "报告": "30年"}
OUTSIDE = ("exchange", "e_exchange", "exchange", "courier")


class Draft:
    """A dispatch and its fortunes; `pk` is known once it has been begun."""

    def __init__(
        self, text: Text, life: Life, chance: Random, *, fate: str = "", stops: str = "",
        pieces: Mapping[str, str] | None = None, origin: IncomingDocument | None = None,
        origin_kind: str = "",
    ) -> None:  # fmt: skip
        self.text, self.life, self.chance, self.cast = text, life, chance, life.cast
        self.fate, self.stops, self.pieces = fate, stops, pieces or {}
        self.origin, self.origin_kind = origin, origin_kind
        self.is_careless, self.is_behind, self.more = fate == "careless", False, ""
        self.missed = filling.missed(text.kind, chance)
        self.pk = 0

    @property
    def row(self) -> Dispatch:
        return Dispatch.objects.select_related("unit", "drafter").get(pk=self.pk)

    @property
    def is_under_way(self) -> bool:
        """Whether it has been begun, and neither handed out nor given up."""
        handed_out = (State.DISTRIBUTED, *ENDED)
        return (
            bool(self.pk) and not Dispatch.objects.filter(pk=self.pk, state__in=handed_out).exists()
        )

    def begin(self, actor: User) -> None:
        """Write the first version."""
        row = writing.draft(
            self._words(actor), actor=actor, origin=self.origin, origin_kind=self.origin_kind
        )
        self.pk = row.pk
        self.life.drafts[self.pk] = self
        if self.fate == "suggested":
            self._later(
                self.chance.randint(30, 200), self._colleague(row), self._suggest, "suggest"
            )

    # what is owed next

    def deed(self, item: dict[str, Any]) -> Deed | None:
        """Return who will do what about an open item, or None when it is to lie there."""
        if item["step"] == self.stops:
            return None
        plan: Callable[[dict[str, Any]], Deed | None] = getattr(self, f"_to_{item['step']}")
        return plan(item)

    def _after(self, step: str, who: str, act: Act) -> Deed:
        low, high = WAITS[step]
        wait = self.chance.triangular(low, high, low + (high - low) / 4)
        wait *= self.life.seats.paces[who] * (HELD if self.stops else 1)
        if self.chance.random() < SLOW and not self.stops:
            wait += self.chance.randint(2, 5) * DAY_MINUTES
        return Deed(self.life.now + max(int(wait), 3), who, act, f"{step} a dispatch")

    def _to_submit(self, item: dict[str, Any]) -> Deed:
        return self._after("submit", item["assignee"], self.submit)

    def _to_review(self, item: dict[str, Any]) -> Deed:
        return self._after("review", item["assignee"], self._approved(self.review))

    def _to_check(self, item: dict[str, Any]) -> Deed:
        return self._after("check", "zhoumin", self._approved(self.check))

    def _to_countersign(self, item: dict[str, Any]) -> Deed:
        return self._after("countersign", self.cast.heads[item["unit"]], self.countersign)

    def _to_sign(self, item: dict[str, Any]) -> Deed:
        return self._after("sign", item["assignee"], self._approved(self.sign))

    def _to_recheck(self, item: dict[str, Any]) -> Deed:
        return self._after("recheck", self.life.one_of(CHECKERS, self.chance), self.recheck)

    def _by_registry(self, step: str, act: Act) -> Deed:
        return self._after(step, self.life.one_of(REGISTRY, self.chance), act)

    def _to_register(self, item: dict[str, Any]) -> Deed:
        return self._by_registry("register", self.register)

    def _to_print(self, item: dict[str, Any]) -> Deed:
        return self._by_registry("print", self.print)

    def _to_seal(self, item: dict[str, Any]) -> Deed:
        return self._after("seal", item["assignee"], self.seal)

    def _to_distribute(self, item: dict[str, Any]) -> Deed:
        return self._by_registry("distribute", self.distribute)

    def _to_acknowledge(self, item: dict[str, Any]) -> Deed:
        return self._after("acknowledge", item["assignee"], self.acknowledge)

    def _to_close(self, item: dict[str, Any]) -> Deed:
        return self._by_registry("close", self.close)

    def _to_file(self, item: dict[str, Any]) -> Deed:
        return self._by_registry("file", self.file)

    def _approved(self, act: Act) -> Act:
        """Leave it lying while who wrote it sits for who would approve it (A23)."""

        def happen(actor: User) -> None:
            if self.row.drafter_id not in (actor.pk, actor.seat.pk):
                act(actor)

        return happen

    # 拟稿

    def _words(self, actor: User) -> Words:
        """Return what the writing screen holds today: days in the text are counted from today."""
        text = filling.filled(self.text, clock.today(), self.pieces, self.more)
        text = filling.careless(text) if self.is_careless else text
        unit = self.row.unit.code if self.pk else actor.seat.unit.code
        upward = text.direction == "up" or text.important
        signer = text.signer or ("chenguoliang" if upward else BOSS[unit])
        return Words(
            kind=text.kind, direction=text.direction, title=f"{INSTITUTION}{text.title}",
            code=OrganCode.objects.get(code=CODES[FORMS.get(text.kind, 0)][0]), body=text.body,
            addressees=text.to, copy_to=text.copy_to, urgency=text.urgency, note=text.note,
            is_important=text.important, signer=self.cast.users[signer], annexes=text.annexes,
        )  # fmt: skip

    def submit(self, actor: User) -> None:
        """Submit, unless there is something to mend first: that is done at this look."""
        row = self.row
        if self.is_behind or row.standing_errors:
            self.is_careless = self.is_behind = False
            writing.save(self.pk, self._words(actor), actor=actor, edition=row.edition)
            for thread in row.suggestions.filter(settled_at=None, answers=None):
                writing.suggest(self.pk, actor=actor, text=phrases.ADOPTED, answers=thread.pk)
                writing.settle_suggestion(self.pk, thread.pk, actor=actor)
            return
        for finding in row.unanswered:
            writing.answer_finding(
                self.pk, actor=actor, rule=finding.rule, quote=finding.found,
                reason=self.text.remark or phrases.ANSWERED,
            )  # fmt: skip
        writing.submit(self.pk, actor=actor)
        if self.fate == "withdrawn":
            self._later(self.chance.randint(4, 9), actor.seat.username, self._withdraw, "withdraw")

    def _withdraw(self, actor: User) -> None:
        """The drafter has missed something: he takes it back before anybody has opened it."""
        self.fate = ""
        row = self.row
        opened = any(item.opened_at for item in row.open_items)
        if row.state == State.SUBMITTED and row.drafter_id == actor.seat.pk and not opened:
            reviewing.withdraw(self.pk, actor=actor)
            self._falls_behind()

    def _falls_behind(self) -> None:
        self.more, self.is_behind = self.missed[1], True

    def _colleague(self, row: Dispatch) -> str:
        others = [n for n in self.cast.units[row.unit.code] if n != row.drafter.username]
        return self.chance.choice(others)

    def _suggest(self, actor: User) -> None:
        row = self.row
        if row.state == State.DRAFTING:
            quote = row.body.splitlines()[-1]
            writing.suggest(self.pk, actor=actor, text=self.missed[0], quote=quote)
            self._falls_behind()

    # 审核、核稿、会签、签发

    def _send_back(self, actor: User, reason: str = "") -> None:
        self.fate = ""
        reason = reason or self.missed[0]
        reviewing.send_back(self.pk, actor=actor, to=State.DRAFTING, reason=reason)
        self._falls_behind()

    def review(self, actor: User) -> None:
        if self.fate == "head":
            self._send_back(actor)
        else:
            words = self.chance.choice(phrases.REVIEWED)
            reviewing.review(self.pk, actor=actor, opinion=words)

    def check(self, actor: User) -> None:
        if self.fate == "office":
            self._send_back(actor)
        elif self.fate == "refused":
            reviewing.refuse(self.pk, actor=actor, reason=self.chance.choice(phrases.REFUSED))
        elif self.fate == "void":
            issuing.void(self.pk, actor=actor, reason=self.chance.choice(phrases.VOIDED))
        else:
            row = self.row
            units = [self.cast.unit_rows[c] for c in self.text.units if c != row.unit.code]
            words = phrases.CHECKED[bool(units)]
            reviewing.check(self.pk, actor=actor, points=POINTS, opinion=words, asked=units)

    def countersign(self, actor: User) -> None:
        agrees = self.fate != "differs"
        words = self.chance.choice(phrases.COUNTERSIGNED) if agrees else phrases.DIFFERS
        self.fate = self.fate if agrees else "heard"
        reviewing.countersign(self.pk, actor=actor, agrees=agrees, opinion=words)

    def sign(self, actor: User) -> None:
        if self.fate in ("leader", "heard"):
            reason = phrases.CONSULT if self.fate == "heard" else ""
            self._send_back(actor, reason)
        else:
            words = self.chance.choice(phrases.SIGNED)
            signing.sign(self.pk, actor=actor, opinion=words)

    # 复核、登记、印制、用印、核发

    def recheck(self, actor: User) -> None:
        row = self.row
        if self.fate == "revised":
            self.fate, self.more = "", self.missed[1]
            words = self._words(actor)
            signing.revise(
                self.pk, actor=actor, title=words.title, body=words.body, reason=phrases.REVISED
            )
        else:
            words_ = phrases.RECHECKED if row.direction == "up" else ""
            signing.recheck(self.pk, actor=actor, opinion=words_)

    def register(self, actor: User) -> None:
        units = {unit.name: unit for unit in self.cast.unit_rows.values()}
        inside = [unit for code, unit in self.cast.unit_rows.items() if code != "leaders"]
        to: dict[str, Recipient] = {}
        for name in (*self.text.to, *self.text.copy_to):
            is_main = name in self.text.to
            for each in BRANCHES.get(name, (name,)):
                to[each] = Recipient(each, units.get(each), 2, is_main)
            if name in INSIDE:
                del to[name]
                names = {f"{unit.name}{INSIDE[name]}": unit for unit in inside}
                to |= {each: Recipient(each, unit, 1, is_main) for each, unit in names.items()}
        issuing.register(self.pk, actor=actor, recipients=list(to.values()), spare=2)

    def print(self, actor: User) -> None:
        if self.fate == "numbered":
            issuing.void(self.pk, actor=actor, reason=phrases.VOID_WITH_NUMBER)
        else:
            issuing.print_(self.pk, actor=actor)

    def seal(self, actor: User) -> None:
        count = self.row.copies_printed or 1
        seal = Seal.objects.get(name=INSTITUTION)
        issuing.seal(self.pk, actor=actor, seal=seal, count=count, reason=phrases.FAULTED)

    def distribute(self, actor: User) -> None:
        """Hand out; now and then an envelope misses the day's exchange and goes by post."""
        outside = list(self.row.copies.filter(unit=None).values_list("pk", flat=True))
        if outside and self.chance.random() < 0.15:
            outside.pop()
        way = self.chance.choice(OUTSIDE)
        issuing.distribute(self.pk, actor=actor, ways=dict.fromkeys(outside, way))

    def acknowledge(self, actor: User) -> None:
        issuing.acknowledge(self.pk, actor=actor)

    def close(self, actor: User) -> None:
        row = self.row
        for copy in row.open_copies:
            issuing.note_sent(self.pk, actor=actor, copy=copy.pk, way="post")
        issuing.close(self.pk, actor=actor)

    def file(self, actor: User) -> None:
        term = TERMS.get(self.text.kind, "10年")
        year = clock.today().year
        issuing.file(self.pk, actor=actor, year=year, unit=self.row.unit, retention=term)

    # beside the steps

    def urge(self, actor: User) -> None:
        """Urge whoever is late, unless it has moved on since."""
        row, today = self.row, clock.today()
        late = [item for item in row.owed if item.due_on and item.due_on < today]
        if row.is_open and any(not item.held_by(actor.seat) for item in late):
            urging.urge(self.pk, actor=actor, words=phrases.URGED)

    def _later(self, gap: int, who: str, act: Act, label: str) -> None:
        self.life.promise(self.life.now + gap, who, act, label)
