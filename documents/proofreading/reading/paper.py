"""Recognise the elements of a document in its lines, as they stand on paper."""

from __future__ import annotations

import re
from collections.abc import Sequence

from documents.proofreading.text import Attachment, Text, kind_at_end, squeezed

LINES = frozenset({"addressees", "copy_to", "signers"})  # may be given as one line with its marks
MOST_TITLE_LINES = 5
NUMBER = re.compile(
    r"^(?P<number>[\u4e00-\u9fff]{1,14}\s?[\[(（【〔]\s?[\d\u3007○零一二三四五六七八九]{2,4}\s?[\])）】〕]\s?第?\s?\S{1,6}号?)"
    r"(?:[\s\u3000]+(?P<signers>签\s*发\s*人.*))?$"
)
GRADE = re.compile(r"^(?:绝密|机密|秘密)\S{0,12}$|^(?:绝密|机密|秘密)[\s\u3000]\S{1,10}$")
URGENCY = re.compile(r"^(?:特急|加急|特提|平急|急件|紧急|特急件|加急件)$")
MARKS = (("copy_number", re.compile(r"^\d{5,7}$")), ("classification", GRADE), ("urgency", URGENCY))
SIGNERS = re.compile(r"^签\s*发\s*人")
MARK = re.compile(r"^(?P<who>[\u4e00-\u9fff、\s]{2,60}?)文\s*件$")
DATE = re.compile(
    r"^(?:\d{4}\s?年\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?日)?|\d{4}[.\-/\uff0e]\d{1,2}[.\-/\uff0e]\d{1,2}"
    r"|[\u3007○零一二三四五六七八九十]{4}年[一二三四五六七八九十]{1,3}月(?:[一二三四五六七八九十]{1,3}日)?)$"
)
NAME = re.compile(r"^[\u4e00-\u9fff（）()\s\u3000、·]{2,60}$")
NOTE = re.compile(r"^(?:附注[:：])?\s*([（(].{1,100}[)）]|此件\S{2,20})$")
PAGE = re.compile(r"^附\s?件\s?\d{0,2}[:：]?$")
COPIES = re.compile(r"^抄\s*送\s*[:：]")
PRINTED = re.compile(r"^(?P<by>[\u4e00-\u9fff]{2,40})?[\s\u3000]*(?P<on>\d{4}\S{3,10}?日?印发)$")
LEADS_IN = re.compile(r"如下[:：]$|^(?:为|根据|按照|现|经|近|依据|各位|本)(?!级)|[。；]")


def names(line: str) -> tuple[str, ...]:
    """Return the bodies or persons of a line as typed: without its label and its last mark."""
    bare = re.sub(
        r"^\s*(?:抄\s*送|主\s*送|签\s*发\s*人)[\s\u3000]*[:：]?[\s\u3000]*", "", line.strip()
    )
    bare = bare.rstrip(":：。；;,， ")
    return tuple(name for name in re.split(r"[、，,；;\s\u3000]+", bare) if name)


def read(lines: Sequence[str]) -> Text:
    """Return the document whose lines these are; blank ones do not count."""
    rest = [line.strip() for line in lines if line.strip()]
    elements: dict[str, object] = {}
    whole: dict[str, str] = {}
    signature: tuple[str, ...] = ()
    _head(rest, elements, whole)
    _title(rest, elements, whole)
    _head(rest, elements, whole)
    if rest and _is_addressees(rest[0]):
        whole["addressees"] = rest.pop(0)
        elements["addressees"] = names(whole["addressees"])
    _foot(rest, elements, whole)
    at = _dated(rest)
    body, after = (rest, []) if at is None else (rest[:at], rest[at + 1 :])
    if at is not None:
        elements["date"] = re.sub(r"\s", "", rest[at])
        elements["signature"] = signature = _signature(body)
        if after and (note := NOTE.match(after[0])):
            after.pop(0)
            elements["note"] = note[1]
    else:
        pages = next((n for n, line in enumerate(body) if PAGE.match(line)), len(body))
        body, after = body[:pages], body[pages:]
    listed = Text(body="\n".join(body)).listed
    known = [squeezed(re.sub(r"^附件\S*?[:：]|^\d+[.、]", "", line.text)) for line in listed]
    elements["attachments"] = _pages(after, known)
    elements["body"] = "\n".join(body)
    if "institution" not in elements:
        elements["institution"] = _issuer(str(elements["title"]), signature)
    return Text(**elements, typed=whole)  # type: ignore[arg-type]


