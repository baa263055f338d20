"""The text under the text area, line by line, with what the proofreader found marked in it."""

from __future__ import annotations

from collections.abc import Iterable

from documents.proofreading.rule import Finding

Piece = tuple[str, str]  # severity, or nothing; words


def mirror(body: str, findings: Iterable[Finding]) -> list[list[Piece]]:
    """Return every line of a body in pieces: (severity, words); marks that overlap are one."""
    marks: dict[int, list[Finding]] = {}
    for finding in findings:
        name, _slash, line = finding.paragraph.partition("/")
        if name == "body" and line.isdecimal() and finding.end > finding.start:
            marks.setdefault(int(line), []).append(finding)
    return [list(_pieces(line, marks.get(n, []))) for n, line in enumerate(body.split("\n"))]


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
