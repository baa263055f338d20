"""Figures taken away: 发文统计表 as PDF and as a workbook of several sheets."""

from __future__ import annotations

from typing import IO

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from documents.tallies.counts import Figures
from documents.tallies.report import Report
from documents.tallies.services import Scope
from office.exporting import Page, write_book
from office.printing import pdf

TITLE = "发文统计表"


def name(figures: Figures, within: Scope) -> str:
    """Return the file name without its ending."""
    unit = f" {within.unit.short_name}" if within.unit else ""
    return f"{TITLE} {figures.period.paper_name}{unit}"


def paper(figures: Figures, within: Scope) -> bytes:
    """Print the figures of a period."""
    with translation.override(settings.LANGUAGE_CODE):
        report = Report(figures, scope=within.query)
        context = {"title": TITLE, "report": report, "unit": within.unit}
        return pdf("print/figures.html", context)


def book(figures: Figures, within: Scope) -> IO[bytes]:
    """Write a sheet for each table, the balance first."""
    report = Report(figures, scope=within.query)
    balance = [[name, cell.value] for _sign, name, cell in report.balance]
    first = Page(figures.period.name, [_("Figure"), _("Number")], balance, [30, 12])
    return write_book([first, *(table.page for table in report.tables)])
