"""收文处理单: what the sheet says, as plain data for screen, paper and the frozen digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.utils import timezone

from documents.receipt.models import IncomingDocument, Opinion
from office.desk.models import WorkItem
from office.people.models import User


@dataclass(frozen=True)
class Words:
    """One opinion as it stands on the sheet: who, for whom, of which unit, when.

    A screening without a remark has no text: who passed the document stands there all the same.
    """

    step: str
    text: str
    name: str
    unit: str
    at: str
    acting_for: str = ""


@dataclass(frozen=True)
class Reading:
    """One reader on the sheet, in order of rank."""

    name: str
    title: str
    sent_at: str
    read_at: str
    opinion: str
    acting: str = ""


@dataclass(frozen=True)
class Sheet:
    """Everything the sheet shows; `annex` is what came after closing."""

    facts: dict[str, str]
    opinions: list[Words]
    readers: list[Reading]
    annex: list[Words]
    digest: str = ""

    def of(self, *steps: str) -> list[Words]:
        return [words for words in self.opinions if words.step in steps]


def build(row: IncomingDocument) -> Sheet:
    """Read the sheet of one document; after closing, as it was frozen, with the annex apart."""
    every = list(row.opinions.select_related("author", "on_behalf_of", "unit"))
    taken_back = {o.withdraws_id for o in every}  # words of a withdrawn step leave the sheet
    opinions = [o for o in every if o.pk not in taken_back and o.step != "withdraw"]
    annex = [_words(o) for o in opinions if o.is_annex]
    if row.frozen_sheet is not None:
        return _thawed(row.frozen_sheet, annex, row.sheet_digest)
    return Sheet(
        facts=_facts(row),
        opinions=sorted(
            [*_screening(row, opinions), *map(_words, opinions), *_extensions(row)],
            key=lambda words: words.at,
        ),
        readers=_readers(row),
        annex=annex,
    )


def freeze(row: IncomingDocument) -> tuple[dict[str, Any], str]:
    """Return the sheet as it stands, as plain data, and its SHA-256."""
    data = asdict(build(row))
    del data["digest"], data["annex"]
    return data, digest(data)


def digest(data: dict[str, Any]) -> str:
    """Return the SHA-256 of a frozen sheet."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _thawed(data: dict[str, Any], annex: list[Words], kept: str) -> Sheet:
    return Sheet(
        facts=data["facts"],
        opinions=[Words(**words) for words in data["opinions"]],
        readers=[Reading(**reading) for reading in data["readers"]],
        annex=annex,
        digest=kept,
    )


def _words(opinion: Opinion) -> Words:
    return Words(
        step=opinion.step,
        text=opinion.text,
        name=opinion.author.name,
        unit=opinion.unit.name,
        at=_stamp(opinion.written_at),
        acting_for=opinion.on_behalf_of.name if opinion.on_behalf_of else "",
    )


def _screening(row: IncomingDocument, opinions: list[Opinion]) -> Iterator[Words]:
    """Yield who passed the last screening when he left no remark (条例 §24(3))."""
    last = next((item for item in reversed(row.items) if item.step == "screen"), None)
    if last is None or last.outcome != WorkItem.Outcome.DONE or last.done_by is None:
        return
    spoken = (o for o in opinions if o.step in ("screen", "reject"))
    if not any(o.written_at >= last.created_at for o in spoken):
        yield _said("screen", "", last.done_by, last.done_at, last.on_behalf_of)


def _extensions(row: IncomingDocument) -> list[Words]:
    """What was asked and answered about more time; both days stand on the sheet."""
    spoken = []
    people = ("asked_by__unit", "on_behalf_of", "decided_by__unit", "decided_for")
    for each in row.extensions.filter(cancelled_at=None).select_related(*people):
        asked = f"请求由{_day(each.due_on)}延至{_day(each.wanted_on)}：{each.reason}"
        spoken.append(
            _said("ask_extension", asked, each.asked_by, each.asked_at, each.on_behalf_of)
        )
        if each.decided_by is not None:
            word = f"同意延至{_day(each.wanted_on)}" if each.is_granted else "不同意延期"
            answer = f"{word}。{each.decision}"
            spoken.append(
                _said(
                    "decide_extension", answer, each.decided_by, each.decided_at, each.decided_for
                )
            )
    return spoken


def _said(step: str, text: str, person: User, moment: Any, absent: User | None) -> Words:
    acting_for = absent.name if absent else ""
    return Words(step, text, person.name, person.unit.name, _stamp(moment), acting_for)


def _stamp(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def _day(day: Any) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _facts(row: IncomingDocument) -> dict[str, str]:
    assists = row.assists.filter(cancelled_at=None).select_related("unit")
    return {
        "sender": row.sender.name,
        "doc_number": row.doc_number,
        "reference": row.reference,
        "received_on": _day(row.received_on),
        "urgency": row.urgency,
        "written_on": _day(row.written_on),
        "kind": row.kind,
        "copies": str(row.copies),
        "pages": str(row.sheet_count or ""),
        "copy_number": row.copy_number,
        "title": row.title,
        "signed_for_by": row.signed_for_by.name,
        "signed_for_at": _stamp(row.signed_for_at),
        "registered_by": row.registered_by.name if row.registered_by else "",
        "nature": row.nature,
        "lead_unit": row.lead_unit.name if row.lead_unit else "",
        "assist_units": "、".join(part.unit.name for part in assists),
        "handler": row.handler.name if row.handler else "",
        "due_on": _day(row.due_on),
        "result": row.result,
        "answer": row.answer_text,
        "answer_method": row.answer_method,
        "answered_to": row.answered_to,
        "answered_at": _stamp(row.answered_at),
        "closed_on": _stamp(row.closed_at),
        "closed_by": row.closed_by.name if row.closed_by else "",
    }


def _readers(row: IncomingDocument) -> list[Reading]:
    """Readers by rank, with their opinions."""
    rows = row.readers.filter(recalled_at=None).select_related("reader", "read_by", "opinion")
    return [
        Reading(
            name=copy.reader.name,
            title=copy.reader.title,
            sent_at=_stamp(copy.added_at),
            read_at=_stamp(copy.read_at),
            opinion=copy.opinion.text if copy.opinion else "",
            acting=copy.read_by.name if copy.read_by and copy.read_by_id != copy.reader_id else "",
        )
        for copy in rows
    ]
