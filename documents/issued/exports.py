"""The books taken away: as a sheet and on paper, at once or by a job."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from documents.issued import ledgers, tables
from documents.issued.pages import to_take_away
from documents.volumes import bound, cell
from office.jobs.registry import Result
from office.listing import Row
from office.people.models import User
from office.sheets import Sheet, finish
from office.titles import title_lines

Progress = Callable[[int, int], None]
# How the forms on paper name their columns, narrower than the sheet: words of the forms are data.
ON_PAPER = (
    "发文字号", "成文日期", "标题", "缓急", "主送、抄送", "份数", "拟稿", "签发", "用印日期",
    "发出、签收", "归档、备注",
)  # fmt: skip
SEALS_ON_PAPER = (
    "用印时间", "印章", "发文字号", "文件标题", "用印次数", "印制份数", "申请（拟稿）",
    "批准（签发）", "用印人", "备注",
)  # fmt: skip
COPIES_ON_PAPER = (
    "发文字号", "标题", "接收单位", "主抄", "份数", "份号", "分发方式", "发出", "签收", "备注",
)  # fmt: skip


def dispatches_on_paper(rows: Iterator[Row], title: str) -> bytes:
    """发文登记簿."""
    lines = (_dispatch_line(row) for row in rows)
    return bound("print/dispatch_register.html", title, ON_PAPER, lines)


def _dispatch_line(row: Row) -> list[str]:
    copy_to = "，".join(row["copy_to"])
    to = ["，".join(row["addressees"]), f"抄送：{copy_to}" if copy_to else ""]
    receipts = f"签收 {tables.receipts_of(row)}" if row["sent_on"] else ""
    ways = tables.ways_of(row, tables.SHORT_WAYS)
    return [
        _in_lines(tables.number_of(row), 13), cell(row["dated_on"]), _in_lines(row["title"], 15),
        row["urgency"], _several(*to), cell(row["copies_printed"]),
        _several(row["unit__short_name"], row["drafter__name"]), _signatures(row["signed"]),
        cell(row["sealed_on"]),
        _several(cell(row["sent_on"]), ways, receipts),
        _several(tables.place_of(row), row["note"]),
    ]  # fmt: skip


def seals_on_paper(rows: Iterator[Row], title: str) -> bytes:
    """用印登记簿."""
    lines = (
        [
            _moment(row["set_at"]), row["seal__name"],
            _in_lines(tables.number_of(row, "dispatch__"), 13),
            _in_lines(row["dispatch__title"], 20), cell(row["count"]),
            cell(row["dispatch__copies_printed"]),
            _several(row["dispatch__unit__short_name"], row["dispatch__drafter__name"]),
            _signatures(row["approved"]),
            _signatures(tables.acting(row["set_by__name"], row["on_behalf_of__name"])),
            row["note"],
        ]
        for row in rows
    )  # fmt: skip
    return bound("print/seal_register.html", title, SEALS_ON_PAPER, lines)


def copies_on_paper(rows: Iterator[Row], title: str) -> bytes:
    """分发登记簿; what nobody has acknowledged leaves its cell to be signed by hand."""
    lines = (
        [
            _in_lines(tables.number_of(row, "dispatch__"), 13),
            _in_lines(row["dispatch__title"], 20), _in_lines(row["recipient"], 12),
            tables.role_of(row), cell(row["count"]), tables.numbers_of_copies(row),
            tables.way_of(row), _several(_moment(row["sent_at"]), row["sent_by__name"]),
            _several(_moment(row["received_at"]), tables.receiver_of(row)), row["note"],
        ]
        for row in rows
    )  # fmt: skip
    return bound("print/copy_register.html", title, COPIES_ON_PAPER, lines)


def _several(*parts: str | None) -> str:
    return "\n".join(filter(None, parts))


def _in_lines(text: str, most: int) -> str:
    return "\n".join(title_lines(text, most))


def _signatures(names: str) -> str:
    """Let a line end before who acts for somebody, and after each of several."""
    return names.replace("（", "\n（").replace("、", "\n")


def _moment(moment: Any) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


REGISTER = Sheet("发文登记簿", tables.COLUMNS, "dispatch-register", dispatches_on_paper)
SEALS = Sheet("用印登记簿", tables.SEAL_COLUMNS, "seal-register", seals_on_paper)
COPIES = Sheet("分发登记簿", tables.COPY_COLUMNS, "copy-register", copies_on_paper)


def register(arguments: Mapping[str, Any], actor: User, progress: Progress) -> Result:
    """Write a long register in a job; what is filtered is what the actor may see then."""
    page = to_take_away(QueryDict(arguments["query"]), actor)
    return finish(page, REGISTER, arguments["as"], progress)


def seals(arguments: Mapping[str, Any], actor: User, progress: Progress) -> Result:
    """Write a long book of seals in a job. Raises NotAllowed."""
    return _ledger(ledgers.SEALS, SEALS, arguments, actor, progress)


def copies(arguments: Mapping[str, Any], actor: User, progress: Progress) -> Result:
    """Write a long book of distribution in a job. Raises NotAllowed."""
    return _ledger(ledgers.COPIES, COPIES, arguments, actor, progress)


def _ledger(
    ledger: ledgers.Ledger, sheet: Sheet, arguments: Mapping[str, Any], actor: User,
    progress: Progress,
) -> Result:  # fmt: skip
    ledger.demand(actor)
    page = ledger.page(QueryDict(arguments["query"]), actor, is_screen=False)
    return finish(page, sheet, arguments["as"], progress)
