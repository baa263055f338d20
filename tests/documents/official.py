"""The 24 published documents of ../shared/data as FILE.json: the converter, and where they lie.

The data holds a title, an issuer, a number, a date and paragraphs, as a web page gave them. Their
order is that of paper, so the converter walks down: title and number again (skipped), 主送 when a
paragraph ends in a colon, the text; up from the date: whoever signs, 附件说明; below it the note in
brackets and the attachments, each begun by its label 附件 or by its title. Line breaks inside a
paragraph are the page's, not the author's, and go. Nothing is corrected. All are taken as sealed.

    python -m tests.documents.official FOLDER    writes 00.json to 23.json
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from pathlib import Path
from typing import Any

NAME = Path("shared") / "data" / "state_council_documents.json"
SOURCE = next((up / NAME for up in Path(__file__).parents if (up / NAME).exists()), None)
WHY_NOT = "../shared/data is not here: the 24 published documents cannot be set"
DATE = re.compile(
    r"^\d{4}年\d{1,2}月\d{1,2}日$|^[二〇○零一三四五六七八九十]+年[一二三四五六七八九十]+月[一二三四五六七八九十]+日$"
)
ARABIC = re.compile(r"^(\d{4})年(\d{1,2})月(\d{1,2})日$")
LABEL = re.compile(r"^附件\d*[：:]?$")
NOTE = re.compile(r"^附件[：:]")
NUMBERED = re.compile(r"^(?:附件[：:])?\s*(?:\d+[.．、])?")
TEXT = re.compile(
    r"[，。：；]|^目\s*录$|^[一二三四五六七八九十]+、|^第[一二三四五六七八九十]+[章条]|^（|^\d"
)


def documents() -> list[dict[str, Any]]:
    """Return the documents in the form of FILE.json, in the order of the source."""
    if SOURCE is None:
        return []
    return [convert(each) for each in json.loads(SOURCE.read_text("utf8"))]


def convert(source: dict[str, Any]) -> dict[str, Any]:
    """Return one document in the form of FILE.json."""
    lines = [re.sub(r"\s*\n\s*", "", each).strip() for each in source["paragraphs"]]
    lines = _without([line for line in lines if line], source["title"])
    if lines and _key(lines[0]) == _key(source["doc_no"]):
        lines = lines[1:]
    found: dict[str, Any] = {
        "institution": re.split("[ 、]", source["issuer"]),
        "title": source["title"], "number": source["doc_no"], "seal": True,
    }  # fmt: skip
    if lines[0].endswith("：") and len(lines[0]) < 200:
        found["addressees"] = lines.pop(0)[:-1].split("，")
    at = next(
        (n for n, line in enumerate(lines) if n and DATE.match(line) and len(lines[n - 1]) < 30),
        None,
    )
    if at is None:
        return found | {"body": "\n".join(lines)}
    day = ARABIC.match(lines[at]) or ARABIC.match(source["date"])
    found["date"] = dt.date(*map(int, day.groups())).isoformat()
    found["signature"] = re.split("[ 、　]+", lines[at - 1])
    body, rest = lines[: at - 1], lines[at + 1 :]
    if rest and re.match(r"^（.*）$", rest[0]):
        found["note"] = rest.pop(0)
    note = next((n for n, line in enumerate(body) if NOTE.match(line)), len(body))
    names = [NUMBERED.sub("", line) for line in body[note:]]
    found["body"] = "\n".join(body[:note])
    if rest:
        found["attachments"] = _attachments(rest, names)
    return found


def _key(text: str) -> str:
    return re.sub(r"\W", "", text)


def _without(lines: list[str], title: str) -> list[str]:
    """Leave out the title that stands once more at the head, in one line or several."""
    at, seen = 0, ""
    while at < len(lines) and _key(lines[at]) and _key(title).startswith(seen + _key(lines[at])):
        seen += _key(lines[at])
        at += 1
    return lines[at:]


def _attachments(lines: list[str], names: list[str]) -> list[dict[str, str]]:
    parts: list[list[str]] = [[]]
    for line in lines:
        if LABEL.match(line):
            parts.append([])
        else:
            parts[-1].append(line)
    found = []
    for n, part in enumerate(filter(None, parts)):
        name = names[n] if n < len(names) else _title(part)
        text = _without(part, name)
        found.append({"title": name, "body": "\n".join(text) or "（略）"})
    return found


def _title(part: list[str]) -> str:
    """Return the lines at the head of an attachment that are no text yet."""
    count = next((n for n, line in enumerate(part) if TEXT.search(line)), 1) or 1
    title = "".join(part[: min(count, 3)])
    return title.replace(" ", "") if re.fullmatch(r"(?:. )+.", title) else title


if __name__ == "__main__":
    for number, document in enumerate(documents()):
        place = Path(sys.argv[1]) / f"{number:02}.json"
        place.write_text(json.dumps(document, ensure_ascii=False, indent=1), "utf8")
