"""Sign in, in one step or two, and out; one's own password; where one is signed in."""

from __future__ import annotations

import time
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, password_validation, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from office import clock
from office.demo.people import PEOPLE
from office.entrance import factor
from office.entrance import services as entrance
from office.entrance.forms import CodeForm, FirstCodeForm, PasswordForm, SignInForm
from office.entrance.models import SignIn
from office.http import Request, or_404, safe
from office.people import services
from office.people.backends import address_of
from office.people.models import User

BACKEND = "office.people.backends.OfficeBackend"
HALF, HALF_SECONDS = "half", 300  # in the session between the two steps, and for how long
QUIET = 4  # modules of white round the picture


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    expired = "expired" in request.GET
    typed = request.POST or request.GET
    onward = safe(request, typed.get("next") or (request.headers.get("referer") if expired else ""))
    if request.user.is_authenticated:
        return redirect(onward)
    if settings.DEMO and request.GET.get("next") == "/":  # who comes to the door for the first time
        return redirect("office:demo")
    if getattr(request, "htmx", False):  # a fragment was asked for after the session had ended
        came_from = getattr(request, "htmx").current_url_abs_path or "/"  # noqa: B009
        query = urlencode({"expired": "1", "next": safe(request, came_from)})
        return HttpResponseClientRedirect(f"{reverse('office:sign-in')}?{query}")
    form = SignInForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid() and form.user:
        if factor.is_enrolled(form.user):
            return _halfway(request, form.user, onward)
        enter(request, form.user)
        return redirect(onward)
    keeps = expired or "next" in typed  # text typed before the session ended is kept for later
    context = {
        "form": form,
        "next": onward,
        "expired": expired,
        "hold": "in" if keeps else "out",
        "officer": services.system_officer(),
    }
    return render(
        request, "office/sign_in.html", context, status=422 if request.method == "POST" else 200
    )


def _halfway(request: HttpRequest, user: User, onward: str) -> HttpResponse:
    """Remember who has given his password; he is not signed in before his code fits."""
    request.session.cycle_key()
    request.session[HALF] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "at": int(time.time()),
        "next": onward,
    }
    return redirect("office:sign-in-code")


def _half(request: HttpRequest) -> tuple[User | None, str]:
    """Return who stands between the two steps and where he is going, while it is not too late."""
    half = request.session.get(HALF, {})
    if not half or time.time() - half["at"] > HALF_SECONDS:
        return None, ""
    user = User.objects.active().filter(pk=half["user"]).first()
    if user is None or not constant_time_compare(half["hash"], user.get_session_auth_hash()):
        return None, ""
    return user, half["next"]


