"""发文字号 as it is read: 机关代字〔year〕serial号 (GB/T 9704 §7.2.5)."""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

ALIKE = 0.9  # titles so much the same may be the same document
_PATTERN = re.compile(
    r"^(?P<code>[\u4e00-\u9fffA-Za-z·]{1,20})[\[\(【〔「{](?P<year>(?:19|20)\d{2})[\]\)】〕」}]"
    r"第?0*(?P<serial>[1-9]\d{0,6})号$"
)
_BRACKETS = str.maketrans("（）\uff3b\uff3d〈〉", "()[]()")
_NOISE = re.compile(r"[\s\u3000,，.。、:：;；!！?？“”\"'‘’《》〈〉（）()\[\]〔〕【】—\-_·]")


@dataclass(frozen=True)
class DocNumber:
    """A document number taken apart."""

    organ_code: str
    year: int
    serial: int

    def __str__(self) -> str:
        return f"{self.organ_code}〔{self.year}〕{self.serial}号"


def parse(text: str) -> DocNumber | None:
    """Take a typed number apart, whatever its brackets, widths and spaces; None if it is none."""
    compact = re.sub(r"\s", "", unicodedata.normalize("NFKC", text.translate(_BRACKETS)))
    found = _PATTERN.match(compact)
    if found is None:
        return None
    return DocNumber(found["code"], int(found["year"]), int(found["serial"]))


def normalise(text: str) -> str:
    """Return the number as the standard writes it, or the typed text when it is another form."""
    number = parse(text)
    return str(number) if number else " ".join(text.split())


def kind_of(title: str, kinds: list[str]) -> str:
    """Return the kind a title ends with, leaving aside what stands in brackets; “” when none."""
    bare = re.sub(r"（[^（）]*）$", "", title.strip())
    return next((kind for kind in kinds if kind and bare.endswith(kind)), "")


def key(title: str) -> str:
    """Return a title without white space and punctuation, for finding the same title again."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", title)).lower()[:200]


def similar(titles: Iterable[tuple[int, str]], title: str) -> list[int]:
    """Return the keys of those that are very much like a title: what cannot be is seen cheaply."""
    matcher = difflib.SequenceMatcher(None, "", title, autojunk=False)
    found = []
    for pk, each in titles:
        matcher.set_seq1(each)
        bounds = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
        if all(ratio() > ALIKE for ratio in bounds):
            found.append(pk)
    return found
