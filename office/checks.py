"""What a real installation must say before it serves."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def institution_is_named(app_configs: Any, **_given: Any) -> Sequence[CheckMessage]:  # noqa: ARG001
    """Paper and pages bear the institution's name: OFFICE_INSTITUTION."""
    if settings.INSTITUTION:
        return []
    hint = "Set OFFICE_INSTITUTION to the full name of the institution."
    return [Error("The institution has no name.", hint=hint, id="office.E001")]
