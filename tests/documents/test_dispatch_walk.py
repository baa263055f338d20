"""Random walks of dispatches over every step: a refusal is fine, a broken dispatch is not.

Numbered is signed, what is locked never changes, exactly one group holds the main line, nothing is
owed about what has ended, and never is there one whom nobody could take further.
"""

from __future__ import annotations

import os
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from documents.drafting.invariants import check_invariants
from documents.drafting.models import Dispatch
from documents.drafting.plan import POINTS, earlier
from documents.drafting.services import reviewing, signing, writing
from documents.drafting.text import lasting, record_of
from documents.drafting.workflow import DISPATCH, MAIN_LINE, State
from office.desk.services import mark_opened
from office.errors import NotAllowed, Refused
from office.people.models import User
from office.people.services import hand_over
from tests.documents.dispatching import CALLS, OUTSIDE, Call, fresh, walk
from tests.documents.drafts import BODY, drafting_office, words
from tests.documents.factories import Office, sitting

S = State
WORDS = ["同意。", "请补充材料。", "  ", "=1+1", "<b>x</b>", "退回修改。"]
BODIES = [BODY, BODY + "\n补充说明。", BODY.replace("一、", "二、"), "现将有关事项请示如下。"]
ENDS = {"void", "refuse"}
ASIDE = {"annotate", "urge", "attach", "comment", "resolve", "answer_finding"}


class World:
    """One office with a few dispatches, and people who try things."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)  # noqa: S311
        self.office: Office = drafting_office()
        to = self.dice.choice([S.DRAFTING, S.SUBMITTED, S.CHECKED, S.READY, S.SIGNED])
        self.rows = [walk(to, self.office).pk, self._begun()]
        self.locked: dict[int, Any] = {}

    def _begun(self) -> int:
        """Somebody begins a draft, perhaps one who will be asked about it later."""
        o = self.office
        drafter = self.dice.choice([o.staff, o.head, o.director, o.deputy, o.principal])
        direction = self.dice.choice(["up", "down"])
        text = words(o, direction=direction, signer=self.dice.choice([o.principal, o.deputy]),
                     co_issuers=self.dice.choice([[], ["江川省药品监督管理局"]]))  # fmt: skip
        return writing.draft(text, actor=drafter).pk

    def chance(self, one_in: int) -> bool:
        return self.dice.randrange(one_in) == 0

    def words(self) -> str:
        return self.dice.choice(WORDS)

    def attempt(self, row: Dispatch) -> tuple[User, str]:
        """Choose who tries what: mostly somebody who could, sometimes anybody anything."""
        if self.chance(6):
            return self.dice.choice(self.office.people), self.dice.choice([*TRIES])
        owners = [p for item in row.open_items for p in self.office.people if item.held_by(p)]
        person = User.objects.get(pk=self.dice.choice(owners or [self.office.clerk]).pk)
        able = DISPATCH.open_to(row, person)
        if not self.chance(40):
            able = [name for name in able if name not in ENDS]
        if not self.chance(6):
            able = [name for name in able if name not in ASIDE] or able
        forward = [name for name in able if DISPATCH.steps[name].target is not None]
        if forward and not self.chance(3):
            able = forward
        return person, self.dice.choice(able or ["annotate"])

    def move(self) -> None:
        """Let somebody try something, perhaps for somebody else."""
        pk = self.dice.choice(self.rows)
        row = fresh(pk)
        actor, name = self.attempt(row)
        if self.chance(8):
            actor = sitting(self.dice.choice(self.office.people), actor)
        if self.chance(5):
            mark_opened(row, self.dice.choice(self.office.people))
        with suppress(Refused, NotAllowed, Dispatch.DoesNotExist, IndexError):
            TRIES[name](self, pk, actor)
            event(f"{name} done")
        check_invariants(row)
        self._look(pk, name)

    def _look(self, pk: int, name: str) -> None:
        """What is locked stays to the letter until it goes back to be signed again."""
        row = fresh(pk)
        if not row.is_locked:
            self.locked.pop(pk, None)
            return
        text = lasting(record_of(row))
        assert self.locked.setdefault(pk, text) == text, name


def _check(w: World, pk: int, actor: User) -> Any:
    o = w.office
    units = w.dice.choice([[], [], [o.data], [o.data, o.bureau]])
    bodies = w.dice.choice([[], [], [OUTSIDE]])
    return reviewing.check(
        pk, actor=actor, points=POINTS, opinion="已核。", asked=[*units, *bodies],
        signer=w.dice.choice([None, o.principal, o.deputy, o.head]),
    )  # fmt: skip


def _edit(w: World, pk: int, actor: User) -> Any:
    row = fresh(pk)
    text = words(w.office, body=w.dice.choice(BODIES), direction=row.direction, signer=row.signer)
    return writing.save(pk, text, actor=actor, edition=row.edition - w.chance(5))


def _send_back(w: World, pk: int, actor: User) -> Any:
    row = fresh(pk)
    states = earlier(row) if row.state in MAIN_LINE and not w.chance(5) else State.values
    return reviewing.send_back(pk, actor=actor, to=w.dice.choice(states), reason=w.words())


def _revise(w: World, pk: int, actor: User) -> Any:
    title, body = fresh(pk).title, w.dice.choice(BODIES)
    return signing.revise(pk, actor=actor, title=title, body=body, reason="改")


def _plain(call: Call) -> Any:
    return lambda w, pk, actor: call(pk, actor, w.office)


TRIES: dict[str, Any] = {
    **{name: _plain(call) for name, call in CALLS.items()},
    "edit": _edit,
    "check": _check,
    "send_back": _send_back,
    "revise": _revise,
    "countersign": lambda w, pk, a: reviewing.countersign(
        pk, actor=a, agrees=not w.chance(3), opinion=w.words()
    ),
    "hand_over": lambda w, pk, a: hand_over(
        a.pk, actor=a, successor=w.dice.choice(w.office.people)
    ),
}


@pytest.mark.django_db
@given(seed=st.integers(0, 2**32))
@settings(
    max_examples=int(os.environ.get("OFFICE_WALKS", "6")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],  # a smaller number is not a simpler walk
)
def test_any_steps_in_any_order_leave_every_dispatch_sound(seed: int) -> None:
    with transaction.atomic():
        world = World(seed)
        for _step in range(40):
            world.move()
        for pk in world.rows:
            check_invariants(fresh(pk))
        transaction.set_rollback(True)
