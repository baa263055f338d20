"""Let a draft go."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from office.drafts import services
from office.drafts.models import Draft
from office.http import Request, number, safe


@require_POST
def drop(request: Request, pk: int) -> HttpResponse:
    """Forget one's own draft and the files held for it."""
    if number(str(pk)) is None:
        raise Http404
    try:
        services.let_go(pk, actor=request.user)
    except Draft.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("The draft is gone."))
    return redirect(safe(request, request.POST.get("next")))
