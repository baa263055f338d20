"""An old register, or a list of documents, into the book: XLSX or JSON, dry first, all or none."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.book.forms import RowForm
from documents.book.tables import number
from documents.book.workbook import COLUMNS, template
from documents.receipt import numbers
from documents.receipt.models import IncomingDocument
from documents.receipt.models.choices import Channel, Kind, Nature
from documents.receipt.services import intake, many
from documents.receipt.workflow import State
from documents.reference.models import Relation, Sender
from documents.reference.services import sender_named
from office import clock
from office import importing as sheets
from office.errors import NotAllowed, Refused
from office.files.inspection import inspect
from office.files.services import store
from office.importing import Line
from office.people.models import User
from office.search.services import index

__all__ = ["Report", "Twin", "error_book", "read", "template"]

MOST = 20_000  # rows in one file
LETTERS_AT_ONCE = 1_000_000
AT_ONCE = 500  # rows that are read in some two seconds; more are a job
CHUNK = 500  # rows written together, and how often a job tells how far it is
SHOWN = 30  # rows a page names; the sheet of wrong rows has them all
IMPORTING = 0x494D_0001  # the advisory lock of who writes an old register
BESIDE = {"body", "relation", "received_on"}  # of a row, and no fact of a registration
MOST_BODIES = (
    5000  # each is a file whose hash is locked until the end: PostgreSQL holds some 12,000
)
BYTES = 50 * 2**20
RECEIVED_AT = dt.time(9, 0)  # an old register knows the day, not the hour
HEADINGS = {column.name: column.heading for column in COLUMNS}


Progress = Callable[[int, int], None]


def silent(_done: int, _total: int) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True)
class Twin:
    """A row that is in the book already, or twice in the file; it is skipped."""

    line: Line
    like: str

    def __str__(self) -> str:
        return _("Row %(n)s is the same as %(like)s and is skipped: %(title)s") % {
            "n": self.line.number, "like": self.like, "title": self.line.values["title"],
        }  # fmt: skip


@dataclass(frozen=True)
class Wrong:
    """A row that has to be mended, or, without a number, the whole file."""

    reasons: list[str]
    number: int = 0

    def __str__(self) -> str:
        reasons = "；".join(self.reasons)
        if not self.number:
            return reasons
        return _("Row %(n)s: %(reasons)s") % {"n": self.number, "reasons": reasons}


@dataclass
class Report:
    """What a file holds: rows to write, rows that are there already, rows to mend."""

    name: str
    relation: str = Relation.SUPERIOR
    sheet: sheets.Report | None = None
    refusal: str = ""
    rows: list[Line] = field(default_factory=list)
    duplicates: list[Twin] = field(default_factory=list)

    @cached_property
    def errors(self) -> list[Wrong]:
        """What stops the whole import; empty when every row can be written or skipped."""
        if self.refusal:
            return [Wrong([self.refusal])]
        return [Wrong(line.errors, line.number) for line in self.sheet.errors] if self.sheet else []

    @property
    def told(self) -> dict[str, Any]:
        """Return the report as a page shows it: the counts, and the first rows that matter."""
        lines = [str(line) for line in (*self.errors, *self.duplicates)]
        return {
            "good": len(self.rows), "bad": len(self.errors), "twice": len(self.duplicates),
            "lines": lines[:SHOWN], "more": max(len(lines) - SHOWN, 0),
        }  # fmt: skip

    def commit(self, actor: User, progress: Progress = silent) -> list[IncomingDocument]:
        """Sign for and register every row as `actor`, all or none; safe to repeat.

        Raises NotAllowed, or Refused when a row has to be mended first.
        """
        if not actor.has_perm("documents.import_incoming"):
            raise NotAllowed(
                _("Only the registry imports documents."), clause="条例 第二十四条（二）"
            )
        if self.errors:
            raise Refused(_("One row is wrong, so none was written. Mend it and import again."))
        with transaction.atomic():
            _one_at_a_time()
            self._skip_twins()  # somebody may have registered one since the trial
            return list(self._written(actor, progress))

    def _written(self, actor: User, progress: Progress) -> Iterator[IncomingDocument]:
        named: dict[str, Sender] = {}
        laid: list[many.Laid] = []
        for at in range(0, len(self.rows), CHUNK):
            progress(at // 2, len(self.rows))
            lines = self.rows[at : at + CHUNK]
            pieces = [self._piece(line, named) for line in lines]
            new = many.lay_in(pieces, actor=actor, delivery_list=self.name[:40])
            for (row, _facts), line in zip(new, lines, strict=True):
                if body := line.values.get("body"):
                    _keep_body(row, body, actor)
            laid += new
        progress(len(self.rows) // 2, len(self.rows))
        many.number_all(laid)  # last: from now on nobody else registers
        for at in range(0, len(self.rows), CHUNK):
            progress((len(self.rows) + at) // 2, len(self.rows))
            rows = many.register_all(laid[at : at + CHUNK], actor=actor)
            for row, line in zip(rows, self.rows[at : at + CHUNK], strict=True):
                if line.values.get("body"):
                    index(row)
            yield from rows

    def _piece(
        self, line: Line, named: dict[str, Sender]
    ) -> tuple[intake.Envelope, dict[str, Any]]:
        facts = {name: value for name, value in line.values.items() if name not in BESIDE}
        name, relation = facts["sender"], line.values.get("relation") or self.relation
        if name not in named:
            named[name] = sender_named(name, relation)
        facts["sender"] = named[name]
        moment = _moment(line.values.get("received_on"))
        return intake.Envelope(named[name], Channel.E_EXCHANGE, signed_for_at=moment), facts

    def judge(self, progress: Progress = silent) -> None:
        """Judge every row as the registration form would, then look for those already there."""
        if self.sheet is None:
            return
        form = RowForm()
        for n, line in enumerate(self.sheet.lines):
            progress(n, len(self.sheet.lines))
            if not line.errors:
                _judge(line, form)
        self.rows = [line for line in self.sheet.lines if not line.errors]
        self._skip_twins()

    def _skip_twins(self) -> None:
        known = _Known(self.rows)
        kept = []
        for line in self.rows:
            if like := known.like(line):
                self.duplicates.append(Twin(line, like))
            else:
                kept.append(line)
                known.add(line)
        self.rows = kept


def read(
    file: IO[bytes], *, relation: str = Relation.SUPERIOR, progress: Progress = silent
) -> Report:
    """Read a workbook made from our template, or a JSON list, and judge it; nothing is written.

    A JSON list holds objects with issuer, doc_no, title, date and paragraphs. `relation` is how a
    sender stands to us that is not in the list yet. Never raises for what is in the file.
    """
    report = Report(str(getattr(file, "name", "")).rpartition("/")[2], relation)
    try:
        head = file.read(2)
        file.seek(0)
        report.sheet = sheets.read_sheet(file, COLUMNS) if head == b"PK" else _json(file)
        _refuse_length(report.sheet)
    except ValidationError as error:
        report.refusal = " ".join(error.messages)
        report.sheet = None
    report.judge(progress)
    return report


def is_long(file: IO[bytes]) -> bool:
    """Tell whether a file is read and written by a job, and not while somebody waits."""
    file.seek(0)
    try:
        return file.read(2) == b"PK" and sheets.is_longer(
            file, AT_ONCE + 1, LETTERS_AT_ONCE
        )  # the headings too
    except ValidationError:
        return False  # refused at once, in words
    finally:
        file.seek(0)


def _refuse_length(sheet: sheets.Report) -> None:
    if len(sheet.lines) > MOST:
        message = _("More than %(n)s rows: cut the sheet in parts.")
        raise ValidationError(message, "rows", {"n": f"{MOST:,}"})
    if sum("body" in line.values for line in sheet.lines) > MOST_BODIES:
        message = _("More than %(n)s rows with a text: cut the sheet in parts.")
        raise ValidationError(message, "bodies", {"n": f"{MOST_BODIES:,}"})


def error_book(report: Report) -> IO[bytes]:
    """Return every row with what is wrong beside it; mended, it is imported as it is."""
    return io.BytesIO(template()) if report.sheet is None else sheets.error_book(report.sheet)


# --- judging --------------------------------------------------------------------------------------


def _judge(line: Line, form: RowForm) -> None:
    """Put one row through the form of registration; its errors go to the row."""
    values = line.values
    given = {"copies": 1, "nature": Nature.HANDLING} | values
    mark = numbers.parse(values.get("doc_number", ""))
    if mark and mark.organ_code.endswith("电"):  # 发明电: only telegrams bear such a code
        given["is_telegram"] = True
    if not form.take(given):
        for name, messages in form.errors.items():
            line.errors += [f"{HEADINGS.get(name, name)}：{message}" for message in messages]
        return
    clean = form.cleaned_data
    received = values.get("received_on")
    if received and received < clean["written_on"]:
        line.errors.append(_("Received before it was written."))
    if received and received > clock.today():
        line.errors.append(_("Received on a day that has not come yet."))
    keep = ("title", "doc_number", "kind", "urgency", "is_telegram", "written_on", "copies",
            "sheet_count", "copy_number", "note", "sender")  # fmt: skip
    kept = {name: clean[name] for name in keep}
    kept["kind"] = kept["kind"] or _kind_by_number(kept["doc_number"])
    if old := values.get("old_number"):
        kept["note"] = "；".join(filter(None, (f"原收文号 {old}", kept["note"])))[:300]
    if body := values.get("body"):
        line.errors += [f"{HEADINGS['body']}：{reason}" for reason in _why_not_kept(body)]
    extra = {name: values[name] for name in ("relation", "body", "received_on") if name in values}
    line.values = kept | extra


def _why_not_kept(body: str) -> list[str]:
    """Say why a text cannot be kept as a file beside its document, before it is tried."""
    try:
        inspect(ContentFile(body.encode(), name="正文.txt"))
    except ValidationError as error:
        return list(error.messages)
    return []


def _kind_by_number(doc_number: str) -> str:
    """Return 函 for a number like 国办函〔2006〕69号, whose title may end otherwise."""
    number = numbers.parse(doc_number)
    return Kind.LETTER if number and number.organ_code.endswith("函") else ""


class _Known:
    """What the book has of some rows: by sender and number, and by title."""

    def __init__(self, lines: list[Line]) -> None:
        self.numbers: dict[tuple[str, str], str] = {}
        self.titles: dict[str, list[tuple[str, str]]] = {}
        wanted = [line.values["doc_number"] for line in lines if line.values["doc_number"]]
        keys = [numbers.key(line.values["title"]) for line in lines]
        rows = (
            IncomingDocument.objects.exclude(state=State.VOID)
            .filter(Q(doc_number__in=wanted) | Q(title_key__in=keys))
            .exclude(serial=None)
            .values("sender__name", "doc_number", "title_key", "receipt_class", "year", "serial")
        )
        for row in rows:
            name = number(dict(row))
            self._note(row["sender__name"], row["doc_number"], row["title_key"], name)

    def add(self, line: Line) -> None:
        values = line.values
        name = _("row %(n)s") % {"n": line.number}
        self._note(values["sender"], values["doc_number"], numbers.key(values["title"]), name)

    def like(self, line: Line) -> str:
        """Return what a row repeats: the same sender and number, or the same title.

        Two titles with two different numbers are two documents (yearly notices are named alike).
        """
        number = line.values["doc_number"]
        if number and (name := self.numbers.get((line.values["sender"], number))):
            return name
        alike = self.titles.get(numbers.key(line.values["title"]), [])
        return next((name for name, other in alike if not (number and other != number)), "")

    def _note(self, sender: str, number: str, key: str, name: str) -> None:
        if number:
            self.numbers.setdefault((sender, number), name)
        self.titles.setdefault(key, []).append((name, number))


def _one_at_a_time() -> None:
    """Let others who import wait until this transaction ends, so that they see its rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORTING])


