"""Names of files: cleaned before they are kept, and refused when they carry a classification."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 255
CLAUSE = "保密法 第三十一条"
# As printed on paper (GB/T 9704 §7.2.2): 机密★5年; or bracketed in a file's name: 【秘密】.
_GRADE = r"(绝\s*密|机\s*密|秘\s*密)"
CLASSIFIED = re.compile(rf"{_GRADE}\s*[★☆【]|[【\[（(\uff3b]\s*{_GRADE}\s*[】\]）)\uff3d]")

# 密级 without a period may stand without the star, but then alone in its line.
ALONE = re.compile(rf"^\s*{_GRADE}\s*$", re.MULTILINE)


def clean(name: str) -> str:
    """Return a name without folders, control characters or characters that turn the writing round.

    At most 255 characters; the extension is kept. A name of which nothing is left becomes “file”.
    """
    name = seen(unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2], gap="")
    name = " ".join(name.split()).strip(". ")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        return (name or "file")[:LONGEST]
    return f"{stem.rstrip('. ')[: LONGEST - len(extension) - 1] or 'file'}.{extension}"[:LONGEST]


# Control, format (bidi overrides, zero width), surrogate, line and paragraph separators. Private
# and unassigned ones stay: rare characters of personal names live there.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def seen(words: str, gap: str = " ") -> str:
    """Return words without the signs nobody sees: nothing hides behind them, or turns the line.

    What parts lines and columns becomes the gap.
    """
    if words.isprintable():
        return words
    return "".join(
        sign if unicodedata.category(sign) not in _UNSEEN else gap * sign.isspace()
        for sign in words
    )


def refuse_classified(words: str, *, head: bool = False) -> None:
    """Raise ValidationError when words carry a classification mark; `head` of a paper, or not."""
    if CLASSIFIED.search(words) or (head and ALONE.search(words)):
        message = _(
            "This carries a classification mark. Classified files may not enter this system: "
            "hand the carrier to the confidential clerk. (%(clause)s)"
        )
        raise ValidationError(message, "classified", {"clause": CLAUSE})
