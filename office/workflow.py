"""The state engine: a table of steps, and the one function that moves a row.

Every move: lock → permission → state → obstacles → one UPDATE → one audit entry. The next work
items are handed out by the service that calls `move`, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from office.audit.services import record, record_all
from office.errors import NotAllowed, Refused

if TYPE_CHECKING:
    from office.people.models import User

Obstacle = Callable[[Any, "User"], "str | None"]
Row = TypeVar("Row", bound="Stateful")


@dataclass(frozen=True)
class Step:
    """One line of a state table.

    `target` is the state after the step, several states when the service chooses one of them
    (`to=`), or None when the row stays where it is. `under` cites the rule.
    """

    name: str
    sources: frozenset[str]
    target: str | frozenset[str] | None
    under: str
    label: Any = ""
    unless: tuple[Obstacle, ...] = ()

    @property
    def targets(self) -> frozenset[str]:
        if self.target is None:
            return frozenset()
        return frozenset({self.target}) if isinstance(self.target, str) else self.target

    def after(self, state: str, to: str | None) -> str:
        """Return the state after the step from `state`; `to` chooses among several."""
        if self.target is None:
            return state
        if isinstance(self.target, str):
            return str(self.target)
        if to not in self.target:
            raise ValueError(f"{self.name} cannot lead to {to}")
        return str(to)


class Workflow:
    """The steps of one kind of row; `kind` ends every permission: sign_dispatch."""

    def __init__(self, kind: str, *steps: Step) -> None:
        self.kind = kind
        self.steps = {step.name: step for step in steps}

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps.values())

    @property
    def permissions(self) -> list[tuple[str, str]]:
        """Return the permissions a model declares for its steps."""
        return [(f"{step.name}_{self.kind}", f"Step: {step.name}") for step in self]

    def check(self, row: Stateful, name: str, actor: User) -> Step:
        """Return the step, or raise NotAllowed (never you) or Refused (not now)."""
        step = self.steps[name]
        if not actor.has_perm(f"{row._meta.app_label}.{name}_{self.kind}"):
            reason = _("Your roles do not include this step: %(step)s.") % {"step": step.label}
            raise NotAllowed(reason, clause=step.under)
        if row.state not in step.sources:
            raise Refused(_("%(row)s has moved on: %(state)s.") % {
                "row": row, "state": row.state_label}, clause=step.under)  # fmt: skip
        for obstacle in step.unless:
            if stands_in_the_way := obstacle(row, actor):
                raise Refused(str(stands_in_the_way), clause=step.under)
        return step

    def open_to(self, row: Stateful, user: User) -> list[str]:
        """Return the names of the steps this person could take now, in table order."""
        possible = (step.name for step in self if row.state in step.sources)
        return [name for name in possible if self._open(row, name, user)]

    def _open(self, row: Stateful, name: str, user: User) -> bool:
        try:
            self.check(row, name, user)
        except (NotAllowed, Refused):
            return False
        return True


class Stateful(models.Model):
    """A row that changes state only through `move`."""

    workflow: ClassVar[Workflow]
    state: Any

    class Meta:
        abstract = True

    @property
    def state_label(self) -> str:
        return str(self.get_state_display())  # type: ignore[attr-defined]

    def forget(self) -> None:
        """Forget what was read about the row; called after every move."""

    @classmethod
    def gather(cls, rows: Sequence[Any]) -> None:
        """Read at once what obstacles ask of many rows; called before a move of many."""


@transaction.atomic
def move(
    rows: models.QuerySet[Row],
    pk: int,
    name: str,
    *,
    actor: User,
    to: str | None = None,
    comment: str = "",
    hidden: Iterable[str] = (),
    **facts: Any,
) -> Row:
    """Take one step with one row, locked, and write one audit entry.

    `facts` are the columns the step establishes; those named in `hidden` are set but not written
    to the trail (long texts). Raises the model's DoesNotExist, NotAllowed or Refused.
    """
    row = lock(rows, pk)
    step = row.workflow.check(row, name, actor)
    before, row.state = row.state, step.after(row.state, to)
    for field, value in facts.items():
        setattr(row, field, value)
    row.save(update_fields=["state", *facts])
    row.forget()
    shown = {field: value for field, value in facts.items() if field not in set(hidden)}
    record(row, name, actor=actor, before=before, after=row.state, comment=comment, facts=shown)
    return row


@transaction.atomic
def move_all(
    rows: models.QuerySet[Row],
    name: str,
    *,
    actor: User,
    shown: Mapping[int, Mapping[str, Any]],
    **facts: Any,
) -> list[Row]:
    """Take one step with many rows as `move` does with one: all of them or none.

    `shown` names the rows by their keys, with what the trail says of each; `facts` are the columns
    the step establishes, the same for all. For steps that lead to one state. Raises as `move`.
    """
    found = list(rows.select_for_update(of=("self",)).filter(pk__in=shown).order_by("pk"))
    if len(found) < len(shown):
        raise rows.model.DoesNotExist
    rows.model.gather(found)
    after: str = ""
    for row in found:
        step = row.workflow.check(row, name, actor)
        after = step.after(row.state, None)
    for state in sorted({row.state for row in found}):
        moved = [row for row in found if row.state == state]
        rows.model._default_manager.filter(pk__in=[row.pk for row in moved]).update(
            state=after, **facts
        )
        record_all(
            moved, name, actor=actor, before=state, after=after,
            facts=lambda row: {**shown[row.pk], **facts},
        )  # fmt: skip
    for row in found:
        row.state = after
        for field, value in facts.items():
            setattr(row, field, value)
        row.forget()
    return found


def lock(rows: models.QuerySet[Row], pk: int) -> Row:
    """Return a row under a lock; must run inside a transaction."""
    return rows.select_for_update(of=("self",)).get(pk=pk)
