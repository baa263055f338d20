"""What figures look like: a balance, a few facts, and tables whose numbers open their rows.

The same tables go to the screen, to paper and to a workbook.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from documents.figures import counts
from documents.figures.counts import COLUMNS
from documents.figures.services import Found, Scope
from documents.measures import LABELS, LACKS, STEPS
from documents.numbers import Cell, Line, Number, Table, drawn_across, rounded
from documents.receipt.models.choices import Kind
from documents.reference.models import Relation
from documents.work import Span, joined
from office import charts, clock
from office.periods import Period

FEW = 12  # senders the screen shows before it is asked for all
# The register's name for each column of a group.
FILTERS = {"class": "receipt_class", "kind": "kind", "unit": "unit", "sender": "sender"}


def rows_url(measure: str, period: Period, scope: str, **more: Any) -> str:
    """Return the address of the rows a figure counts."""
    days = {"measure": measure, "begin": period.begin, "end": period.end}
    return f"{reverse('documents:incoming')}?{urlencode(days | more)}{scope}"


class Report:
    """Figures in words, tables and addresses, in the language that is active."""

    def __init__(self, found: Found, *, scope: str = "", every_sender: bool = True) -> None:
        self.found, self.period, self.figures = found, found.period, found.figures
        self.totals: dict[str, int] = self.figures["totals"]
        self.scope, self.every_sender = scope, every_sender

    def url(self, measure: str, **more: Any) -> str:
        """Return the address of the rows behind a figure."""
        return rows_url(measure, self.period, self.scope, **more)

    def _cell(self, measure: str, value: Number, **more: Any) -> Cell:
        is_late = bool(value) and measure in ("open_late", "closed_late", "step_overdue")
        return Cell(value, self.url(measure, **more), is_late=is_late)

    @property
    def balance(self) -> list[tuple[str, str, Cell]]:
        """What was carried over and came in, less what went, is open: sign, name, number."""
        signs = (
            ("", "carried", _("Carried over")),
            ("+", "received", pgettext("balance", "Came in")),
            ("\N{MINUS SIGN}", "closed", pgettext("balance", "Closed")),
            ("\N{MINUS SIGN}", "rejected", pgettext("balance", "Returned")),
            ("\N{MINUS SIGN}", "void", pgettext("balance", "Void")),
            ("=", "open", self._open_words),
        )
        return [(sign, name, self._cell(key, self.totals[key])) for sign, key, name in signs]

    @property
    def _open_words(self) -> str:
        return _("Open at the end") if self.period.is_over else _("Open now")

    @property
    def facts(self) -> Table:
        """Lateness, first time right, urging: how many, of how many, and what share."""
        shares = (
            (_("Closed late"), "closed_late", "closed_due"),
            (_("Open and late"), "open_late", "open"),
            (_("Closed, never sent back"), "closed_right", "closed"),
        )
        lines = [Line(name, self._share(part, whole)) for name, part, whole in shares]
        none, urgings = Cell(None), Cell(self.totals["urgings"])
        # documents urged in several months do not add up; urgings do
        urged = none if self.found.is_sum else self._cell("urged", self.totals["urged"])
        lines.append(Line(_("Were urged"), [urged, none, none]))
        lines.append(Line(_("Urgings"), [urgings, none, none]))
        heads = [pgettext("figures", "Documents"), pgettext("share of", "Of"), _("Share (%)")]
        title, note = _("Lateness and care"), self._late_words(Span.of(self.figures["late_days"]))
        return Table("facts", title, pgettext("figures", "What"), heads, lines, note)

    def _share(self, part: str, whole: str) -> list[Cell]:
        n, of = self.totals[part], self.totals[whole]
        share = Cell(100 * n / of if of else None, digits=1)
        return [self._cell(part, n), self._cell(whole, of), share]

    @staticmethod
    def _late_words(late: Span) -> str:
        if late.mean is None:
            return ""
        words = _(
            "What was closed late was late by %(mean)s workdays on average; "
            "nine in ten by at most %(ninth)s."
        )
        return words % {"mean": f"{late.mean:.1f}", "ninth": late.ninth}

    @property
    def tables(self) -> list[Table]:
        """Every table, in the order of the page."""
        return [self.facts, self.classes, self.steps, *self.groups]

    @property
    def groups(self) -> list[Table]:
        """The tables by kind, lead unit and sender; one unit is not parted by unit."""
        names = ["kind", "sender"] if self.scope else ["kind", "unit", "sender"]
        return [self._group(name) for name in names]

    @property
    def classes(self) -> Table:
        return self._group("class")

    def _group(self, name: str) -> Table:
        titles = {
            "class": (_("By class"), _("Class")),
            "kind": (_("By kind"), _("Kind")),
            "unit": (_("By lead unit"), _("Lead unit")),
            "sender": (_("By sender"), _("Sender")),
        }
        heads = [
            pgettext("balance", "Came in"), pgettext("balance", "Closed"), _("Closed late"),
            self._open_words, _("of them late"),
        ]  # fmt: skip
        lines = [self._group_line(name, *line) for line in self.figures["groups"][name]]
        total = Line(_("In all"), [self._cell(key, self.totals[key]) for key in COLUMNS])
        shown = lines if self.every_sender or name != "sender" else lines[:FEW]
        title, first = titles[name]
        draw = drawn_across(title, heads, (0, 1)) if name in ("kind", "unit") else None
        return Table(
            name, title, first, heads, shown, total=total, more=len(lines) - len(shown), draw=draw
        )

    def _group_line(self, name: str, key: Any, label: Any, *numbers: int) -> Line:
        where = {FILTERS[name]: key} if key else {"without": name}
        cells = [
            self._cell(column, number, **where)
            for column, number in zip(COLUMNS, numbers, strict=True)
        ]
        if not key:
            return Line(str(LACKS[name][0]), cells)
        if name == "class":
            return Line(str(Relation(key).label), cells)
        if name == "kind":
            return Line(str(Kind(key).label), cells)
        return Line(label, cells, is_data=True)

    @property
    def steps(self) -> Table:
        """How long each step took, what lies there, what was late; a settlement keeps no order."""
        found = self.figures["steps"]
        lines = [self._step_line(step, found[step]) for step in STEPS if step in found]
        heads = [
            pgettext("figures", "Done"),
            _("Pending"),
            _("Late"),
            _("Mean (hours)"),
            _("Nine in ten within (hours)"),
        ]
        note = _("Office hours, seven a day; what is pending counts with the time so far.")
        if self.found.is_sum:
            heads[:3] = [_("Done (times)"), _("Pending (times)")]
        return Table(
            "steps",
            _("How long each step took"),
            pgettext("figures", "Step"),
            heads,
            lines,
            note=note,
            draw=self._times,
        )

    def _step_line(self, step: str, found: dict[str, Any]) -> Line:
        span = Span.of(joined([found["took"], found["waits"]]))
        mean = None if span.mean is None else span.mean / 60
        ninth = None if span.ninth is None else span.ninth / 60
        if self.found.is_sum:
            counts = [Cell(Span.of(found[name]).n) for name in ("took", "waits")]
            times = [Cell(mean, digits=1), Cell(ninth, digits=1)]
        else:
            sorts = ("done", "pending", "overdue")
            counts = [self._cell(f"step_{sort}", found[sort], step=step) for sort in sorts]
            whole = self.url("step", step=step)
            times = [Cell(mean, whole, digits=1), Cell(ninth, whole, digits=1)]
        return Line(str(LABELS[step]), [*counts, *times])

    def _times(self, lines: list[Line]) -> SafeString:
        names = [line.name for line in lines]
        shown = {
            _("Mean"): [rounded(line.cells[-2].value) for line in lines],
            _("Nine in ten"): [rounded(line.cells[-1].value) for line in lines],
        }
        return charts.across(_("Office hours of each step"), names, shown)


def year(within: Scope, period: Period) -> Table:
    """Return the twelve months up to a period: what came in and what was closed in each."""
    last = Period.around(min(period.end, clock.today()), 1)
    months = [last]
    for _n in range(11):
        months.insert(0, months[0].earlier)
    found = counts.by_month(within.rows, months)
    names = {"received": pgettext("balance", "Came in"), "closed": pgettext("balance", "Closed")}
    lines = [
        Line(str(words), [
            Cell(found[name].get(month.begin, 0), rows_url(name, month, within.query))
            for month in months
        ])
        for name, words in names.items()
    ]  # fmt: skip
    heads = [f"{month.begin:%Y-%m}"[2:] for month in months]

    def draw(lines: list[Line]) -> SafeString:
        shown = {line.name: [cell.value for cell in line.cells] for line in lines}
        return charts.bars(title, heads, shown)

    title = _("Twelve months")
    return Table("year", title, "", heads, lines, draw=draw)
