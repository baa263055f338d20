"""Any XLSX becomes typed rows: read whole, judged row by row, with a workbook of what to mend.

Nothing is written here: the caller commits all rows or none.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import IO, Any
from zipfile import BadZipFile

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.exceptions import InvalidFileException

from office.exporting import FORMULA, LONGEST_NUMBER, write_xlsx
from office.files import archives
from office.files.names import CLASSIFIED, CLAUSE, seen

ROWS = 100_000
COLUMNS = 100
CELLS = 2_000_000
LETTERS = 20_000_000  # of all cells: one text may be used by every row of a small file
SHOWN = 20  # rows that a refusal names
HEAD_WITHIN = 10  # a register often has its title above the headings
ERRORS = "错误"  # the heading of the column we add; a reader of the same file skips it
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+[\d:]+)?$")
SERIAL_DAYS = range(1, 80_000)
# What openpyxl, zipfile and either XML parser raise on parts that are empty, cut off or forged.
NO_WORKBOOK = (
    InvalidFileException, SyntaxError, LookupError, ValueError, TypeError, AttributeError,
    ArithmeticError, OSError, EOFError, BadZipFile, zlib.error,
)  # fmt: skip
Parse = Callable[[Any], Any]


@dataclass(frozen=True)
class Column:
    """One column: the key in the row, the heading on the sheet, and how a cell becomes a value.

    `parse` takes the cell as text, number or date and raises ValidationError in words.
    """

    name: str
    heading: str
    parse: Parse
    required: bool = False
    also: tuple[str, ...] = ()  # other headings that mean the same
    hint: str = ""
    width: int = 16


@dataclass
class Line:
    """One row: its number on the sheet, the cells as given, the values, and what is wrong."""

    number: int
    given: tuple[Any, ...]
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


@dataclass
class Report:
    """A dry run: every row with its number, and what would stop it."""

    heading: tuple[str, ...]
    lines: list[Line]
    unknown: list[str]

    @property
    def errors(self) -> list[Line]:
        """The rows that cannot be taken."""
        return [line for line in self.lines if line.errors]

    @property
    def is_clean(self) -> bool:
        return not any(line.errors for line in self.lines)


# --- how cells become values ----------------------------------------------------------------------


def text(longest: int = 200) -> Parse:
    """Read text; whole numbers lose “.0”, and numbers too long for a spreadsheet are refused."""

    def parse(cell: Any) -> str:
        if isinstance(cell, int | float) and abs(cell) >= 10**LONGEST_NUMBER:
            message = _("The sheet has lost the last digits: format the cells as text.")
            raise ValidationError(message)
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        if isinstance(cell, dt.datetime | dt.date):
            cell = f"{cell:%Y-%m-%d}"
        words = " ".join(seen(str(cell)).split())
        if words.startswith("'") and words[1:].startswith(FORMULA):
            words = words[1:]
        if len(words) > longest:
            raise ValidationError(_("More than %(n)s characters.") % {"n": longest})
        return words

    return parse


def whole(least: int = 0, most: int = 10**9) -> Parse:
    """Read a whole number between two bounds."""

    def parse(cell: Any) -> int:
        try:
            number = Decimal(unicodedata.normalize("NFKC", str(cell)).strip())
        except InvalidOperation:
            raise ValidationError(_("Not a whole number.")) from None
        if not number.is_finite() or number != number.to_integral_value():
            raise ValidationError(_("Not a whole number."))
        if not least <= number <= most:
            raise ValidationError(_("Not between %(a)s and %(b)s.") % {"a": least, "b": most})
        return int(number)

    return parse


def day(cell: Any) -> dt.date:
    """Read a date: a date cell, 2026-11-23, 2026年11月23日, 2026/11/23 or 2026.11.23."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, int | float) and SERIAL_DAYS.start <= cell < SERIAL_DAYS.stop:
        moment: dt.datetime = from_excel(int(cell))
        return moment.date()
    found = DAY.match(unicodedata.normalize("NFKC", str(cell)).strip())
    try:
        return dt.date(*map(int, found.groups())) if found else _no_day()
    except ValueError:
        return _no_day()


