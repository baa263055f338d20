"""One box over every register the reader may see."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from office.http import Request
from office.search.merged import Page, Place, everywhere
from office.search.registers import icon_of, models_of
from office.search.services import LONGEST, TooShort, snippet, words_of

ANY_KEY = "9007199254740993"


@require_GET
def search(request: Request) -> HttpResponse:
    """Show the newest rows that hold every word of `q`."""
    text = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:LONGEST]
    before = Place.parse(request.GET.get("after", ""))
    context: dict[str, Any] = {"words": text, "is_first": before is None}
    if text:
        try:
            page = everywhere(models_of(request.user), request.user, text, before=before)
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
    lines, addresses = [], {model: _address(model) for model, _hit in page.hits}
    for model, hit in page.hits:
        title = snippet(hit.title, words)
        facts = [snippet(fact, words) for fact in hit.facts]
        shown = any("<mark>" in part for part in (title, *facts))
        lines.append({
            "day": hit.day,
            "url": addresses[model].replace(ANY_KEY, str(hit.pk)),
            "register": model._meta.verbose_name,
            "icon": icon_of(model),
            "title": title,
            "facts": facts,
            "piece": "" if shown else snippet(hit.piece.replace("\n", "　"), words),
        })  # fmt: skip
    older = urlencode({"q": text, "after": str(page.after)}) if page.after else ""
    return {"lines": lines, "total": page.total, "older": older, "is_cut": page.is_cut}
