"""办理过程: what a record shows beside the text: each step, who, how long, what was said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from documents.drafting.models import Dispatch, Remark
from documents.drafting.workflow import DISPATCH, SIDE_LANES, STAGES
from office import clock
from office.desk.models import WorkItem

# Words that stand on the track by themselves, without a work item behind them.
ALONE = {"send_back", "withdraw", "void", "annotate", "refuse"}


@dataclass
class Line:
    """One line of the track; `state` is done, now or next."""

    state: str
    label: Any
    who: str = ""
    acting_for: str = ""
    at: dt.datetime | None = None
    sent_at: dt.datetime | None = None
    opened_at: dt.datetime | None = None
    taken: int | None = None
    limit: int | None = None
    due_on: dt.date | None = None
    late: bool = False
    words: list[Remark] = field(default_factory=list)
    note: str = ""
    warn: bool = False


def build(row: Dispatch, remarks: list[Remark]) -> list[Line]:
    """Return the whole track: what was done in order of time, what is on, what is to come."""
    begun = Line("done", _("Draft begun"), who=row.drafter.name, at=row.begun_at)
    done = sorted(_done(row, remarks), key=lambda line: line.at or row.begun_at)
    now = [_now(item) for item in row.open_items if item.step != "acknowledge"]
    return [begun, *done, *_once(now), *_next(row)]


def _done(row: Dispatch, remarks: list[Remark]) -> Iterator[Line]:
    used: set[int] = set()
    for item in row.items:
        if item.outcome != WorkItem.Outcome.DONE or item.done_at is None:
            continue
        words = [r for r in remarks if r.pk not in used and _belongs(r, item)]
        used.update(r.pk for r in words)
        yield _finished(item, words)
    for remark in remarks:
        if remark.pk not in used:
            label = DISPATCH.steps[remark.step].label
            yield Line(
                "done", label, who=remark.author.name, at=remark.written_at, words=[remark],
                acting_for=remark.on_behalf_of.name if remark.on_behalf_of else "",
                warn=remark.step in ALONE - {"annotate"},
            )  # fmt: skip


def _belongs(remark: Remark, item: WorkItem) -> bool:
    """Tell whether words were written with this item: same person, same moment."""
    if item.done_at is None or remark.author_id != item.done_by_id:
        return False
    near = abs((remark.written_at - item.done_at).total_seconds()) < 5
    return near and remark.step in (item.step, "revise") and remark.step not in ALONE


def _finished(item: WorkItem, words: list[Remark]) -> Line:
    taken, limit = item.taken_minutes, item.limit_minutes
    return Line(
        "done", DISPATCH.steps[item.step].label, who=item.done_by.name if item.done_by else "",
        acting_for=item.on_behalf_of.name if item.on_behalf_of else "", at=item.done_at,
        sent_at=item.created_at, opened_at=item.opened_at, taken=taken, limit=limit, words=words,
        late=bool(limit and taken and taken > limit),
    )  # fmt: skip


def _now(item: WorkItem) -> Line:
    late = bool(item.due_on and item.due_on < clock.today())
    return Line(
        "now", DISPATCH.steps[item.step].label, who=item.owner_text, sent_at=item.created_at,
        opened_at=item.opened_at, due_on=item.due_on, late=late,
    )  # fmt: skip


def _once(lines: list[Line]) -> list[Line]:
    """Name a step once when several people owe it."""
    found: dict[str, Line] = {}
    for line in lines:
        key = str(line.label)
        if key in found:
            found[key].who += f"、{line.who}"
        else:
            found[key] = line
    return list(found.values())


def _next(row: Dispatch) -> list[Line]:
    """Return the stages that are still to come, while it is open."""
    if not row.is_open:
        return []
    owed = {item.step for item in row.open_items if item.step not in SIDE_LANES}
    later = STAGES[row.stage :] if owed else STAGES[row.stage - 1 :]
    has_countersigns = bool(row.countersign_list)
    return [
        Line("next", label) for key, label, _clause in later
        if key != "countersign" or has_countersigns
    ]  # fmt: skip
