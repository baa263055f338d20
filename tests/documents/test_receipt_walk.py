"""Random walks over every step (demand #17): a refusal is fine, a broken document is not.

Several documents, everybody of the office, any step at any time, also by deputies and with odd
words. Whatever is refused, nothing may break: no error of the database, no document whose open
work does not match its state, none that nobody could move.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from documents.receipt.invariants import check_invariants
from documents.receipt.models import IncomingDocument
from documents.receipt.plan import POINTS, Plan, earlier_steps
from documents.receipt.services import (
    assignment,
    circulation,
    closing,
    handling,
    intake,
    returning,
)
from documents.receipt.workflow import RETURNABLE, State
from office.desk.services import mark_opened
from office.errors import NotAllowed, Refused
from office.people.models import Unit, User
from office.people.services import hand_over
from tests.documents.factories import (
    Office,
    day,
    fresh,
    make_office,
    paper,
    signed_for,
    sitting,
    walk,
)

WORDS = [
    "同意。",
    "请补充材料。",
    "已阅。",
    "拟按期办结。",
    "=1+1",
    "<b>x</b>",
    "转办。",
    "阅。",
    "  ",
]
ENDS = {"void", "reject"}  # tried seldom: most walks shall go far
ASIDE = {"annotate", "link", "urge", "attach", "correct"}


class World:
    """One office with a few documents, and people who try things."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)  # noqa: S311
        self.office: Office = make_office()
        start = [self.dice.choice(State.values), *self.dice.choices(sorted(RETURNABLE), k=2)]
        self.rows = [walk(None, state, self.office) for state in start]

    def chance(self, one_in: int) -> bool:
        return self.dice.randrange(one_in) == 0

    def person(self, *likely: User) -> User:
        """Return anybody, more likely one of these; as the database has him now."""
        chosen = self.dice.choice(likely if likely and not self.chance(4) else self.office.people)
        return User.objects.get(pk=chosen.pk)

    def member(self, row: IncomingDocument) -> User:
        unit = row.lead_unit_id or self.office.standards.pk
        return self.person(*[p for p in self.office.people if p.unit_id == unit])

    def people(self) -> list[User]:
        o = self.office
        return [self.person(o.deputy, o.head, o.other_head) for _n in range(self.dice.randrange(4))]

    def unit(self) -> Unit:
        o = self.office
        return self.dice.choice([o.standards, o.data, o.bureau])

    def words(self) -> str:
        return self.dice.choice(WORDS)

    def day(self) -> Any:
        return day(-2 if self.chance(10) else self.dice.randint(0, 25))

    def plan(self) -> Plan:
        return Plan(
            lead_unit=None if self.chance(10) else self.unit(),
            assist_units=self.dice.choice([None, [], [self.unit()], [self.unit(), self.unit()]]),
            due_on=self.dice.choice([None, self.day()]),
            readers=self.people(),
        )

    def attempt(self, row: IncomingDocument) -> tuple[User, str]:
        """Choose who tries what: mostly somebody who could, sometimes anybody anything."""
        names = [*row.workflow.steps, "sign_for", "hand_over"]
        if self.chance(6):
            return self.person(), self.dice.choice([name for name in names if name not in ENDS])
        owners = [p for item in row.open_items for p in self.office.people if item.held_by(p)]
        person = self.person(*(owners or [self.office.clerk]))
        able = row.workflow.open_to(row, person)
        if not self.chance(40):
            able = [name for name in able if name not in ENDS]
        if not self.chance(8):
            able = [name for name in able if name not in ASIDE] or able
        forward = [name for name in able if row.workflow.steps[name].target is not None]
        if forward and not self.chance(3):
            able = forward
        return person, self.dice.choice(able or ["annotate"])

    def move(self) -> None:
        """Let somebody try something, perhaps for somebody else."""
        row = fresh(self.dice.choice(self.rows))
        actor, name = self.attempt(row)
        if self.chance(12):
            actor = sitting(self.person(), actor)
        if self.chance(5):
            mark_opened(row, self.person(*[p for p in self.office.people if p != actor]))
        with suppress(Refused, NotAllowed, IncomingDocument.DoesNotExist):
            TRIES[name](self, row, actor)
            event(f"{name} done")  # pytest --hypothesis-show-statistics counts them
        check_invariants(row)


def propose(w: World, row: IncomingDocument, actor: User) -> None:
    leaders = [w.office.principal, w.office.deputy][: w.dice.randrange(3)]
    assignment.propose(row.pk, actor=actor, opinion=w.words(), plan=w.plan(), leaders=leaders)


def instruct(w: World, row: IncomingDocument, actor: User) -> None:
    plan = w.plan() if w.chance(2) else None
    assignment.instruct(row.pk, actor=actor, opinion=w.words(), plan=plan)


