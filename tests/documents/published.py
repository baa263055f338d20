"""The 24 published documents as FILE.json: paragraphs of a page to the elements of a document."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DATA = "shared/data/state_council_documents.json"
DATE = re.compile(
    r"\d{4}年\d{1,2}月\d{1,2}日|[二\u3007○零一三四五六七八九十]{4}年[一二三四五六七八九十]+月[一二三四五六七八九十]+日"
)
LABEL = re.compile(r"附件\d*[：:]?")


def published() -> list[dict[str, Any]]:
    """Return the documents as the data holds them; none where the data is absent."""
    for folder in ROOT.parents:
        if (folder / DATA).is_file():
            return json.loads((folder / DATA).read_text(encoding="utf8"))
    return []


def converted(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document as the value of a FILE.json."""
    lines = [re.sub(r"\s*\n\s*", "", each).strip() for each in document["paragraphs"]]
    lines = [line for line in lines if line]
    _drop_title(lines, document)
    day = _day(document["date"])
    value = {
        "institution": re.split(r"[ 、]", document["issuer"]),
        "title": document["title"],
        "number": document["doc_no"],
        "addressees": [],
        "date": day.isoformat(),
    }
    if lines[0].endswith("：") and len(lines[0]) < 200 and "，" not in lines[0][-6:]:
        value["addressees"] = re.split("，", lines.pop(0)[:-1])
    at = next(n for n, line in enumerate(lines) if DATE.fullmatch(line) and len(lines[n - 1]) < 30)
    body, after = lines[: at - 1], lines[at + 1 :]
    value["signature"] = re.split(r"[ 、\u3000]+", lines[at - 1])
    value["date"] = _as_iso(lines[at]) or lines[at]
    if after and re.fullmatch(r"（.*）", after[0]):
        value["note"] = after.pop(0)
    value["body"] = "\n".join(body)
    listed = [re.sub(r"^(?:附件[：:])?\s*(?:\d+[.\uff0e、])?", "", line) for line in _listed(body)]
    value["attachments"] = _attachments(after, listed)
    return value


def _drop_title(lines: list[str], document: dict[str, Any]) -> None:
    left = _bare(document["title"])
    while lines and left.startswith(_bare(lines[0])):
        left = left.removeprefix(_bare(lines.pop(0)))
        if not left:
            break
    if lines and _bare(lines[0]) == _bare(document["doc_no"]):
        lines.pop(0)


def _listed(body: list[str]) -> list[str]:
    starts = [n for n, line in enumerate(body) if re.match(r"附件[：:]", line)]
    return body[starts[0] :] if starts else []


def _attachments(lines: list[str], listed: list[str]) -> list[dict[str, str]]:
    groups: list[tuple[str, list[str]]] = []
    for line in lines:
        if LABEL.fullmatch(line):
            groups.append((line, []))
        elif groups:
            groups[-1][1].append(line)
        else:
            groups.append(("", [line]))
    found = []
    for n, (label, group) in enumerate(groups):
        name = listed[n] if n < len(listed) else group[0]
        left, taken = _bare(name), 0
        while taken < len(group) and left and left.startswith(_bare(group[taken])):
            left = left.removeprefix(_bare(group[taken]))
            taken += 1
        title = "".join(group[:taken]) or name
        found.append({"title": title, "body": "\n".join(group[taken:]), "label": label})
    return found


def _bare(words: str) -> str:
    return re.sub(r"[\W_]", "", words)


def _day(words: str) -> dt.date:
    return dt.date(*map(int, re.findall(r"\d+", words)))


def _as_iso(words: str) -> str:
    found = re.fullmatch(r"(\d{4})年(\d{1,2})月(\d{1,2})日", words)
    return dt.date(*map(int, found.groups())).isoformat() if found else ""
