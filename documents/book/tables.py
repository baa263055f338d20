"""收文登记簿: its columns, declared once for sheets and paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.receipt.models.choices import receipt_number
from office.listing import Column, Row

CHUNK = 2000
FIELDS = (
    "pk", "receipt_class", "year", "serial", "received_on", "sender__name", "doc_number", "title",
    "is_sealed", "urgency", "copies", "lead_unit__short_name", "handler__name",
    "signed_for_by__name", "closed_at", "state", "filing_year", "filing_unit__short_name",
    "retention",
)  # fmt: skip


def rows(found: QuerySet[Any]) -> Iterator[Row]:
    """Yield the lean rows of a register in its order, in constant memory."""
    yield from found.values(*FIELDS).iterator(chunk_size=CHUNK)


def number(row: Row) -> str:
    """Return the receipt number, or nothing before registration."""
    return receipt_number(row["receipt_class"], row["year"], row["serial"])


def _title(row: Row) -> str:
    # 保密法 §31: of a classified envelope nothing but the envelope is known here.
    return "（涉密件，只登信封）" if row["is_sealed"] else row["title"]


def _handled_by(row: Row) -> str:
    return " ".join(filter(None, (row["lead_unit__short_name"], row["handler__name"])))


def _closed(row: Row) -> dt.date | str:
    if row["state"] == "rejected":
        return "退文"
    if row["state"] == "void":
        return "作废"
    return timezone.localtime(row["closed_at"]).date() if row["closed_at"] else ""


def _filed(row: Row) -> str:
    if row["filing_year"] is None:
        return ""
    return f"{row['filing_year']}-{row['filing_unit__short_name']}-{row['retention']}"


def _or_nothing(name: str) -> Callable[[Row], Any]:
    return lambda row: row[name] or ""


COLUMNS: tuple[Column, ...] = (
    Column(_("Receipt number"), number, 20),
    Column(pgettext_lazy("register", "Received"), "received_on", 12),
    Column(_("Sender"), "sender__name", 28),
    Column(_("Document number"), "doc_number", 22),
    Column(_("Title"), _title, 60),
    Column(_("Classification"), lambda row: "涉密" if row["is_sealed"] else "", 8),
    Column(_("Urgency"), "urgency", 8),
    Column(_("Copies"), "copies", 6),
    Column(_("Handled by"), _handled_by, 18),
    Column(_("Signed for by"), _or_nothing("signed_for_by__name"), 10),
    Column(pgettext_lazy("register", "Closed"), _closed, 12),
    Column(pgettext_lazy("register", "Filed"), _filed, 20),
)
# The same columns as the form on paper names them: words of the form are data.
ON_PAPER = (
    "收文编号", "收文日期", "来文单位", "来文字号", "标题", "密级", "紧急程度", "份数", "承办",
    "签收人", "办结日期", "归档",
)  # fmt: skip