def correct(w: World, row: IncomingDocument, actor: User) -> None:
    urgency = w.dice.choice(["", "加急", "特急", "特提"])
    intake.correct(row.pk, actor=actor, reason="改正", title=w.words(), urgency=urgency)


def transfer(w: World, row: IncomingDocument, actor: User) -> None:
    assignment.transfer(row.pk, actor=actor, to=w.member(row), reason=w.words())


def send_back(w: World, row: IncomingDocument, actor: User) -> None:
    ways = [way for way, _label in earlier_steps(row.state)]
    to = w.dice.choice(State.values if w.chance(5) else ways or State.values)
    returning.send_back(row.pk, actor=actor, to=to, reason=w.words())


def give_over(w: World, _row: IncomingDocument, actor: User) -> None:
    hand_over(actor.pk, actor=actor, successor=w.person())


def filing(w: World, row: IncomingDocument, actor: User) -> None:
    closing.file(row.pk, actor=actor, year=2026, unit=w.unit(), retention="10年")


TRIES: dict[str, Callable[[World, IncomingDocument, User], Any]] = {
    "sign_for": lambda w, r, a: w.rows.append(signed_for(w.office)) if len(w.rows) < 5 else None,
    "hand_over": give_over,
    "collect": lambda w, r, a: intake.collect(r.pk, actor=a),
    "register": lambda w, r, a: intake.register(r.pk, actor=a, **paper()),
    "correct": correct,
    "screen": lambda w, r, a: intake.screen(r.pk, actor=a, points=POINTS, opinion=w.words()),
    "reject": lambda w, r, a: intake.reject(r.pk, actor=a, points=[], opinion=w.words()),
    "propose": propose,
    "distribute": lambda w, r, a: assignment.distribute(
        r.pk, actor=a, opinion=w.words(), readers=w.people()
    ),
    "instruct": instruct,
    "name_handler": lambda w, r, a: assignment.name_handler(r.pk, actor=a, handler=w.member(r)),
    "claim": lambda w, r, a: assignment.claim(r.pk, actor=a),
    "transfer": transfer,
    "progress": lambda w, r, a: handling.progress(r.pk, actor=a, opinion=w.words()),
    "assist": lambda w, r, a: handling.assist(r.pk, actor=a, opinion=w.words()),
    "ask_extension": lambda w, r, a: handling.ask_extension(
        r.pk, actor=a, until=w.day(), reason=w.words()
    ),
    "decide_extension": lambda w, r, a: handling.decide_extension(
        r.pk, actor=a, granted=w.chance(2)
    ),
    "handle": lambda w, r, a: handling.handle(r.pk, actor=a, result=w.words()),
    "circulate": lambda w, r, a: circulation.circulate(r.pk, actor=a, readers=w.people()),
    "recall_reader": lambda w, r, a: circulation.recall_reader(
        r.pk, actor=a, reader=w.person(*[c.reader for c in r.open_readers])
    ),
    "read": lambda w, r, a: circulation.read(r.pk, actor=a, opinion=w.words().strip()),
    "urge": lambda w, r, a: handling.urge([row.pk for row in w.rows], actor=a, words=w.words()),
    "answer": lambda w, r, a: closing.answer(r.pk, actor=a, method="none", to="", text=w.words()),
    "close": lambda w, r, a: closing.close(r.pk, actor=a),
    "file": filing,
    "send_back": send_back,
    "reply": lambda w, r, a: closing.reply(r.pk, actor=a, to="省局", text=w.words() or "答复"),
    "withdraw": lambda w, r, a: returning.withdraw(r.pk, actor=a),
    "void": lambda w, r, a: intake.void(r.pk, actor=a, reason=w.words()),
    "attach": lambda w, r, a: None,
    "annotate": lambda w, r, a: closing.annotate(r.pk, actor=a, opinion=w.words()),
    "link": lambda w, r, a: closing.link(r.pk, actor=a, other=w.rows[0], kind="follows"),
}


def test_every_step_is_tried() -> None:
    assert set(TRIES) - {"sign_for", "hand_over"} == set(IncomingDocument.workflow.steps)


@pytest.mark.django_db
@given(seed=st.integers(0, 2**32))
@settings(
    max_examples=int(os.environ.get("OFFICE_WALKS", "10")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],  # a smaller number is not a simpler walk
)
def test_any_steps_in_any_order_leave_every_document_sound(seed: int) -> None:
    with transaction.atomic():
        world = World(seed)
        for _step in range(40):
            world.move()
        for row in world.rows:
            check_invariants(row)
        transaction.set_rollback(True)
