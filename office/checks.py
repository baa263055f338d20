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


@register(Tags.security, deploy=True)
def nobody_enters_without_a_password(app_configs: Any, **_given: Any) -> Sequence[CheckMessage]:  # noqa: ARG001
    """The demonstration's door opens to everybody: OFFICE_DEMO is for trying out (A36)."""
    if not settings.DEMO:
        return []
    return [Error("Anybody may sign in as anybody.", hint="Unset OFFICE_DEMO.", id="office.E002")]


@register(Tags.security, deploy=True)
def hosts_are_named(app_configs: Any, **_given: Any) -> Sequence[CheckMessage]:  # noqa: ARG001
    """Links in mails and redirects bear the name of the host that was asked for (A8, A36)."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    hint = "Name the hosts in OFFICE_HOSTS."
    return [Error("Any host name is taken.", hint=hint, id="office.E003")]
