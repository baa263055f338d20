"""Any table becomes a sheet: written row by row, so that its length does not matter."""

import datetime as dt
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell that begins like this is a formula to a spreadsheet, whoever typed it (A18).
FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
LONGEST_CELL = 32767
LONGEST_NUMBER = 15  # digits a spreadsheet keeps; a longer whole number is a mark, not an amount
IN_MEMORY = 2**20


def safe(value: object) -> object:
    """Return a value a spreadsheet shows and never runs.

    Text that begins like a formula gets an apostrophe before it; a whole number of more than 15
    digits (an identity or account number) is text; a moment loses its zone and is local.
    """
    if value is None or isinstance(value, bool | float | Decimal):
        return value
    if isinstance(value, int):
        return str(value) if abs(value) >= 10**LONGEST_NUMBER else value
    if isinstance(value, dt.datetime):
        return timezone.make_naive(value) if timezone.is_aware(value) else value
    if isinstance(value, dt.date | dt.time):
        return value
    text = UNPRINTABLE.sub("", str(value))[: LONGEST_CELL - 1]
    return f"'{text}" if text.startswith(FORMULA) else text


def write_xlsx(
    heading: Sequence[object],
    rows: Iterable[Iterable[object]],
    title: str,
    widths: Sequence[int] = (),
) -> IO[bytes]:
    """Write a heading and rows to a file, rewound for reading; memory stays constant."""
    return write_book([Page(title, heading, rows, widths)])


@dataclass(frozen=True)
class Page:
    """One sheet of a workbook."""

    title: str
    heading: Sequence[object]
    rows: Iterable[Iterable[object]]
    widths: Sequence[int] = ()


def write_book(pages: Iterable[Page]) -> IO[bytes]:
    """Write several sheets to one file, rewound for reading; memory stays constant."""
    book = Workbook(write_only=True)
    for page in pages:
        sheet = book.create_sheet(sheet_name(page.title))
        for number, width in enumerate(page.widths, 1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.freeze_panes = "A2"
        sheet.append([_bold(sheet, name) for name in page.heading])
        for row in page.rows:
            sheet.append([_cell(sheet, value) for value in row])
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the caller closes it)
    book.save(file)
    file.seek(0)
    return file


def sheet_name(title: str) -> str:
    """Return a title a sheet may bear: no []:*?/\\, no apostrophe at its ends, at most 31 signs."""
    return UNPRINTABLE.sub("", re.sub(r"[\[\]:*?/\\]", " ", title)).strip("' ")[:31] or "Sheet1"


def _bold(sheet: Any, value: object) -> Any:
    cell = _formatted(sheet, safe(str(value)), "General")
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: object) -> Any:
    value = safe(value)
    if isinstance(value, dt.datetime):
        return _formatted(sheet, value, "yyyy-mm-dd hh:mm")
    if isinstance(value, dt.date):
        return _formatted(sheet, value, "yyyy-mm-dd")
    if isinstance(value, str) and value.isdigit():
        return _formatted(sheet, value, "@")
    return value


def _formatted(sheet: Any, value: Any, number_format: str) -> Any:
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = number_format
    return cell
