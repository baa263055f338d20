"""Trace, probes, session limits, the seat one acts from, the language, the two ways to say no."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import translation

from office import clock, logs
from office.entrance import factor
from office.entrance import services as entrance
from office.errors import NotAllowed, Refused
from office.http import typed
from office.operation import checks
from office.people.models import Acting

Next = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger(__name__)
ALWAYS_OPEN = {"office:sign-out", "office:language", "office:theme"}


class Trace:
    """Give each request an id, for the answer and for every line logged meanwhile; log its end."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name, begun = logs.named(request.headers.get("X-Request-ID", "")), time.perf_counter()
        logs.request_id.set(name)  # until the next one: Django logs a 404 after we have answered
        response = self.get_response(request)
        if match := request.resolver_match:  # neither static files nor probes
            user = getattr(request, "_cached_user", None)  # never asked for only to be logged
            logger.info(
                "answered method=%s route=%s key=%s status=%s ms=%.0f user=%s",
                request.method, match.view_name, match.kwargs.get("pk", ""),
                response.status_code, 1000 * (time.perf_counter() - begun),
                getattr(user, "pk", None) or "",
            )  # fmt: skip
        response["X-Request-ID"] = name
        return response


class Probes:
    """Answer machines that watch, before hosts, redirects, sessions and sign-in are looked at.

    /healthz: the process answers. /readyz: everything it stands on is well, or 503.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info not in ("/healthz", "/readyz"):
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        found = checks.kept() if request.path_info == "/readyz" else []
        well = all(each.ok for each in found)
        answer = {"ok": well, "checks": {each.name: each.ok for each in found}}
        response = JsonResponse(answer if found else {"ok": True}, status=200 if well else 503)
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response


class SessionLimits:
    """End a session that was idle too long or is too old; ask first for what is due.

    That is a password of one's own, and of an officer the second step.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not self._fresh(request):
            entrance.leave(request.session.get("sign_in", 0))
            logout(request)
            return redirect(f"{settings.LOGIN_URL}?expired=1")
        answer = self.get_response(request)
        if request.user.is_authenticated:  # on a shared machine the next person goes back, too
            answer.headers.setdefault("Cache-Control", "private, no-cache")
        return answer

    def _fresh(self, request: HttpRequest) -> bool:
        moment = int(time.time())
        began = request.session.setdefault("began", moment)
        seen = request.session.get("seen", moment)
        if moment - began > settings.SESSION_ABSOLUTE_SECONDS:
            return False
        if moment - seen > settings.SESSION_IDLE_SECONDS:
            return False
        if moment - seen > 60 or "seen" not in request.session:
            request.session["seen"] = moment
        return True

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        match = request.resolver_match
        name = match.view_name if match else ""
        due = _due(request) if request.user.is_authenticated else ""
        return redirect(due) if due and name not in {due, *ALWAYS_OPEN} else None


def _due(request: HttpRequest) -> str:
    """Return the page that must be dealt with before any other."""
    user: Any = request.user
    if user.must_choose_password:
        return "office:password"
    is_proved = bool(request.session.get("proved"))
    return "office:second-step" if factor.is_due(user, is_proved=is_proved) else ""


class Readable:
    """Refuse what no form writes and PostgreSQL cannot keep: NUL among the words (A20)."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        match = request.resolver_match
        given = [*(match.kwargs.values() if match else ()), *_given(request.GET)]
        if any("\0" in str(value) for value in [*given, *_given(request.POST)]):
            raise BadRequest("NUL in a request")


def _given(data: QueryDict) -> list[str]:
    return [word for name, values in data.lists() for word in (name, *values)]


class Seat:
    """Put the person one acts for on the user, while the arrangement is in force."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        absent = request.session.get("acting_for") if request.user.is_authenticated else None
        if absent:
            rows = Acting.objects.in_force(clock.today()).select_related("absent")
            found = rows.filter(
                deputy=request.user.pk, absent=absent, absent__is_active=True
            ).first()
            if found is None:
                del request.session["acting_for"]
            else:
                request.user.acting_for = found.absent  # type: ignore[union-attr]
        return self.get_response(request)


class Language:
    """Chinese unless the person, or the visitor's cookie, says English."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if request.user.is_authenticated and request.user.language:
            chosen = request.user.language
        known = dict(settings.LANGUAGES)
        language = chosen if chosen in known else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            return self.get_response(request)


class Answers:
    """NotAllowed becomes a 403 page, Refused a 409 page, or one notice when htmx asks."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refused):
            status, template = 409, "409.html"
        elif isinstance(error, NotAllowed):
            status, template = 403, "403.html"
        else:
            return None
        if getattr(request, "htmx", False):
            template = "components/refusal.html"
        kept = getattr(error, "kept", "") or typed(request)
        return render(request, template, {"error": error, "kept": kept}, status=status)
