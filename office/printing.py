"""Any template becomes paper. Paper speaks Chinese, whatever the screen speaks."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.http import content_disposition_header

from office import clock

if TYPE_CHECKING:
    from office.press import Press

_ONE_AT_A_TIME = threading.Lock()  # Pango shares one set of fonts; two threads must not


def pdf(template: str, context: dict[str, Any]) -> bytes:
    """Render a print template; its links are relative to static/.

    Raises SuspiciousFileOperation when the template asks for anything but static/ and fonts.
    """
    return pdfs(template, [context])


def pdfs(template: str, contexts: Iterable[dict[str, Any]]) -> bytes:
    """Render a template several times into one file; each paper counts its own pages."""
    texts = [markup(template, context) for context in contexts]
    with _ONE_AT_A_TIME:
        return _press(os.getpid()).pdf(texts)


def document(text: str) -> bytes:
    """Return a text that is laid out already as PDF/A."""
    with _ONE_AT_A_TIME:
        return _press(os.getpid()).document(text)


def markup(template: str, context: dict[str, Any]) -> str:
    """Return the page that goes to the press, with what every paper shows."""
    facts = {"institution": settings.INSTITUTION, "printed_at": clock.now()}
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string(template, facts | context)


def pdf_answer(content: bytes, name: str, *, attached: bool = False) -> HttpResponse:
    """Answer with a paper, shown in the browser; its file name may be Chinese."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(attached, name) or "inline",
            "X-Content-Type-Options": "nosniff",
        },
    )


@lru_cache(maxsize=1)
def _press(_process: int) -> Press:
    """Return this process's press. Loading it takes a second: what prints nothing need not."""
    from office.press import Press

    press = Press()
    atexit.register(press.close)
    return press
