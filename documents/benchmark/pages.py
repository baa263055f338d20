"""Which pages are measured, and what they may take beside the floor."""

from __future__ import annotations

import base64
import datetime as dt
import json
import secrets
from urllib.parse import quote
from uuid import uuid4

from django.urls import reverse

from documents.benchmark import words, wsgi
from documents.benchmark.measure import FLOOR, Page
from documents.receipt.models import IncomingDocument
from documents.receipt.workflow import State
from office import clock
from office.people.models import User

REGISTER = "register, first page"
PAPER = "PDF of two pages, warm"


def read(reader: User) -> list[Page]:
    """Return what an ordinary reader opens, in the order of the table."""
    book, search = reverse("documents:incoming"), reverse("office:search")
    since = clock.today() - dt.timedelta(days=700)
    pages = [
        Page(FLOOR, wsgi.FLOOR),
        Page(REGISTER, f"{book}?view=all", 1.3),
        Page("register as it opens", book, 1.3),
        Page("register, filtered", f"{book}?view=all&urgency={quote('特急')}&since={since}", 1.3),
        Page("register, deep page", f"{book}?view=all&after={_deep(reader)}", 1.2, REGISTER),
    ]
    for label, word in words.SOUGHT.items():
        pages.append(Page(f"search, {label}", f"{search}?q={quote(word)}", 3, at="p95"))
        path = f"{book}?view=all&q={quote(word)}"
        pages.append(Page(f"register with words, {label}", path, 3, at="p95"))
    pages += [
        Page("record, in hand", _record(reader, State.HANDLING), 1.5),
        Page("record, filed", _record(reader, State.FILED), 1.5),
        Page("desk", reverse("office:desk"), 1.5),
    ]
    return pages


def written() -> list[Page]:
    """Return what a registry clerk sends: one piece signed for and registered at once."""
    new = reverse("documents:incoming-new")
    return [Page(FLOOR, wsgi.FLOOR), Page("creating one row", new, 2, form=_registration)]


def _registration(n: int) -> dict[str, str]:
    """Return a form filled in; number and title have never been seen before."""
    chance = secrets.SystemRandom()
    title = "".join(chr(chance.randrange(0x4E00, 0x9FA0)) for _sign in range(24))
    sender, code = words.SENDERS[n % len(words.SENDERS)]
    now = clock.now()
    return {
        "once": str(uuid4()), "sender": sender, "title": f"关于{title}的通知", "kind": "通知",
        "doc_number": f"{code}〔{now.year}〕{chance.randrange(1000, 10**8)}号",
        "written_on": f"{now.date()}", "urgency": "", "nature": "handling", "copies": "1",
        "piece-channel": "exchange", "piece-signed_for_at": f"{now:%Y-%m-%dT%H:%M}",
        "piece-pieces": "1", "piece-condition": "good",
    }  # fmt: skip


def papers(path: str) -> list[Page]:
    """Return the print of a document of two pages."""
    return [Page(FLOOR, wsgi.FLOOR), Page(PAPER, path, most_ms=150)]


def figures() -> list[Page]:
    """Return the pages of figures: a month, a year, and all there is."""
    page, year = reverse("documents:figures"), clock.today().year
    spans = {
        "month": page,
        "year": f"{page}?from={year - 1}-01-01&to={year - 1}-12-31",
        "everything": f"{page}?from={year - 7}-01-01&to={year + 1}-12-31",
    }
    return [
        Page(FLOOR, wsgi.FLOOR),
        *(Page(f"figures, {name}", path, most_ms=2000) for name, path in spans.items()),
        Page("figures, where it waits", reverse("documents:figures-waiting"), most_ms=2000),
    ]


def _record(reader: User, state: State) -> str:
    row = IncomingDocument.objects.visible_to(reader).filter(state=state).order_by("pk")[:1].get()
    return row.get_absolute_url()


def _deep(reader: User) -> str:
    """Return the place nine tenths down the book, as a page's address carries it."""
    mine = IncomingDocument.objects.visible_to(reader).order_by("-received_on", "-pk")
    day, pk = mine.values_list("received_on", "pk")[int(mine.count() * 0.9)]
    text = json.dumps([day.isoformat(), pk], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")
