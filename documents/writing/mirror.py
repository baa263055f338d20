"""The text under the text area, line by line, with what was found and suggested marked in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from documents.proofreading.rule import Finding

Piece = tuple[str, str]  # severity, or nothing; words


@dataclass(frozen=True)
class MirrorLine:
    """One line in pieces, and whether a suggestion stands beside it."""

    pieces: tuple[Piece, ...]
    is_discussed: bool = False


def mirror(
    body: str, findings: Iterable[Finding], discussed: Collection[int] = ()
) -> list[MirrorLine]:
    """Return every line of a body; marks that overlap are one, lines count from 1."""
    marks: dict[int, list[Finding]] = {}
    for finding in findings:
        name, _slash, line = finding.paragraph.partition("/")
        if name == "body" and line.isdecimal() and finding.end > finding.start:
            marks.setdefault(int(line), []).append(finding)
    return [
        MirrorLine(tuple(_pieces(line, marks.get(n, []))), n + 1 in discussed)
        for n, line in enumerate(body.split("\n"))
    ]


def standing(quote: str, body: str) -> int | None:
    """Return the line a quotation is the beginning of, or stands in; lines count from 1."""
    wanted = quote.strip(" 　…")
    if not wanted:
        return None
    lines = [line.strip(" 　") for line in body.replace("\r\n", "\n").split("\n")]
    starts = (n for n, line in enumerate(lines, 1) if line.startswith(wanted))
    inside = (n for n, line in enumerate(lines, 1) if wanted in line)
    return next(starts, None) or next(inside, None)


def _pieces(line: str, found: list[Finding]) -> Iterable[Piece]:
    at = 0
    for finding in sorted(found, key=lambda each: (each.start, -each.end)):
        if finding.start < at:
            continue
        if finding.start > at:
            yield "", line[at : finding.start]
        yield finding.severity, line[finding.start : finding.end]
        at = finding.end
    if at < len(line) or not line:
        yield "", line[at:]
