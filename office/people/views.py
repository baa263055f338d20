"""Sign in and out, one's own settings, the seat one takes."""

from __future__ import annotations

from collections import Counter

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, password_validation, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from office import clock
from office.demo.people import PEOPLE
from office.desk.services import readable_among
from office.errors import Refused
from office.http import Request, number, safe
from office.people import deputies, services
from office.people.forms import ActingForm, HandOverForm, PasswordForm, SettingsForm, SignInForm
from office.people.models import Acting, User

BACKEND = "office.people.backends.OfficeBackend"


def back(request: HttpRequest) -> HttpResponse:
    """Go back to the page a button of the frame stood on."""
    return redirect(safe(request, request.POST.get("next")))


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


def enter(request: HttpRequest, user: User) -> None:
    """Begin a session; its key is new (A7)."""
    login(request, user, backend=BACKEND)
    request.session.pop("acting_for", None)
    request.session.pop("began", None)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("office:sign-in")


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
        logout(request)
        enter(request, chosen)
        return redirect("office:desk")
    lines = [(user, cast[user.username], *services.owes(user)) for user in people]
    return render(request, "office/demo.html", {"lines": lines, "today": clock.today()})


@sensitive_post_parameters("old", "new", "again")
def password(request: Request) -> HttpResponse:
    user = request.user
    form = PasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.change_password(user, form.cleaned_data["new"])
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password is changed."))
        return redirect("office:desk")
    context = {
        "form": form,
        "rules": password_validation.password_validators_help_texts(),
        "is_forced": user.must_change_password,
    }
    return render(request, "office/password.html", context, status=422 if form.errors else 200)


def my_settings(request: Request) -> HttpResponse:
    form = SettingsForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        services.remember(request.user, **form.cleaned_data)
        with translation.override(form.cleaned_data["language"]):
            messages.success(request, _("Your settings are saved."))
        return redirect("office:settings")
    return render(
        request, "office/settings.html", {"form": form}, status=422 if form.errors else 200
    )


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("language", "")
    answer = back(request)
    if chosen in dict(settings.LANGUAGES):
        _remember(request, answer, settings.LANGUAGE_COOKIE_NAME, "language", chosen)
    return answer


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("theme", "")
    answer = back(request)
    if chosen in User.Theme.values:
        _remember(request, answer, "theme", "theme", chosen)
    return answer


def _remember(
    request: HttpRequest, answer: HttpResponse, cookie: str, field: str, value: str
) -> None:
    """Keep a choice with the person, or with the visitor's browser."""
    if request.user.is_authenticated:
        services.remember(request.user, **{field: value})
    answer.set_cookie(
        cookie, value, max_age=365 * 86400, samesite="Lax", httponly=True, secure=settings.SECURE
    )


@require_POST
def seat(request: Request) -> HttpResponse:
    """Take the seat of somebody one acts for, or one's own again."""
    wanted = number(request.POST.get("seat"))
    mine = request.user.actings.in_force(clock.today()).filter(absent__is_active=True)
    if mine.filter(absent=wanted).exists():
        request.session["acting_for"] = wanted
    else:
        request.session.pop("acting_for", None)
    return redirect("office:desk")


def acting(request: Request) -> HttpResponse:
    """Arrangements one has to do with, and a form for a new one."""
    user, today = request.user, clock.today()
    may_others = user.has_perm("office.arrange_acting")
    form = ActingForm(request.POST or None, actor=user, may_arrange_others=may_others)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            deputies.arrange_acting(actor=user, **{"absent": user, **form.cleaned_data})
        except Refused as refusal:  # told beside what was typed
            form.add_error(None, refusal.reason)
            status = 409
        else:
            messages.success(request, _("Arranged. From then on every step records both people."))
            return redirect("office:acting")
    rows = (
        Acting.objects.visible_to(user)
        .current(today)
        .select_related("absent", "deputy", "arranged_by")
    )
    context = {"form": form, "rows": rows, "today": today, "may_others": may_others}
    return render(request, "office/acting.html", context, status=status)


@require_POST
def acting_cancel(request: Request, pk: int) -> HttpResponse:
    get_object_or_404(Acting.objects.visible_to(request.user), pk=pk)
    deputies.cancel_acting(pk, actor=request.user)
    messages.success(request, _("The arrangement has ended."))
    return redirect("office:acting")


def handover(request: Request, pk: int) -> HttpResponse:
    """What a person still owes, and to whom it goes when he leaves (条例 §36)."""
    leaver = get_object_or_404(User.objects.visible_to(request.user).select_related("unit"), pk=pk)
    form = HandOverForm(request.POST or None, leaver=leaver)
    if request.method == "POST" and form.is_valid():
        count = services.hand_over(pk, actor=request.user, successor=form.cleaned_data["successor"])
        messages.success(
            request,
            ngettext("%(n)d item handed over.", "%(n)d items handed over.", count) % {"n": count},
        )
        return redirect("office:handover", pk)
    items = list(services.open_items(leaver))
    context = {
        "leaver": leaver,
        "form": form,
        "items": items,
        "steps": Counter(item.verb for item in items).most_common(),
        "titled": readable_among(items, request.user),
        "posts": leaver.posts.held_on(clock.today()).select_related("unit"),
        "may_end": request.user.has_perm("office.change_post"),
        "may_close": request.user.has_perm("office.change_user") and leaver.pk != request.user.pk,
    }
    return render(request, "office/handover.html", context, status=422 if form.errors else 200)


@require_POST
def leave(request: Request, pk: int) -> HttpResponse:
    """End one post of a person, or with no post named close his account."""
    leaver = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    if post := request.POST.get("post", ""):
        services.leave_post(get_object_or_404(leaver.posts, pk=number(post)).pk, actor=request.user)
        messages.success(request, _("The post has ended."))
        return redirect("office:handover", pk)
    services.close_account(pk, actor=request.user)
    messages.success(request, _("The account of %(name)s is closed.") % {"name": leaver.name})
    return redirect("office:desk")
