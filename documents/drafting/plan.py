"""What is typed and chosen in drafting, before a service takes it; who may be chosen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from documents.drafting.models import Dispatch, OrganCode, Seal
from documents.drafting.text import value
from documents.drafting.workflow import MAIN_LINE, State
from office import clock
from office.errors import Refused
from office.files.names import refuse_classified
from office.people.models import Post, Unit, User

# 条例 §20: what the office looks at before anybody signs; the words are the checklist's.
POINTS = ("reason", "content", "consulted", "form", "other")


@dataclass(frozen=True)
class Words:
    """Everything the writing screen holds."""

    kind: str
    direction: str
    code: OrganCode
    title: str
    body: str
    addressees: Sequence[str] = ()
    copy_to: Sequence[str] = ()
    co_issuers: Sequence[str] = ()
    urgency: str = ""
    note: str = ""
    is_important: bool = False
    signer: User | None = None
    due_on: dt.date | None = None
    annexes: Sequence[tuple[str, str]] = field(default=())

    @property
    def facts(self) -> dict[str, Any]:
        """The columns of the row."""
        names = ("kind", "direction", "code", "title", "body", "urgency", "note",
                 "is_important", "signer", "due_on")  # fmt: skip
        lists = ("addressees", "copy_to", "co_issuers")
        return {name: getattr(self, name) for name in names} | {
            name: list(getattr(self, name)) for name in lists
        }

    @property
    def paper(self) -> dict[str, Any]:
        """The value of its FILE.json."""
        return value(self, list(self.annexes))

    def refuse_classified(self) -> None:
        """No state secret is written here (保密法 §31). Raises ValidationError."""
        names = (*self.addressees, *self.copy_to, *self.co_issuers)
        annexes = (words for pair in self.annexes for words in pair)
        for words in (self.title, self.body, self.note, *names, *annexes):
            refuse_classified(words)


@dataclass(frozen=True)
class Recipient:
    """One line of the distribution list (分送范围)."""

    name: str
    unit: Unit | None = None
    count: int = 1
    is_main: bool = True


def earlier(row: Dispatch) -> list[str]:
    """Return the states it may go back to, nearest first."""
    place = MAIN_LINE.index(State(row.state))
    asked = bool(row.countersign_list)
    states = [s for s in MAIN_LINE[: min(place, 5)] if s != State.CHECKED or asked]
    return [str(state) for state in reversed(states)]


def principal() -> User | None:
    """Return the 主要负责人 of the institution today."""
    posts = Post.objects.held_on(clock.today()).filter(duty=Post.Duty.PRINCIPAL)
    found: User | None = User.objects.active().filter(posts__in=posts).by_rank().first()
    return found


def signers(row: Dispatch) -> list[User]:
    """Return who may sign it: the principal where the rule says so, else any leader."""
    if row.needs_principal:
        found = principal()
        return [found] if found else []
    return [p for p in User.objects.holding("leader").by_rank() if may(p, "sign")]


def seals_in_use() -> QuerySet[Seal]:
    """Return the seals that may be set today."""
    today = clock.today()
    return Seal.objects.filter(in_use_since__lte=today).exclude(out_of_use_on__lte=today)


def seal_in_use() -> Seal:
    """Return the seal of the institution. Raises Refused when none is entered."""
    found = seals_in_use().select_related("keeper").order_by("pk").first()
    if found is None or not found.keeper.is_active:
        raise Refused(_("No seal with a keeper is entered in the back-office."))
    return found


def may(person: User, step: str) -> bool:
    """Tell whether a person works here and his own roles carry a step."""
    return person.is_active and f"documents.{step}_dispatch" in person.permissions
