"""Figures taken away: 收文统计表 as PDF and as a workbook of several sheets."""

from __future__ import annotations

from typing import IO

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from documents.figures.report import Report
from documents.figures.services import Found, Scope
from office.exporting import Page, write_book
from office.printing import pdf

TITLE = "收文统计表"


def name(found: Found, within: Scope) -> str:
    """Return the file name without its ending."""
    unit = f" {within.unit.short_name}" if within.unit else ""
    return f"{TITLE} {found.period.paper_name}{unit}"


def paper(found: Found, within: Scope) -> bytes:
    """Print the figures of a period; a settled month comes out the same, byte for byte.

    Such a paper bears the day of settlement, not that of printing.
    """
    with translation.override(settings.LANGUAGE_CODE):
        report = Report(found, scope=within.query)
        context = {"title": TITLE, "report": report, "unit": within.unit, "found": found}
        if found.settlements:
            context["printed_at"] = timezone.localtime(found.settlements[-1].settled_at)
        return pdf("print/figures.html", context)


def book(found: Found, within: Scope) -> IO[bytes]:
    """Write a sheet for each table, the balance first."""
    report = Report(found, scope=within.query)
    balance = [[name, cell.value] for _sign, name, cell in report.balance]
    first = Page(found.period.name, [_("Figure"), _("Number")], balance, [30, 12])
    return write_book([first, *(table.page for table in report.tables)])
