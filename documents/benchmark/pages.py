"""Which pages are measured, and what they may take beside the floor."""

from __future__ import annotations

import base64
import datetime as dt
import json
from urllib.parse import quote

from django.urls import reverse

from documents.benchmark import words, wsgi
from documents.benchmark.measure import FLOOR, Page
from documents.receipt.models import IncomingDocument
from documents.receipt.workflow import State
from office import clock
from office.people.models import User

REGISTER = "register, first page"


def every(reader: User, only: str = "") -> list[Page]:
    """Return the pages in the order of the table; `only` leaves out other names than floor's."""
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
    return [page for page in pages if only in page.name or page.name in (FLOOR, REGISTER)]


def _record(reader: User, state: State) -> str:
    row = IncomingDocument.objects.visible_to(reader).filter(state=state).order_by("pk")[:1].get()
    return row.get_absolute_url()


def _deep(reader: User) -> str:
    """Return the place nine tenths down the book, as a page's address carries it."""
    mine = IncomingDocument.objects.visible_to(reader).order_by("-received_on", "-pk")
    day, pk = mine.values_list("received_on", "pk")[int(mine.count() * 0.9)]
    text = json.dumps([day.isoformat(), pk], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")
