"""办理过程: each step of a document, who took it, how long, what was said; and its whole trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.receipt.models import IncomingDocument, Opinion
from documents.receipt.workflow import INCOMING, STAGES, State
from office import clock
from office.audit.actions import LABELS
from office.audit.models import Entry
from office.desk.models import WorkItem
from office.templatetags.office import day
from office.workdays import calendar

STAGE_STEPS = {
    "register": 2, "screen": 3, "reject": 3, "propose": 4, "distribute": 4, "instruct": 5,
    "name_handler": 6, "claim": 6, "handle": 6, "assist": 6, "decide_extension": 6,
    "answer": 8, "close": 9, "file": 9, "collect": 1,
}  # fmt: skip
# Opinions that stand on the track by themselves, without a work item behind them.
REMARKS = {"progress", "transfer", "annotate", "send_back", "withdraw", "void", "reject"}


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
    words: list[Opinion] = field(default_factory=list)
    note: str = ""
    warn: bool = False


def build(row: IncomingDocument, opinions: list[Opinion]) -> list[Line]:
    """Return the whole track: what was done in order of time, what is on, what is to come."""
    done = sorted(_done(row, opinions), key=lambda line: line.at or row.signed_for_at)
    now = [_now(item) for item in row.open_items if not item.reading]
    return [*done, *_once(now), *_next(row)]


def _done(row: IncomingDocument, opinions: list[Opinion]) -> Iterator[Line]:
    yield Line(
        "done", STAGES[0][1], who=row.signed_for_by.name, at=row.signed_for_at, note=_envelope(row)
    )
    used: set[int] = set()
    seen: set[tuple[int, int | None, int]] = set()
    for item in row.items:
        if item.outcome != WorkItem.Outcome.DONE or item.reading or item.done_at is None:
            continue
        key = (STAGE_STEPS.get(item.step, 0), item.done_by_id, int(item.done_at.timestamp()))
        if key in seen and item.step in ("claim", "name_handler"):
            continue
        seen.add(key)
        yield _finished(item, row, opinions, used)
    for opinion in opinions:
        if opinion.pk not in used and opinion.step in REMARKS and not opinion.is_annex:
            yield _remark(opinion)


def _envelope(row: IncomingDocument) -> str:
    parts = [row.get_channel_display(), _pieces(row.pieces)]
    if row.condition != "good":
        parts.append(row.get_condition_display())
    return "，".join([*parts, row.envelope_number, row.envelope_note]).rstrip("，")


def _pieces(n: int) -> str:
    return ngettext("%(n)s piece", "%(n)s pieces", n) % {"n": n}


def _finished(
    item: WorkItem, row: IncomingDocument, opinions: list[Opinion], used: set[int]
) -> Line:
    words = [o for o in opinions if _belongs(o, item) and o.pk not in used]
    used.update(o.pk for o in words)
    step = "reject" if row.state == State.REJECTED and item.step == "screen" else item.step
    taken, limit = item.taken_minutes, item.limit_minutes
    late = bool(limit and taken and taken > limit) or bool(
        item.due_on and item.done_at and timezone.localtime(item.done_at).date() > item.due_on
    )
    note = ""
    if step == "screen" and row.state != State.REGISTERED:
        note = _("All five points are met.")
    elif step == "decide_extension":
        note = _decision(row, item)
    return Line(
        "done",
        INCOMING.steps[step].label,
        who=item.done_by.name if item.done_by else "",
        acting_for=item.on_behalf_of.name if item.on_behalf_of else "",
        at=item.done_at,
        taken=taken,
        limit=limit,
        late=late,
        words=words,
        note=note,
    )


def _belongs(opinion: Opinion, item: WorkItem) -> bool:
    if item.done_at is None or opinion.author_id != item.done_by_id:
        return False
    step = "screen" if opinion.step == "reject" else opinion.step
    return step == item.step and item.created_at <= opinion.written_at <= item.done_at


def _decision(row: IncomingDocument, item: WorkItem) -> str:
    """Say what was decided about more time when an item was settled."""
    asked = next((each for each in row.decisions if each.decided_at and item.done_at
                  and item.created_at <= each.decided_at <= item.done_at), None)  # fmt: skip
    if asked is None:
        return ""
    words = {"day": day(asked.wanted_on)}
    said = _("granted until %(day)s") if asked.is_granted else _("refused; asked until %(day)s")
    return "，".join(filter(None, [said % words, asked.decision]))


def _remark(opinion: Opinion) -> Line:
    return Line(
        "done",
        INCOMING.steps[opinion.step].label,
        who=opinion.author.name,
        acting_for=opinion.on_behalf_of.name if opinion.on_behalf_of else "",
        at=opinion.written_at,
        words=[opinion],
        warn=opinion.step in ("send_back", "withdraw", "void"),
    )


def _now(item: WorkItem) -> Line:
    taken = calendar.working_minutes(timezone.localtime(item.created_at), clock.now())
    late = bool(item.due_on and item.due_on < clock.today())
    return Line(
        "now",
        INCOMING.steps[item.step].label,
        who=item.owner_text,
        sent_at=item.created_at,
        opened_at=item.opened_at,
        taken=taken,
        limit=item.limit_minutes if item.step != "handle" else None,
        due_on=item.due_on,
        late=late,
        note=_("urged %(n)s times") % {"n": item.urged} if item.urged else "",
    )


def _once(lines: list[Line]) -> list[Line]:
    """The head who may name a handler and the pool that may claim are one line."""
    heads = [line for line in lines if line.label == INCOMING.steps["name_handler"].label]
    return [line for line in lines if not heads or line.label != INCOMING.steps["claim"].label]


def _next(row: IncomingDocument) -> Iterator[Line]:
    if not row.is_open:
        return
    here = row.stage
    for number, (key, label, _clause) in enumerate(STAGES, 1):
        if number <= here or (row.nature == "reading" and key in ("instruct", "handle", "answer")):
            continue
        due = row.due_on if key == "handle" else None
        yield Line("next", label, due_on=due)


# 留痕 --------------------------------------------------------------------------------------------

# What the trail shows of the values a step set; the rest repeats who and when.
SET = (
    "title", "doc_number", "kind", "urgency", "nature", "lead_unit", "due_on", "urger", "handler",
    "filing_year", "filing_unit", "retention",
)  # fmt: skip
AT_ONCE = dt.timedelta(seconds=5)  # words and entry of one step are written in one transaction


@dataclass
class Noted:
    """One entry of the trail, with the words that were written at that step."""

    entry: Entry
    label: Any
    before: Any
    after: Any
    facts: list[tuple[Any, str]]
    words: list[Opinion] = field(default_factory=list)

    @property
    def comment(self) -> str:
        """Return what the entry says besides those words."""
        is_said = any(self.entry.comment == opinion.text for opinion in self.words)
        return "" if is_said else self.entry.comment


def trail(row: IncomingDocument, opinions: list[Opinion]) -> list[Noted]:
    """Return every entry about a document, oldest first, with the opinions that go with it."""
    labels = LABELS | {name: step.label for name, step in INCOMING.steps.items()}
    states = dict(State.choices)
    entries = Entry.objects.about(row).select_related("actor__unit", "on_behalf_of")
    found = [
        Noted(
            entry,
            labels.get(entry.action, entry.action),
            states.get(entry.before, ""),
            states.get(entry.after, ""),
            list(_set(entry.facts)),
        )
        for entry in entries
    ]
    for opinion in opinions:
        if noted := _noted_with(opinion, found):
            noted.words.append(opinion)
    return found


def _noted_with(opinion: Opinion, found: list[Noted]) -> Noted | None:
    """Return the entry of the step an opinion was written at: its own, else the nearest."""
    at = opinion.written_at
    near = [
        noted
        for noted in found
        if noted.entry.actor_id == opinion.author_id and abs(noted.entry.at - at) <= AT_ONCE
    ]
    return min(
        near,
        key=lambda noted: (noted.entry.action != opinion.step, abs(noted.entry.at - at)),
        default=None,
    )


def _set(facts: dict[str, str]) -> Iterator[tuple[Any, str]]:
    for name in SET:
        value = facts.get(name, "")
        if value not in ("", "None"):
            column: Any = IncomingDocument._meta.get_field(name)
            choices = dict(column.flatchoices)
            yield column.verbose_name, str(choices.get(value, value))