@login_not_required
@never_cache
@sensitive_post_parameters("code")
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the second step."""
    user, onward = _half(request)
    if request.user.is_authenticated or user is None:
        request.session.pop(HALF, None)
        return redirect("office:sign-in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = factor.prove(user, form.cleaned_data["code"])
        if not reason:
            enter(request, user, is_proved=True)
            return redirect(onward)
        form.add_error("code", reason)
    context = {"form": form, "officer": services.system_officer()}
    return render(request, "office/code.html", context, status=422 if form.errors else 200)


def enter(request: HttpRequest, user: User, *, is_proved: bool = False) -> None:
    """Begin a session; its key is new (A7)."""
    login(request, user, backend=BACKEND)
    for name in ("acting_for", "began", "seen", HALF):
        request.session.pop(name, None)
    request.session["proved"] = is_proved
    agent = request.headers.get("user-agent", "")
    key = str(request.session.session_key)
    row = entrance.begin(user, key, agent=agent, address=address_of(request))
    request.session["sign_in"] = row.pk


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    entrance.leave(request.session.get("sign_in", 0))
    logout(request)
    answer = redirect("office:sign-in")
    answer["Clear-Site-Data"] = '"cache"'  # what the browser keeps of the pages goes, too
    return answer


@login_not_required
@never_cache
def demo(request: HttpRequest) -> HttpResponse:
    """“Who are you today”: exists in a demonstration and nowhere else."""
    if not settings.DEMO:
        raise Http404
    cast = {person.username: person.cast for person in PEOPLE if person.cast}
    people = services.people_called(cast)
    if request.method == "POST":
        chosen = {user.username: user for user in people}.get(request.POST.get("as", ""))
        if chosen is None:
            raise Http404
        entrance.leave(request.session.get("sign_in", 0))
        logout(request)
        enter(request, chosen)
        return redirect("office:desk")
    lines = [(user, cast[user.username], *services.owes(user)) for user in people]
    return render(request, "office/demo.html", {"lines": lines, "today": clock.today()})


@sensitive_post_parameters("old", "new", "again")
def password(request: Request) -> HttpResponse:
    user, here = request.user, request.session.get("sign_in", 0)
    form = PasswordForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.change_password(user, form.cleaned_data["new"], here=here)
        update_session_auth_hash(request, user)
        entrance.follow(here, str(request.session.session_key))
        messages.success(request, _("Your password is changed."))
        return redirect("office:desk")
    context = {"form": form, "rules": password_validation.password_validators_help_texts()}
    return render(request, "office/password.html", context, status=422 if form.errors else 200)


# The second step --------------------------------------------------------------------------------


@never_cache
@sensitive_post_parameters("code")
def second_step(request: Request) -> HttpResponse:
    """Set up the second step, or renew its codes, or give it up; each takes a code that fits."""
    if factor.is_enrolled(request.user):
        return _enrolled(request)
    nonce = request.session.setdefault("nonce", factor.new_nonce())
    form = FirstCodeForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        here = request.session.get("sign_in", 0)
        codes = factor.enrol(request.user, nonce, form.cleaned_data["code"], here=here)
        if codes:
            del request.session["nonce"]
            request.session["proved"] = True
            return _codes(request, codes)
        form.add_error("code", _("This code does not fit: is the time of the telephone right?"))
    picture = segno.make(factor.uri(nonce, request.user), error="m")
    context = {
        "form": form,
        "size": picture.symbol_size(border=QUIET)[0],
        "path": _path(picture),
        "key": factor.typed_key(nonce),
        "is_due": factor.is_due(request.user, is_proved=False),
    }
    return render(request, "office/second_step.html", context, status=422 if form.errors else 200)


def _enrolled(request: Request) -> HttpResponse:
    if factor.is_due(request.user, is_proved=bool(request.session.get("proved"))):
        logout(request)  # came in before it was set up elsewhere
        return redirect("office:sign-in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = factor.prove(request.user, form.cleaned_data["code"])
        if not reason and "give_up" in request.POST:
            factor.drop(request.user)
            messages.success(request, _("From now on you sign in with the password alone."))
            return redirect("office:settings")
        if not reason:
            return _codes(request, factor.new_codes(request.user))
        form.add_error("code", reason)
    context: dict[str, Any] = {
        "form": form,
        "left": factor.codes_left(request.user),
        "may_give_up": not factor.is_due(request.user, is_proved=False),
    }
    return render(request, "office/second_step.html", context, status=422 if form.errors else 200)


def _codes(request: Request, codes: list[str]) -> HttpResponse:
    """Show the codes on paper once: in this answer, and nowhere else."""
    return render(request, "office/recovery.html", {"codes": codes, "today": clock.today()})


def _path(picture: Any) -> str:
    """Return the dark modules of a picture as the path of an SVG."""
    rows = enumerate(picture.matrix_iter(border=QUIET))
    return "".join(f"M{x} {y}h1v1h-1z" for y, row in rows for x, dark in enumerate(row) if dark)


# Where one is signed in -------------------------------------------------------------------------


@require_POST
def end(request: Request, pk: int) -> HttpResponse:
    """Sign out one of one's own devices."""
    with or_404(SignIn):
        entrance.end(pk, actor=request.user)
    messages.success(request, _("That device is signed out."))
    return redirect("office:settings")


@require_POST
def end_others(request: Request) -> HttpResponse:
    """Sign out everywhere but here."""
    count = entrance.end_others(actor=request.user, here=request.session.get("sign_in", 0))
    text = ngettext(
        "%(n)d other device is signed out.", "%(n)d other devices are signed out.", count
    )
    messages.success(request, text % {"n": count})
    return redirect("office:settings")