def choice(words: Mapping[str, Any]) -> Parse:
    """Read one of several words, as printed, and return what it stands for."""
    known = {_key(word): value for word, value in words.items()}

    def parse(cell: Any) -> Any:
        if (key := _key(str(cell))) not in known:
            shown = "、".join(word for word in words if word)
            raise ValidationError(_("Not one of: %(words)s.") % {"words": shown})
        return known[key]

    return parse


def _no_day() -> dt.date:
    raise ValidationError(_("Not a date: write 2026-11-23."))


# --- reading --------------------------------------------------------------------------------------


def read_sheet(file: IO[bytes], columns: Sequence[Column]) -> Report:
    """Read the first sheet into rows; a row that cannot be taken says why.

    Raises ValidationError when the file is no workbook, has no such headings, or is too long.
    """
    rows = _cells(file)
    heading, start = _heading(rows, columns)
    places = _places(heading, columns)
    lines: list[Line] = []
    for number, given in enumerate(rows, start):
        if number - start >= ROWS:
            raise _too_many()
        if any(cell not in (None, "") for cell in given):
            lines.append(line(number, given, places))
    if not lines:
        raise ValidationError(_("There is no row under the headings."), "empty")
    known = {heading[place] for place in places.values()} | {ERRORS}
    return Report(heading, lines, [name for name in heading if name and name not in known])


def is_longer(file: IO[bytes], rows: int, letters: int) -> bool:
    """Tell whether the first sheet has more than so many rows that hold anything, or letters.

    Raises ValidationError when the file is no workbook.
    """
    filled = size = 0
    for given in _cells(file):
        filled += any(cell not in (None, "") for cell in given)
        size += _letters(given)
        if filled > rows or size > letters:
            return True
    return False


def refuse_classified(file: IO[bytes]) -> None:
    """Refuse a workbook of which any cell, on any sheet, carries a classification mark.

    Raises ValidationError that names the rows; also when the file is no workbook, or is too long.
    """
    found: list[str] = []
    with _readable():
        rule = _Rule()
        for place, sheet in enumerate(_book(file).worksheets):
            sheet.reset_dimensions()
            for number, row in enumerate(rule.held(sheet.iter_rows(values_only=True)), 1):
                if any(isinstance(cell, str) and CLASSIFIED.search(seen(cell)) for cell in row):
                    found.append(f"{sheet.title}!{number}" if place else str(number))
    if found:
        message = _(
            "Rows with a classification mark: %(rows)s. The sheet was not kept. Take them out, and "
            "hand those papers to the confidential clerk. (%(clause)s)"
        )
        rows = "、".join(found[:SHOWN]) + ("…" if len(found) > SHOWN else "")
        raise ValidationError(message, "classified", {"rows": rows, "clause": CLAUSE})


def error_book(report: Report, *, only: bool = False) -> IO[bytes]:
    """Return the same rows with what is wrong beside them; mended, it can be read again.

    With `only`, the rows that cannot be taken and no others.
    """
    own = [n for n, name in enumerate(report.heading) if name != ERRORS]
    heading = [report.heading[n] for n in own]
    lines = report.errors if only else report.lines
    rows = (
        [*(line.given[n] if n < len(line.given) else None for n in own), "；".join(line.errors)]
        for line in lines
    )
    return write_xlsx([*heading, ERRORS], rows, ERRORS, [18] * len(heading) + [60])


def template(columns: Sequence[Column], title: str) -> IO[bytes]:
    """Return an empty workbook with the headings; required ones carry a star."""
    heading = [f"{column.heading}*" if column.required else column.heading for column in columns]
    return write_xlsx(heading, [], title, [column.width for column in columns])


