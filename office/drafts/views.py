"""Let a draft go."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from office.drafts import services
from office.drafts.models import Draft
from office.http import Request, or_404, safe


@require_POST
def drop(request: Request, pk: int) -> HttpResponse:
    """Forget one's own draft and the files held for it."""
    with or_404(Draft):
        services.let_go(pk, actor=request.user)
    messages.success(request, _("The draft is gone."))
    return redirect(safe(request, request.POST.get("next")))
