"""One box over every register the reader may see."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from office.http import Request
from office.lean import Lean
from office.search import places
from office.search.merged import Page, everywhere
from office.search.registers import icon_of, models_of
from office.search.services import Hit, Readable, snippet
from office.search.words import LONGEST, TooShort, words_of
from office.templatetags.office import day, icon

ANY_KEY = "9007199254740993"
LINE = Lean("office/hit.html")


@require_GET
def search(request: Request) -> HttpResponse:
    """Show the newest rows that hold every word of `q`."""
    text = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:LONGEST]
    before = places.found(request.GET.get("after", ""))
    context: dict[str, Any] = {"words": text, "is_first": before is None}
    if text:
        try:
            readable = [Readable.by(model, request.user) for model in models_of(request.user)]
            page = everywhere(readable, text, before=before)
        except TooShort as error:
            context["error"] = str(error)
        else:
            context |= _page(page, text)
    return render(request, "office/search.html", context)


def _address(model: Any) -> str:
    """Return the address of a row with a key nobody has, to be replaced: rows are not made here."""
    return str(model(pk=int(ANY_KEY)).get_absolute_url())


def _page(page: Page, text: str) -> dict[str, Any]:
    words = words_of(text)
    addresses = {model: _address(model) for model in {model for model, _hit in page.hits}}
    lines = [_line(model, addresses[model], hit, words) for model, hit in page.hits]
    older = urlencode({"q": text, "after": places.told(page)}) if page.after else ""
    return {"lines": lines, "total": page.total, "older": older, "is_cut": page.is_cut}


def _line(model: Any, address: str, hit: Hit, words: list[str]) -> SafeString:
    """Draw a hit: title and facts with what was found marked, else the piece around it."""
    parts = [snippet(part, words) for part in (hit.title, *hit.facts)]
    title, *facts = parts
    if not any("<mark>" in part for part in parts):
        piece = snippet(hit.piece.replace("\n", "　"), words)
        facts.append(format_html("…{}…", piece))
    return LINE({
        "day": hit.day.isoformat(),
        "shown": day(hit.day),
        "register": str(model._meta.verbose_name),
        "icon": icon(icon_of(model)),
        "url": address.replace(ANY_KEY, str(hit.pk)),
        "title": title,
        "facts": format_html_join("", "<span>{}</span>", ((fact,) for fact in facts)),
    })  # fmt: skip