def _keep_body(row: IncomingDocument, body: str, actor: User) -> None:
    upload = ContentFile(body.encode(), name=f"{_file_name(row.title)}.txt")
    store(row, upload, actor=actor, step="register", text=body)


def _moment(day_received: dt.date | None) -> dt.datetime:
    if day_received is None:
        return clock.now()
    return timezone.make_aware(dt.datetime.combine(day_received, RECEIVED_AT))


def _file_name(title: str) -> str:
    return "".join(" " if sign in '/\\:*?"<>|' else sign for sign in title)[:80].strip(". ")


# --- JSON -----------------------------------------------------------------------------------------

_Getter = Callable[[dict[str, Any]], Any]
_FROM_JSON: dict[str, _Getter] = {
    "sender": lambda entry: entry.get("issuer"),
    "doc_number": lambda entry: entry.get("doc_no"),
    "title": lambda entry: entry.get("title"),
    "written_on": lambda entry: entry.get("date"),
    "body": lambda entry: _text(entry.get("paragraphs")),
}


def _json(file: IO[bytes]) -> sheets.Report:
    """Read a JSON list into the same rows as a sheet. Raises ValidationError."""
    data = file.read(BYTES + 1)
    if len(data) > BYTES:
        raise ValidationError(_("The file is too large: cut it in parts."))
    try:
        entries = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        message = _("This is neither a workbook nor a JSON list that can be read.")
        raise ValidationError(message) from None
    if not isinstance(entries, list) or not entries:
        raise ValidationError(_("The file holds no list of documents."))
    heading = tuple(column.heading for column in COLUMNS)
    lines = [_from_json(n, entry) for n, entry in enumerate(entries[: MOST + 1], 1)]
    return sheets.Report(heading, lines, [])


def _from_json(number: int, entry: Any) -> Line:
    if not isinstance(entry, dict):
        return Line(number, (), errors=[_("This entry is not an object.")])
    given = {name: get(entry) for name, get in _FROM_JSON.items()}
    cells = tuple(given.get(column.name) for column in COLUMNS)
    return sheets.line(number, cells, {column: place for place, column in enumerate(COLUMNS)})


def _text(paragraphs: Any) -> str:
    if isinstance(paragraphs, str):
        return paragraphs
    if not isinstance(paragraphs, list):
        return ""
    return "\n".join(str(part).strip() for part in _flat(paragraphs) if str(part).strip())


def _flat(paragraphs: list[Any]) -> Iterator[Any]:
    for part in paragraphs:
        if isinstance(part, str | int | float):
            yield part
