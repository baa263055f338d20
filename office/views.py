"""The pages that say no."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from office.errors import NotAllowed
from office.http import typed

logger = logging.getLogger(__name__)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Tell that the form was too old or came from elsewhere, and give the typed text back."""
    error = NotAllowed(
        _("This form is too old, or it was sent from another place. Nothing was done."),
        who=_("Load the page again, then send it once more."),
    )
    logger.info("csrf refused reason=%s", reason)
    context: dict[str, Any] = {"error": error, "kept": typed(request)}
    return render(request, "403.html", context, status=403)
