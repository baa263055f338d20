"""One's own letters and choice; the outbox, for who keeps the mail: what went, not what it says."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from office.errors import Refused
from office.http import Request, safe
from office.mail import services
from office.mail.forms import ChoiceForm, DecideAllForm, DecideForm, OutboxFilter
from office.mail.models import Letter
from office.overdue.services import answers_for
from office.printing import pdf_answer

SHOWN = 50  # stuck letters on one page
# A letter has its own styles, as mail programs want them; nothing in it runs or is sent anywhere.
OF_A_LETTER = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; "
    "form-action 'none'; sandbox allow-popups allow-top-navigation-by-user-activation"
)


def reminders(request: Request) -> HttpResponse:
    """How I am reminded (提醒方式)."""
    form = ChoiceForm(request.POST or None, instance=services.choice_of(request.user))
    if not answers_for(request.user).exists():
        del form.fields["weekly"]
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your settings are saved."))
        return redirect("office:reminders")
    mine = Letter.objects.visible_to(request.user)[:5]
    context = {"form": form, "letters": mine, "is_configured": services.is_configured()}
    return render(request, "office/reminders.html", context, status=422 if form.errors else 200)


@require_POST
def test(request: Request) -> HttpResponse:
    """Write a test mail to oneself."""
    try:
        services.test_mail(request.user)
    except Refused as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(request, _("A test mail is on its way to %(to)s.") % {
            "to": request.user.email})  # fmt: skip
    return redirect(safe(request, request.POST.get("next")))


@require_GET
def letters(request: Request) -> HttpResponse:
    """Everything that was mailed to me."""
    page = Paginator(Letter.objects.visible_to(request.user), 25).get_page(request.GET.get("page"))
    return render(request, "office/mail/letters.html", {"page": page})


@require_GET
def letter(request: Request, pk: int) -> HttpResponse:
    row = get_object_or_404(_readable(request), pk=pk)
    return render(request, "office/mail/letter.html", {"letter": row})


@require_GET
def letter_paper(request: Request, pk: int) -> HttpResponse:
    """Show the paper that went with a letter."""
    row = get_object_or_404(_readable(request).exclude(paper_path=""), pk=pk)
    try:
        with default_storage.open(row.paper_path) as file:
            return pdf_answer(file.read(), row.paper_name)
    except FileNotFoundError:
        raise Http404 from None


@require_GET
def letter_page(request: Request, pk: int) -> HttpResponse:
    """Show a letter as a mail program would: its own styles, no script, no form."""
    row = get_object_or_404(_readable(request).exclude(text=""), pk=pk)
    answer = HttpResponse(row.html.replace("<head>", '<head><base target="_top">', 1))
    answer["Content-Security-Policy"] = OF_A_LETTER
    answer["Cache-Control"] = "private, no-store"
    return answer


def _readable(request: Request) -> Any:
    """One's own letters; in a demonstration everybody's, for nobody there is real."""
    if settings.DEMO:
        return services.every_letter_of_the_demonstration()
    return Letter.objects.visible_to(request.user)


@require_GET
def outbox(request: Request) -> HttpResponse:
    """How the mail stands, what is stuck, what went to whom."""
    services.demand_keeper(request.user)
    return _outbox(request, DecideAllForm())


def _outbox(request: Request, several: DecideAllForm, status: int = 200) -> HttpResponse:
    form = OutboxFilter(request.GET)
    rows = services.history(request.user).filter(**form.chosen())
    context = {
        "standing": services.standing(),
        "stuck": (stuck := list(services.history(request.user).stuck()[:SHOWN])),
        "dead": [letter for letter in stuck if letter.state == Letter.State.DEAD],
        "several": several,
        "page": Paginator(rows, 25).get_page(request.GET.get("page")),
        "form": form,
        "query": "".join(f"{key}={value}&" for key, value in form.chosen().items()),
        "server": settings.EMAIL_HOST,
        "sender": settings.DEFAULT_FROM_EMAIL,
    }
    return render(request, "office/mail/outbox.html", context, status=status)


@require_POST
def decide(request: Request, pk: int) -> HttpResponse:
    """Send a stuck letter again, drop it, or note that it did arrive."""
    services.demand_keeper(request.user)
    form = DecideForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("A reason or a few words are needed here."))
        return redirect("office:mail")
    given = form.cleaned_data
    try:
        services.decide(pk, given["act"], actor=request.user, reason=given["reason"])
    except Letter.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("Decided, and written to the trail."))
    return redirect("office:mail")


@require_POST
def decide_all(request: Request) -> HttpResponse:
    """Send several dead letters again, or drop them, for one reason."""
    services.demand_keeper(request.user)
    form = DecideAllForm(request.POST)
    if not form.is_valid():
        return _outbox(request, form, status=422)
    given = form.cleaned_data
    done, left = services.decide_all(
        form.letters, given["act"], actor=request.user, reason=given["reason"]
    )
    words = ngettext("%(n)d letter decided, and written to the trail.",
                     "%(n)d letters decided, and written to the trail.", done)  # fmt: skip
    messages.success(request, words % {"n": done})
    if left:
        words = ngettext("%(n)d was left: decide it by itself.",
                         "%(n)d were left: decide each by itself.", left)  # fmt: skip
        messages.warning(request, words % {"n": left})
    return redirect("office:mail")


@require_GET
def demo(request: Request) -> HttpResponse:
    """The letters of the demonstration; exists there and nowhere else."""
    if not settings.DEMO:
        raise Http404
    rows = services.every_letter_of_the_demonstration().select_related("recipient__unit")
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    return render(request, "office/mail/demo.html", {"page": page})
