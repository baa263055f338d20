"""The request as every view takes it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from office.people.models import User


class Request(HttpRequest):
    """A request of somebody signed in (the middleware sees to that)."""

    user: User
    htmx: HtmxDetails
