"""Take a register away as it is filtered: XLSX or PDF, at once when short, by a job when long."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.http import FileResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from office import clock, printing
from office.audit.services import record_reading
from office.errors import Refused
from office.exporting import MEDIA_TYPE, write_xlsx
from office.http import Request
from office.jobs import services as jobs
from office.jobs.registry import Result
from office.listing import Column, ListPage, Row, capped_counts

AT_ONCE = {"xlsx": 5000, "pdf": 500}
MOST = {"xlsx": 1_000_000, "pdf": 20_000}
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Sheet:
    """How a register looks when it is taken away.

    `work` is its key in `office.jobs.registry`; `paper` prints lean rows under a title.
    """

    title: str
    columns: Sequence[Column]
    work: str
    paper: Callable[[Iterator[Row], str], bytes]


def answer(request: Request, page: ListPage, sheet: Sheet) -> HttpResponseBase | None:
    """Answer ?as=xlsx or ?as=pdf with a file, or with the page of a job; None for the screen."""
    form = request.GET.get("as", "")
    if form not in AT_ONCE:
        return None
    count = capped_counts({"all": page.filtered}, cap=AT_ONCE[form])["all"]
    if count > AT_ONCE[form]:
        title = f"{sheet.title}（{form.upper()}）"
        arguments = {"query": page.query, "as": form}
        return redirect(jobs.start(sheet.work, title, arguments, actor=request.user))
    model = page.filtered.model
    record_reading(model, "export", actor=request.user, what=sheet.title, form=form, n=count)
    if form == "pdf":
        return printing.pdf_answer(_paper(page, sheet, None), f"{_name(sheet)}.pdf")
    return xlsx_answer(_book(page, sheet, None), f"{_name(sheet)}.xlsx")


def xlsx_answer(file: IO[bytes], name: str) -> FileResponse:
    """Answer with a workbook to be kept; its file name may be Chinese."""
    response = FileResponse(file, as_attachment=True, filename=name)
    response["Content-Type"] = MEDIA_TYPE
    response["Cache-Control"] = "private, no-store"
    return response


def finish(page: ListPage, sheet: Sheet, form: str, progress: Progress) -> Result:
    """Write a long register in a job. Raises Refused when it is too long even for that."""
    total = capped_counts({"all": page.filtered}, cap=MOST[form])["all"]
    if total > MOST[form]:
        words = _("More than %(n)s rows: filter more closely.")
        raise Refused(words % {"n": f"{MOST[form]:,}"})

    def told(rows: Iterator[Any]) -> Iterator[Any]:
        for number, row in enumerate(rows, 1):
            progress(number, total)
            yield row

    message = _("%(n)s rows") % {"n": f"{total:,}"}
    if form == "pdf":
        paper = io.BytesIO(_paper(page, sheet, told))
        return Result(paper, f"{_name(sheet)}.pdf", "application/pdf", message)
    return Result(_book(page, sheet, told), f"{_name(sheet)}.xlsx", MEDIA_TYPE, message)


def _book(page: ListPage, sheet: Sheet, told: Any) -> IO[bytes]:
    heading = [str(column.heading) for column in sheet.columns]
    widths = [column.width for column in sheet.columns]
    return write_xlsx(heading, _lines(page, sheet, told), sheet.title, widths)


def _paper(page: ListPage, sheet: Sheet, told: Any) -> bytes:
    rows = page.every()
    return sheet.paper(told(rows) if told else rows, sheet.title)


def _lines(page: ListPage, sheet: Sheet, told: Any) -> Iterator[list[Any]]:
    lines = ([column.of(row) for column in sheet.columns] for row in page.every())
    return told(lines) if told else lines


def _name(sheet: Sheet) -> str:
    return f"{sheet.title} {clock.today():%Y-%m-%d}"
