"""Plain official Chinese into blocks: headings of four levels, paragraphs, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

LEVELS = (
    re.compile(r"^[一二三四五六七八九十百]+、"),
    re.compile(r"^（[一二三四五六七八九十百]+）"),
    re.compile(r"^\d{1,3}[.．](?!\d)"),
    re.compile(r"^（\d{1,3}）"),
)
FACES = {1: "hei", 2: "kai"}  # 7.3.3: 黑体, 楷体; the others as the body
MOST_LEAD = 36  # characters of a heading; what is longer is a paragraph with a number
# Regulations that travel as an attachment: practice, no clause.
CHAPTER = re.compile(r"^第[一二三四五六七八九十百]+[编章节](?=[ \u3000]|$).{0,24}$")
ARTICLE = re.compile(r"^第[一二三四五六七八九十百]+条(?=[ \u3000])")
RULE = re.compile(r"^\|?[\s|:：-]*-[\s|:：-]*\|?$")  # the line under the head of a table


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `level` 1 to 4 when it begins with the mark of a heading, else 0.

    The first `lead` characters are set in the face of the level.
    """

    text: str
    level: int = 0
    lead: int = 0
    face: str = "body"
    is_centred: bool = False


@dataclass(frozen=True)
class Table:
    """A table: rows of cells, the first is its head."""

    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | Table


def blocks(text: str) -> list[Block]:
    """Read the plain text of a body. Lines that begin with | are rows of one table."""
    found: list[Block] = []
    rows: list[tuple[str, ...]] = []
    for line in [*_lines(text), ""]:
        if line.startswith("|"):
            if not RULE.match(line):
                rows.append(_cells(line))
            continue
        if rows:
            found.append(_table(rows))
            rows = []
        if line:
            found.append(paragraph(line))
    return _even(found)


def _even(found: list[Block]) -> list[Block]:
    """Set the items of one list alike: where one has only its number in the face, all have.

    A heading that is no sentence stays what it is.
    """
    done = list(found)
    lists: dict[int, list[int]] = {level: [] for level in FACES}
    for place, block in enumerate(found):
        if not isinstance(block, Paragraph) or not block.level:
            continue
        for level in FACES:
            if level > block.level:  # a heading above ends the lists below it
                _alike(done, lists[level])
                lists[level] = []
        if block.level in FACES and "。" in block.text:
            lists[block.level].append(place)
    for places in lists.values():
        _alike(done, places)
    return done


def _alike(blocks: list[Block], places: list[int]) -> None:
    items = [(place, item) for place in places if isinstance(item := blocks[place], Paragraph)]
    marks = {place: _mark(item) for place, item in items}
    if any(item.lead == marks[place] for place, item in items):
        for place, item in items:
            blocks[place] = replace(item, lead=marks[place])


def _mark(item: Paragraph) -> int:
    """Return how many characters its number takes."""
    found = LEVELS[item.level - 1].match(item.text)
    return found.end() if found else 0


def paragraph(line: str) -> Paragraph:
    """Return a line as a heading of its level, or as a paragraph."""
    for level, mark in enumerate(LEVELS, 1):
        if found := mark.match(line):
            lead = _lead(line, found.end()) if level in FACES else 0
            return Paragraph(line, level, lead, FACES.get(level, "body"))
    if CHAPTER.match(line):
        return Paragraph(line, 0, len(line), "hei", is_centred=True)
    article = ARTICLE.match(line)
    return Paragraph(line, 0, len(article[0]), "hei") if article else Paragraph(line)


def _lead(line: str, mark: int) -> int:
    """Return how many characters are the heading: up to the first full stop, if it is that short.

    Of an item that is one sentence, or begins with a long one, only the number is set in the face
    of headings.
    """
    end = line.find("。")
    if end == len(line) - 1:
        return mark
    lead = len(line) if end < 0 else end + 1
    return lead if lead <= MOST_LEAD else mark


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield line.strip(" \t\u3000\ufeff")


def _cells(line: str) -> tuple[str, ...]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return tuple(cell.strip() for cell in inner.split("|"))


def _table(rows: list[tuple[str, ...]]) -> Table:
    most = max(map(len, rows))
    return Table(tuple(row + ("",) * (most - len(row)) for row in rows))