def _cells(file: IO[bytes]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of the first sheet."""
    with _readable():
        sheet = _book(file).worksheets[0]
        sheet.reset_dimensions()
        rows = sheet.iter_rows(values_only=True, max_col=COLUMNS)
        yield from _Rule().held(map(_trimmed, rows))


class _Rule:
    """How much one file may hold, however small it is packed; counted while it is read."""

    def __init__(self) -> None:
        self.rows = self.cells = self.letters = 0

    def held(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows. Raises ValidationError at the first that is too many."""
        for row in rows:
            self.rows += 1
            self.cells += len(row)
            self.letters += _letters(row)
            if self.rows > ROWS + HEAD_WITHIN or self.cells > CELLS:
                raise _too_many()
            if self.letters > LETTERS:
                message = _("More than %(n)s characters: cut the sheet in parts.")
                raise ValidationError(message, "letters", {"n": f"{LETTERS:,}"})
            yield row


def _too_many() -> ValidationError:
    message = _("More than %(n)s rows: cut the sheet in parts.")
    return ValidationError(message, "rows", {"n": f"{ROWS:,}"})


def _letters(row: tuple[Any, ...]) -> int:
    return sum(len(cell) for cell in row if isinstance(cell, str))


def _book(file: IO[bytes]) -> Any:
    """Open a workbook; the archive is judged before it is parsed."""
    file.seek(0)
    archives.look_into(file, "xlsx")
    file.seek(0)
    return load_workbook(file, read_only=True, data_only=True, keep_links=False)


@contextmanager
def _readable() -> Iterator[None]:
    """Say in words that something is no workbook."""
    try:
        yield
    except NO_WORKBOOK:
        raise ValidationError(_("This is not a workbook that can be read."), "damaged") from None


def _heading(rows: Iterator[tuple[Any, ...]], columns: Sequence[Column]) -> tuple[Any, int]:
    """Find the row of headings; return it and the number of the row after it."""
    wanted = {_key(column.heading) for column in columns if column.required}
    for number, row in enumerate(islice(rows, HEAD_WITHIN), 1):
        heading = tuple("" if cell is None else str(cell).strip() for cell in row)
        names = {_key(name) for name in heading}
        if all(_names(column) & names for column in columns if column.required):
            return heading, number + 1
    missing = "、".join(column.heading for column in columns if _key(column.heading) in wanted)
    message = _("The headings are missing: %(headings)s. Take them from the template.")
    raise ValidationError(message, "heading", {"headings": missing})


def _places(heading: Sequence[str], columns: Sequence[Column]) -> dict[Column, int]:
    places: dict[Column, int] = {}
    for place, name in enumerate(heading):
        for column in columns:
            if column not in places and _key(name) in _names(column):
                places[column] = place
                break
    return places


def line(number: int, given: tuple[Any, ...], places: Mapping[Column, int]) -> Line:
    """Judge the cells of one row; `places` says where each column lies among them."""
    row = Line(number, given)
    for column, place in places.items():
        cell = given[place] if place < len(given) else None
        cell = cell.strip() if isinstance(cell, str) else cell
        if cell in (None, ""):
            if column.required:
                row.errors.append(_("%(heading)s is missing") % {"heading": column.heading})
            continue
        try:
            row.values[column.name] = column.parse(cell)
        except ValidationError as error:
            row.errors += [f"{column.heading}：{words}" for words in error.messages]
    return row


def _names(column: Column) -> set[str]:
    return {_key(name) for name in (column.heading, *column.also)}


def _key(name: str) -> str:
    return re.sub(r"[\s*\u200b]", "", unicodedata.normalize("NFKC", name)).lower()


def _trimmed(row: tuple[Any, ...]) -> tuple[Any, ...]:
    end = len(row)
    while end and row[end - 1] in (None, ""):
        end -= 1
    return row[:end]
