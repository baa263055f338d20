"""PDF and images: how many pages, what text, and a picture of a page. pdfium is not thread-safe."""

import io
import re
import struct
import threading
import warnings
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import IO

import pypdfium2
import pypdfium2.raw as pdfium
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from office.files.kinds import IMAGES

TEXT_CHARACTERS = 200_000
TEXT_PAGES = 300
PIXELS = 90_000_000
FRAMES = 500
PICTURE_WIDTH, PICTURE_HEIGHT = 1000, 3000
HEAD_CHARACTERS = 4000  # of a first page that are looked at one by one
# Short names are told from chance bytes by what follows them. Papers may carry others along: an
# electronic invoice carries its XML.
ACTIVE = re.compile(
    rb"/(JavaScript|Launch|SubmitForm|ImportData|GoTo[ER]|Rendition|RichMedia)\b"
    rb"|/XFA[\s\[/\d]|/URI\s*\(\s*javascript:",
)
BROKEN = (ValueError, TypeError, LookupError, ArithmeticError, EOFError, struct.error)
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Line:
    """A line of a first page: its words, and the size of its type (0 when it is not known)."""

    text: str
    size: float = 0.0


def read_pdf(data: bytes) -> tuple[int, str, list[Line]]:
    """Return the number of pages of a PDF, its text, and its first page from the top down.

    Raises ValidationError when it is damaged, locked, or does things when it is opened.
    """
    with _one_at_a_time:
        try:
            with closing(pypdfium2.PdfDocument(data)) as paper:
                scripts = pdfium.FPDFDoc_GetJavaScriptActionCount(paper.raw)
                if scripts > 0 or ACTIVE.search(data) or ACTIVE.search(_plainly(paper)):
                    message = _("This PDF carries a script. Print it to PDF anew.")
                    raise ValidationError(message, "script")
                return len(paper), _text(paper), _first_page(paper)
        except pypdfium2.PdfiumError:
            message = _("This PDF is damaged or locked with a password.")
            raise ValidationError(message, "damaged") from None


def _plainly(paper: pypdfium2.PdfDocument) -> bytes:
    """Return the paper written anew: no object hidden in a stream, no name spelt in figures."""
    file = io.BytesIO()
    paper.save(file)
    return file.getvalue()


def joined(parts: Iterable[bytes]) -> bytes:
    """Return several PDF files as one; each is taken in and forgotten before the next is asked for.

    Only the taking in holds the lock: making the parts may last minutes.
    """
    with _one_at_a_time:
        whole = pypdfium2.PdfDocument.new()
    try:
        for data in parts:
            with _one_at_a_time, closing(pypdfium2.PdfDocument(data)) as part:
                whole.import_pages(part)
        file = io.BytesIO()
        with _one_at_a_time:
            whole.save(file)
    finally:
        with _one_at_a_time:
            whole.close()
    return file.getvalue()


def _text(paper: pypdfium2.PdfDocument) -> str:
    parts: list[str] = []
    left = TEXT_CHARACTERS
    for number in range(min(len(paper), TEXT_PAGES)):
        with closing(paper[number]) as page, closing(page.get_textpage()) as words:
            part = words.get_text_bounded()[:left]
        parts.append(part)
        left -= len(part)
        if left <= 0:
            break
    return "\n".join(parts).replace("\0", "").replace("\r\n", "\n")


def _first_page(paper: pypdfium2.PdfDocument) -> list[Line]:
    """Return the lines as they stand on the page, whatever order they were drawn in."""
    if not len(paper):
        return []
    rows: list[tuple[float, float, Line]] = []
    with closing(paper[0]) as page, closing(page.get_textpage()) as words:
        text, top, left, size = "", 0.0, 0.0, 0.0
        for at in range(min(words.count_chars(), HEAD_CHARACTERS)):
            sign = chr(pdfium.FPDFText_GetUnicode(words.raw, at))
            if sign in "\r\n\0":
                if text.strip():
                    rows.append((-top, left, Line(_whole(text), size)))
                text, size = "", 0.0
                continue
            if not text.strip() and not sign.isspace():
                left, _bottom, _right, top = words.get_charbox(at, loose=True)
                text = ""
            text += sign
            if not sign.isspace():
                size = max(size, round(pdfium.FPDFText_GetFontSize(words.raw, at), 1))
        if text.strip():
            rows.append((-top, left, Line(_whole(text), size)))
    return [line for _top, _left, line in sorted(rows, key=lambda row: (round(row[0]), row[1]))]


def _whole(text: str) -> str:
    """Join the halves in which pdfium gives a rare character; half a one alone is dropped."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


def read_image(file: IO[bytes], extension: str) -> int:
    """Return the number of pages of an image. Raises ValidationError when it is damaged or huge."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(file, formats=[IMAGES[extension]])
            pixels, frames = image.width * image.height, getattr(image, "n_frames", 1)
            image.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        pixels, frames = PIXELS + 1, 1
    except (UnidentifiedImageError, OSError, SyntaxError, *BROKEN):
        raise ValidationError(_("This image is damaged and cannot be opened."), "damaged") from None
    if pixels > PIXELS:
        message = _("This image is too large (more than %(n)s million pixels). Scan at 300 dpi.")
        raise ValidationError(message, "pixels", {"n": PIXELS // 1_000_000})
    if frames > FRAMES:
        raise ValidationError(_("This image has too many pages."), "pages")
    return int(frames)


def picture(data: bytes, number: int) -> bytes:
    """Return a page of a PDF as PNG, 1000 pixels wide; `number` counts from 1.

    Raises LookupError when there is no such page.
    """
    with _one_at_a_time, closing(pypdfium2.PdfDocument(data)) as paper:
        if not 1 <= number <= len(paper):
            raise LookupError(number)
        with closing(paper[number - 1]) as page:
            width, height = page.get_size()
            scale = min(PICTURE_WIDTH / max(width, 1), PICTURE_HEIGHT / max(height, 1))
            image = page.render(scale=scale).to_pil()
    file = io.BytesIO()
    image.quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()
