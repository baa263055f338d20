"""One's own settings, the seat one takes, acting, hand-over."""

from __future__ import annotations

from collections import Counter

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from office import clock
from office.audit.services import record_reading
from office.desk.services import readable_among
from office.entrance import factor
from office.entrance import services as entrance
from office.errors import Refused
from office.http import Request, number, safe
from office.people import deputies, services
from office.people.forms import ActingForm, HandOverForm, SettingsForm
from office.people.models import Acting, User


def back(request: HttpRequest) -> HttpResponse:
    """Go back to the page a button of the frame stood on."""
    return redirect(safe(request, request.POST.get("next")))


def my_settings(request: Request) -> HttpResponse:
    """Change what one may about oneself; see where one is signed in."""
    form = SettingsForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        services.remember(request.user, **form.cleaned_data)
        with translation.override(form.cleaned_data["language"]):
            messages.success(request, _("Your settings are saved."))
        return redirect("office:settings")
    context = {
        "form": form,
        "sign_ins": entrance.recent(request.user, request.session.get("sign_in", 0)),
        "is_enrolled": factor.is_enrolled(request.user),
    }
    return render(request, "office/settings.html", context, status=422 if form.errors else 200)


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
    if leaver.pk != request.user.pk:
        record_reading(leaver, "read_people", actor=request.user, page="handover", n=len(items))
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
