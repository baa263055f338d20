"""Take a ruler to a PDF: every row L01-L45 of GB/T 9704-2012 that applies to it."""

from __future__ import annotations

import json
import unicodedata
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from documents.measuring.bench import Verdict
from documents.measuring.judge import Unreadable, measure

LARGEST = 64_000_000
MOST_SHOWN = 5  # places of one row that are told in full


class Command(BaseCommand):
    """Measure, tell, and fail when a row fails."""

    help = (
        "用尺子量一份 PDF：按 GB/T 9704-2012 逐项（L01—L45）判断，只列适用的项。"
        "退出码：0 全部合格；1 有不合格的项；2 文件读不到或不是 PDF。"
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file and the form of the answer."""
        parser.add_argument("file", type=Path, metavar="OUT.pdf")
        parser.add_argument(
            "--json", action="store_true",
            help="输出列表，每项 {id, element, clause, expected, found, passed, page}",
        )  # fmt: skip

    def handle(self, **options: Any) -> None:
        """Print the verdicts; exit with 1 when one is a fail."""
        verdicts = _measured(options["file"])
        if options["json"]:
            rows = [asdict(verdict) for verdict in verdicts]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(_table(verdicts)))
        if any(not verdict.passed for verdict in verdicts):
            raise SystemExit(1)


def _measured(file: Path) -> list[Verdict]:
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        raise CommandError(f"读不到 {file}：{error.strerror}", returncode=2) from None
    if len(content) > LARGEST:
        raise CommandError(f"{file} 超过 {LARGEST // 1_000_000} MB", returncode=2)
    try:
        return measure(content)
    except Unreadable:
        raise CommandError(f"{file} 不是能读的 PDF", returncode=2) from None


def _table(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Yield one line for each row and kind of measure, with the pages where it fails."""
    ordered = sorted(verdicts, key=lambda each: (each.id, each.element, not each.passed))
    bad = 0
    for (key, element), group in groupby(ordered, key=lambda each: (each.id, each.element)):
        row = list(group)
        failed = [each for each in row if not each.passed]
        bad += bool(failed)
        state = f"不合格 {len(failed)} 处" if failed else "合格"
        yield f"{key}  {_wide(element, 24)}{_wide(row[0].clause, 10)}{len(row):>5} 处  {state}"
        for each in failed[:MOST_SHOWN]:
            yield f"       第 {each.page} 页  应为：{each.expected}；实测：{each.found}"
        if len(failed) > MOST_SHOWN:
            yield f"       …… 另有 {len(failed) - MOST_SHOWN} 处"
    yield f"共 {len(verdicts)} 处，{'全部合格' if not bad else f'{bad} 项不合格'}"


def _wide(text: str, columns: int) -> str:
    """Fill a text to a width in columns; Chinese takes two each."""
    taken = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(columns - taken, 1)
