"""What the figures of dispatches look like: a balance and tables whose numbers open their rows."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from documents.issued.measures import LABELS, STEPS
from documents.numbers import Cell, Line, Number, Table, drawn_across
from documents.proofreading.catalogue import RULES
from documents.receipt.models.choices import Kind
from documents.tallies import counts
from documents.tallies.counts import COLUMNS, Figures, Passing, Rule
from documents.tallies.services import Scope
from documents.work import Span, joined
from office import charts, clock
from office.periods import Period

FEW = 12  # rules the screen shows before it is asked for all
LATE = ("open_late", "step_overdue")
BY_ID = {rule.id: rule for rule in RULES}


def rows_url(measure: str, period: Period, scope: str, **more: Any) -> str:
    """Return the address of the rows a figure counts."""
    days = {"measure": measure, "begin": period.begin, "end": period.end}
    return f"{reverse('documents:dispatch')}?{urlencode(days | more)}{scope}"


class Report:
    """Figures in words, tables and addresses, in the language that is active."""

    def __init__(self, figures: Figures, *, scope: str = "", every_rule: bool = True) -> None:
        self.figures, self.period, self.totals = figures, figures.period, figures.totals
        self.scope, self.every_rule = scope, every_rule

    def url(self, measure: str, **more: Any) -> str:
        """Return the address of the rows behind a figure."""
        return rows_url(measure, self.period, self.scope, **more)

    def _cell(self, measure: str, value: Number, **more: Any) -> Cell:
        is_late = bool(value) and measure in LATE
        return Cell(value, self.url(measure, **more), is_late=is_late)

    @property
    def balance(self) -> list[tuple[str, str, Cell]]:
        """What was carried over and begun, less what ended, is open: sign, name, number."""
        signs = (
            ("", "carried", _("Carried over")),
            ("+", "begun", pgettext("balance", "Begun")),
            ("\N{MINUS SIGN}", "closed", pgettext("balance", "Closed")),
            ("\N{MINUS SIGN}", "refused", pgettext("balance", "Not to be issued")),
            ("\N{MINUS SIGN}", "void", pgettext("balance", "Void")),
            ("=", "open", self._open_words),
        )
        return [(sign, name, self._cell(key, self.totals[key])) for sign, key, name in signs]

    @property
    def _open_words(self) -> str:
        return _("Open at the end") if self.period.is_over else _("Open now")

    @property
    def tables(self) -> list[Table]:
        """Every table, in the order of the page."""
        return [self.facts, self.passing, self.steps, *self.groups, self.rules]

    @property
    def facts(self) -> Table:
        """What was done in the period, and what of it was late."""
        names = (
            (pgettext("dispatches", "Signed"), "signed"),
            (_("Given a number"), "issued"),
            (pgettext("dispatches", "Distributed"), "distributed"),
            (_("Open and late"), "open_late"),
        )
        cells = [self._cell(key, self.totals[key]) for _name, key in names]
        lines = [Line(pgettext("figures", "Dispatches"), cells)]
        heads = [name for name, _key in names]
        return Table("facts", _("What was done"), pgettext("figures", "What"), heads, lines)

    @property
    def passing(self) -> Table:
        """How many submissions passed review and check without being sent back, unit by unit."""
        heads = [
            pgettext("figures", "Dispatches"), _("of them sent back"), _("Submissions"),
            _("Passed at once"), _("Sent back"), _("Not to be issued"), _("First-pass rate (%)"),
        ]  # fmt: skip
        found = self.figures.passing
        lines = [
            Line(each.name, self._passed(each, unit=each.unit), is_data=True) for each in found
        ]
        whole = Passing(0, "", *(sum(_numbers(each)[n] for each in found) for n in range(6)))
        total = Line(_("In all"), self._passed(whole)) if found else None
        title = _("Passed at once")
        note = _("A submission is settled by the first check, return or refusal that follows it.")
        draw = drawn_across(heads[-1], heads, (6,))
        return Table("passing", title, _("Unit"), heads, lines, note, total=total, draw=draw)

    def _passed(self, each: Passing, **where: Any) -> list[Cell]:
        share = 100 * each.passed / each.submissions if each.submissions else None
        where = where if not self.scope else {}
        numbers = (each.submissions, each.passed, each.returned, each.refused)
        return [
            self._cell("judged", each.dispatches, **where),
            self._cell("judged_back", each.back, **where),
            *map(Cell, numbers),
            Cell(share, digits=1),
        ]

    @property
    def steps(self) -> Table:
        """How long each step took, what lies there, what was late, against its limit."""
        heads = [
            pgettext("figures", "Done"), _("Pending"), _("Late"), _("Median (hours)"),
            _("Nine in ten within (hours)"), _("Limit (hours)"),
        ]  # fmt: skip
        found = self.figures.steps
        lines = [self._step_line(step, found[step]) for step in STEPS if step in found]
        note = _("Office hours, seven a day; what is pending counts with the time so far. The "
                 "limit is that of documents without an urgency.")  # fmt: skip
        title, draw = _("How long each step took"), drawn_across(
            _("Office hours of each step"), heads, (3, 4, 5))  # fmt: skip

        def drawn(lines: list[Line]) -> SafeString:  # filing takes months: all else would be dots
            return draw([line for line in lines if line.name != str(LABELS["file"])])

        return Table("steps", title, pgettext("figures", "Step"), heads, lines, note, draw=drawn)

    def _step_line(self, step: str, found: dict[str, Any]) -> Line:
        span = Span.of(joined([found["took"], found["waits"]]))
        sorts = ("done", "pending", "overdue")
        cells = [self._cell(f"step_{sort}", found[sort], step=step) for sort in sorts]
        times = [None if each is None else each / 60 for each in (span.median, span.ninth)]
        limit = Cell(self.figures.limits.get(step))
        return Line(str(LABELS[step]), [*cells, *(Cell(each, digits=1) for each in times), limit])

    @property
    def groups(self) -> list[Table]:
        """The tables by kind and by unit; one unit is not parted by unit."""
        return [self._group(name) for name in (["kind"] if self.scope else ["kind", "unit"])]

    def _group(self, name: str) -> Table:
        titles = {"kind": (_("By kind"), _("Kind")), "unit": (_("By drafting unit"), _("Unit"))}
        heads = [
            pgettext("balance", "Begun"), pgettext("dispatches", "Signed"), _("Given a number"),
            pgettext("balance", "Void"), self._open_words,
        ]  # fmt: skip
        lines = []
        for key, label, *numbers in self.figures.groups[name]:
            cells = [
                self._cell(column, number, **{name: key})
                for column, number in zip(COLUMNS, numbers, strict=True)
            ]
            words = str(Kind(key).label) if name == "kind" else label
            lines.append(Line(words, cells, is_data=name == "unit"))
        total = Line(_("In all"), [self._cell(key, self.totals[key]) for key in COLUMNS])
        title, first = titles[name]
        draw = drawn_across(title, heads, (0, 2))
        return Table(name, title, first, heads, lines, total=total, draw=draw)

    @property
    def rules(self) -> Table:
        """What the proofreader found when drafts were to be submitted, rule by rule."""
        heads = [
            pgettext("findings", "Found"), pgettext("findings", "Mended"),
            _("Answered with a reason"), pgettext("figures", "Dispatches"),
        ]  # fmt: skip
        found = self.figures.rules
        shown = found if self.every_rule else found[:FEW]
        lines = [self._rule_line(each) for each in shown]
        sums = [sum(n) for n in zip(*((r.found, r.mended, r.answered) for r in found), strict=True)]
        whole = self._cell("objected", self.totals["objected"])
        total = Line(_("In all"), [*map(Cell, sums), whole]) if found else None
        return Table(
            "rules", _("What the proofreader found"), _("Rule"), heads, lines,
            _("When a draft was to be submitted; the same words before one submission count once."),
            total=total, more=len(found) - len(shown),
        )  # fmt: skip

    def _rule_line(self, each: Rule) -> Line:
        numbers = (each.found, each.mended, each.answered)
        opened = self._cell("objected", each.dispatches, rule=each.rule)
        return Line(rule_words(each.rule), [*map(Cell, numbers), opened])


def rule_words(rule: str) -> str:
    """Name a rule by its mark and what it says, without the words of any one text."""
    known = BY_ID.get(rule)
    if known is None:
        return rule
    words = re.sub(r"%\(\w+\)s", "…", str(known.message)).replace("%%", "%")
    return f"{rule}　{words}"


def _numbers(each: Passing) -> tuple[int, ...]:
    return (
        each.dispatches, each.back, each.submissions, each.passed, each.returned, each.refused
    )  # fmt: skip


def year(within: Scope, period: Period) -> Table:
    """Return the twelve months up to a period: what was begun and issued in each."""
    months = [Period.around(min(period.end, clock.today()), 1)]
    for _n in range(11):
        months.insert(0, months[0].earlier)
    found = counts.by_month(within.rows, months)
    names = {"begun": pgettext("balance", "Begun"), "issued": _("Given a number")}
    lines = [
        Line(str(words), [
            Cell(found[name].get(month.begin, 0), rows_url(name, month, within.query))
            for month in months
        ])
        for name, words in names.items()
    ]  # fmt: skip
    heads = [f"{month.begin:%Y-%m}"[2:] for month in months]
    title = _("Twelve months")

    def draw(lines: list[Line]) -> SafeString:
        return charts.bars(title, heads, {ln.name: [c.value for c in ln.cells] for ln in lines})

    return Table("year", title, "", heads, lines, draw=draw)
