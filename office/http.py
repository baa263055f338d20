"""The request as every view takes it, where it may lead, and the words that came with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from office.people.models import User


class Request(HttpRequest):
    """A request of somebody signed in (the middleware sees to that)."""

    user: User
    htmx: HtmxDetails


def safe(request: HttpRequest, address: str | None) -> str:
    """Return a local address to go on to, or the desk (A9)."""
    allowed = "/" in (address or "") and url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
    return str(address) if allowed else reverse("office:desk")


# What the fields in which somebody writes words that stay are called, in every form.
WORDS = ("opinion", "result", "text", "reason", "words")
DIGITS = 18  # what a key of the database holds; int() itself stops at 4,300


def number(text: str | None) -> int | None:
    """Return a whole number that came from outside, or None for what is no key (A20)."""
    text = text or ""
    return int(text) if text.isdecimal() and len(text) <= DIGITS else None


@contextmanager
def or_404(model: Any) -> Iterator[None]:
    """Answer 404 when a service finds no such row of a model: get_object_or_404 for what it does.

    A row that is not there and one that is somebody else's get the same answer (A2).
    """
    try:
        yield
    except model.DoesNotExist:
        raise Http404 from None


def typed(request: HttpRequest) -> str:
    """Return the words that came with a form, to be given back when it is refused."""
    return next(filter(None, (request.POST.get(name, "") for name in WORDS)), "")
