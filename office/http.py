"""The request as every view takes it, and the words that came with it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from office.people.models import User


class Request(HttpRequest):
    """A request of somebody signed in (the middleware sees to that)."""

    user: User
    htmx: HtmxDetails


# What the fields in which somebody writes words that stay are called, in every form.
WORDS = ("opinion", "result", "text", "reason", "words")


def typed(request: HttpRequest) -> str:
    """Return the words that came with a form, to be given back when it is refused."""
    return next(filter(None, (request.POST.get(name, "") for name in WORDS)), "")
