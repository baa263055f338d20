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
def hosts_are_named(app_configs: Any, **_given: Any) -> Sequence[CheckMessage]:  # noqa: ARG001
    """A page is served under our own names only: links in mail are made of them (A8, A36)."""
    if not any(host.startswith(("*", ".")) for host in settings.ALLOWED_HOSTS):
        return []
    hint = "Set OFFICE_HOSTS to the names people type, without * and without a leading dot."
    return [Error("Any host name is answered.", hint=hint, id="office.E002")]


@register(Tags.security, deploy=True)
def nobody_enters_without_a_password(
    app_configs: Any,  # noqa: ARG001
    **_given: Any,
) -> Sequence[CheckMessage]:
    """The door of the demonstration is closed (A36)."""
    if not settings.DEMO:
        return []
    hint = "Take OFFICE_DEMO out of the environment."
    return [Error("Everybody enters without a password.", hint=hint, id="office.E003")]