def _head(rest: list[str], elements: dict[str, object], whole: dict[str, str]) -> None:
    """Take off what stands above the title, or the number below it."""
    while rest:
        line = rest[0]
        simple = next((name for name, form in MARKS if form.match(line)), "")
        if simple:
            elements[simple] = line
        elif found := MARK.match(line):
            elements |= {"institution": names(found["who"]), "mark": line}
        elif found := NUMBER.match(line):
            elements["number"] = found["number"]
            _signers(found["signers"] or "", elements, whole)
        elif SIGNERS.match(line):
            _signers(line, elements, whole)
        else:
            return
        rest.pop(0)


def _signers(line: str, elements: dict[str, object], whole: dict[str, str]) -> None:
    if line:
        whole["signers"] = line
        elements["signers"] = names(line)


def _title(rest: list[str], elements: dict[str, object], whole: dict[str, str]) -> None:
    taken = 1
    for n, line in enumerate(rest[:MOST_TITLE_LINES], 1):
        if n > 1 and (_is_addressees(line) or "。" in line[:-1]):
            break
        if kind_at_end(line.rstrip("。，；：！？.")):
            taken = n
            break
    title_lines = rest[:taken]
    del rest[:taken]
    elements["title"] = "".join(title_lines)
    if taken > 1:
        whole["title_lines"] = "\n".join(title_lines)


def _is_addressees(line: str) -> bool:
    bare = line.rstrip()
    return bare.endswith(("：", ":")) and len(bare) <= 300 and not LEADS_IN.search(bare)


def _foot(rest: list[str], elements: dict[str, object], whole: dict[str, str]) -> None:
    """Take off the 版记 at the end."""
    for line in rest[-4:]:
        if COPIES.match(line):
            whole["copy_to"] = line
            elements["copy_to"] = names(line)
        elif found := PRINTED.match(line):
            elements["printed_by"] = found["by"] or ""
            elements["printed_on"] = found["on"]
        else:
            continue
        rest.remove(line)


def _dated(rest: list[str]) -> int | None:
    """Where the date stands: the first line that is nothing but a date, under a name."""
    for at, line in enumerate(rest):
        if DATE.match(line) and (at == 0 or len(rest[at - 1]) <= 60):
            return at
    return None


def _signature(body: list[str]) -> tuple[str, ...]:
    """Take the signing bodies off the end of the body."""
    signed: list[str] = []
    while (
        body
        and NAME.match(body[-1])
        and not re.match(r"^(?:附\s*件|[一二三四五六七八九十]+、)", body[-1])
    ):
        signed.insert(0, body.pop())
        if len(signed) > 1 and not body:
            break
    return tuple(name for line in signed for name in re.split(r"[\s\u3000、]+", line) if name)


def _pages(rest: list[str], listed: list[str]) -> tuple[Attachment, ...]:
    """Part what follows the date into attachments; text without a label is one by itself."""
    groups: list[tuple[str, list[str]]] = []
    for line in rest:
        if PAGE.match(line):
            groups.append((line, []))
        elif groups:
            groups[-1][1].append(line)
        else:
            groups.append(("", [line]))
    found = []
    for n, (label, lines) in enumerate(groups):
        wanted = listed[n] if n < len(listed) else ""
        taken = 1
        while (
            wanted
            and taken < len(lines)
            and wanted.startswith(squeezed("".join(lines[: taken + 1])))
        ):
            taken += 1
        found.append(Attachment("".join(lines[:taken]), "\n".join(lines[taken:]), label))
    return tuple(found)


def _issuer(title: str, signature: tuple[str, ...]) -> tuple[str, ...]:
    """Who issues it: the title or the signature, whichever says it more fully."""
    before = re.match(r"^([\u4e00-\u9fff、\s]{2,60}?)关于", title)
    named = names(before[1]) if before else ()
    return named if len("".join(named)) > len("".join(signature)) else signature
